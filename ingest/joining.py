"""Line breaks that cut a sentence, and how they are told from those that end a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.alignment import Edit
from ingest.lines import line_spans
from ingest.titles import is_frame, is_occasion, is_title, starts_block
from rag.model import Span

_ENDS = "。！？；：!?;:…】》>|"
_QUOTED_END = re.compile(r"[。！？；!?;…][”’」』）)]+$")
_BYLINE = re.compile(r"[。！？]\s+[一-龥]\s?[一-龥]{1,2}(?:\s+[一-龥]\s?[一-龥]{1,2})?$")
"""`…中的作用。 张 三`: a newspaper's author behind the last sentence."""
_INNER = re.compile(r"[，,。；;、：:！？]")
_OPEN = re.compile(r"“[^”]*$|《[^》]*$|（[^）]*$|\([^)]*$|「[^」]*$")
_MORE = re.compile(r"[。；;].{6,}")
_LONGEST_OPEN = 60
"""A bracket open for longer before the end of its line is a slip and joins nothing."""
_PROSE = 36
"""A line of so many characters without a final mark is prose that was cut, not a heading or a title."""
_COUNTED = re.compile(r"[%％个家项亿万元人次件条户座处台辆公里吨亩多余]")
"""`对36⏎家重点企业`: a number at the end of a line, what it counts at the start of the next."""
_WRAP_TOLERANCE = 3
_WRAPPED_LINES = 8


def broken_lines(text: str) -> Iterator[Edit]:
    """Breaks (with the blank lines around them) between two lines of one sentence."""
    lines = line_spans(text)
    width = _wrap_width(text, lines)
    narrow = _paragraph_width(text, lines)
    for (first, end), (start, last) in pairwise(lines):
        if text[end - 1] in _ENDS:
            continue
        line, following = text[first:end], text[start:last]
        if _continues(line, following, width) or _within_paragraph(text[end:start], line, following, narrow):
            yield Edit(end, start, " " if _splits_words(line, following) else "")


_FEWEST_APART, _SHORTEST_WRAPPED = 3, 20


def _paragraph_width(text: str, lines: Sequence[Span]) -> int:
    """How long lines are within the paragraphs of a text that blank lines part; 0 for any other text."""
    if text.count("\n\n") < _FEWEST_APART:
        return 0
    pairs = [(text[a:b], text.count("\n", b, c) > 1) for (a, b), (c, _) in pairwise(lines)]
    ended = sum(line[-1] in _ENDS for line, apart in pairs if apart)
    long = [line for line, apart in pairs if not apart and len(line) >= _SHORTEST_WRAPPED]
    cut = [len(line) for line in long if line[-1] not in _ENDS]
    if ended < _FEWEST_APART or len(cut) < _FEWEST_APART or len(cut) * 5 < len(long) * 4:
        return 0
    width = int(median(cut))
    return width if sum(abs(length - width) <= _WRAP_TOLERANCE for length in cut) * 2 > len(cut) else 0


def _within_paragraph(between: str, line: str, following: str, width: int) -> bool:
    """Whether a line that is as long as a paragraph's, and the one right below it, are of one paragraph."""
    if not width or abs(len(line) - width) > _WRAP_TOLERANCE or between.count("\n") != 1:
        return False
    return not (is_title(line) or is_frame(line) or "\t" in line or starts_block(following))


def _splits_words(line: str, following: str) -> bool:
    """Whether the break stands between two Latin words, which a space must keep apart."""
    return line[-1].isascii() and line[-1].isalpha() and following[0].isascii() and following[0].isalpha()


def _continues(line: str, following: str, width: int) -> bool:
    """Whether a sentence goes on behind a line without a final mark."""
    if " | " in line or " | " in following:
        return False
    if _breaks_occasion(line, following):
        return True
    return (
        _is_cut(line, following, width)
        and not (_QUOTED_END.search(line) or _BYLINE.search(line))
        and not starts_block(following)
    )


def _is_cut(line: str, following: str, width: int) -> bool:
    """Whether a line does not look like the whole of what it says."""
    if _left_open(line):
        return True
    if line[-1].isdecimal() and _COUNTED.match(following):
        return True
    if line.endswith(("，", ",", "、")) or following[0] in "，。；、：！？,;:”）)》%％":
        return True
    wraps = width and len(line) >= width - _WRAP_TOLERANCE
    goes_on = wraps or (len(line) >= _PROSE and _INNER.search(line)) or _MORE.search(line)
    return bool(goes_on) and (_INNER.search(line) is not None or not starts_block(line))


_SESSION = re.compile(r"第[一二三四五六七八九十\d]+次会议上?[)）]?")


def _breaks_occasion(line: str, following: str) -> bool:
    """Whether a break goes through the line that names the meeting: `——…在某区第一届⏎人民代表大会…上`."""
    return (
        following.endswith(("上", "）", ")"))
        and not is_occasion(following)
        and (not is_occasion(line) or _SESSION.fullmatch(following) is not None)
        and not is_title(line)
        and is_occasion(line + following)
    )


def _left_open(line: str) -> bool:
    """Whether a bracket or quotation near the end of the line is not closed on it."""
    return _OPEN.search(line[-_LONGEST_OPEN:]) is not None


def _wrap_width(text: str, lines: Sequence[Span]) -> int:
    """The column at which the text was wrapped by hand or by a page, or 0."""
    cut = Counter(end - start for start, end in lines if end - start >= 16 and text[end - 1] not in _ENDS)
    near = {width: sum(cut[width + d] for d in range(-2, 3)) for width in cut} if cut.total() >= _WRAPPED_LINES else {}
    width = max(near, key=near.__getitem__, default=0)
    if not width or near[width] < _WRAPPED_LINES:
        return 0
    longer = sum(1 for start, end in lines if end - start > width + 2 * _WRAP_TOLERANCE)
    return width if longer * 4 <= near[width] else 0
