"""The marks that number headings and points: what they look like and what number they carry."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

from rag.text import numeral


class Mark(IntEnum):
    """Classes of numbering from the outermost that is usual to the innermost; the value is the rank."""

    PART = 10  # 第一部分、上篇
    SECTION = 14  # 第一节
    HAN = 20  # 一、
    HAN_BRACKET = 30  # （一）
    ARABIC = 40  # 1. 1、
    DECIMAL = 45  # 1.1
    SUBDECIMAL = 46  # 1.1.1
    ARABIC_BRACKET = 50  # （1） 1）
    CIRCLED = 60  # ①
    DASH = 65  # ——… ● ■ at the start of a paragraph
    ORDINAL = 70  # 第一， 其一， 首先，
    POINT = 80  # 一是、一要


POINTS = (Mark.ORDINAL, Mark.POINT)
"""Marks of points inside a paragraph rather than of headings."""

_HAN = r"[一二三四五六七八九十]{1,3}"
_SUBJECT = r"(?![一二三四五六七八九十百]{1,3}(?:[、级类产线批期等季次轮组档]|[个项]))"
"""`三、四级公路`, `一、二产业` number nothing."""

_UNIT = r"[万亿%％元公里倍个吨平方米年月日级次家户人项亩度千百余多]"
MARKER = re.compile(
    rf"(?P<PART>第\s*{_HAN}\s*(?:部分|章|篇)(?=[、：:\s]|[一-龥]|\d))"
    rf"|(?P<SECTION>第\s*{_HAN}\s*节(?=[、：:\s]))"
    rf"|(?P<HAN>(?<![^\n])[ \t]*{_HAN}[ \t]*(?![^\n])"
    rf"|{_HAN}(?:\s*、|[．.](?:(?!\d)|(?=(?:19|20)\d\d))|[ \t]+(?=[一-龥\d])){_SUBJECT})"
    rf"|(?P<HAN_BRACKET>[（(]\s*{_HAN}\s*[)）]|[㈠-㈩])"
    rf"|(?P<SUBDECIMAL>\d{{1,2}}[.．]\d{{1,2}}[.．]\d{{1,2}}[.．、]?\s*(?=[一-龥“])(?!{_UNIT}))"
    rf"|(?P<DECIMAL>\d{{1,2}}[.．]\d{{1,2}}[.．、]?\s*(?=[一-龥“])(?!{_UNIT}))"
    r"|(?P<ARABIC>\d{1,2}\s?(?:[.．、](?:(?!\d)|(?=(?:19|20)\d\d\s*年))|[,，](?=[一-龥]))|[⒈-⒛])"
    r"|(?P<ARABIC_BRACKET>[（(]\d{1,2}[)）]|\d{1,2}[)）](?=[一-龥“])|[⑴-⒇])"
    r"|(?P<CIRCLED>[①-⑳])"
    r"|(?P<DASH>(?:——|[●■◆★▲◎○□►▶•])\s*(?=[一-龥“])(?!(?:19|20)\d\d))"
    rf"|(?P<ORDINAL>第{_HAN}(?:[，,、]|个?是)|其{_HAN}(?:[，,、]|是)|首先[，,是要]|其次[，,是]|再次[，,是]|最后[，,])"
    rf"|(?P<POINT>{_HAN}(?:是|要)(?![否求]|一(?![些批部线])))"
)
STARTS = r"[第一二三四五六七八九十其首再最（(\d㈠-㈩⒈-⒛⑴-⒇①-⑳—●■◆★▲◎○□►▶•]"
"""What a marker can begin with, a pattern."""

_IN_ONE = {chr(ord(first) + i): i + 1 for first in "①⑴⒈㈠" for i in range(20)}
_NUMERAL = re.compile(r"[一二三四五六七八九十]+|\d+")
_MARKS = dict(Mark.__members__)
_SEQUENCE = {"首": 1, "其": 2, "再": 3, "最": 4}


class Marker(NamedTuple):
    mark: Mark
    number: int
    """What it counts; 1 for each dash, which counts nothing."""
    start: int
    end: int


def marker_at(text: str, offset: int, end: int | None = None) -> Marker | None:
    """The marker that begins at `offset`, if one does."""
    match = MARKER.match(text, offset) if end is None else MARKER.match(text, offset, end)
    if match is None:
        return None
    mark = _MARKS[match.lastgroup or ""]
    number = _number(mark, match[0])
    return Marker(mark, number, match.start(), match.end()) if number else None


def _number(mark: Mark, body: str) -> int:
    """What a marker counts: its last numeral, else what its first letter stands for."""
    numerals = _NUMERAL.findall(body)
    if numerals:
        return numeral(numerals[-1])
    return 1 if mark is Mark.DASH else _IN_ONE.get(body[0]) or _SEQUENCE.get(body[0], 0)


def without_marker(heading: str) -> str:
    """A heading without the number in front of it."""
    marker = MARKER.match(heading)
    return heading[marker.end() :] if marker else heading


def decimal_parent(text: str, marker: Marker) -> str:
    """`1` of `1.2`, `1.1` of `1.1.3`: what a decimal number counts within."""
    return ".".join(re.findall(r"\d+", text[marker.start : marker.end])[:-1])
