"""Line breaks that cut a sentence, and how they are told from those that end a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ingest.alignment import Edit
from ingest.lines import line_spans
from ingest.titles import is_occasion, is_title, starts_block

_ENDS = tuple("。！？；：!?;:…】》>|")
_QUOTED_END = re.compile(r"[。！？；!?;…][”’」』）)]+$")
_BYLINE = re.compile(r"[。！？]\s+[一-龥]\s?[一-龥]{1,2}(?:\s+[一-龥]\s?[一-龥]{1,2})?$")
"""`…中的作用。 张 三`: a newspaper's author behind the last sentence."""
_INNER = re.compile(r"[，,。；;、：:！？]")
_OPEN_CLOSE = (("“", "”"), ("《", "》"), ("（", "）"), ("(", ")"), ("「", "」"))
_LONGEST_OPEN = 60
"""A bracket open for longer before the end of its line is a slip and joins nothing."""
_PROSE = 36
"""A line of so many characters without a final mark is prose that was cut, not a heading or a title."""
_CUT_COUNT = re.compile(r"\d$"), re.compile(r"[%％个家项亿万元人次件条户座处台辆公里吨亩多余]")
"""`对36⏎家重点企业`: a number at the end of a line, what it counts at the start of the next."""
_WRAP_TOLERANCE = 3
_WRAPPED_LINES = 8


def broken_lines(text: str) -> Iterator[Edit]:
    """Breaks (with the blank lines around them) between two lines of one sentence."""
    lines = [(start, end, text[start:end]) for start, end in line_spans(text)]
    width = _wrap_width([line for _, _, line in lines])
    for (_, end, line), (start, _, following) in pairwise(lines):
        if _continues(line, following, width):
            yield Edit(end, start, " " if _splits_words(line, following) else "")


def _splits_words(line: str, following: str) -> bool:
    """Whether the break stands between two Latin words, which a space must keep apart."""
    return line[-1].isascii() and line[-1].isalpha() and following[0].isascii() and following[0].isalpha()


def _continues(line: str, following: str, width: int) -> bool:
    if line.endswith(_ENDS) or " | " in line or " | " in following:
        return False
    if _breaks_occasion(line, following):
        return True
    if _QUOTED_END.search(line) or _BYLINE.search(line) or starts_block(following):
        return False
    if _left_open(line):
        return True
    if _CUT_COUNT[0].search(line) and _CUT_COUNT[1].match(following):
        return True
    if line.endswith(("，", ",", "、")) or following[0] in "，。；、：！？,;:”）)》%％":
        return True
    if starts_block(line) and not _INNER.search(line):
        return False
    if width and len(line) >= width - _WRAP_TOLERANCE:
        return True
    return (len(line) >= _PROSE and bool(_INNER.search(line))) or bool(re.search(r"[。；;].{6,}", line))


def _breaks_occasion(line: str, following: str) -> bool:
    """Whether a break goes through the line that names the meeting: `——…在某区第一届⏎人民代表大会…上`."""
    return (
        following.endswith(("上", "）", ")"))
        and not is_occasion(following)
        and not is_occasion(line)
        and not is_title(line)
        and is_occasion(line + following)
    )


def _left_open(line: str) -> bool:
    """Whether a bracket or quotation near the end of the line is not closed on it."""
    tail = line[-_LONGEST_OPEN:]
    return any(tail.rfind(opened) > tail.rfind(closed) for opened, closed in _OPEN_CLOSE)


def _wrap_width(lines: list[str]) -> int:
    """The column at which the text was wrapped by hand or by a page, or 0."""
    cut = Counter(len(line) for line in lines if len(line) >= 16 and not line.endswith(_ENDS))
    if not cut:
        return 0
    width = max(cut, key=lambda w: sum(cut[w + d] for d in range(-2, 3)))
    near = sum(cut[width + d] for d in range(-2, 3))
    longer = sum(1 for line in lines if len(line) > width + 2 * _WRAP_TOLERANCE)
    return width if near >= _WRAPPED_LINES and longer * 4 <= near else 0
