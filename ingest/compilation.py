"""A file's text becomes reports: by contents page, by `篇N`, by title lines, or by numbering that starts again."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.bodies import BODY, CATEGORY, is_body
from ingest.contents import listed_titles
from ingest.lines import line_spans
from ingest.markers import Mark, marker_at
from ingest.pieces import FEWEST_CHARACTERS, Piece, with_bodies
from ingest.titles import (
    Strength,
    contents_title,
    is_byline,
    is_date,
    is_frame,
    is_occasion,
    is_paper,
    is_salutation,
    is_signature,
    is_title,
    is_upper_half,
    piece_number,
    strength,
    title_key,
    title_span,
)
from rag.model import Span
from rag.text import numeral, years_in

_PREAMBLE = 400
"""So much text before the first title is a report of its own."""
_OPENING = re.compile(
    r"现将.{0,60}(?:如下|汇报|报告)|^(?:(?:19|20)\d\d年(?:度)?(?:以来)?|今年以来|一年来)[，,].{0,120}(?:领导|指导|支持|帮助)下"
)
_COLLECTION = re.compile(r"汇编|选编|合集|篇(?<=[\d一二三四五六七八九十]篇)[)）]?$")
_LONGEST_TITLE_LINE = 60
_LONGEST_UPPER = 40
_LETTER_NUMBER = re.compile(r"[〔\[（(](?:19|20)\d\d[〕\])）]\s*\d{1,4}\s*号")
_FRAME_LINES = 6
"""How far below a title its occasion may stand."""


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    first: int
    """Of the first `一、` in the line, else 0."""
    last: int
    """Of the last one."""


def split(text: str) -> list[Piece]:
    """The reports of a cleaned text in order; a text without any sign of several is one report."""
    lines = [_line(start, text[start:end]) for start, end in line_spans(text)]
    if not lines:
        return []
    for find in (_recorded, _numbered, _titled, _restarted):
        pieces = with_bodies(text, find(lines))
        if len(pieces) > 1 or (pieces and find is not _restarted):
            return _with_preamble(text, lines, pieces)
    start, end = _first_title(lines)
    return [Piece(lines[0].start if start == end else start, lines[-1].end, (start, end))]


_COUNTS = re.compile("、(?<=[一二三四五六七八九十]、)")
_COUNTED = re.compile(r"[一二三四五六七八九十][一二三四五六七八九十]{0,2}、")


def _line(start: int, line: str) -> _Line:
    if not _COUNTS.search(line):
        return _Line(start, start + len(line), line, 0, 0)
    counted = [m for m in _COUNTED.finditer(line) if m.start() == 0 or line[m.start() - 1] in "。；！？：:"]
    counted = [m for m in counted if (found := marker_at(line, m.start())) and found.mark is Mark.HAN]
    first, last = (numeral(m[0][:-1]) for m in (counted[0], counted[-1])) if counted else (0, 0)
    return _Line(start, start + len(line), line, first, last)


# --- records ---

_RECORD_YEAR = re.compile(r"(?:19|20)\d\d")


def _recorded(lines: Sequence[_Line]) -> list[Piece]:
    """A year on a line of its own above each report's title or salutation, as tables of reports have it."""
    starts = [i for i, line in enumerate(lines) if _RECORD_YEAR.fullmatch(line.text) and _has_frame(lines, i + 1)]
    if not starts or starts[0] > _FRAME_LINES:
        return []
    pieces = []
    for first, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        record = lines[first]
        titled = _titled(lines[first + 1 : min(following, first + 1 + _FRAME_LINES)])
        title = titled[0].title if titled else (record.end, record.end)
        pieces.append(Piece(record.start, 0, title, record.text))
    return pieces


def _has_frame(lines: Sequence[_Line], i: int) -> bool:
    return any(
        is_salutation(line.text) or strength(line.text) is Strength.STRONG for line in lines[i : i + _FRAME_LINES]
    )


# --- numbered pieces ---


def _numbered(lines: Sequence[_Line]) -> list[Piece]:
    """`篇1 … 篇10` or `第一篇：…`, counting from one; the last such count is not the contents page."""
    runs: list[list[int]] = []
    last = 0
    for i, line in enumerate(lines):
        piece = piece_number(line.text) if len(line.text) <= 90 else None
        if piece is None or contents_title(line.text) is not None:
            continue
        if piece[0] == 1:
            runs.append([])
        elif not runs or not 0 < piece[0] - last <= 2:
            continue
        runs[-1].append(i)
        last = piece[0]
    runs = [run for run in runs if len(run) > 1]
    if not runs:
        return []
    listed = listed_titles([line.text for line in lines])
    pieces: list[Piece] = []
    for i, following in zip(runs[-1], [*runs[-1][1:], len(lines)], strict=True):
        piece = _numbered_piece(lines, i)
        below = [line for line in lines[i + 1 : following] if line.start > piece.title[1]]
        titled = _titled(below, within=True, listed=listed)
        if following < len(lines) and _number_of(lines[following]) == _number_of(lines[i]) + 1:
            titled = [other for other in titled if _surely_titled(other, below, listed)]
        pieces += [piece, *titled]
    return pieces


def _number_of(line: _Line) -> int:
    return (piece_number(line.text) or (0, ""))[0]


def _surely_titled(piece: Piece, lines: Sequence[_Line], listed: Collection[str]) -> bool:
    """Whether a title between two pieces whose numbers follow each other begins a report: listed, or of a speech."""
    i = next(i for i, line in enumerate(lines) if line.end >= piece.title[1])
    return title_key(lines[i].text) in listed or _is_spoken(lines, i)


def _numbered_piece(lines: Sequence[_Line], i: int) -> Piece:
    line = lines[i]
    label, title = _label_and_title(line)
    if title[0] == title[1] and i + 1 < len(lines) and is_title(lines[i + 1].text):
        title = (lines[i + 1].start, lines[i + 1].end)
    return Piece(line.start, 0, title, label)


def _label_and_title(line: _Line) -> tuple[str, Span]:
    """`篇1：标题` → (`篇1`, where the title stands); an empty span behind the line for a bare number."""
    piece = piece_number(line.text)
    if piece is None:
        first, last = title_span(line.text)
        return "", (line.start + first, line.start + last)
    if not piece[1]:
        return line.text.strip("【[】]（()）：: "), (line.end, line.end)
    at = line.text.rindex(piece[1]) if not line.text.startswith(piece[1]) else 0
    label = (line.text[:at] + line.text[at + len(piece[1]) :]).strip("【[】]（()）：:、.． ")
    return label, (line.start + at, line.start + at + len(piece[1]))


# --- titles ---


def _titled(lines: Sequence[_Line], *, within: bool = False, listed: Collection[str] = ()) -> list[Piece]:
    """Title lines, and lines of a contents page that mostly lists titles.

    `within`: behind other reports, so that the first line too must surely be a title. `listed`: keys of titles that a
    contents page above lists.
    """
    listed = listed or listed_titles([line.text for line in lines])
    pieces: list[Piece] = []
    progress = _Progress(begun=within)
    for i, line in enumerate(lines):
        if len(line.text) > 90 or contents_title(line.text) or _COLLECTION.search(line.text):
            progress.read(line)
            continue
        label, title = _label_and_title(line)
        sure = strength(line.text[title[0] - line.start : title[1] - line.start])
        if label or (listed and title_key(line.text) in listed):
            sure = Strength.STRONG if sure or not line.first else sure
        elif sure is Strength.MEDIUM and _is_spoken(lines, i):
            sure = Strength.STRONG
        if sure and progress.allows(sure, lines, i) and not (pieces and _is_of_neighbour(lines, i, progress)):
            title = _whole_title(lines, i, title)
            pieces.append(Piece(min(line.start, title[0]), 0, title, label))
            progress = _Progress(begun=True, title=title_key(line.text))
        else:
            progress.read(line)
    return pieces


_LONGEST_PAGE_HEAD = 20
"""Of a line above the title that is no half of it: `某县政协会议文件（三）`."""
_HEAD_LINES = 4
"""How far below the title of a speech its salutation stands: body, speaker and date are between them."""


def _is_spoken(lines: Sequence[_Line], i: int) -> bool:
    """Whether a line is the title of a speech or the like, with a salutation or with body and date below it."""
    if not is_paper(lines[i].text):
        return False
    head = [line.text for line in lines[i + 1 : i + 1 + _HEAD_LINES]]
    if any(is_salutation(text) for text in head):
        return True
    return any((is_signature(a) or is_byline(a)) and is_date(b) for a, b in pairwise(head))


def _is_of_neighbour(lines: Sequence[_Line], i: int, progress: _Progress) -> bool:
    """Whether a title between another one and its text names a different year than the occasion below: a link."""
    if progress.body >= FEWEST_CHARACTERS:
        return False
    own, here = years_in(progress.title), years_in(lines[i].text)
    below = next((line.text for line in lines[i + 1 : i + _FRAME_LINES] if is_occasion(line.text)), "")
    given = years_in(below)
    return bool(given) and given[0] in own and given[0] not in here and bool(here)


class _Progress:
    """What has been read of the report that is open, to tell the next report from its own parts."""

    def __init__(self, *, begun: bool, title: str = "") -> None:
        self.begun = begun
        self.title = title
        self.number = 0
        self.body = 0
        self.signed = False

    def read(self, line: _Line) -> None:
        self.body += len(line.text)
        self.number = line.last or self.number
        below_text = self.body >= FEWEST_CHARACTERS
        self.signed = (below_text and is_date(line.text)) or (self.signed and is_signature(line.text))

    def allows(self, sure: Strength, lines: Sequence[_Line], i: int) -> bool:
        """Whether a report may end here: not before a heading of its own part, nor before its own title again."""
        if not self.begun or self.signed:
            return True
        if title_key(lines[i].text) == self.title and self.body < FEWEST_CHARACTERS:
            return True  # once on the title page, once above the text
        if sure is Strength.STRONG and title_key(lines[i].text) != self.title:
            return True
        following = next((line.first for line in lines[i + 1 : i + 60] if line.first), 0)
        return sure >= Strength.MEDIUM and self.number >= 2 and following == 1


def _whole_title(lines: Sequence[_Line], i: int, title: Span) -> Span:
    """A title that stands on two lines: body or place above it, or `和2024年工作计划` below."""
    start, end = title
    line = lines[i].text
    if i and len(lines[i - 1].text) <= _LONGEST_UPPER:
        above = lines[i - 1]
        before = lines[i - 2].text
        first = (
            i == 1 or is_date(before) or contents_title(before) is not None or _LETTER_NUMBER.search(before) is not None
        )
        body = BODY.fullmatch(above.text) and not CATEGORY.fullmatch(above.text) and strength(line) < Strength.STRONG
        if first and (body or is_upper_half(above.text, line)):
            start = above.start
    if i + 1 < len(lines):
        below = lines[i + 1]
        if re.match(r"[和及暨与]", below.text) and is_title(f"{line}{below.text}"):
            end = below.end
    return start, end


def _first_title(lines: Sequence[_Line]) -> Span:
    """The title of a text that is one report: a title among its first lines, else a short first line."""
    above = next((a for a, b in pairwise(lines[:_HEAD_LINES]) if is_occasion(b.text) and _may_be_title(a.text)), None)
    page_head = above and len(lines[0].text) <= _LONGEST_PAGE_HEAD and not is_title(lines[0].text)
    first = above if above and page_head else lines[0]
    title = len(lines) > 1 and (is_title(first.text) or _may_be_title(first.text))
    return first.start, first.end if title else first.start


# --- neither ---


def _restarted(lines: Sequence[_Line]) -> list[Piece]:
    """`一、` again after `二、`, with an opening formula, salutation or signature since: there a new report began."""
    starts = [0]
    last, opening = 0, None
    for i, line in enumerate(lines):
        if line.first:
            if line.first == 1 and last >= 2 and opening is not None:
                starts.append(opening)
            last, opening = line.last, None
        elif opening is None and last >= 2 and _opens(lines, i):
            opening = _frame_above(lines, i)
    pieces = []
    for first, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        title = _first_title(lines[first:following])
        pieces.append(Piece(lines[first].start, 0, title))
    return pieces


def _opens(lines: Sequence[_Line], i: int) -> bool:
    above = lines[i - 1].text if i else ""
    if is_date(above) and not is_signature(lines[i].text):
        return True
    if marker_at(above, 0) is not None and len(above) <= _LONGEST_TITLE_LINE:
        return False  # the first words below a heading: `2024年，我局将在区委的领导下…`
    if is_signature(lines[i].text) and _heads_text(lines, i):
        return True
    return is_salutation(lines[i].text) or _OPENING.search(lines[i].text[:300]) is not None


def _heads_text(lines: Sequence[_Line], i: int) -> bool:
    """Whether the name of a body on line `i` is the title of what follows, and not the signature above a date."""
    return is_body(lines[i].text) and i + 1 < len(lines) and "。" in lines[i + 1].text


def _frame_above(lines: Sequence[_Line], i: int) -> int:
    """The first of the lines that belong to the opening at line `i`: occasion, speaker, a short title."""
    first = i
    while first and (is_occasion(lines[first - 1].text) or is_byline(lines[first - 1].text)):
        first -= 1
    above = lines[first - 1].text if first else ""
    return first - 1 if _may_be_title(above) else first


def _may_be_title(line: str) -> bool:
    if not 4 <= len(line) <= _LONGEST_TITLE_LINE or marker_at(line, 0) is not None:
        return False
    return re.search(r"[。；！？：:，,]$|\t", line) is None and not is_frame(line) and not is_signature(line)


# --- in front ---


def _with_preamble(text: str, lines: Sequence[_Line], pieces: list[Piece]) -> list[Piece]:
    """A long text before the first title is a report without one."""
    first = pieces[0].start
    if sum(len(line) for line in text[:first].splitlines() if "。" in line) < _PREAMBLE:
        return pieces
    end = len(text[:first].rstrip())
    title = _first_title([line for line in lines if line.end <= end])
    return [Piece(lines[0].start, end, title), *pieces]
