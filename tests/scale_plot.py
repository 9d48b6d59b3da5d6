"""Draws what `scale.py` measured: milliseconds of a question against chunks, a line for each scope.

`python tests/scale_plot.py FIGURES.jsonl PICTURE.svg`, where each line of the first is one that `scale.py` printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log10
from pathlib import Path
from typing import Any, Literal

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor, white

SCOPES = {"all": "all reports", "half": "half of them", "year": "one year (5%)", "body": "one body (20 reports)"}
COLOURS = dict(zip(SCOPES, map(HexColor, ("#1f4e79", "#b5451b", "#2e7d4f", "#7a4fa3")), strict=True))
GREY, FAINT = HexColor("#555555"), HexColor("#dddddd")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 330, 50, 160, 20, 45
STEP = 10
"""Milliseconds between the lines across."""
APART = 15
"""Pixels between names at the right."""


def picture(rows: Sequence[Mapping[str, Any]]) -> Drawing:
    """Half of the questions take no longer than the line says, 95 of 100 no longer than the dotted one."""
    sizes = [row["chunks"] for row in rows]
    highest = STEP * (1 + max(row[scope][1] for row in rows for scope in SCOPES if scope in row) // STEP)

    def x(chunks: float) -> float:
        low, high = log10(sizes[0]), log10(sizes[-1])
        return LEFT + (WIDTH - LEFT - RIGHT) * (log10(chunks) - low) / (high - low)

    def y(milliseconds: float) -> float:
        return BOTTOM + (HEIGHT - TOP - BOTTOM) * milliseconds / highest

    drawing = Drawing(WIDTH, HEIGHT)
    paper = Rect(0, 0, WIDTH, HEIGHT)
    paper.fillColor = paper.strokeColor = white
    drawing.add(paper)
    for tick in range(0, int(highest) + 1, STEP):
        drawing.add(Line(LEFT, y(tick), WIDTH - RIGHT, y(tick), strokeColor=FAINT))
        drawing.add(_text(LEFT - 8, y(tick) - 4, str(tick), "end"))
    for size in sizes:
        drawing.add(_text(x(size), BOTTOM - 18, f"{size:,}", "middle"))
    drawing.add(_text((LEFT + WIDTH - RIGHT) / 2, 8, "chunks", "middle"))
    drawing.add(_text(8, HEIGHT - 12, "milliseconds: half of the questions (line), 95 of 100 (dotted)", "start"))
    ends = {}
    for scope, colour in COLOURS.items():
        measured = [(row["chunks"], row[scope]) for row in rows if scope in row]
        for which in (0, 1):
            points = [(x(size), y(times[which])) for size, times in measured]
            line = PolyLine([c for point in points for c in point], strokeColor=colour, strokeWidth=2 - which)
            if which:
                line.strokeDashArray = [2, 3]
            drawing.add(line)
            for point in points if not which else ():
                drawing.add(Circle(*point, 3, fillColor=colour, strokeColor=colour))
        ends[scope] = points[-1][1], f"{SCOPES[scope]}: {measured[-1][1][0]:g} / {measured[-1][1][1]:g}"
    order = sorted(ends, key=lambda scope: ends[scope][0])
    places = [ends[scope][0] for scope in order]
    for i, _ in pairwise(range(len(places))):
        places[i + 1] = max(places[i + 1], places[i] + APART)
    for scope, place in zip(order, places, strict=True):
        drawing.add(_text(WIDTH - RIGHT + 10, place - 4, ends[scope][1], "start", COLOURS[scope]))
    return drawing


def _text(x: float, y: float, text: str, anchor: Literal["start", "middle", "end"], colour: Color = GREY) -> String:
    return String(x, y, text, fontName="Helvetica", fontSize=11, fillColor=colour, textAnchor=anchor)


def main() -> None:
    figures, target = map(Path, sys.argv[1:])
    rows = sorted(map(json.loads, figures.read_text("utf-8").splitlines()), key=lambda row: row["chunks"])
    renderSVG.drawToFile(picture([row for row in rows if "all" in row]), str(target))


if __name__ == "__main__":
    main()
