"""A file's text becomes reports: by contents page, by `篇N`, by title lines, or by numbering that starts again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.markers import Mark, is_title, marker_at, piece_number
from rag.model import Span

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_CONTENTS_ENTRY = re.compile(r"^(?P<title>.{4,80}?)(?:\t+|[.．…·\s]{3,}|\s{2,})(?P<page>\d{1,4})$")
_FEWEST_CHARACTERS = 120
"""A title with less text below it than this is an entry of a contents page or a part of the title page."""
_OPENING = re.compile(
    r"现将.{0,60}(?:如下|汇报|报告)|^(?:(?:19|20)\d\d年(?:度)?(?:以来)?|今年以来|一年来)[，,].{0,120}(?:领导|指导|支持|帮助)下"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One report of a file: its span in the file's text, the span of its title line (empty where it has none)."""

    start: int
    end: int
    title: Span
    label: str = ""
    """`篇3` where the file numbers its reports."""


def split(text: str) -> list[Piece]:
    """The reports of a cleaned text in order; a text without any sign of several is one report."""
    lines = [(m.start() + len(m[0]) - len(m[0].lstrip()), m.start() + len(m[0].rstrip())) for m in _LINE.finditer(text)]
    for find in (_numbered, _titled, _restarted):
        pieces = _with_bodies(text, find(text, lines))
        if len(pieces) > 1 or (pieces and find is not _restarted):
            return pieces
    if not lines:
        return []
    start = lines[0][0]
    return [Piece(start, lines[-1][1], _first_title(text, lines))]


def _numbered(text: str, lines: list[Span]) -> list[Piece]:
    """`篇1 … 篇10` or `第一篇：…`, counting from one; the last such count is not the contents page."""
    found = [(start, end, piece_number(text[start:end])) for start, end in lines]
    runs: list[list[tuple[int, int, int]]] = []
    for i, (start, end, piece) in enumerate(found):
        if piece is None:
            continue
        number, _ = piece
        if number == 1:
            runs.append([])
        if runs and number == len(runs[-1]) + 1:
            runs[-1].append((i, start, end))
    runs = [run for run in runs if len(run) > 1]
    if not runs:
        return []
    pieces = []
    for i, start, end in runs[-1]:
        label, title = _numbered_title(text[start:end])
        title = "" if title == text[start:end] else title
        span = (end - len(title), end) if title else (end, end)
        following = lines[i + 1] if i + 1 < len(lines) else None
        if not title and following and is_title(text[slice(*following)]):
            span = following
        pieces.append(Piece(start, len(text), span, label or text[start:end].strip("【[】]：: ")))
    return pieces + _unnumbered_after(text, lines, pieces[-1])


def _unnumbered_after(text: str, lines: list[Span], last: Piece) -> list[Piece]:
    """Titled reports behind the last numbered one, as where only the first carries its `篇1：`."""
    return [p for p in _titled(text, [line for line in lines if line[0] > last.title[1]])]


def _titled(text: str, lines: list[Span]) -> list[Piece]:
    """Title lines; those listed in a contents page count even where they do not look like one."""
    listed = {_key(m["title"]) for start, end in lines if (m := _CONTENTS_ENTRY.match(text[start:end]))}
    pieces = []
    for start, end in lines:
        line = text[start:end]
        if _CONTENTS_ENTRY.match(line) or re.search(r"汇编|(?:\d+|[一二三四五六七八九十]+)篇[)）]?$", line):
            continue
        if (_key(line) in listed and marker_at(line, 0) is None) or (is_title(line) and not _is_part(line)):
            label, title = _numbered_title(line)
            pieces.append(Piece(start, len(text), (end - len(title), end), label))
    return pieces


def _numbered_title(line: str) -> tuple[str, str]:
    """`篇1：标题` → (`篇1`, `标题`)."""
    piece = piece_number(line)
    if piece is None or not piece[1]:
        return "", line
    return re.sub(r"[：:、.\s【】\[\]]+$", "", line[: -len(piece[1])]).lstrip("【["), piece[1]


def _is_part(line: str) -> bool:
    """`2024年工作打算` alone is the second half of a report, not a report."""
    return (
        re.fullmatch(
            r"(?:(?:19|20)\d\d年(?:度)?)?(?:[一-龥]{0,2})?工作(?:总结|回顾|计划|打算|思路|安排|情况|要点)", line.strip()
        )
        is not None
    )


def _restarted(text: str, lines: list[Span]) -> list[Piece]:
    """`一、` again after `二、`, with an opening formula since: a new report began at the formula."""
    starts = [lines[0][0]] if lines else []
    last, opening = 0, None
    for start, end in lines:
        line = text[start:end]
        marker = marker_at(line, 0)
        if marker and marker.mark is Mark.HAN:
            if marker.number == 1 and last >= 2 and opening is not None:
                starts.append(opening)
            last, opening = marker.number, None
        elif opening is None and marker is None and _OPENING.search(line):
            opening = start
    return [Piece(start, len(text), (start, start)) for start in starts]


def _with_bodies(text: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces up to their successors, without those that have no text of their own."""
    kept = []
    for i, piece in enumerate(pieces):
        end = pieces[i + 1].start if i + 1 < len(pieces) else len(text)
        while end > piece.start and text[end - 1].isspace():
            end -= 1
        if _prose(text[max(piece.title[1], piece.start) : end]) >= _FEWEST_CHARACTERS:
            kept.append(Piece(piece.start, end, piece.title, piece.label))
    return kept


def _prose(text: str) -> int:
    """Characters of a text but for the lines of a contents page."""
    lines = [line.strip() for line in text.splitlines()]
    return sum(len(line) for line in lines if not _CONTENTS_ENTRY.match(line) and not is_title(line))


def _first_title(text: str, lines: list[Span]) -> Span:
    """The title of a text that is one report: a short first line without a final mark."""
    start, end = lines[0]
    line = text[start:end]
    if len(line) <= 60 and not re.search(r"[。；！？：:，]$", line) and marker_at(line, 0) is None and len(lines) > 1:
        return start, end
    return start, start


def _key(title: str) -> str:
    return re.sub(r"[\s\W]+", "", title)
