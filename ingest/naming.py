"""What a person recognises a report by, where its title is missing or is shared with another report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.markers import MARKER, is_salutation

_GENERIC = re.compile(
    r"(?:(?:19|20)\d\d|年度?|以来|主要|重点|基本|总体|整体|有关|相关|工作|做法|成效|成绩|总结|情况|回顾|开展|完成|进展|措施|经验|汇报|存在|问题|困难|不足|打算|计划|思路|安排|下步|下一步|和|及|与|的|一|、|各项|目标任务|全年|前[一二三]季度)+"
)
_REPORTED = re.compile(r"现将(?!有关)(?P<subject>.{4,60}?)(?:做|作|向|汇报|报告|通报|总结)?(?:如下|汇报如下|报告如下)")
_PURPOSE = re.compile(r"^为(?:了|进一步)?(?P<subject>[^，,。]{6,28})[，,]")
_TIME = re.compile(r"^(?:日前|近日|近期|今年|去年|(?:19|20)\d\d年)?(?:以来)?[，,]?")
_SINCE = re.compile(r"(?:工作)?(?:开展|启动|实施)?以来$")
_LONGEST = 36


def descriptive_title(text: str, headings: Sequence[str], *, org: str = "") -> str:
    """A report's leading subject in its own words, for one that has no title; empty where an
    organisation is known (`org`) and the headings say nothing of a subject.
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip() and not is_salutation(line)]
    opening = lines[0] if lines else ""
    for match in (_REPORTED.search(text[:600]), _PURPOSE.match(opening)):
        if match and not _GENERIC.fullmatch(match["subject"]):
            return _short(re.sub(r"^.{0,24}?(?:牵头|负责)的|(?:做|作)$", "", match["subject"]))
    for heading in headings:
        words = re.sub(rf"^(?:{MARKER.pattern})", "", heading)
        if not _GENERIC.fullmatch(words) and not words.startswith("〔"):
            return _short(words)
    if org:
        return ""
    first = re.split(r"[。；！？]", _TIME.sub("", opening))[0]
    return _short(_SINCE.sub("", re.split(r"[，,]", first)[0] if len(first) > _LONGEST else first))


def _short(words: str) -> str:
    words = words.strip("，,。；;：: ")
    return words if len(words) <= _LONGEST else re.split(r"[，,。；;]", words)[0][:_LONGEST]


def distinguishing_tag(text: str, others: Sequence[str], *, words: int = 2) -> str:
    """Words that are frequent in a report and absent from the others of the same title."""
    from jieba import analyse

    rest = "\n".join(others)
    found = [w for w in analyse.extract_tags(text, topK=80) if w not in rest and re.fullmatch(r"[一-龥]{2,8}", w)]
    return "、".join(found[:words])
