"""Versions: the same report once with figures and once with the figures hidden, or the same text in two files.

Two reports are versions of one where three things hold:

- Nothing that is known of both contradicts: year, year planned for, place, body (`may_be_versions`).
- Their wording is the same: at least `SAME` of the 12-character shingles (Broder 1997) of the smaller, after figures,
  masks, Latin letters and punctuation are dropped, since these are what masking changes. Two versions measure 0.96 and
  more; where OCR takes one character in twenty for another, 0.95^12 = 0.54 are left; two different reports of one
  genre measure under 0.05.
- Their figures are: at least `SAME` of those of three digits and more that the one with fewer has. Towns copy each
  other's wording, and offices their own of the year before, but not the figures; by chance 0.25 agree at most.
  A report that has hardly any figures left is judged by the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from rag.model import FullReport, Report
from rag.organisation import bare, in_order

_SHINGLE = 12
_SAMPLE = 4
"""One shingle in so many is kept, by its hash, so that the same ones are kept in every report."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits spread (Knuth's golden ratio)
SAME = 0.5
_FEWEST_FIGURES = 5
_LENGTHS = 0.6
"""Versions of one report differ in length by their figures only; others need not be compared."""

_NOT_HAN = re.compile(r"[^一-龥]+")
_FIGURE = re.compile(r"(?<![\d.])(?!(?:19|20)\d\d(?![\d.]))(?:\d+\.\d+|\d{3,})(?![\d.])")
"""A figure that two texts hardly share by chance: of three digits or with decimals, and no year."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is compared of a report's text, each sorted and once; 6 KB for a report of 12 KB."""

    shingles: np.ndarray
    """Sampled hashes."""
    figures: np.ndarray


def sketch(text: str) -> Sketch:
    letters = _NOT_HAN.sub("", text)
    hashes = _hashes(np.frombuffer(letters.ljust(_SHINGLE).encode("utf-32-le"), np.uint32).astype(np.uint64))
    return Sketch(np.unique(hashes[hashes % _SAMPLE == 0]), np.unique(_FIGURE.findall(text)))


def _hashes(characters: np.ndarray) -> np.ndarray:
    """Of each shingle: a polynomial of its characters modulo 2^64, its high bits mixed into the low ones."""
    count = len(characters) - _SHINGLE + 1
    hashes = np.zeros(count, np.uint64)
    for i in range(_SHINGLE):
        hashes = hashes * _FACTOR + characters[i : i + count]
    return (hashes ^ (hashes >> np.uint64(29))) * _FACTOR >> np.uint64(20)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Share of what two sets, as `Sketch` has them, have in common, 0 to 1, relative to the smaller one."""
    smaller = min(len(a), len(b))
    return len(np.intersect1d(a, b, assume_unique=True)) / smaller if smaller else 0.0


def same_text(a: Sketch, b: Sketch) -> bool:
    """Whether two texts are one but for what is hidden in them."""
    if overlap(a.shingles, b.shingles) < SAME:
        return False
    telling = min(len(a.figures), len(b.figures)) >= _FEWEST_FIGURES
    return not telling or overlap(a.figures, b.figures) >= SAME


def may_be_versions(a: Report, b: Report) -> bool:
    """Whether two reports agree in what is known of them, so that their texts are worth comparing."""
    if a.year != b.year and a.year and b.year:  # first, as it tells most: this is asked of all that the library holds
        return False
    if a.characters < _LENGTHS * b.characters or b.characters < _LENGTHS * a.characters:
        return False
    if _differ(a.plan_year, b.plan_year):
        return False
    if _differ(a.place, b.place) and a.place[-1] == b.place[-1]:  # a city and its district need not contradict
        return False
    first, second = bare(a.org), bare(b.org)
    return not (first and second) or in_order(first, second) or in_order(second, first)


def _differ(a: int | str | None, b: int | str | None) -> bool:
    return bool(a and b) and a != b


def linked(
    reports: Sequence[FullReport], known: Iterable[Report], sketch_of: Callable[[Report], Sketch]
) -> tuple[list[FullReport], dict[str, str]]:
    """Link near-identical reports to the one that hides the fewest figures.

    `known` are those of the library, whose texts `sketch_of` sketches. Returns the new reports with `version_of`
    set, and for known reports the id of a fuller new one.
    """
    in_library = {report.id: report for report in known}
    roots = {report.id: report for report in in_library.values() if report.version_of not in in_library}
    texts = {full.report.id: full.text for full in reports}
    sketched = cache(lambda report: sketch(texts[report.id]) if report.id in texts else sketch_of(report))
    version_of: dict[str, str] = {}
    for full in reports:
        report = full.report
        for other in [root for root in roots.values() if may_be_versions(report, root)]:
            if not same_text(sketched(report), sketched(other)):
                continue
            if other.masked <= report.masked:
                version_of[report.id] = other.id
                break
            version_of[other.id] = report.id
            del roots[other.id]
        if report.id not in version_of:
            roots[report.id] = report
    related = [
        replace(full, report=replace(full.report, version_of=_root(full.report.id, version_of))) for full in reports
    ]
    return related, {report_id: _root(report_id, version_of) for report_id in version_of if report_id not in texts}


def _root(report_id: str, version_of: dict[str, str]) -> str:
    """The report at the end of the links that begin at `report_id`; empty where none does."""
    root = version_of.get(report_id, "")
    while root in version_of:
        root = version_of[root]
    return root
