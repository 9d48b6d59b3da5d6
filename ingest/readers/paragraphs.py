"""Lines on pages become paragraphs, by where they begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.readers.layout import Line, Page, Region, wide

INDENT = 1.2
"""Characters that a paragraph's first line is set in by, at least; two are usual."""

BLOCK_INDENT = 6
"""Characters that a block of several lines is set in by, at most; signatures stand farther to the right."""

PITCH = 1.7
"""Distance of two lines over the usual one from which on they are two paragraphs."""

OTHER_SIZE = 1.2
"""Ratio of character sizes from which on lines are not of one paragraph."""

SET_IN_SHARE = 0.03
"""Least share of a document's lines that are set in, where paragraphs are told by that; a page may have one or two."""

EDGE_SHARE = 0.2
"""Least share of a region's lines that stand at its left edge; fewer stick out of it."""

NEARLY_FULL = 0.8
"""Share of the width from which on a line may have been broken early without being its paragraph's last."""

FEW_LINES = 5
"""A region of fewer lines does not tell its right edge; the document's is taken."""

# A line that begins a paragraph wherever it stands, if the one before ended a sentence: `（二）`, `3.`, `四是`.
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}[、是]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+[，,、章]"
)
_ENDS_SENTENCE = re.compile(r"[。！？；：”）]$")
_GOES_ON = "，、（《“‘"
_CLOSING = "，。、；：？！”’）》】〕」』％%…"
_OPENING = "“‘（《【〔「『"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Between which edges a region's lines run, how far apart they are, and how large their characters."""

    left: float
    right: float
    pitch: float
    size: float


def running_text(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    """Paragraphs, one a line, and the offset where each page begins (within a paragraph that goes over the page)."""
    regions = [region for page in pages for region in page.regions]
    usual = max((_right_edge(region) for region in regions if len(region) >= FEW_LINES), default=0.0)
    frames = {id(region): _frame(region, usual) for region in regions}
    set_in = sum(INDENT < _indent(line, frames[id(region)]) < BLOCK_INDENT for region in regions for line in region)
    headings = set_in < max(2, SET_IN_SHARE * sum(map(len, regions)))
    parts: list[str] = []
    offsets: list[int] = []
    length = 0
    before: tuple[Line, _Frame] | None = None
    for page in pages:
        offsets.append(length)
        for region in page.regions:
            frame = frames[id(region)]
            for index, line in enumerate(region):
                after = region[index + 1] if index + 1 < len(region) else None
                glue = _glue(*before, line, frame, after, same_region=index > 0, headings=headings) if before else ""
                parts += [glue, line.text]
                length += len(glue) + len(line.text)
                before = line, frame
    return "".join(parts), tuple(offsets)


def _indent(line: Line, frame: _Frame) -> float:
    """How far a line is set in, in characters."""
    return (line.left - frame.left) / line.size


def _frame(region: Region, usual_right: float) -> _Frame:
    right = _right_edge(region) if len(region) >= FEW_LINES else max(usual_right, _right_edge(region))
    pitches = [a.base - b.base for a, b in pairwise(region)]
    pitch = median(pitches) if pitches else 0.0
    return _Frame(_left_edge(region), right, pitch, median(line.size for line in region))


def _left_edge(region: Region) -> float:
    """The leftmost place where a fair share of lines begin; less if none does."""
    for line in sorted(region, key=lambda line: line.left):
        beside = sum(0 <= other.left - line.left < line.size / 3 for other in region)
        if beside >= EDGE_SHARE * len(region):
            return line.left
    return min(line.left for line in region)


def _right_edge(region: Region) -> float:
    """The place that lines reach; a single one that sticks out does not count."""
    rights = sorted((line.right for line in region), reverse=True)
    return next((a for a, b in pairwise(rights) if a - b < region[0].size), rights[0])


def _glue(
    before: Line,
    its_frame: _Frame,
    line: Line,
    frame: _Frame,
    after: Line | None,
    *,
    same_region: bool,
    headings: bool,
) -> str:
    """What stands between two lines: a line end where a paragraph begins, a blank between Latin words, or nothing."""
    if _begins_paragraph(before, its_frame, line, frame, after, same_region=same_region, headings=headings):
        return "\n"
    return " " if _letter(before.text[-1]) and _letter(line.text[0]) else ""


def _letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _begins_paragraph(
    before: Line,
    its_frame: _Frame,
    line: Line,
    frame: _Frame,
    after: Line | None,
    *,
    same_region: bool,
    headings: bool,
) -> bool:
    """Whether a line is a paragraph's first; `after` is the next of its region.

    `headings`: a numbered line is one too where a sentence ended before it, since this document sets no paragraph in.
    """
    if len(before.cells) > 1 or len(line.cells) > 1:
        return True
    known = wide(before.text) and wide(line.text)
    if known and max(before.size, line.size) > OTHER_SIZE * min(before.size, line.size):
        return True
    if same_region and before.base - line.base > PITCH * frame.pitch:
        return True
    if same_region and _of_a_title(before, frame) and _of_a_title(line, frame):  # of two lines where it had to be
        return frame.right - frame.left - (before.right - before.left) > _first_word_width(line)
    if line.text[0] in _CLOSING or before.text[-1] in _GOES_ON:
        return False
    ended = bool(_ENDS_SENTENCE.search(before.text))
    indent = _indent(line, frame)
    set_in = indent > INDENT
    # Broken although the next word had room: the line before was the last of its paragraph. Where it is nearly full
    # and ends no sentence, the program that made the file was only careless.
    nearly_full = before.right - its_frame.left > NEARLY_FULL * (its_frame.right - its_frame.left)
    room = its_frame.right - before.right > _first_word_width(line) + before.size / 2
    if room and (ended or set_in or not nearly_full):
        return True
    full = its_frame.right - before.right < before.size
    if set_in and full and same_region and indent < BLOCK_INDENT and abs(line.left - before.left) < line.size / 3:
        # A block that is set in as a whole goes on, unless the line after this full one is not set in: then this is a
        # paragraph's first line.
        return ended or (frame.right - line.right < line.size and after is not None and _indent(after, frame) < INDENT)
    return set_in or (headings and ended and bool(_HEADING.match(line.text)))


def _of_a_title(line: Line, frame: _Frame) -> bool:
    """Whether a line is larger than the region's text, or in its middle."""
    if line.size > OTHER_SIZE * frame.size:
        return True
    before, after = line.left - frame.left, frame.right - line.right
    return before > line.size / 4 and abs(before - after) < line.size


def _first_word_width(line: Line) -> float:
    """Width of what may not be broken at a line's beginning: a number or word, brackets with what they hold on to."""
    text = line.text
    end = 0
    while end < len(text) and text[end] in _OPENING:
        end += 1
    latin = end
    while latin < len(text) and text[latin].isascii() and not text[latin].isspace():
        latin += 1
    end = max(latin, end + 1)
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    return sum(0.5 if char.isascii() else 1 for char in text[:end]) * line.size
