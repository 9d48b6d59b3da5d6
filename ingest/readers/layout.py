"""Where characters stand on a page becomes lines in reading order: pure geometry, for PDF and OCR alike.

Lengths are in one unit for each page (points or pixels); y grows upwards, as in PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.rows import CELL_SEPARATOR


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character (PDF) or a piece of a line (OCR), and where it stands."""

    text: str
    left: float
    right: float
    base: float
    """The y of the line it stands on."""
    size: float
    """Height of a full-width character, which is its width too."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on one line; `cells` are more than one where wide gaps part them."""

    cells: tuple[str, ...]
    left: float
    right: float
    base: float
    size: float

    @property
    def text(self) -> str:
        """The cells as one text: a number far to the right (a contents page) after a tab, else as a table's row."""
        lone_number = len(self.cells) == 2 and self.cells[1].isdecimal()
        return ("\t" if lone_number else CELL_SEPARATOR).join(self.cells)


Region = tuple[Line, ...]
"""Lines that follow each other: a column, or a stretch over the full width."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines in reading order."""

    height: float
    regions: tuple[Region, ...]


CELL_GAP = 1.5
"""Gap within a line, in characters, that parts cells. Titles are spaced by up to one character (`工　作　报　告`)."""

WORD_GAP = 0.2
"""Gap between Latin letters, in characters, that stands for a blank which the file does not have."""

SAME_LINE = 0.4
"""How far baselines on one line may differ, in characters: raised figures, other fonts."""

COLUMN_LINES = 5
"""Least number of lines in each of two columns."""

COLUMN_CHARACTERS = 8
"""Least number of characters in a column's lines on average; cells of tables are shorter."""

COLUMN_FULL = 0.4
"""Least share of the left column's lines that are filled, the rest being the last of paragraphs. Cells of tables end
anywhere."""

COLUMN_CROSSED = 0.2
"""Largest share of a two-column page's rows that may run over the gutter: titles, pictures' captions."""


def regions_of(glyphs: Iterable[Glyph]) -> tuple[Region, ...]:
    """Lines in reading order: one region, or, on a page of two columns, left before right between full-width lines."""
    rows = _rows(glyphs)
    gutter = _gutter(rows)
    if gutter is None:
        return _filled([[_line(row) for row in rows]])
    regions: list[list[Line]] = []
    left, right, full = [], [], []
    for row in rows:
        before = [glyph for glyph in row if glyph.right <= gutter]
        after = [glyph for glyph in row if glyph.left >= gutter]
        if len(before) + len(after) < len(row):  # something stands across
            regions += [left, right]
            left, right = [], []
            full.append(_line(row))
        else:
            regions.append(full)
            full = []
            left += [_line(before)] if before else []
            right += [_line(after)] if after else []
    return _filled([*regions, left, right, full])


def _filled(regions: list[list[Line]]) -> tuple[Region, ...]:
    return tuple(tuple(region) for region in regions if region)


def _rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs by line from top to bottom, each from left to right, without blanks at the ends."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: -g.base):
        first = rows[-1][0] if rows else None
        if first and first.base - glyph.base <= SAME_LINE * max(first.size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    stripped = (_stripped(sorted(row, key=lambda g: g.left)) for row in rows)
    return [row for row in stripped if row]


def _stripped(row: list[Glyph]) -> list[Glyph]:
    """Without blanks at the ends: paragraphs are set in by blanks or by position; the position is looked at."""
    filled = [i for i, glyph in enumerate(row) if glyph.text.strip()]
    return row[filled[0] : filled[-1] + 1] if filled else []


def _line(row: list[Glyph]) -> Line:
    """One line, parted into cells at wide gaps."""
    size = median([glyph.size for glyph in row if wide(glyph.text)] or [glyph.size for glyph in row])
    cells = [row[0].text]
    for before, glyph in pairwise(row):
        gap = glyph.left - before.right
        if gap > CELL_GAP * size:
            cells.append("")
        elif gap > WORD_GAP * size and _latin(before.text[-1:]) and _latin(glyph.text[:1]):
            cells[-1] += " "
        cells[-1] += glyph.text
    whole = tuple(cell.strip() for cell in cells if cell.strip())
    return Line(whole, row[0].left, max(g.right for g in row), row[0].base, size)


def wide(text: str) -> bool:
    """Whether a text has a full-width character; only these tell a line's size, Latin fonts declare any height."""
    return any(char >= "\u2e80" for char in text)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _gutter(rows: Sequence[list[Glyph]]) -> float | None:
    """The x between two columns of running text, or None where there is one column (or a table)."""
    if len(rows) < COLUMN_LINES:
        return None
    left, right = min(row[0].left for row in rows), max(glyph.right for row in rows for glyph in row)
    places = [left + (right - left) * share / 40 for share in range(12, 29)]  # the middle two fifths
    crossed = [sum(any(g.left < x < g.right for g in row) for row in rows) for x in places]
    # Where text runs over the whole width, a place is crossed or falls between two characters that touch.
    open_rows = [sum(_open_at(row, x) for row in rows) for x in places]
    best = max(range(len(places)), key=lambda i: open_rows[i] - crossed[i])
    x = places[best]
    if open_rows[best] < (1 - COLUMN_CROSSED) * len(rows):
        return None
    sides = [[[g for g in row if (g.right <= x) == first] for row in rows] for first in (True, False)]
    sides = [[row for row in side if row] for side in sides]
    if any(len(side) < COLUMN_LINES or _mean_length(side) < COLUMN_CHARACTERS for side in sides):
        return None
    edge = max(row[-1].right for row in sides[0])
    full = sum(edge - row[-1].right < 1.5 * row[-1].size for row in sides[0])
    return x if full >= COLUMN_FULL * len(sides[0]) else None


def _open_at(row: list[Glyph], x: float) -> bool:
    """Whether a row leaves more than a character free around x."""
    before = max((glyph.right for glyph in row if glyph.left < x), default=float("-inf"))
    after = min((glyph.left for glyph in row if glyph.left >= x), default=float("inf"))
    return before <= x and after - before > row[0].size


def _mean_length(rows: list[list[Glyph]]) -> float:
    return sum(len(glyph.text) for row in rows for glyph in row) / len(rows)
