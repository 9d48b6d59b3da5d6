"""The sections of a report while their places are being found, and where each of them ends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.closings import closings
from rag.model import Kind, Span


@dataclass(slots=True)
class Node:
    """A section before its end and kind are known."""

    start: int
    body: int
    heading: str
    rank: int
    line_end: int
    number: int = 0
    """What its mark counts; 0 for one without a number."""
    point: bool = False
    inline: bool = False
    """Whether it belongs to a list that one paragraph holds from its first item on."""
    passage: Kind | None = None
    """The kind that a passage without a heading shows."""
    opens_list: bool = False
    """Whether a passage's opening ends in a colon, so that numbered items behind it belong to it."""
    counts_on: bool = False
    """Whether its list goes on at the start of a later line."""
    lead: bool = False
    """Whether it is a paragraph, or two, that begins with a leading sentence."""
    appendix: bool = False
    parent: int = 0
    level: int = 0


def ends(nodes: list[Node], text: str, lines: Sequence[Span]) -> list[int]:
    """Where each section ends: before the next of its level or a higher one, a last point with its line.

    What is said to the audience behind the last point is no part of it: it goes to the chapter or to the report, and
    so does a passage behind that, which is given another parent.
    """
    starts = [node.start for node in nodes[1:]]
    appendix = next((node.start for node in nodes if node.appendix), len(text))
    spoken = lines[: bisect_left(lines, (appendix, 0))]
    stops: list[tuple[int, int, int]] = []
    for offset, level in closings(text, spoken, starts):
        behind = bisect_left(starts, offset) + 1
        following = nodes[behind] if behind < len(nodes) else None
        if following and not following.appendix and not _moved_up(nodes, behind, level):
            level = max(level, following.level)
        stops.append((offset, level, behind - 1))
    found = _by_order(nodes, text)
    for offset, level, i in stops:
        while i:
            if nodes[i].level > level and found[i] > offset:
                found[i] = len(text[:offset].rstrip())
            i = nodes[i].parent
    return found


def _moved_up(nodes: list[Node], i: int, level: int) -> bool:
    """Whether node `i` is a passage that stands right below `level`, or was moved there with what it holds."""
    passage = nodes[i]
    rest = next((j for j in range(i + 1, len(nodes)) if nodes[j].level <= passage.level), len(nodes))
    up = max(0, passage.level - level - 1)
    if passage.passage is None or (rest < len(nodes) and nodes[rest].level > passage.level - up):
        return False
    parent = passage.parent
    for _ in range(up):
        parent = nodes[parent].parent
    nodes[i:rest] = [replace(node, level=node.level - up) for node in nodes[i:rest]]
    nodes[i] = replace(nodes[i], parent=parent)
    return True


def _by_order(nodes: Sequence[Node], text: str) -> list[int]:
    ends = [len(text)] * len(nodes)
    following: list[Node | None] = [None] * (max(node.level for node in nodes) + 1)
    child_end: dict[int, int] = {}
    for i in range(len(nodes) - 1, -1, -1):
        node = nodes[i]
        after = following[node.level]
        end = after.start if after else len(text)
        counts_on = (
            after is not None
            and (after.point or after.inline)
            and after.parent == node.parent
            and after.rank == node.rank
            and after.number > node.number
        )
        if (node.point or node.inline) and not counts_on:
            end = min(end, max(node.line_end, child_end.get(i, 0)))
        while end > node.start and text[end - 1].isspace():
            end -= 1
        ends[i] = end
        child_end[node.parent] = max(child_end.get(node.parent, 0), end)
        for level in range(node.level, len(following)):
            following[level] = node
    return ends
