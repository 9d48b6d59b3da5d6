"""The marks that number headings and points: what they look like and what number they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from rag.text import numeral


class Mark(IntEnum):
    """Classes of numbering from the outermost that is usual to the innermost; the value is the rank."""

    PART = 10  # 第一部分、上篇
    BARE = 15  # a heading without a number, above `一、`
    HAN = 20  # 一、
    PASSAGE = 25  # a passage without a heading that shows its kind by what it says
    BARE_INNER = 26  # a heading without a number, below `一、`
    HAN_BRACKET = 30  # （一）
    ARABIC = 40  # 1. 1、
    ARABIC_BRACKET = 50  # （1）
    CIRCLED = 60  # ①
    ORDINAL = 70  # 第一，
    POINT = 80  # 一是、一要


POINTS = (Mark.ORDINAL, Mark.POINT)
"""Marks of points inside a paragraph rather than of headings."""


_HAN = r"[一二三四五六七八九十]{1,3}"
MARKER = re.compile(
    rf"(?P<PART>第{_HAN}(?:部分|章|篇)(?=[、：:\s]|[一-龥]))"
    rf"|(?P<HAN>{_HAN}(?:、|[．.](?!\d)|(?<=[一二三四五六七八九十])(?:\s+)(?=[一-龥])))"
    rf"|(?P<HAN_BRACKET>[（(]\s*{_HAN}\s*[)）])"
    r"|(?P<ARABIC>\d{1,2}(?:[.．、](?!\d)|[,，](?=[一-龥])))"
    r"|(?P<ARABIC_BRACKET>[（(]\d{1,2}[)）])"
    r"|(?P<CIRCLED>[①-⑳])"
    rf"|(?P<ORDINAL>第{_HAN}[，,、]|其{_HAN}[，,、是])"
    rf"|(?P<POINT>{_HAN}(?:是|要)(?![否求一]))"
)

_DATE = re.compile(
    r"^[（(]?(?:(?:19|20)\d\d|[一二][〇○零Oo0一二三四五六七八九]{3})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月(?:\s*[\d一二三四五六七八九十]{1,3}\s*日)?[）)]?$"
)
_PIECE = re.compile(
    rf"^[【\[]?(?:篇|第)\s*(?P<n>\d{{1,2}}|{_HAN})\s*(?P<unit>篇?)\s*[】\]]?\s*(?:[：:、.\s]\s*(?P<title>.*))?$"
)
_SIGNATURE = re.compile(
    r"^[一-龥×xX*]{2,24}(?:局|委员会|委|厅|办公室|中心|人民政府|管委会|街道办事处|镇|乡|党委|党组)$"
)
_TITLE_END = r"(?:总结|小结|计划|打算|思路|安排|要点|报告|汇报|规划|方案|情况|设想)"
_TITLE = re.compile(
    rf"^.{{0,50}}(?:(?:19|20|××|XX|xx)(?:\d\d|××|XX|xx)?年|年度|上半年|工作|述职).{{0,40}}{_TITLE_END}(?:[（(【].{{1,12}}[)）】])?$"
)
_SALUTATION = re.compile(r"^(?:各位|同志们|尊敬的|女士们|主席|主任|[一-龥]{0,8}领导).{0,24}[：:!！,，]?$")


@dataclass(frozen=True, slots=True)
class Marker:
    mark: Mark
    number: int
    start: int
    end: int


def marker_at(text: str, offset: int, end: int | None = None) -> Marker | None:
    """The marker that begins at `offset`, if one does."""
    match = MARKER.match(text, offset) if end is None else MARKER.match(text, offset, end)
    if match is None:
        return None
    name = match.lastgroup or ""
    body = match[0]
    number = ord(body) - ord("①") + 1 if name == "CIRCLED" else numeral(re.sub(r"[^一二三四五六七八九十\d]", "", body))
    if not number:
        return None
    return Marker(Mark[name], number, match.start(), match.end())


def piece_number(line: str) -> tuple[int, str] | None:
    """`篇3：标题` → (3, `标题`); None for a line that does not number a piece of a compilation."""
    match = _PIECE.match(line.strip())
    if match is None or (line.strip().startswith("第") and not match["unit"]):
        return None
    number = numeral(match["n"])
    return (number, (match["title"] or "").strip()) if number else None


def is_title(line: str) -> bool:
    """Whether a line looks like the title of a report: `××局2023年工作总结和2024年工作打算`."""
    line = line.strip()
    return (
        6 <= len(line) <= 70
        and MARKER.match(line) is None
        and not re.search(r"[。；！？，,;]", line)
        and _TITLE.match(line) is not None
    )


def is_date(line: str) -> bool:
    return _DATE.match(line.strip()) is not None


def is_signature(line: str) -> bool:
    return _SIGNATURE.match(line.strip()) is not None


def is_salutation(line: str) -> bool:
    return _SALUTATION.match(line.strip()) is not None


def starts_block(line: str) -> bool:
    """Whether a line begins something of its own, so that the line before it ends there."""
    line = line.strip()
    if marker_at(line, 0) is not None:
        return True
    return (
        piece_number(line) is not None or is_title(line) or is_date(line) or is_signature(line) or is_salutation(line)
    )
