"""The sample reports read as their author meant them: `data/outlines.json` says how."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from ingest.pipeline import SAMPLES
from ingest.readers import ReadFile, read
from ingest.reports import reports_in
from ingest.versions import linked
from rag.model import FullReport, Section, SourceFile

OUTLINES = json.loads((Path(__file__).parent / "data" / "outlines.json").read_text(encoding="utf-8"))
IDENTITY = ("org", "org_level", "place", "year", "date")


@lru_cache(maxsize=1)
def samples() -> dict[tuple[str, int], FullReport]:
    reports = [full for path in sorted(SAMPLES.iterdir()) for full in reports_of(path)]
    related, _ = linked(reports, (), lambda _: "")
    return {(full.report.file, full.report.position): full for full in related}


def reports_of(path: Path) -> Iterator[FullReport]:
    for item in read(path):
        assert isinstance(item, ReadFile)
        yield from reports_in(SourceFile(item.data_sha256, item.name, item.size, item.encoding, "", item.text))


POINTS = re.compile(r"[〔①-⑩]|[一二三四五六七八九]是|第[一二三四五六七八九]，|[（(]\d[）)]")


def is_point(full: FullReport, section: Section) -> bool:
    """Whether a section is one of the points that the expected outlines do not list: all in one sentence."""
    return POINTS.match(section.heading) is not None or not full.text[section.body : section.end].strip()


def test_every_report_of_the_samples_is_found() -> None:
    assert set(samples()) == {(outline["file"], outline["position"]) for outline in OUTLINES}


@pytest.mark.parametrize("expected", OUTLINES, ids=[outline["id"] for outline in OUTLINES])
class TestSample:
    def test_identity(self, expected: dict) -> None:
        report = samples()[expected["file"], expected["position"]].report
        assert {name: getattr(report, name) for name in IDENTITY} == {name: expected[name] for name in IDENTITY}
        assert report.title.startswith(expected["title"])
        # A plan without a year, in a report on a year, is for the next.
        assert report.plan_year == (expected["plan_year"] or expected["year"] + 1)

    def test_headings(self, expected: dict) -> None:
        full = samples()[expected["file"], expected["position"]]
        found = [(s.level, s.heading) for s in full.sections if s.level in (1, 2) and not is_point(full, s)]
        assert found == [(h["level"], h["heading"]) for h in expected["headings"]]

    def test_kinds(self, expected: dict) -> None:
        sections = {s.heading: s.kind for s in samples()[expected["file"], expected["position"]].sections}
        declared = {h["heading"]: h["kind"] for h in expected["headings"] if "kind" in h}
        assert {heading: sections[heading] for heading in declared} == declared

    def test_nothing_of_others(self, expected: dict) -> None:
        text = samples()[expected["file"], expected["position"]].text
        assert not [words for words in expected["absent"] if words in text]

    def test_versions(self, expected: dict) -> None:
        full = samples()[expected["file"], expected["position"]]
        fuller = [o for o in OUTLINES if o["id"] == expected["version_of"]]
        roots = [samples()[o["file"], o["position"]].report.id for o in fuller]
        assert full.report.version_of == next(iter(roots), "")
