"""The kind of each section: what its heading declares, else what its place in the report says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from ingest.markers import without_marker
from rag.kinds import announces_plan, heading_kind
from rag.model import Kind
from rag.text import sentence_spans

_REPORTS = re.compile(r"总结|汇报|小结|回顾|情况|述职|工作报告|政府报告")
_PLANS = re.compile(r"计划|打算|思路|安排|要点|规划|方案")
_REPORTED = re.compile(
    r"现将.{2,60}(?:汇报|报告|总结|通报|情况).{0,8}如下|现将.{2,60}(?:做|作)如下(?:汇报|报告|总结)"
    r"|向[^。，]{0,24}会(?:作|做)[^。，]{0,8}(?:报告|汇报)"
)
_SINCE = re.compile(r"(?:今年|一年来|(?:19|20)\d\d年|上半年)[^。，,]{0,12}以?来[，,]")
_ACHIEVED = re.compile(r"取得(?:了)?[^。；]{0,14}(?:成效|成绩|进展|成果|突破)|完成(?:了)?[^。；]{0,16}(?:任务|目标)")
_CAUSES = re.compile(r"(?:[^，。]{0,12}的)?(?:主要)?(?:原因|成因)(?:分析|剖析|及分析)?")
"""What a study says between the troubles and what it suggests."""
_OPENING = 600


_LEAD = 200
"""Characters within which an opening sums up the year."""


class HasHeading(Protocol):
    """What is needed of a section to tell its kind."""

    start: int
    body: int
    heading: str
    parent: int
    level: int
    point: bool
    passage: Kind | None
    appendix: bool


def kinds_of(nodes: Sequence[HasHeading], text: str, plan_year: int | None) -> list[Kind]:
    """The kinds of a report's sections, in their order; the first is what the report says of itself as a whole.

    A section without words of its own takes its parent's kind. On the first level, a report looks back first and
    ahead afterwards: before the first plan it reports; after a plan, or after its problems, it plans. A chapter of a
    report that mostly says what must be done is one of plans all the same; and an excerpt that has such a chapter and
    none that declares its kind leaves open whether the others look back.
    """
    first = [i for i, node in enumerate(nodes) if node.level == 1]
    declared = {i: _declared(node, plan_year) for i, node in enumerate(nodes) if i}
    default = _default(nodes, text, first)
    if default is Kind.OTHER and any(declared[i] is Kind.PLAN for i in first):
        default = Kind.SUMMARY
    kinds = [default] * len(nodes)
    last_plan = max((i for i in first if declared[i] is Kind.PLAN), default=0)
    ahead = False
    chapter_ends = {i: nodes[following].start for i, following in pairwise(first)}
    chapters = {i: text[nodes[i].body : chapter_ends.get(i)] for i in first if not declared[i]}
    moods = {i: _by_mood(chapter, default) for i, chapter in chapters.items()}
    if len(moods) == len(first) and Kind.PLAN in moods.values():
        moods = {i: Kind.OTHER if mood is Kind.SUMMARY else mood for i, mood in moods.items()}
    for i in range(1, len(nodes)):
        own = declared[i]
        if nodes[i].level == 1:
            ahead = ahead or own is Kind.PLAN or (own is Kind.PROBLEM and nodes[i].passage is None and i > last_plan)
            kinds[i] = own or (_behind_plan(chapters[i]) if ahead else moods[i])
        else:
            kinds[i] = own or kinds[nodes[i].parent]
    return kinds


_MUST = re.compile(
    r"(?:^|[，；：。])[^，；：。]{0,12}(?:必须|应当|应该|(?<![主重需首只])要(?![求素点])|一定|决不能|继续|进一步|力争|努力)"
)
_WAS = re.compile(r"了|已经?|比上?年|增长\d|达到?\d|同比|取得|超额")
_LONG, _MOSTLY_MUST, _OFTEN_MUST = 300, 0.4, 0.2
"""Shares of a chapter's sentences. In 40 reports, chapters that declare to look back have at most 0.21 that say what
must be; those of plans without a word for it, in national reports, 0.46 to 0.63."""


def _shares(chapter: str, *patterns: re.Pattern[str]) -> list[float]:
    """For each of the patterns the share of the sentences that it is found in."""
    sentences = [chapter[a:b] for a, b in sentence_spans(chapter)]
    return [sum(bool(pattern.search(s)) for s in sentences) / (len(sentences) or 1) for pattern in patterns]


def _by_mood(chapter: str, default: Kind) -> Kind:
    """The kind of a chapter that declares none: `default`, unless its sentences speak of what must be done."""
    if default is not Kind.SUMMARY or len(chapter) < _LONG:
        return default
    must, was = _shares(chapter, _MUST, _WAS)
    if must >= _MOSTLY_MUST and must >= 2 * was:
        return Kind.PLAN
    return Kind.OTHER if must >= _OFTEN_MUST and must > was else default


_TOLD = re.compile(r"(?<!为)了|已经|比上年|同比|取得|指出|认为")
_FEWEST_TOLD, _MOSTLY_TOLD = 200, 0.2
"""Where plans lead on to the state of the world, 0.29 of the sentences tell and more; of chapters of plans, 0.11."""


def _behind_plan(chapter: str) -> Kind:
    """The kind of a chapter behind the plans that declares none: one of plans, unless it tells more than it asks."""
    if len(chapter) < _FEWEST_TOLD:
        return Kind.PLAN
    must, told = _shares(chapter, _MUST, _TOLD)
    return Kind.OTHER if told >= _MOSTLY_TOLD and told > must else Kind.PLAN


def _declared(node: HasHeading, plan_year: int | None) -> Kind | None:
    if node.passage is not None or node.point:
        return node.passage
    if node.appendix:
        return Kind.OTHER
    words = without_marker(node.heading)
    if node.level == 1 and _CAUSES.fullmatch(words):
        return Kind.OTHER
    return heading_kind(words, plan_year=plan_year, top=node.level == 1)


def _default(nodes: Sequence[HasHeading], text: str, first: Sequence[int]) -> Kind:
    """What the title says of the report, else its opening paragraphs."""
    title = nodes[0].heading
    if _REPORTS.search(title):
        return Kind.SUMMARY
    if _PLANS.search(title):
        return Kind.PLAN
    numbered = next((i for i in first if nodes[i].passage is None), None)
    opening = text[nodes[0].body : nodes[numbered].start if numbered else nodes[0].body + _OPENING]
    if numbered and announces_plan(opening):
        return Kind.PLAN
    if _REPORTED.search(opening[:_OPENING]) or _SINCE.search(opening[:80]) or _ACHIEVED.search(opening[:_LEAD]):
        return Kind.SUMMARY
    return Kind.OTHER
