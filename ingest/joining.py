"""Line breaks that cut a sentence, and how they are told from those that end a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ingest.alignment import Edit
from ingest.markers import starts_block

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_ENDS = tuple("。！？；：!?;:…】》>|")
_QUOTED_END = re.compile(r"[。！？；!?;…][”’」』）)]+$")
_BYLINE = re.compile(r"[。！？]\s+[一-龥]\s?[一-龥]{1,2}(?:\s+[一-龥]\s?[一-龥]{1,2})?$")
"""`…中的作用。 张 三`: a newspaper's author behind the last sentence."""
_INNER = re.compile(r"[，,。；;、：:！？]")
_OPEN_CLOSE = (("“", "”"), ("《", "》"), ("（", "）"), ("(", ")"), ("「", "」"))
_PROSE = 36
"""A line of so many characters without a final mark is prose that was cut, not a heading or a title."""
_WRAP_TOLERANCE = 3
_WRAPPED_LINES = 8


def broken_lines(text: str) -> Iterator[Edit]:
    """Breaks (with the blank lines around them) between two lines of one sentence."""
    lines = [_stripped(m) for m in _LINE.finditer(text)]
    width = _wrap_width([line for _, _, line in lines])
    for (_, end, line), (start, _, following) in zip(lines, lines[1:], strict=False):
        if _continues(line, following, width):
            yield Edit(end, start)


def _stripped(match: re.Match[str]) -> tuple[int, int, str]:
    raw = match[0]
    start = match.start() + len(raw) - len(raw.lstrip())
    line = raw.strip()
    return start, start + len(line), line


def _continues(line: str, following: str, width: int) -> bool:
    if line.endswith(_ENDS) or _QUOTED_END.search(line) or _BYLINE.search(line) or starts_block(following):
        return False
    if any(line.count(a) > line.count(b) for a, b in _OPEN_CLOSE):
        return True
    if line.endswith(("，", ",", "、")) or following[0] in "，。；、：！？,;:”）)》%％":
        return True
    if starts_block(line) and not _INNER.search(line):
        return False
    if width and len(line) >= width - _WRAP_TOLERANCE:
        return True
    return len(line) >= _PROSE and bool(_INNER.search(line)) or bool(re.search(r"[。；;].{6,}", line))


def _wrap_width(lines: list[str]) -> int:
    """The column at which the text was wrapped by hand or by a page, or 0."""
    cut = Counter(len(line) for line in lines if len(line) >= 16 and not line.endswith(_ENDS))
    if not cut:
        return 0
    width = max(cut, key=lambda w: sum(cut[w + d] for d in range(-2, 3)))
    near = sum(cut[width + d] for d in range(-2, 3))
    longer = sum(1 for line in lines if len(line) > width + 2 * _WRAP_TOLERANCE)
    return width if near >= _WRAPPED_LINES and longer * 4 <= near else 0
