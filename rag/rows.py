"""Tables in a report's text: rows of cells on one line each, or one cell a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.model import Span
from rag.text import paragraph_span

CELL_SEPARATOR = " | "
"""Between the cells of a row that stands on one line."""
_LONGEST_CAPTION = 40
_LONGEST_TABLE = 600
"""Characters from the head of a table to a row: an excerpt must hold both."""
_LONGEST_FLAT_ROW, _LONGEST_CELL, _FEWEST_CELLS = 120, 24, 3
"""Short lines without punctuation, three and more in a row, are cells of a table."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with the names of its columns; spans are offsets in the report's text."""

    cells: tuple[str, ...]
    span: Span
    names: tuple[str, ...]
    head: Span
    caption: str
    """The line above the table, where it is short; else empty."""


def row_at(text: str, offset: int) -> Row | None:
    """The row of a table with a head that stands on one line at `offset`; None where there is none."""
    span = paragraph_span(text, offset)
    cells = _cells(text, span)
    if len(cells) < 2:
        return None
    head, above = span, _line_before(text, span)
    while above is not None and len(_cells(text, above)) == len(cells):
        if span[1] - above[0] > _LONGEST_TABLE:
            return None
        head, above = above, _line_before(text, above)
    names = _cells(text, head)
    if head == span or any(re.search(r"\d", name) for name in names[1:]):
        return None
    caption = text[slice(*above)].strip() if above and above[1] - above[0] <= _LONGEST_CAPTION else ""
    return Row(cells, span, names, head, caption)


def flat_row(text: str, start: int) -> list[str]:
    """The cells of a row that was flattened to one cell a line, from the one at `start` on; empty where it is none."""
    cells: list[str] = []
    for line in text[start : start + _LONGEST_FLAT_ROW].splitlines():
        cell = line.strip()
        if not cell or len(cell) > _LONGEST_CELL or re.search(r"[。；：，|]", cell):
            break
        if len(cells) >= _FEWEST_CELLS and not re.search(r"\d", cell) and re.search(r"\d", cells[-1]):
            break
        cells.append(cell)
    return cells if len(cells) >= _FEWEST_CELLS else []


def _cells(text: str, span: Span) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in text[slice(*span)].split(CELL_SEPARATOR))


def _line_before(text: str, span: Span) -> Span | None:
    return paragraph_span(text, span[0] - 1) if span[0] > 0 else None
