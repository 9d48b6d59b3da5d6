"""What a compilation says of all its reports: `砚溪区部门2024年工作总结汇编` is of one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.contents import contents_title
from ingest.identity import place_of
from rag.model import FullReport
from rag.organisation import org_short

_LONGEST = 60
_HIDDEN = re.compile(r"(?:[xX×*某_]{1,6})(?=[省市区县州旗])")
_COLLECTION = re.compile(r"汇编|选编|合集|部门|单位|镇街|乡镇|街道")
"""A title with one of these is of several bodies of one place."""


def common_place(head: str, stem: str) -> str:
    """The one place that the title page above the reports and the file's name give; empty where they give none or two.

    `head`: the text above the first report, `stem`: the file's name.
    """
    lines = [line.strip() for line in head.splitlines() if len(line) <= _LONGEST and contents_title(line) is None]
    titles = [line for line in (*lines, stem) if _COLLECTION.search(line)]
    places = {place for title in titles if (place := place_of(title, "", ""))}
    return places.pop() if len(places) == 1 else ""


def with_common_place(reports: Sequence[FullReport], place: str) -> list[FullReport]:
    """Reports of bodies that are named by their level alone (`区商务局`), with the place of the whole file.

    Not where the file has a report of another place of that level, or where a report hides its place.
    """
    others = {full.report.place for full in reports if full.report.place[-1:] == place[-1:]} - {place}
    if not place or others:
        return list(reports)
    return [_placed(full, place) for full in reports]


def _placed(full: FullReport, place: str) -> FullReport:
    report = full.report
    level = report.org_level
    if report.place or not level or not place.endswith(level) or not report.org.startswith(level):
        return full
    hidden = _HIDDEN.search(report.title) or f"{level}{org_short(report.org)}" != report.org
    return full if hidden else replace(full, report=replace(report, place=place))
