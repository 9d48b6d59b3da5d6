"""The sample reports read as their author meant them: `data/outlines.json` says how."""

from functools import cache

import pytest
from reading import Expected, expected, headings, reports_of

from ingest.pipeline import SAMPLES
from ingest.versions import linked, sketch
from rag.model import FullReport

OUTLINES = expected("outlines.json")
IDENTITY = ("org", "org_level", "place", "year", "date")


@cache
def samples() -> dict[tuple[str, int], FullReport]:
    reports = [full for path in sorted(SAMPLES.iterdir()) for full in reports_of(path)]
    related, _ = linked(reports, (), lambda _: sketch(""))
    return {(full.report.file, full.report.position): full for full in related}


def test_every_report_of_the_samples_is_found() -> None:
    assert set(samples()) == {(outline["file"], outline["position"]) for outline in OUTLINES}


@pytest.mark.parametrize("outline", OUTLINES, ids=[outline["id"] for outline in OUTLINES])
class TestSample:
    def test_identity(self, outline: Expected) -> None:
        report = samples()[outline["file"], outline["position"]].report
        assert {name: getattr(report, name) for name in IDENTITY} == {name: outline[name] for name in IDENTITY}
        assert report.title.startswith(outline["title"])
        # A plan without a year, in a report on a year, is for the next.
        assert report.plan_year == (outline["plan_year"] or outline["year"] + 1)

    def test_headings(self, outline: Expected) -> None:
        full = samples()[outline["file"], outline["position"]]
        assert headings(full) == [(h["level"], h["heading"]) for h in outline["headings"]]

    def test_kinds(self, outline: Expected) -> None:
        sections = {s.heading: s.kind for s in samples()[outline["file"], outline["position"]].sections}
        declared = {h["heading"]: h["kind"] for h in outline["headings"] if "kind" in h}
        assert {heading: sections[heading] for heading in declared} == declared

    def test_nothing_of_others(self, outline: Expected) -> None:
        text = samples()[outline["file"], outline["position"]].text
        assert not [words for words in outline["absent"] if words in text]

    def test_versions(self, outline: Expected) -> None:
        full = samples()[outline["file"], outline["position"]]
        fuller = [o for o in OUTLINES if o["id"] == outline["version_of"]]
        roots = [samples()[o["file"], o["position"]].report.id for o in fuller]
        assert full.report.version_of == next(iter(roots), "")
