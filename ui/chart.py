"""A picture of a table of figures: over the years, or across organisations. Its points lead to their citations.

Inline SVG without a view box, its places across in per cent: what the chat's sanitiser lets through, as wide as there
is room. The table below it says the same in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from rag.quantities import plain, quantities
from ui.markdown import INLINE, Table

MOST = 3
"""Charts of one table: one for each column of figures."""
FEWEST = 2
"""Figures from which on there is something to see."""
SPAN = 15
"""Years across which the ones without a figure are shown as gaps."""

HEIGHT, TOP, BOTTOM = 170, 34, 28
"""Pixels of a chart over the years: in all, above the highest point, below the axis."""
ROW, BAR = 44, 12
"""Pixels of a row and of its bar, across organisations."""
WIDEST = 78
"""Per cent of the width that the longest bar takes; the rest is for its figure."""

_YEAR = re.compile(r"((?:19|20)\d\d)年?(?:度)?")
_DOWN = re.compile(r"下降|减少|降低|负增长|^-")


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a table; `value` is None where there is none to be drawn, `n` where nothing is cited."""

    label: str
    value: float | None
    shown: str
    n: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """A column of figures, from the first row to the last."""

    title: str
    points: tuple[Point, ...]
    yearly: bool


def charts(table: Table, known: Collection[int], turn: int) -> str:
    """The table's columns of figures as HTML on one line, or nothing; markers in `known` are linked."""
    drawn = [_years(s, turn) if s.yearly else _bars(s, turn) for s in series(table, known)[:MOST]]
    return "".join(f'<div class="bg-chart">{chart}</div>' for chart in drawn)


def series(table: Table, known: Collection[int]) -> list[Series]:
    """The columns that hold comparable figures: same unit, at least `FEWEST` of them."""
    labels = [_plain(row[0]) for row in table.rows]
    years = [_YEAR.fullmatch(label) for label in labels]
    yearly = bool(years) and all(years)
    found = []
    for column in range(1, len(table.head)):
        figures = [_figure(row[column]) for row in table.rows]
        units = [figure[1] for figure in figures if figure]
        unit = max(units, key=units.count, default="")
        points = tuple(
            Point(
                label=match[1] if yearly and match else label,
                value=figure[0] if figure and figure[1] == unit else None,
                shown=_plain(row[column]),
                n=next((n for text in (row[column], *row) for n in _markers(text) if n in known), None),
            )
            for label, match, figure, row in zip(labels, years, figures, table.rows, strict=True)
        )
        if sum(point.value is not None for point in points) >= FEWEST:
            found.append(Series(_plain(table.head[column]), _with_gaps(points) if yearly else points, yearly))
    return found


def _figure(cell: str) -> tuple[float, str] | None:
    """Value and unit of the first figure of a cell, less than zero where it says that something fell."""
    text = plain(_plain(cell))
    found = quantities(text)
    if not found:
        return None
    return float(found[0].value) * (-1 if _DOWN.search(text[: found[0].start]) else 1), found[0].unit


def _with_gaps(points: Sequence[Point]) -> tuple[Point, ...]:
    """Points by year, ascending, the years between them that have none as gaps; what is said twice stays twice."""
    known = {int(point.label) for point in points}
    first, last = min(known), max(known)
    missing = set(range(first, last + 1)) - known if last - first < SPAN else set()
    return tuple(sorted([*points, *(Point(str(year), None, "", None) for year in missing)], key=lambda p: p.label))


def _years(drawn: Series, turn: int) -> str:
    """Points joined by a line, which breaks where a year has no figure; the axis is at zero."""
    values = [point.value for point in drawn.points if point.value is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    room = HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return round(TOP + (high - value) / ((high - low) or 1) * room, 1)

    years = list(dict.fromkeys(point.label for point in drawn.points))
    places = [(f"{100 * (years.index(point.label) + 0.5) / len(years):.2f}%", point) for point in drawn.points]
    parts = [f'<line class="bg-axis" x1="0" x2="100%" y1="{y(0)}" y2="{y(0)}"></line>']
    for (x1, a), (x2, b) in pairwise(places):
        if a.value is not None and b.value is not None:
            parts.append(f'<line class="bg-line" x1="{x1}" x2="{x2}" y1="{y(a.value)}" y2="{y(b.value)}"></line>')
    for x, point in places:
        if point.value is not None:
            at = y(point.value)
            dot = f'<circle cx="{x}" cy="{at}" r="6"></circle><text x="{x}" y="{at - 12}">{escape(point.shown)}</text>'
            parts.append(_linked(point, dot, turn))
        parts.append(f'<text class="bg-tick" x="{x}" y="{HEIGHT - 8}">{escape(point.label)}</text>')
    return _svg(drawn.title, HEIGHT, "bg-years", parts)


def _bars(drawn: Series, turn: int) -> str:
    """A bar for each organisation, its name above and its figure behind it."""
    longest = max(abs(point.value) for point in drawn.points if point.value is not None) or 1
    parts = []
    for row, point in enumerate(drawn.points):
        top = row * ROW
        parts.append(f'<text class="bg-tick" x="0" y="{top + 16}">{escape(point.label)}</text>')
        if point.value is not None:
            width = f"{max(abs(point.value) / longest * WIDEST, 0.5):.2f}%"
            bar = f'<rect x="0" y="{top + 23}" width="{width}" height="{BAR}" rx="3"></rect>'
            value = f'<text x="{width}" dx="6" y="{top + 34}">{escape(point.shown)}</text>'
            parts.append(_linked(point, bar + value, turn))
        elif point.shown:
            parts.append(f'<text class="bg-tick" x="0" y="{top + 34}">{escape(point.shown)}</text>')
    return _svg(drawn.title, len(drawn.points) * ROW, "bg-bars", parts)


def _linked(point: Point, drawn: str, turn: int) -> str:
    name = f"<title>{escape(point.label)}：{escape(point.shown)}</title>"
    if point.n is None:
        return f"<g>{name}{drawn}</g>"
    return f'<a href="#cite-{turn}-{point.n}">{name}{drawn}</a>'


def _svg(title: str, height: int, kind: str, parts: Sequence[str]) -> str:
    caption = f'<p class="bg-caption">{escape(title)}</p>' if title else ""
    return f'{caption}<svg class="{kind}" style="height:{height}px">{"".join(parts)}</svg>'


def _markers(text: str) -> list[int]:
    return [int(match["n"]) for match in INLINE.finditer(text) if match["n"]]


def _plain(cell: str) -> str:
    """A cell without markers and the stars of bold."""
    return " ".join(INLINE.sub(lambda match: match["bold"] or "", cell).split())
