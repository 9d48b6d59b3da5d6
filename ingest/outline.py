"""A report's text becomes a tree of sections from whatever numbering it has.

Levels follow from the sequence of marks, not from a mark alone: a mark that is open continues its list, one that
is not begins a list below the innermost section of a larger mark. So a report that begins at `（一）` without a
`一、`, or counts `（一）（一）（三）`, still gives the tree that a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.headings import heading_end, is_bare_heading, label
from ingest.markers import MARKER, POINTS, Mark, Marker, is_date, is_signature, marker_at
from rag.kinds import heading_kind, passage_kind
from rag.model import Kind, Section

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_BOUNDARY = "。！？；：!?;:”’）)…"
_POINT_BOUNDARY = _BOUNDARY + "，,、"
_PART_HEADING = re.compile(r"([^。；！？，,：:（(]{2,20})[（(]一[)）]")
_LONGEST_GLUED_HEADING = 40


UNPRINTED = {Kind.PROBLEM: "〔存在问题〕", Kind.PLAN: "〔下步打算〕"}
"""Headings of passages that have none in the report; the brackets say that they are not printed there."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A section before its end and kind are known."""

    start: int
    body: int
    heading: str
    mark: Mark
    line_end: int
    kind: Kind | None = None
    opens_list: bool = False
    """Whether its opening ends in a colon, so that numbered items behind it belong to it."""


def outline(text: str, *, title_end: int = 0, plan_year: int | None = None) -> tuple[Section, ...]:
    """The sections of `text` in reading order; the first is the report itself, its title `text[:title_end]`."""
    nodes = [_Node(0, title_end, text[:title_end].strip(), Mark.PART, title_end, Kind.OTHER)]
    parents: list[int | None] = [None]
    stack = [0]
    default = _default_kind(nodes[0].heading)
    for node in _nodes(text, title_end, plan_year):
        depth = _depth(node, [nodes[i] for i in stack])
        parent = stack[depth - 1]
        inherited = nodes[parent].kind if parent else default
        if node.mark is Mark.PASSAGE and node.kind is inherited:
            continue
        del stack[depth:]
        parents.append(parent)
        nodes.append(replace(node, kind=_own_kind(node, depth, plan_year) or inherited))
        stack.append(len(nodes) - 1)
    return _sections(text, _before_plan(nodes, parents), parents)


def _depth(node: _Node, stack: list[_Node]) -> int:
    """How much of the stack of open sections stays open above `node`."""
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].mark is node.mark:
            return depth
    depth = len(stack)
    while depth > 1 and (stack[depth - 1].mark > node.mark or _holds_points_only(stack[depth - 1], node)):
        depth -= 1
    return depth


def _holds_points_only(above: _Node, node: _Node) -> bool:
    """A passage without a heading ends where anything but its own list begins."""
    if above.mark is not Mark.PASSAGE:
        return False
    return node.mark < Mark.ARABIC or (node.mark not in POINTS and not above.opens_list)


def _nodes(text: str, title_end: int, plan_year: int | None) -> Iterator[_Node]:
    lines = [
        (m.start() + len(m[0]) - len(m[0].lstrip()), m.start() + len(m[0].rstrip()))
        for m in _LINE.finditer(text, title_end)
    ]
    candidates = list(_candidates(text, lines))
    has_han = any(marker.mark is Mark.HAN and not inline for marker, inline in candidates)
    open_numbers: dict[Mark, int] = {}
    position = 0
    for i, (start, end) in enumerate(lines):
        here: list[_Node] = []
        while position < len(candidates) and candidates[position][0].start < end:
            marker, inline = candidates[position]
            position += 1
            if inline and not _in_sequence(marker, open_numbers, candidates[position:], text):
                continue
            if here and marker.start < here[-1].body and not _fits_glued(text, here[-1], marker):
                continue
            if here and marker.start < here[-1].body:
                here[-1] = replace(here[-1], body=marker.start, heading=text[here[-1].start : marker.start].strip())
            stop = heading_end(text, marker, end)
            here.append(_Node(marker.start, stop, label(text[marker.start : stop]), marker.mark, end))
            for mark in list(open_numbers):
                if mark > marker.mark:
                    del open_numbers[mark]
            open_numbers[marker.mark] = marker.number
        if here and here[0].start == start:
            yield from here
            continue
        line = text[start:end]
        following = text[lines[i + 1][0] : lines[i + 1][1]] if i + 1 < len(lines) else ""
        if is_bare_heading(line, following):
            open_numbers.clear()
            yield _Node(start, end, line, _bare_mark(line, has_han, plan_year), end)
        elif (kind := passage_kind(line, plan_year=plan_year)) and i:
            yield _Node(
                start,
                start,
                UNPRINTED[kind],
                Mark.PASSAGE,
                end,
                kind,
                re.search("[：:]", line[:_LONGEST_GLUED_HEADING]) is not None,
            )
        yield from here


def _bare_mark(line: str, has_han: bool, plan_year: int | None) -> Mark:
    """An unnumbered heading stands above `一、` where it opens a part of the report, else below it."""
    return Mark.BARE if heading_kind(line, plan_year=plan_year) or not has_han else Mark.BARE_INNER


def _candidates(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[Marker, bool]]:
    """Markers where a heading may begin, with whether they stand inside a line."""
    for start, end in lines:
        line = text[start:end]
        if is_date(line) or is_signature(line):
            continue
        heading_since = start
        for match in MARKER.finditer(text, start, end):
            at = match.start()
            marker = marker_at(text, at, end)
            if marker is None:
                continue
            before = text[at - 1] if at > start else ""
            boundary = _POINT_BOUNDARY if marker.mark in POINTS else _BOUNDARY
            glued = (
                at - heading_since <= _LONGEST_GLUED_HEADING
                and at > heading_since
                and marker_at(text, heading_since, end) is not None
                and not re.search(r"[。；！？]", text[heading_since:at])
                and marker.mark in (Mark.HAN_BRACKET, Mark.ARABIC, *POINTS)
            )
            if not before or before in boundary or glued or _opens_part(text, marker, end):
                yield marker, at > start
                heading_since = at


def _opens_part(text: str, marker: Marker, end: int) -> bool:
    """Whether `一、2023年工作总结(一)…` stands here: a part of the report that ran into the text before it."""
    if marker.mark is not Mark.HAN:
        return False
    part = _PART_HEADING.match(text, marker.end, end)
    return part is not None and heading_kind(part[1]) is not None


def _in_sequence(marker: Marker, open_numbers: dict[Mark, int], later: list[tuple[Marker, bool]], text: str) -> bool:
    """Whether a marker inside a line continues an open list, or begins one that goes on."""
    if _opens_part(text, marker, marker.end + _LONGEST_GLUED_HEADING):
        return True
    last = open_numbers.get(marker.mark)
    if last is not None and marker.number - last in (1, 2):
        return True
    if marker.number != 1:
        return False
    for other, inline in later:
        if other.mark is marker.mark and other.number > 1:
            return other.number in (2, 3)
        if other.mark < marker.mark and not inline:
            return False
        if marker.mark in POINTS and "\n" in text[marker.start : other.start].strip():
            return False
    return False


def _fits_glued(text: str, heading: _Node, marker: Marker) -> bool:
    """Whether `marker` may end the heading it stands in: `二、存在的问题1.招商引资难。`"""
    between = text[heading.start : marker.start]
    return marker.mark > heading.mark and len(between) >= 4 and text[marker.start - 1] not in "，,、"


def _sections(text: str, nodes: list[_Node], parents: list[int | None]) -> tuple[Section, ...]:
    levels = [0]
    for parent in parents[1:]:
        levels.append(levels[parent or 0] + 1)
    ends = [len(text)] * len(nodes)
    for i in range(1, len(nodes)):
        following = next((nodes[j].start for j in range(i + 1, len(nodes)) if levels[j] <= levels[i]), len(text))
        ends[i] = min(following, ends[parents[i] or 0])
        if nodes[i].mark in POINTS and nodes[i].body < nodes[i].line_end:
            ends[i] = min(ends[i], nodes[i].line_end)
        while ends[i] > nodes[i].start and text[ends[i] - 1].isspace():
            ends[i] -= 1
    return tuple(
        Section(
            i,
            parents[i],
            levels[i],
            node.heading,
            node.kind or Kind.OTHER,
            node.start,
            min(node.body, ends[i]),
            ends[i],
        )
        for i, node in enumerate(nodes)
    )


def _own_kind(node: _Node, level: int, plan_year: int | None) -> Kind | None:
    if node.kind is not None or node.mark in POINTS:
        return node.kind
    words = re.sub(rf"^(?:{MARKER.pattern})", "", node.heading)
    return heading_kind(words, plan_year=plan_year, top=level == 1)


def _before_plan(nodes: list[_Node], parents: list[int | None]) -> list[_Node]:
    """What stands before the first plan and says nothing of its kind reports on what was done."""
    plan = next((i for i, n in enumerate(nodes) if n.kind is Kind.PLAN and parents[i] == 0), 0)
    return [
        replace(node, kind=Kind.SUMMARY) if 0 < i < plan and node.kind is Kind.OTHER else node
        for i, node in enumerate(nodes)
    ]


def _default_kind(title: str) -> Kind:
    if re.search(r"总结|汇报|小结|回顾|情况|述职|政府工作报告", title):
        return Kind.SUMMARY
    if re.search(r"计划|打算|思路|安排|要点|规划|方案", title):
        return Kind.PLAN
    return Kind.OTHER
