"""Line breaks that cut a sentence, and how they are told from those that end a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
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
_MOST_ROUNDS = 30
"""So many lines are added to one, one after the other; the next round of cleaning may add more."""


def broken_lines(text: str) -> Iterator[Edit]:
    """Breaks (with the blank lines around them) between two lines of one sentence.

    A line made of two may go on in the next one where its second half alone would not, so it is asked again.
    """
    spans = line_spans(text)
    lines = [text[start:end] for start, end in spans]
    begins = list(range(len(spans)))  # which of the spans each line begins with
    wrapped = _wrapped(text, spans)
    asked = list(range(len(lines) - 1))
    for _ in range(_MOST_ROUNDS):
        width = _wrap_width(lines)
        unfinished = (i for i in asked if lines[i][-1] not in _ENDS)
        cut = [i for i in unfinished if _continues(lines[i], lines[i + 1], width) or begins[i + 1] in wrapped]
        if not cut:
            break
        goes_on = {i + 1 for i in cut}
        begins = [begin for i, begin in enumerate(begins) if i not in goes_on]
        lines = _merged(lines, goes_on)
        made = [i - before for before, i in enumerate(cut)]
        asked = sorted({i for line in made for i in (line - 1, line) if 0 <= i < len(lines) - 1})
    for i in sorted({*range(len(spans))} - {*begins}):
        end, start = spans[i - 1][1], spans[i][0]
        yield Edit(end, start, _between(text[end - 1], text[start]))


def _merged(lines: Sequence[str], goes_on: Collection[int]) -> list[str]:
    """Lines, those of the numbers `goes_on` joined to the line before."""
    parts: list[list[str]] = []
    for i, line in enumerate(lines):
        if i in goes_on:
            parts[-1] += (_between(lines[i - 1], line), line)
        else:
            parts.append([line])
    return ["".join(part) for part in parts]


def _between(line: str, following: str) -> str:
    """A space between two Latin words, else nothing."""
    latin = all(c.isascii() and c.isalpha() for c in (line[-1], following[0]))
    return " " if latin else ""


_FEWEST_APART, _SHORTEST_WRAPPED = 3, 20


def _wrapped(text: str, lines: Sequence[Span]) -> set[int]:
    """Lines that go on the one before within a paragraph, in a text whose paragraphs blank lines part."""
    width = _paragraph_width(text, lines)
    pairs = enumerate(pairwise(lines), 1) if width else ()
    return {i for i, ((a, b), (c, d)) in pairs if _within_paragraph(text[b:c], text[a:b], text[c:d], width)}


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
    if abs(len(line) - width) > _WRAP_TOLERANCE or between.count("\n") != 1:
        return False
    return not (is_title(line) or is_frame(line) or "\t" in line or starts_block(following))


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


def _wrap_width(lines: Sequence[str]) -> int:
    """The column at which the text was wrapped by hand or by a page, or 0."""
    cut = Counter(len(line) for line in lines if len(line) >= 16 and line[-1] not in _ENDS)
    near = {width: sum(cut[width + d] for d in range(-2, 3)) for width in cut} if cut.total() >= _WRAPPED_LINES else {}
    width = max(near, key=near.__getitem__, default=0)
    if not width or near[width] < _WRAPPED_LINES:
        return 0
    longer = sum(len(line) > width + 2 * _WRAP_TOLERANCE for line in lines)
    return width if longer * 4 <= near[width] else 0
