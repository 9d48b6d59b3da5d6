"""A report's text becomes a tree of sections from whatever numbering it has.

Levels follow from the sequence of marks, not from a mark alone: a mark that is open continues its list, one that
is not begins a list below the innermost section of a larger mark. So a report that begins at `（一）` without a
`一、`, or counts `（一）（一）（三）`, still gives the tree that a reader sees. A heading without a number, and a
passage without a heading, stand where the numbering after them says: above a list that begins, inside one that
goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Protocol

from ingest.candidates import Candidate, Counter, candidates
from ingest.closings import is_appendix
from ingest.headings import is_bare_heading, label
from ingest.lines import line_spans
from ingest.markers import POINTS, Mark
from ingest.nodes import Node, ends
from ingest.prose import Lead, leads, parts
from ingest.sectionkinds import kinds_of
from ingest.titles import Strength, is_title, strength
from rag.kinds import heading_kind, passage_kind
from rag.model import Kind, Section, Span

_PROSE = 40
"""A line of so many characters, or one with a full stop, is text: unnumbered headings come after the first."""

_OPENING = 40
"""Characters in which a heading, or a passage that plans for a year, names it."""

_PASSAGE = 25
"""Rank of a passage without a heading: below `一、`, above `（一）`."""
_LEAD = Mark.DASH + 1
"""Rank of a paragraph that begins with a leading sentence: above the points that it may hold."""
_LEADS_ALONE = 5
"""So many leads in a row are the outline of a report without headings, and no opening of one with them."""
_ABOVE, _PEER, _INSIDE = -5, 0, 3
"""Rank of an unnumbered heading relative to the mark that follows it."""
_TOP = Mark.HAN + _ABOVE
_APPENDIX = Mark.PART + _ABOVE

UNPRINTED = {Kind.PROBLEM: "〔存在问题〕", Kind.PLAN: "〔下步打算〕"}
"""Headings of passages that have none in the report; the brackets say that they are not printed there."""


class KindOf(Protocol):
    """`heading_kind` or `passage_kind`."""

    def __call__(self, line: str, /, *, plan_year: int | None = None) -> Kind | None: ...


@dataclass(frozen=True)
class Scan:
    """What an outline is made from: a report's lines after its title, and the markers in them."""

    text: str
    title_end: int
    lines: tuple[Span, ...]
    found: tuple[Candidate, ...]
    leads: dict[int, Lead]
    """By the number of the line that each begins."""

    @cached_property
    def undated(self) -> Tree:
        """The outline as far as it can be told without the plan year, which first-level headings help to find."""
        return _tree(self, None)


@dataclass(frozen=True, slots=True)
class Tree:
    nodes: tuple[Node, ...]
    """In reading order, each with its parent and level."""
    dated: tuple[tuple[KindOf, str], ...]
    """What was asked of lines that name a year, so that the plan year may change the answer."""

    def holds_for(self, plan_year: int | None) -> bool:
        """Whether the tree without a plan year is also the one with this."""
        return all(kind_of(line, plan_year=plan_year) is kind_of(line) for kind_of, line in self.dated)


class _Asking:
    """Asks what kind lines without a number declare or show under a plan year, and keeps what may depend on it."""

    def __init__(self, plan_year: int | None) -> None:
        self.plan_year = plan_year
        self.dated: list[tuple[KindOf, str]] = []

    def __call__(self, kind_of: KindOf, line: str) -> Kind | None:
        if "年" in line[:_OPENING]:
            self.dated.append((kind_of, line))
        return kind_of(line, plan_year=self.plan_year)


def scan(text: str, *, title_end: int = 0) -> Scan:
    """Look a report's text through once; `text[:title_end]` is its title."""
    lines = tuple(part for span in line_spans(text, title_end) for part in parts(text, span))
    found = tuple(candidates(text, lines))
    numbered = {candidate.line for candidate in found if not candidate.inline}
    return Scan(text, title_end, lines, found, leads(text, lines, numbered))


def first_headings(scanned: Scan) -> tuple[str, ...]:
    """The printed headings of the first level."""
    return tuple(n.heading for n in scanned.undated.nodes[1:] if n.level == 1 and n.passage is None)


def outline(scanned: Scan, *, plan_year: int | None = None) -> tuple[Section, ...]:
    """The sections of a report in reading order; the first is the report itself."""
    tree = scanned.undated if scanned.undated.holds_for(plan_year) else _tree(scanned, plan_year)
    nodes, kinds = _without_idle_passages(tree.nodes, kinds_of(tree.nodes, scanned.text, plan_year))
    kinds[0] = Kind.OTHER
    stops = ends(nodes, scanned.text, scanned.lines)
    return tuple(
        Section(i, node.parent if i else None, node.level, node.heading, kind, node.start, min(node.body, end), end)
        for i, (node, kind, end) in enumerate(zip(nodes, kinds, stops, strict=True))
    )


def _tree(scanned: Scan, plan_year: int | None) -> Tree:
    title = " ".join(scanned.text[: scanned.title_end].split())
    nodes = [Node(0, scanned.title_end, title, 0, scanned.title_end)]
    stack, above = [0], [nodes[0]]
    turned: set[tuple[int, int]] = set()
    ask = _Asking(plan_year)
    for node in _nodes(scanned, ask):
        depth = _depth(node, above, turned)
        node.parent, node.level = stack[depth - 1], depth
        stack[depth:], above[depth:] = [len(nodes)], [node]
        nodes.append(node)
    return Tree(tuple(nodes), tuple(ask.dated))


def _depth(node: Node, above: Sequence[Node], turned: set[tuple[int, int]]) -> int:
    """How many of the open sections above `node` stay open.

    `turned` collects the pairs of ranks of which the larger mark stands inside the smaller one: `1. （一）（二） 2.`.
    """
    for depth in range(len(above) - 1, 0, -1):
        if above[depth].rank == node.rank:
            return depth
    depth = len(above)
    while depth > 1 and not _holds(above[depth - 1], node, turned):
        depth -= 1
    return depth


def _holds(above: Node, node: Node, turned: set[tuple[int, int]]) -> bool:
    """Whether `node`, whose mark is not open, begins a list inside `above`."""
    if above.passage is not None:
        return (node.point and not node.lead) or (node.rank >= Mark.ARABIC and above.opens_list)
    if (above.inline or above.lead or above.rank == Mark.DASH) and node.start > above.line_end:
        return False
    if above.rank < node.rank:
        return True
    pair = (above.rank, node.rank)
    if node.number == 1 and above.number > 0 and above.counts_on and not above.point:
        turned.add(pair)
    return pair in turned


def _nodes(scanned: Scan, ask: _Asking) -> Iterator[Node]:
    text, lines, found = scanned.text, scanned.lines, scanned.found
    counter = Counter(found)
    position = covered = 0
    lead_rank = _LEAD
    begun = prose = False
    for i, (start, end) in enumerate(lines):
        here: list[Node] = []
        while position < len(found) and found[position].line == i:
            candidate = found[position]
            position += 1
            if counter.accepts(candidate) and _fits(text, here, candidate):
                node = _numbered(text, candidate, end, found)
                if candidate.inline and not node.counts_on:
                    node.inline = node.number == 1 or any(n.rank == node.rank and n.inline for n in here)
                if candidate.alone:
                    _take_heading_below(text, lines, i, node)
                here.append(node)
                counter.accept(candidate)
        if covered > start:  # this line is the heading of the numeral above it
            continue
        covered = max(node.body for node in here) if here else 0
        if not (here and here[0].start == start):
            unnumbered = list(_unnumbered(text, lines, i, position, counter, ask, prose=prose))
            lead = scanned.leads.get(i) if not unnumbered else None
            if lead and (begun or lead.run >= _LEADS_ALONE):
                lead_rank = _lead_rank(found[position:], counter) if lead.first == i else lead_rank
                unnumbered = [
                    Node(start, lead.end, label(text[start : lead.end]), lead_rank, lead.stop, point=True, lead=True)
                ]
            here = unnumbered + here
        yield from here
        begun = begun or bool(here)
        prose = prose or end - start >= _PROSE or text.find("。", start, end) >= 0


def _take_heading_below(text: str, lines: Sequence[Span], i: int, node: Node) -> None:
    """Old reports print a part's number and its heading on two lines: `二⏎今年的任务`."""
    if i + 2 >= len(lines):
        return
    (start, end), below = lines[i + 1], lines[i + 2]
    if is_bare_heading(text[start:end], text[below[0] : min(below[1], below[0] + 120)]):
        node.body = end
        node.heading = f"{node.heading} {text[start:end]}"


def _lead_rank(behind: Sequence[Candidate], counter: Counter) -> int:
    """Leads stand inside the point of a list that goes on behind them: `三是…⏎发展农业。…⏎发展工业。…⏎四是…`."""
    following = next((candidate for candidate in behind if not candidate.inline), None)
    if following and following.marker.mark in POINTS and counter.continues(following):
        return following.marker.mark + _INSIDE
    return _LEAD


def _numbered(text: str, candidate: Candidate, line_end: int, found: Sequence[Candidate]) -> Node:
    marker = candidate.marker
    following = found[candidate.next_same] if candidate.next_same >= 0 else None
    return Node(
        marker.start,
        candidate.stop,
        label(text[marker.start : candidate.stop]),
        int(marker.mark),
        line_end,
        number=marker.number,
        point=marker.mark in POINTS or marker.mark is Mark.DASH,
        counts_on=following is not None and following.marker.number == marker.number + 1,
    )


def _fits(text: str, here: list[Node], candidate: Candidate) -> bool:
    """Whether a marker stands behind the last heading of its line, or may end it: `二、存在的不足1.资金紧。`"""
    if not here or candidate.marker.start >= here[-1].body:
        return True
    last, at = here[-1], candidate.marker.start
    if candidate.marker.mark <= last.rank or at - last.start < 4 or text[at - 1] in "，,、":
        return False
    last.body, last.heading = at, label(text[last.start : at])
    return True


def _unnumbered(
    text: str,
    lines: Sequence[Span],
    i: int,
    position: int,
    counter: Counter,
    ask: _Asking,
    *,
    prose: bool,
) -> Iterator[Node]:
    """The section that line `i` begins without a number, if it is a heading or a passage that shows its kind.

    `position`: of the first candidate behind the line.
    """
    start, end = lines[i]
    following = counter.found[position] if position < len(counter.found) else None
    if end - start <= 80 and i + 1 < len(lines):
        line = text[start:end]
        below = lines[i + 1]
        if _heads_appendix(text, lines, i):
            yield Node(start, end, label(line), _APPENDIX, end, appendix=True)
            return
        bare = is_bare_heading(line, text[below[0] : min(below[1], below[0] + 120)])
        over = not bare and _stands_over(text, lines, i)
        declared = ask(heading_kind, line) if bare or over else None
        if declared or (bare and prose):
            lost = None if is_title(line) else _lost_mark(islice(counter.found, position, None), counter, declared)
            rank = lost or _bare_rank(following, counter, declared)
            counter.accept_bare(rank, rank + _INSIDE if over or is_title(line) else rank)
            yield Node(start, end, line, rank, end)
            return
    kind = ask(passage_kind, text[start:end]) if i else None
    if kind is not None:
        inside = following is not None and not following.inline and counter.continues(following)
        rank = _PASSAGE
        if inside and following is not None and following.marker.mark not in (Mark.HAN, *POINTS):
            rank = following.marker.mark + _INSIDE
        opens_list = re.search("[：:]", text[start : min(end, start + 80)]) is not None
        yield Node(start, start, UNPRINTED[kind], rank, end, passage=kind, opens_list=opens_list)


def _stands_over(text: str, lines: Sequence[Span], i: int) -> bool:
    """Whether line `i` may head unnumbered headings: `2023年工作回顾⏎服务提质增效⏎…`."""
    if i + 2 >= len(lines) or strength(text[slice(*lines[i])]) is Strength.STRONG:
        return False
    line, below, prose = (text[a : min(b, a + 120)] for a, b in lines[i : i + 3])
    return is_bare_heading(below, prose) and is_bare_heading(line, prose)


_SHORTEST_ATTACHED = 25


def _heads_appendix(text: str, lines: Sequence[Span], i: int) -> bool:
    """Whether line `i`, in the latter half of a report, heads an appendix and not the list of what is attached."""
    (start, end), (first, last) = lines[i], lines[i + 1]
    if start * 2 < len(text) or not is_appendix(text[start:end]):
        return False
    if i and is_appendix(text[slice(*lines[i - 1])]):
        return False
    return last - first >= _SHORTEST_ATTACHED or is_appendix(text[first:last]) or len(text) - end >= _PROSE * 2


def _lost_mark(behind: Iterable[Candidate], counter: Counter, declared: Kind | None) -> Mark | None:
    """The mark of a list whose first heading lost its number: `抓防控，保安全⏎…⏎（二）抓生产…⏎（三）抓治理…`."""
    second = next((c for c in behind if not c.inline and c.marker.mark not in POINTS), None)
    if second is None or second.marker.number != 2 or second.next_same < 0:
        return None
    mark = second.marker.mark
    if counter.found[second.next_same].marker.number != 3 or mark > Mark.ARABIC or mark in counter.open:
        return None
    return mark if declared is None or mark is Mark.HAN else None


def _bare_rank(following: Candidate | None, counter: Counter, declared: Kind | None) -> int:
    """An unnumbered heading stands inside the list that goes on after it, else above the list that begins there."""
    begins = None
    while following is not None:
        mark = following.marker.mark
        if counter.continues(following):
            return Mark.HAN + _PEER if mark is Mark.HAN and declared else mark + _INSIDE
        if begins is None and following.marker.number == 1 and not following.inline and mark <= Mark.ARABIC:
            begins = mark
        following = counter.found[following.next_outer] if following.next_outer >= 0 else None
    if declared:
        return _TOP
    if counter.bare is not None and (begins is None or counter.bare < begins):
        return counter.bare
    if begins is not None:
        return begins + _ABOVE
    return Mark.HAN + _INSIDE if Mark.HAN in counter.open else _TOP


def _without_idle_passages(nodes: Sequence[Node], kinds: Sequence[Kind]) -> tuple[list[Node], list[Kind]]:
    """Nodes but for passages that say nothing else than the section they stand in; what they hold moves up."""
    place = [0] * len(nodes)
    kept: list[Node] = []
    told: list[Kind] = []
    for i, node in enumerate(nodes):
        parent = place[node.parent]
        if node.passage is not None and kinds[node.parent] is node.passage:
            place[i] = parent
            continue
        place[i] = len(kept)
        level = kept[parent].level + 1 if kept else 0
        same = (parent, level) == (node.parent, node.level)
        kept.append(node if same else replace(node, parent=parent, level=level))
        told.append(kinds[i])
    return kept, told
