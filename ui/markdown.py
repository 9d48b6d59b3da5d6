"""What the answers' Markdown is made of: block starts, bold, markers, tables. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

INLINE = re.compile(r"\*\*(?=\S)(?P<bold>[^*\n]+?)(?<=\S)\*\*|\[(?P<n>\d{1,3})\]")
"""Bold text, or the marker of a citation."""
_RULE = re.compile(r":?-{3,}:?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an answer; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def blocks(text: str) -> Iterator[str | Table]:
    """The lines of `text` in order, those of a table (head, rule, rows) together."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        head = _cells(lines[at])
        rule = _cells(lines[at + 1]) if at + 1 < len(lines) else ()
        if not head or len(rule) != len(head) or not all(_RULE.fullmatch(cell) for cell in rule):
            yield lines[at]
            at += 1
            continue
        at += 2
        rows = []
        while at < len(lines) and (row := _cells(lines[at])):
            rows.append((*row, *[""] * len(head))[: len(head)])
            at += 1
        yield Table(head, tuple(rows))


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a table's line; none for another line."""
    line = line.strip()
    if len(line) < 3 or line[0] != "|" or line[-1] != "|":
        return ()
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line[1:-1]))
