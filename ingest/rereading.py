"""A file that the library holds is read anew: what people did to its reports stays done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.alignment import original_span
from rag.model import FullReport, Span


def page_starts(reports: Sequence[FullReport]) -> list[int]:
    """Where in a file's text its pages begin, from the reports read of it; the reverse of `FullReport.pages`.

    A page begins with its first character that a report holds; one of which none does, with the page after it.
    """
    known: dict[int, int] = {}
    for full in reports:
        for offset, number in full.pages:
            there = original_span(full.origin, offset, offset + 1)[0]
            known[number] = min(there, known.get(number, there))
    starts: list[int] = []
    for number in range(max(known, default=0), 0, -1):
        starts.append(min([known[number], *starts[-1:]]) if number in known else starts[-1])
    return starts[::-1]


def carried_over(new: Sequence[FullReport], old: Sequence[FullReport]) -> list[FullReport]:
    """The reports as read anew, with what people corrected in the `old` ones, and without those they removed."""
    corrected = {i: full for i, full in enumerate(new) if any(_same(full, other) for other in old)}
    for other in old:
        values = {name: getattr(other.report, name) for name in other.report.corrected.split()}
        i = max(corrected, key=lambda i: _shared(corrected[i], other), default=None)
        if values and i is not None:
            full = corrected[i]
            corrected[i] = replace(full, report=replace(full.report, **values, corrected=other.report.corrected))
    return list(corrected.values())


def _same(one: FullReport, other: FullReport) -> bool:
    """Whether most of the shorter of two readings of a file lies in the other; at their ends they may differ."""
    return 2 * _shared(one, other) > min(b - a for a, b in map(_span, (one, other)))


def _shared(one: FullReport, other: FullReport) -> int:
    """Characters of the file that two reports share."""
    (a, b), (c, d) = _span(one), _span(other)
    return max(0, min(b, d) - max(a, c))


def _span(full: FullReport) -> Span:
    """Where a report stands in its file's text."""
    return original_span(full.origin, 0, len(full.text))
