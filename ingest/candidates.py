"""Where numbering may begin a section, and whether it counts on or begins a list that goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.headings import heading_end
from ingest.markers import POINTS, STARTS, Mark, Marker, decimal_parent, marker_at
from ingest.titles import is_date, is_occasion
from rag.kinds import heading_kind
from rag.model import Span

_BOUNDARY = "。！？；：!?;:”’）)…"
_POINT_BOUNDARY = _BOUNDARY + "，,、"
_PLACE = re.compile(STARTS)
_PLACE_APART = re.compile(
    rf"{STARTS}(?:(?<=[{re.escape(_POINT_BOUNDARY)} ].)|(?<=[一二三四五六七八九十])[一二三四五六七八九十]{{0,2}}、)"
)
"""Where a marker may stand: close behind another one anywhere, else behind a boundary or as `二、`."""
_PART_HEADING = re.compile(r"([^。；！？，,：:（(]{2,20})[（(]一[)）]")
_LONGEST_GLUED = 40
_SENTENCE = re.compile(r"[。；！？]")
_ATTACHED = re.compile(r"附[件表]\s*[：:\d一二三]")
_ATTACHED_TOO = re.compile(r"\d{1,2}[.．、]|《")
_CELLS = re.compile(r"[\t ](?:(?<=\S\t)|(?<=\S )\| )")
_SPACED = (Mark.HAN, Mark.HAN_BRACKET)
"""Marks that begin a section behind a space too, where spaces stand for line breaks; they must count as well."""
_GLUED = (Mark.HAN_BRACKET, Mark.ARABIC, *POINTS)


@dataclass(slots=True)
class Candidate:
    """A marker that may begin a section; `next_…` are positions among the candidates, -1 for none."""

    marker: Marker
    line: int
    stop: int
    """Where its heading ends."""
    inline: bool
    opens_part: bool
    """`一、2023年工作总结(一)…` that ran into the text before it."""
    parent: str = ""
    """`1` of `1.2`."""
    alone: bool = False
    """A line that holds a bare numeral, as old reports number their parts: `一`."""
    next_counting: int = -1
    """The next of the same mark with a number above one."""
    next_same: int = -1
    """The next of the same mark at the start of a line."""
    next_outer: int = -1
    """The next of a larger mark at the start of a line."""


def candidates(text: str, lines: Sequence[Span]) -> list[Candidate]:
    """All places in `lines` where a numbered heading or point may begin, in order."""
    found: list[Candidate] = []
    attached = False
    attaches, has_cells = "附" in text, _CELLS.search(text) is not None
    for number, (start, end) in enumerate(lines):
        attached = attaches and _lists_attachment(text, start, end, attached)
        if attached or (has_cells and _CELLS.search(text, start, end)):
            continue
        if end - start < 100 and (is_date(text[start:end]) or is_occasion(text[start:end])):
            continue
        at, near = start, start + 1
        while place := _PLACE.search(text, at, min(near, end)) or _PLACE_APART.search(text, max(at, near), end):
            marker = marker_at(text, place.start(), end)
            at = marker.end if marker else place.start() + 1
            if marker is None:
                continue
            inline = marker.start > start
            opens_part = inline and _opens_part(text, marker, end)
            glued = marker.start < near and marker.mark in _GLUED
            if not inline or opens_part or glued or _stands_apart(text, marker):
                parent = decimal_parent(text, marker) if marker.mark in (Mark.DECIMAL, Mark.SUBDECIMAL) else ""
                alone = marker.mark is Mark.HAN and (marker.start, marker.end) == (start, end)
                stop = heading_end(text, marker, end)
                found.append(Candidate(marker, number, stop, inline, opens_part, parent, alone))
                near = _glued_until(text, marker)
    _count_first_points(text, found)
    _look_ahead(found)
    return found


def _count_first_points(text: str, found: Sequence[Candidate]) -> None:
    """`首先要…。二是…。三是…。`: what goes on with 二是 began with a point."""
    following: Candidate | None = None
    for candidate in reversed(found):
        marker = candidate.marker
        if marker.mark not in POINTS:
            continue
        second = following is not None and (following.marker.mark, following.marker.number) == (Mark.POINT, 2)
        if text.startswith("首先", marker.start) and second:
            candidate.marker = marker._replace(mark=Mark.POINT)
        following = candidate


def _lists_attachment(text: str, start: int, end: int, before: bool) -> bool:
    """Whether a line names what is attached to a letter: `附件：1.任务清单`, and `2.项目表` below it."""
    if end - start > _LONGEST_GLUED * 2 or text.endswith("。", start, end):
        return False
    return (_ATTACHED if not before else _ATTACHED_TOO).match(text, start, end) is not None


def _stands_apart(text: str, marker: Marker) -> bool:
    before = text[marker.start - 1]
    if before == " " and marker.mark in _SPACED:
        return True
    return before in (_POINT_BOUNDARY if marker.mark in POINTS else _BOUNDARY)


def _glued_until(text: str, marker: Marker) -> int:
    """Up to where another marker may stand right behind the heading that one began: `二、存在的不足1.资金紧。`"""
    end = marker.start + _LONGEST_GLUED + 1
    sentence = _SENTENCE.search(text, marker.start, end)
    return sentence.start() if sentence else end


def _opens_part(text: str, marker: Marker, end: int) -> bool:
    if marker.mark is not Mark.HAN:
        return False
    part = _PART_HEADING.match(text, marker.end, end)
    return part is not None and heading_kind(part[1]) is not None


def _look_ahead(found: list[Candidate]) -> None:
    counting: dict[Mark, int] = {}
    at_start: dict[Mark, int] = {}
    for i in range(len(found) - 1, -1, -1):
        candidate = found[i]
        mark = candidate.marker.mark
        candidate.next_counting = counting.get(mark, -1)
        candidate.next_same = at_start.get(mark, -1)
        candidate.next_outer = min([j for m, j in at_start.items() if m < mark], default=-1)
        if candidate.marker.number > 1:
            counting[mark] = i
        if not candidate.inline:
            at_start[mark] = i


class Counter:
    """Follows the lists that are open while the candidates are read in order."""

    def __init__(self, found: Sequence[Candidate]) -> None:
        self.found = found
        self.open: dict[Mark, Candidate] = {}
        self.bare: int | None = None
        """Rank of an unnumbered heading that comes next and says nothing of its place."""

    def accepts(self, candidate: Candidate) -> bool:
        """Whether a candidate begins a section: in mid-line, and for decimals and dashes, only as part of a list."""
        mark = candidate.marker.mark
        if mark is Mark.DASH:
            return not candidate.inline and (mark in self.open or self._has_sibling(candidate))
        if mark in (Mark.DECIMAL, Mark.SUBDECIMAL) or candidate.alone:
            return not candidate.inline and self._counts(candidate)
        if mark is Mark.ORDINAL and candidate.marker.number == 1 and not candidate.inline:
            return self._goes_on(candidate)  # `首先，我代表…` alone begins no list
        return not candidate.inline or candidate.opens_part or self._counts(candidate)

    def accept(self, candidate: Candidate) -> None:
        mark = candidate.marker.mark
        self._close_below(mark)
        self.open[mark] = candidate
        if self.bare is not None and mark < self.bare:
            self.bare = None

    def accept_bare(self, rank: int, following: int) -> None:
        """An unnumbered heading closes the lists below its rank; others after it have the rank `following`."""
        self._close_below(rank)
        self.bare = following

    def _close_below(self, rank: int) -> None:
        for deeper in [mark for mark in self.open if mark > rank]:
            del self.open[deeper]

    def continues(self, candidate: Candidate) -> bool:
        """Whether a candidate counts on in a list that is open."""
        last = self.open.get(candidate.marker.mark)
        step = 3 if candidate.marker.mark is Mark.ORDINAL else 2
        return (
            last is not None
            and last.parent == candidate.parent
            and 0 < candidate.marker.number - last.marker.number <= step
        )

    def _counts(self, candidate: Candidate) -> bool:
        if self.continues(candidate):
            return True
        if candidate.marker.number != 1 or not self._goes_on(candidate):
            return False
        other = self.found[candidate.next_counting]
        if candidate.marker.mark in POINTS and other.line > candidate.line + (not other.inline):
            return False
        return other.marker.number in (2, 3) and other.parent == candidate.parent

    def _goes_on(self, candidate: Candidate) -> bool:
        """Whether its mark counts further before a larger one comes."""
        following = candidate.next_counting
        return following >= 0 and not 0 <= candidate.next_outer < following

    def _has_sibling(self, candidate: Candidate) -> bool:
        following = candidate.next_same
        return following >= 0 and not 0 <= candidate.next_outer < following
