"""Chinese text primitives that reading and answering share: sentences, years, masks, numerals."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import deque
from functools import lru_cache

from rag.model import Span

# --- sentences ---

_OPENERS, _CLOSERS = "“‘「『（(《〈【〔[", "”’」』）)》〉】〕]"
_CLOSED_BY = dict(zip(_OPENERS, _CLOSERS, strict=True))
_LONGEST_BRACKET = 120
"""An opening bracket that is not closed within so many characters is a slip and protects nothing."""

_SENTENCE_MARKS = "。！？!?；;"
_LIST_WORD = r"(?:[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，、,])"
_CUT = re.compile(rf"[{_SENTENCE_MARKS}\n]|[：:，,](?={_LIST_WORD})|[{re.escape(_OPENERS + _CLOSERS)}]")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut `text[start:end]` after 。！？；, at line ends and before `一是…`; spans without outer blanks.

    A mark inside brackets or quotation marks does not cut, but a closing mark after it belongs to its sentence:
    `他说：“好。”` is one sentence.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    at = start
    for cut in _cuts(text, start, end):
        stop = cut + 1
        while stop < end and text[stop] in _CLOSERS:
            stop += 1
        if stop > at:
            _append(spans, text, at, stop)
            at = stop
    _append(spans, text, at, end)
    return spans


def paragraph_span(text: str, offset: int) -> Span:
    """The line that holds an offset, without its line breaks."""
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text)


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Offsets of the marks that end a sentence: those that no bracket or quotation closed soon stands around."""
    cuts: list[int] = []
    opened: deque[tuple[str, int]] = deque()  # what closes it, and where it stands
    for match in _CUT.finditer(text, start, end):
        mark, at = match[0], match.start()
        if mark in _CLOSED_BY:
            opened.append((_CLOSED_BY[mark], at))
        elif mark in _CLOSERS:
            _close(opened, cuts, mark, at, text)
        else:
            if mark == "\n":
                opened.clear()
            cuts.append(at)
        while opened and at - opened[0][1] > _LONGEST_BRACKET:
            opened.popleft()
    return cuts


def _close(opened: deque[tuple[str, int]], cuts: list[int], mark: str, at: int, text: str) -> None:
    """Take back the cuts since the bracket that `mark` closes, but for a full stop right before `mark`."""
    while opened:
        closer, since = opened.pop()
        if closer != mark:
            continue
        if at - since <= _LONGEST_BRACKET:
            last = at - 1 if cuts and cuts[-1] == at - 1 and text[at - 1] in "。！？!?" else None
            del cuts[bisect_right(cuts, since) :]
            if last is not None:
                cuts.append(last)
        return


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


# --- hidden figures ---

_COUNTED = r"[%％个项家亿万元人次件条户名座处台辆公里米吨亩年月日余多份期场起套宗只支批㎡]"
_HIDDEN_X = rf"(?<![A-Za-z].)(?:[xX]*(?:\.[xX]+)?(?={_COUNTED})|[xX]+(?![A-Za-z]))"
_HIDDEN_SIGN = rf"[×╳*＊]*(?:\.[×╳*＊]+)?(?={_COUNTED})|(?<!\d.)[×╳*＊]*|[×╳*＊]*(?!\d)"
MASK = re.compile(rf"[xX×╳*＊_](?:(?<=[xX]){_HIDDEN_X}|(?<=[×╳*＊])(?:{_HIDDEN_SIGN})|(?<=_)_+)")
"""A figure or name that the source hides: `XX亿元`, `xx.x%`, `×－×月`, `*万元`, `__县`; not `4×4`, `B2C`.

All alternatives share their first character, so that a search skips to it: ten times as fast in a long text.
"""


MASKED_NOTE = "原文此处数字已隐去"
"""What an answer says in place of a hidden figure; it needs no source."""


_POINT_NUMBER = re.compile(r"\s*[（(]?\d{1,2}[)）.．、](?!\d)")


def point_start(text: str) -> int:
    """Where a point begins behind its number, which is no figure: behind `7.` of `7.清理违规补贴`; 0 without one."""
    number = _POINT_NUMBER.match(text)
    return number.end() if number else 0


def is_masked(text: str) -> bool:
    """Whether the text hides a figure or a name."""
    return MASK.search(text) is not None


# --- years and numerals ---

_ZEROS = "〇零○OoＯ0"
_HAN_DIGITS = "一二三四五六七八九"
YEAR_DIGITS = {ord(zero): "0" for zero in _ZEROS} | {ord(c): str(i) for i, c in enumerate(_HAN_DIGITS, 1)}
"""Translates `二〇二四`, `二○二四`, `二00七` to digits."""

HAN_YEAR = rf"[一二][九{_ZEROS}][{_ZEROS}{_HAN_DIGITS}]{{2}}"
"""A year in Chinese numerals, `一九五四`, `二〇二四`, `二00七`; a pattern."""

_LISTED = r"[—–~～至到\-、和与及/]\s*(?:19|20)\d\d\s*年"
_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d\d)(?=\s*年|{_LISTED})|({HAN_YEAR})(?=\s*年)")
_NOT_BEFORE = r"(?<![\d.近第每满这])(?<!过去|未来|延长|长达|历时)"
_SPAN_OF_TIME = r"来|内|前|后|一遇|以[上下来内前后]|多|左右|间|时间|里|代|期|的?历史"
"""What stands in front of two digits and 年, and behind them, where they are a span of time and no year."""
_SHORT_YEAR = re.compile(rf"{_NOT_BEFORE}([1-3]\d)(?=年)(?!年(?:{_SPAN_OF_TIME}))")
_ROUND = ("10", "15", "20", "30")
_OF_A_YEAR = re.compile(r"年(?:度|工作|上半|下半|\d{1,2}月|底|初|末|全年|的?计划|的?总结|的?(?:政府)?(?:工作)?报告)")
"""`20年` is mostly a span of time, unless what follows speaks of a year."""


def years_in(text: str) -> list[int]:
    """Years named in full (`2024年`, `一九五四年`, `2021-2023年`) or in two digits (`23年`), in order, once each."""
    if "年" not in text:
        return []
    found = [(m.start(), int(m[1] or m[2].translate(YEAR_DIGITS))) for m in _YEAR.finditer(text)]
    for match in _SHORT_YEAR.finditer(text):
        if match[1] not in _ROUND or _OF_A_YEAR.match(text, match.end()):
            found.append((match.start(), 2000 + int(match[1])))
    return list(dict.fromkeys(year for _, year in sorted(found)))


_LAST_CENTURY = re.compile(rf"{_NOT_BEFORE}([5-9]\d)年(?!{_SPAN_OF_TIME}|历程|大庆|华诞)")


def full_years(text: str) -> str:
    """`79年` as `1979年`, where a question means a year of the last century; `建国70年` is a span of time."""

    def full(match: re.Match[str]) -> str:
        span = match[1].endswith("0") and not _OF_A_YEAR.match(text, match.end(1))
        return match[0] if span else f"19{match[0]}"

    return _LAST_CENTURY.sub(full, text)


_HAN_YEARS = re.compile(rf"{HAN_YEAR}(?=\s*年)")


def names_year(text: str, year: int) -> bool:
    """Whether a text names a year, in digits or in Chinese numerals: `1985年`, `一九八五年`."""
    return f"{year}年" in text or str(year) in (m[0].translate(YEAR_DIGITS) for m in _HAN_YEARS.finditer(text))


_NUMERAL = {c: i for i, c in enumerate(_HAN_DIGITS, 1)}


def numeral(text: str) -> int:
    """`十二` → 12, `二十` → 20, `3` → 3; 0 where it is none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1:
        return 10 if text == "十" else _NUMERAL.get(text, 0)
    if not text or any(c not in _NUMERAL and c != "十" for c in text):
        return 0
    tens, ten, ones = text.partition("十")
    if not ten:
        return 0
    return (_NUMERAL.get(tens, 1) if tens else 1) * 10 + (_NUMERAL.get(ones, 0) if ones else 0)


# --- one form for what is written in several ---


def fold(text: str) -> str:
    """Full-width letters, digits and signs as ASCII; letters in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def to_simplified(text: str) -> str:
    """Traditional characters as Simplified ones; the length never changes."""
    converted = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_one_to_one(c) for c in text)


@lru_cache(maxsize=1)
def _converter():
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def _one_to_one(char: str) -> str:
    converted = _converter().convert(char)
    return converted if len(converted) == 1 else char
