"""Reports that are read anew keep their pages, what people said of them, and stay removed where they were."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ingest.pipeline import SAMPLES
from ingest.readers import ReadFile, read
from ingest.reports import READING, reports_in
from ingest.rereading import carried_over, page_starts
from rag.model import FullReport, Report, SourceFile, Span


def full(start: int, end: int, position: int = 1, pages: tuple[Span, ...] = (), **values: object) -> FullReport:
    """A report of the characters `[start, end)` of its file."""
    report = replace(Report(f"f-{position}", "f", "甲.txt", position, f"第{position}份"), **values)
    return FullReport(report, "字" * (end - start), (), ((0, start),), pages)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=12), st.integers(0, 50))
def test_pages_begin_where_the_reports_say(starts: list[int], begin: int) -> None:
    starts = sorted(starts)
    first = bisect_right(starts, begin)
    pages = [(max(start - begin, 0), n) for n, start in enumerate(starts, 1) if n >= first]
    found = page_starts([full(begin, 100, pages=tuple(pages))])
    assert [bisect_right(found, at) for at in range(begin, 100)] == [
        bisect_right(starts, at) for at in range(begin, 100)
    ]
    assert page_starts([full(0, 10)]) == []


def test_pages_of_several_reports() -> None:
    one, other = full(5, 30, pages=((0, 1), (20, 2))), full(31, 90, 2, pages=((0, 2), (40, 5)))
    assert page_starts([one, other]) == [5, 25, 71, 71, 71]


def test_reports_that_are_cut_elsewhere_now_are_the_same() -> None:
    old = [full(0, 100, corrected="org", org="水务局"), full(100, 200, 2, corrected="year tag", year=2020, tag="甲")]
    found = carried_over([full(3, 90), full(90, 200, 2), full(200, 300, 3)], old)
    assert [one.report.position for one in found] == [1, 2]  # the third had been removed
    assert [one.report.org for one in found] == ["水务局", ""]
    assert [one.report.tag for one in found] == ["", "甲"]
    halves = carried_over([full(0, 40), full(40, 100, 2)], old[:1])
    assert [one.report.org for one in halves] == ["", "水务局"]
    assert [one.report.corrected for one in halves] == ["", "org"]


READ = "4 a2e33526a81ad581"
"""READING and the digest of what it makes of the sample reports."""


def test_what_is_read_otherwise_has_another_version() -> None:
    """If this fails, files are read otherwise than before: raise READING (once a release will do), note the digest."""
    digest = hashlib.sha256()
    for path in sorted(SAMPLES.glob("*.txt")):
        for item in read(path):
            assert isinstance(item, ReadFile)
            source = SourceFile(item.data_sha256, item.name, item.size, item.encoding, "", item.text)
            for one in reports_in(source, item.pages):
                digest.update(repr((one.report, one.text, one.sections)).encode())
    assert f"{READING} {digest.hexdigest()[:16]}" == READ
