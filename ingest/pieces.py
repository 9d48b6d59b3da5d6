"""The pieces that a file is cut into: what they hold, and which of two titles above one text is its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.titles import Strength, contents_title, is_title, same_title, says_less, strength
from rag.model import Span

FEWEST_CHARACTERS = 120
"""A title with less text below it than this is an entry of a contents page or a part of the title page."""

_SHORTEST_REPORT = 40
"""So many characters of whole sentences below a sure title are a report all the same."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One report of a file: its span in the file's text, the span of its title (empty where it has none)."""

    start: int
    end: int
    title: Span
    label: str = ""
    """`篇3` where the file numbers its reports, `2021` where it puts their years in front."""
    repeated: tuple[Span, ...] = ()
    """Title lines below the title that say less, as a page's own above the report's: no part of the text."""


def with_bodies(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces up to their successors; one with hardly any text of its own belongs to the one before it."""
    kept: list[Piece] = []
    above: list[Piece] = []  # with hardly any text, right above the piece at hand
    for i, piece in enumerate(pieces):
        following = pieces[i + 1].start if i + 1 < len(pieces) else len(text)
        body = _prose(text[max(piece.title[1], piece.start) : following])
        if body >= FEWEST_CHARACTERS or _is_short_report(text, piece, following):
            piece = _with_fuller_title(text, replace(piece, end=following), above)
            if kept and kept[-1].end > piece.start:
                kept[-1] = replace(kept[-1], end=piece.start)
            kept.append(piece)
            above = []
            continue
        above.append(piece)
        if kept and body:
            kept[-1] = replace(kept[-1], end=following)
    return [replace(p, end=p.start + len(text[p.start : p.end].rstrip())) for p in kept]


def _is_short_report(text: str, piece: Piece, end: int) -> bool:
    """Whether a little text below the title of a body's report is that report: it has a sentence of its own."""
    title = text[slice(*piece.title)]
    if strength(title) is not Strength.STRONG:
        return False
    lines = (line.strip() for line in text[piece.title[1] : end].splitlines())
    return sum(len(line) for line in lines if line.endswith("。")) >= _SHORTEST_REPORT


def _with_fuller_title(text: str, piece: Piece, above: Sequence[Piece]) -> Piece:
    """A piece with the title above it that says more: `2016年某区政府工作报告`, then `政府工作报告` and the text.

    Only where all titles above the text are of one report: a list of titles tells nothing of the next one.
    """
    title = text[slice(*piece.title)]
    if not above or not title:
        return piece
    titles = [text[slice(*p.title)] for p in above]
    fullest = max(titles, key=len)
    if not says_less(title, fullest) or not all(same_title(t, fullest) or says_less(t, fullest) for t in titles):
        return piece
    first = above[titles.index(fullest)]
    repeated = tuple(p.title for p in (*above, piece) if p.title[0] > first.title[0])
    return replace(piece, start=first.start, title=first.title, repeated=repeated)


def _prose(text: str) -> int:
    """Characters of a text but for titles and the lines of a contents page."""
    lines = (line.strip() for line in text.splitlines())
    return sum(len(line) for line in lines if len(line) > 90 or not (contents_title(line) or is_title(line)))
