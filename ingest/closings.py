"""What is said to the audience, at the end of a chapter or of the whole report: thanks, an appeal, a signature.

It belongs to the chapter, or to the report, and not to the last of the points before it. An appendix below is a
section of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ingest.titles import is_date, is_signature, stands_below
from rag.model import Span

_TURNS = re.compile(r"(?:各位代表|各位委员|同志们)[！!，,：:]")
_THANKS = re.compile(
    r"(?:表示|致以)(?:最?(?:衷心|诚挚|崇高|由衷|亲切|真诚|真挚|美好)的?)*(?:问候和|祝福和|祝愿和)?(?:感谢|敬意|谢意)[和、！!。]"
)
_CREDIT = re.compile(r"成绩的?取得|取得的?(?:每一[份项个])?成[绩就]|来之不易|归功于")
"""`这些成绩的取得，是…的结果。`, in the paragraph above the thanks."""
_APPEAL = re.compile(r"让我们|紧密(?:地)?团结在|我们(?:相信|坚信|深信)|奋斗|前进|贡献[！!]|努力[！!]|[！!]$")
_FIRM_APPEAL = re.compile(r"让我们|更加紧密地?团结在|我们(?:相信|坚信|深信)")
_SUBMITTED = re.compile(
    r"(?:特此|专此)(?:报告|汇报|函告|报请)?[，。！]?|以上(?:报告|汇报)[，,]?(?:如有不妥[，,]?)?请(?:予)?[^。]{2,10}。"
)
_LONGEST, _CLOSING_LINES = 600, 4

CHAPTER, REPORT = 1, 0
"""The innermost level that goes on where it is spoken to the audience."""

_APPENDIX = re.compile(
    r"附(?:件|录|表)?\s*[一二三四五六七八九十\d]{0,2}\s*[：:．.、]?(?:(?<=[：:．.、])\s*(?!\d{1,2}[.．、])[^。；：]{2,30})?"
    r"|附[件录表][一二三四五六七八九十\d]{0,2}\s+[^。；：]{2,30}"
    r"|(?:《[^》]{2,20}》|报告|文)?(?:中的?)?(?:有关|相关|部分|主要|专业)?(?:用语|名词|名词术语|术语|缩略语|概念|指标|词语)(?:的)?(?:说明|解释|注释|释义)"
    r"|名词解释(?:和说明)?|注释|注解"
)


def is_appendix(line: str) -> bool:
    """Whether a line heads what is attached to a report: `附：有关用语说明`, `附件1`, `名词解释`."""
    return len(line) <= 40 and _APPENDIX.fullmatch(line.strip()) is not None


def is_appeal(paragraph: str) -> bool:
    """Whether a paragraph calls on the audience: `让我们…`, `我们要更加紧密地团结在…周围`."""
    return _FIRM_APPEAL.search(paragraph) is not None


def closings(text: str, lines: Sequence[Span], starts: Sequence[int]) -> Iterator[Span]:
    """Offsets from which it is spoken to the audience, each with the level that goes on there.

    `starts`: where the sections begin, in order; no section begins in the lines that are given back.
    """
    free = [starts[0:1] != [] and a > starts[0] and not _begins_in(starts, (a, b)) for a, b in lines]
    for i, (start, end) in enumerate(lines):
        if not free[i] or end - start > _LONGEST:
            continue
        if _TURNS.match(text, start, end):
            yield start, CHAPTER
        elif _THANKS.search(text, max(start, end - 120), end):
            while i and free[i - 1] and _CREDIT.search(text, *lines[i - 1]):
                i -= 1
            yield lines[i][0], CHAPTER
    first = _appeal(text, lines, free)
    if first is not None:
        yield lines[first][0], REPORT


def _begins_in(starts: Sequence[int], line: Span) -> bool:
    return bisect_left(starts, line[0]) < bisect_left(starts, line[1])


def _closes(line: str) -> bool:
    """Whether a line is signature or date, or what stands below them or right above: `抄送：…`, `特此报告。`"""
    return is_date(line) or is_signature(line) or stands_below(line) or _SUBMITTED.fullmatch(line) is not None


def _appeal(text: str, lines: Sequence[Span], free: Sequence[bool]) -> int | None:
    """The line from which the report's last words are spoken: an appeal, signature and date."""
    first = None
    i = len(lines) - 1
    while i > 0 and free[i] and _closes(text[slice(*lines[i])]):
        first, i = i, i - 1
    last = i
    while i > 0 and last - i < _CLOSING_LINES and free[i] and free[i - 1] and lines[i][1] - lines[i][0] <= _LONGEST:
        a, b = lines[i]
        if _TURNS.match(text, a, b) and _APPEAL.search(text, a, lines[last][1]):
            return i
        if i == last and _FIRM_APPEAL.search(text, a, b) and not _TURNS.match(text, *lines[i - 1]):
            return i
        i -= 1
    return first
