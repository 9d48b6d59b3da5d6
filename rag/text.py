"""Chinese text primitives that reading and answering share: sentences, years, masks, numerals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.model import Span

_OPENERS, _CLOSERS = "“‘「『（(《〈【〔[", "”’」』）)》〉】〕]"
_LONGEST_BRACKET = 120
"""An opening bracket that is not closed within so many characters is a slip and protects nothing."""

_LIST_WORD = r"(?:[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，、,])"
_BREAK = re.compile(rf"[。！？!?；;\n]|[：:](?={_LIST_WORD})|[，,](?={_LIST_WORD})")

MASK = re.compile(
    r"(?<![A-Za-z])[xX]{1,}(?:\.[xX]+)?(?=[%％个项家亿万元人次件条户名座处台辆公里米吨亩年月日余多份期场起套宗只支批㎡])"
    r"|[×╳*＊]+(?:\.[×╳*＊]+)?(?=[%％个项家亿万元人次件条户名座处台辆公里米吨亩年月日余多份期场起套宗只支批㎡])"
    r"|(?<![A-Za-z])[xX]{2,}(?![A-Za-z])|(?<!\d)[×╳*＊]+|[×╳*＊]+(?!\d)|_{2,}"
)
"""A figure or name that the source hides: `XX亿元`, `xx.x%`, `×－×月`, `*万元`, `__县`; not `4×4`, `B2C`."""

_DIGITS = {"〇": "0", "零": "0", "○": "0", **{c: str(i) for i, c in enumerate("一二三四五六七八九", 1)}}
_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?=\s*年|[—–~～至\-](?:19|20)\d\d\s*年)|([一二][九〇零○][〇零○一二三四五六七八九]{2})(?=年)"
)
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d\d)(?=年)")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut `text[start:end]` after 。！？；, at line ends and before `一是…`; spans without outer blanks.

    A semicolon or full stop inside brackets or quotation marks does not cut, but a closing mark after it
    belongs to its sentence: `他说：“好。”` is one sentence.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    protected = _bracketed(text, start, end)
    at = start
    for match in _BREAK.finditer(text, start, end):
        stop = match.end()
        if match.start() in protected and text[match.start()] != "\n":
            continue
        while stop < end and text[stop] in _CLOSERS:
            stop += 1
        _append(spans, text, at, stop)
        at = stop
    _append(spans, text, at, end)
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _bracketed(text: str, start: int, end: int) -> set[int]:
    """Offsets of sentence marks that stand inside a bracket or quotation that is closed soon."""
    inside: set[int] = set()
    opened: list[tuple[str, int]] = []
    marks: list[int] = []
    for i in range(start, end):
        c = text[i]
        if c == "\n":
            opened.clear()
            marks.clear()
        elif c in _OPENERS:
            opened.append((_CLOSERS[_OPENERS.index(c)], i))
        elif opened and c in _CLOSERS:
            if c == opened[-1][0]:
                _, since = opened.pop()
                if i - since <= _LONGEST_BRACKET:
                    # A full stop right before the closing mark ends the quoted sentence, and ours.
                    inside.update(m for m in marks if since < m < i - 1)
        elif opened and c in "。！？!?；;":
            marks.append(i)
    return inside


def years_in(text: str) -> list[int]:
    """Years named in full (`2024年`, `一九五四年`, `2021-2023年`) or in two digits (`23年`), in order, once each."""
    found: list[tuple[int, int]] = []
    for match in _YEAR.finditer(text):
        digits = match[1] or "".join(_DIGITS[c] for c in match[2])
        found.append((match.start(), int(digits)))
    for match in _SHORT_YEAR.finditer(text):
        value = int(match[1])
        if 10 <= value <= 39 and not text[match.end() :].startswith(("年来", "年内", "年前", "年后", "年期")):
            found.append((match.start(), 2000 + value))
    return list(dict.fromkeys(year for _, year in sorted(found)))


def is_masked(text: str) -> bool:
    """Whether the text hides a figure or a name."""
    return MASK.search(text) is not None


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


_NUMERAL = {c: i for i, c in enumerate("一二三四五六七八九", 1)}


def numeral(text: str) -> int:
    """`十二` → 12, `二十` → 20, `3` → 3; 0 where it is none."""
    if text.isdecimal():
        return int(text)
    if not text or any(c not in _NUMERAL and c != "十" for c in text):
        return 0
    tens, ten, ones = text.partition("十")
    if not ten:
        return _NUMERAL[text] if len(text) == 1 else 0
    return (_NUMERAL.get(tens, 1) if tens else 1) * 10 + (_NUMERAL.get(ones, 0) if ones else 0)
