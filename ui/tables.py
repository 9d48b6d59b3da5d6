"""Plain-text tables for a terminal in which a Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "  "


def width(text: str) -> int:
    """Columns that `text` takes: two for East-Asian wide and full-width characters, none for combining ones."""
    return sum(_columns(c) for c in text)


def cut(text: str, columns: int) -> str:
    """`text` on one line, shortened with `…` where it is wider than `columns`."""
    text = " ".join(text.split())
    if width(text) <= columns:
        return text
    used, kept = 0, []
    for char in text:
        used += _columns(char)
        if used > columns - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def wrap(text: str, columns: int) -> list[str]:
    """Lines of `text` no wider than `columns`, broken anywhere but inside a Latin word; newlines are kept."""
    return [line for paragraph in text.splitlines() for line in _wrap_paragraph(paragraph, max(columns, 2))]


def table(head: Sequence[str], rows: Sequence[Sequence[object]], *, columns: int = 0, right: Sequence[int] = ()) -> str:
    """A table with a rule under its head; `right` names the columns to align right.

    `columns` is the room there is (0: no limit): the widest column that is not aligned right gives way.
    """
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    widths = [max(width(line[i]) for line in [list(head), *cells]) for i in range(len(head))]
    loose = [i for i in range(len(head)) if i not in right]
    total = len(GAP) * (len(head) - 1)
    while columns and loose and sum(widths) + total > columns:
        widest = max(loose, key=lambda i: widths[i])
        if widths[widest] <= 8:
            break
        widths[widest] -= 1
    lines = [head, ["-" * w for w in widths], *cells]
    return "\n".join(
        GAP.join(_pad(cut(cell, widths[i]), widths[i], i in right) for i, cell in enumerate(line)).rstrip()
        for line in lines
    )


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pad(text: str, columns: int, right: bool) -> str:
    room = " " * (columns - width(text))
    return room + text if right else text + room


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    lines, line = [], ""
    for word in _words(text):
        if line and width(line) + width(word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
        while width(line.rstrip()) > columns:
            head = _fitting(line, columns)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()]


def _words(text: str) -> list[str]:
    """Units that a line may be broken between: wide characters by themselves, runs of narrow ones up to a space.

    A closing mark stays with what it closes: 「）。」 never begins a line.
    """
    words: list[str] = []
    for char in text:
        closing = char in "，。；：、！？）】》”’…)"
        joined = words and (closing or (_columns(char) == 1 and _columns(words[-1][-1]) == 1 and words[-1][-1] != " "))
        if joined:
            words[-1] += char
        else:
            words.append(char)
    return words


def _fitting(text: str, columns: int) -> str:
    used = 0
    for i, char in enumerate(text):
        used += _columns(char)
        if used > columns:
            return text[: max(i, 1)]
    return text
