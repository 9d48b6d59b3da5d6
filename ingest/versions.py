"""Near-identical reports: the same text once with figures and once with the figures hidden.

Measure: the share of common 12-character shingles (Broder 1997), smaller set as base, after figures, masks, Latin
letters and punctuation are dropped, since these are what masking changes. Two different reports of the same genre
share under 5%, two versions of one report over 60%, so the threshold of 0.5 is far from both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from zlib import crc32

from ingest.bodies import abbreviates, bare_name
from rag.model import FullReport, Report
from rag.text import MASK

_SHINGLE = 12
_SAMPLE = 4
"""One shingle in so many is kept, by its hash, so that the same ones are kept in every report."""
SAME = 0.5
_LENGTHS = 0.6
"""Versions of one report differ in length by their figures only; others need not be compared."""


def sketch(text: str) -> frozenset[int]:
    """Sampled shingle hashes of a report's Chinese characters."""
    bare = re.sub(r"[^一-龥]", "", MASK.sub("", text))
    hashes = (crc32(bare[i : i + _SHINGLE].encode()) for i in range(max(1, len(bare) - _SHINGLE + 1)))
    return frozenset(h for h in hashes if h % _SAMPLE == 0)


def overlap(a: frozenset[int], b: frozenset[int]) -> float:
    """Share of common shingles, 0 to 1, relative to the smaller sketch."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def may_be_versions(a: Report, b: Report) -> bool:
    """Whether two reports agree in what is known of them, so that their texts are worth comparing."""
    if min(a.characters, b.characters) < _LENGTHS * max(a.characters, b.characters):
        return False
    if a.year and b.year and a.year != b.year:
        return False
    first, second = bare_name(a.org), bare_name(b.org)
    return not (first and second) or abbreviates(first, second) or abbreviates(second, first)


def linked(
    reports: Sequence[FullReport], known: Iterable[Report], text_of: Callable[[str], str]
) -> tuple[list[FullReport], dict[str, str]]:
    """Link near-identical reports to the one that hides the fewest figures.

    `known` are those of the library, whose texts `text_of` gives by id. Returns the new reports with `version_of`
    set, and for known reports the id of a fuller new one.
    """
    roots = {report.id: report for report in known if not report.version_of}
    texts = {full.report.id: full.text for full in reports}
    sketched = cache(lambda report_id: sketch(texts[report_id] if report_id in texts else text_of(report_id)))
    version_of: dict[str, str] = {}
    for full in reports:
        report = full.report
        for other in [root for root in roots.values() if may_be_versions(report, root)]:
            if overlap(sketched(report.id), sketched(other.id)) < SAME:
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
