"""Figures in Chinese text as values with units: `1.2亿元` is `12000万元`, `三成` is `30%`, `1,530个` is `1530个`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from rag.text import HAN_YEAR, YEAR_DIGITS, fold

# --- one spelling ---

_COUNTER = (
    "个项条家座处件起场次期批宗只支所间口栋幢艘架株头棵份册篇例轮届级倍成层盏片块幅岁班节门趟笔户套台辆人名位号种类款点"
    "亩吨米元年月日天"
)
_UNIT = (
    "个百分点|百分点|平方公里|平方千米|平方米|立方米|千瓦时|个小时|小时|分钟|人次|美元|公里|千米|公顷|公斤|千克|千瓦|兆瓦|季度|个月|"
    rf"km2|m2|m3|km|kg|%|‰|[{_COUNTER}张单路周度斤秒]"
)
_SAME_UNIT = {
    "百分点": "个百分点", "个小时": "小时", "人": "名", "位": "名", "日": "天", "kg": "公斤", "千克": "公斤",
    "平方千米": "平方公里", "km2": "平方公里", "m2": "平方米", "m3": "立方米", "km": "公里", "千米": "公里",
}  # fmt: skip
_SCALE = {"百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}

_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_PLACE = {"十": 10, "百": 100, "千": 1000}
_HAN_NUMERAL = re.compile(rf"[〇零一二两三四五六七八九十百千]+(?=[余多]?[万亿]|[余多]?[{_COUNTER}])")
_PER_CENT = re.compile(r"百分之([〇零一二两三四五六七八九十百\d.]+)")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text in one spelling: narrow signs, digits for Chinese numerals before a unit, no thousands separators."""
    text = fold(text).replace("\u2022", "·")
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=[\d年月日%万亿元])\s*[-—–~～至到]+\s*(?=\d)", "-", text)
    text = re.sub(rf"({HAN_YEAR})(?=年)", lambda m: m[0].translate(YEAR_DIGITS), text)
    text = _PER_CENT.sub(lambda m: f"{_from_han(m[1]) or m[1]}%", text)
    return _HAN_NUMERAL.sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    following = match.string[match.end()]
    if match[0] == "一" and following in "万亿":
        return "1"
    if match[0] in "百千" and following in "余多":
        return str(_HAN_PLACE[match[0]])
    return str(_from_han(match[0]) or match[0])


def _from_han(numeral: str) -> int:
    """`十二` → 12, `三千` → 3000; 0 for `一` alone (an article), and for what is no numeral."""
    total, digit, last = 0, None, 10**9
    for char in numeral:
        if char in _HAN_PLACE:
            place = _HAN_PLACE[char]
            if place >= last or (digit is None and (place != 10 or total)):
                return 0
            total, digit, last = total + (1 if digit is None else digit) * place, None, place
        elif char in _HAN:
            if digit:
                return 0
            digit = _HAN[char]
        else:
            return 0
    total += digit or 0
    return 0 if total == 1 else total


# --- figures ---


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure: its value in whole units, the unit, and which way it is open."""

    value: Fraction
    unit: str
    bound: str
    """`>` 以上、超、余; `<` 不足、近、以内; `~` 约、左右; or empty."""
    start: int
    end: int
    """Offsets in the plain text."""


_QUANTITY = re.compile(
    rf"(?<![a-z\d.])(?P<number>\d+(?:\.\d+)?)(?!\d|(?!(?:km2?|m2|m3|kg)(?![a-z\d]))[a-z])(?P<more>[余多]?)"
    rf"(?P<scale>万亿|[百千]万|[百千万亿](?!分))?(?P<over>[余多]?)(?P<unit>{_UNIT})?(?P<after>以上|以下|以内|之内|左右|上下|[余多])?"
)
_RANGE_END = re.compile(rf"-\d+(?:\.\d+)?(?P<scale>万亿|[百千]万|[百千万亿])?(?P<unit>{_UNIT})")
"""`1-11月`: the first figure has the scale and the unit of the second."""
_BEFORE = (
    (">", re.compile(r"(?:超过?|逾|突破|不少于|不低于|不小于|至少|高于|大于|多于)了?$")),
    ("<", re.compile(r"(?:不足|不到|(?<!最)(?<!附)近|少于|低于|小于|不超过|不高于|不多于|至多|最多|控制在|未达到?)$")),
    ("~", re.compile(r"(?:(?<![签预节集制解履大])约|大约|大概|大致)$")),
)
_NOT_MORE = re.compile(r"不(?:超过|高于|多于|大于)$")
_AFTER = {"以上": ">", "余": ">", "多": ">", "以下": "<", "以内": "<", "之内": "<", "左右": "~", "上下": "~"}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|-(?:19|20)\d\d年)")


@lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The figures of a plain text, but for years (`years`) and for digits inside codes (`S586`, `5G`)."""
    found = []
    of_years = {m.start() for m in _YEAR.finditer(text)}
    for match in _QUANTITY.finditer(text):
        if match.start() in of_years:
            continue
        scale, unit = match["scale"] or "", match["unit"] or ""
        if not unit and (end := _RANGE_END.match(text, match.end())):
            scale, unit = scale or end["scale"] or "", end["unit"]
        value = Fraction(match["number"]) * _SCALE.get(scale, 1)
        if unit == "成":
            value, unit = value * 10, "%"
        bound = _bound(text[: match.start()], match)
        found.append(Quantity(value, _SAME_UNIT.get(unit, unit), bound, match.start(), match.end()))
    return tuple(found)


def _bound(before: str, match: re.Match[str]) -> str:
    if _NOT_MORE.search(before):
        return "<"
    for sign, pattern in _BEFORE:
        if pattern.search(before):
            return sign
    return ">" if match["more"] or match["over"] else _AFTER.get(match["after"] or "", "")


@lru_cache(maxsize=8192)
def years(text: str) -> tuple[tuple[int, int], ...]:
    """Years of a plain text with their offsets, in order."""
    return tuple((int(m[1]), m.start()) for m in _YEAR.finditer(text))


_COUNTING = frozenset("项条家座处件起场次期批宗只支所间口栋幢架株棵份册篇例轮届层盏片块幅班节门趟笔种类款点")


def same(said: Quantity, written: Quantity) -> bool:
    """Whether one figure says no more than the other: value, unit and bound (`约` may stand for any bound)."""
    if said.value != written.value:
        return False
    if said.bound != written.bound and not (said.bound == "~" and written.bound):
        return False
    units = {said.unit, written.unit}
    return len(units) == 1 or not said.unit or ("个" in units and bool(units & _COUNTING))
