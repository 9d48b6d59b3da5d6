"""The words by which a heading, a sentence or a question shows which kind of section it is about."""

from __future__ import annotations

import re

from rag.model import Kind

_LOOK_AHEAD = r"(?:下一?步|下一?阶段|下一?年度?|明年|来年|今后|未来|后\s*[一两三]\s*年)"
_PLAN_NOUN = r"(?:计划|打算|思路|安排|要点|谋划|设想|展望|举措|部署(?!和|及|与|要求)|重点|任务|目标|方向|规划)"

_PLAN_HEADING = re.compile(
    rf"{_LOOK_AHEAD}|(?:工作|重点|总体|主要|初步|发展|年度?)(?:工作)?{_PLAN_NOUN}|^{_PLAN_NOUN}|努力方向|奋斗目标|(?:打算|思路|设想|谋划|展望)$|目标任务|重点任务"
)
_NOT_PLAN = re.compile(r"完成情况|进展情况|落实情况|开展情况|推进情况|总结|回顾|成效|主要措施|采取")
_PROBLEM_HEADING = re.compile(
    r"(?:存在|面临|主要|突出|当前|目前|不足|困难|制约|遇到)[^，。]{0,8}(?:问题|困难|不足|短板|差距|挑战|困境|瓶颈|制约)[^，。]{0,8}$"
    r"|^(?:问题|困难|不足|短板|差距)(?:[和与及、].{0,6})?$|(?:问题|困难)[和与及、](?:困难|不足|问题|原因|短板|挑战|差距)"
)
_NOT_PROBLEM = re.compile(r"整改|解决|化解|破解|消除|消化|整治|导向|治理|问题清单|回应|排查")
_HIGHLIGHT_HEADING = re.compile(r"亮点|特色(?:工作|做法)|(?:典型|创新|先进)(?:经验|做法|案例)|经验(?:做法)?$|特色$")
_SUGGESTION_HEADING = re.compile(
    r"(?:意见|对策|工作)?[和与及、]?建议$|^建议|恳请|请求(?:事项|支持)|需要.{0,10}(?:支持|协调|解决)的"
)
_SUMMARY_HEADING = re.compile(
    r"总结|回顾|成效|成绩|完成情况|进展情况|开展情况|执行情况|落实情况|推进情况|运行情况|工作情况|基本情况|总体情况|主要做法|主要工作|主要措施|工作措施"
)


_INNER_SUMMARY = re.compile(r"(?:(?:19|20)\d\d年(?:度)?)?(?:主要|重点|上半年|全年)?工作.{0,6}$")


def heading_kind(heading: str, *, plan_year: int | None = None, top: bool = True) -> Kind | None:
    """The kind that a heading (without its numbering) declares, or None where it declares none.

    Below the first level (`top=False`) a word such as 问题 or 重点 mostly belongs to the subject
    (`推进突出环境问题整改`), so only a heading that consists of little else counts there.
    """
    text = re.sub(r"[\s。：:]+$", "", heading)
    if not top and len(text) > 14:
        return None
    if _SUGGESTION_HEADING.search(text) and not _PLAN_HEADING.search(text):
        return Kind.SUGGESTION
    if _PROBLEM_HEADING.search(text) and not _NOT_PROBLEM.search(text):
        return Kind.PROBLEM
    planned = plan_year is not None and str(plan_year) in text
    if (_PLAN_HEADING.search(text) and (top or re.search(_LOOK_AHEAD, text) or planned)) or (
        planned and "总结" not in text
    ):
        if not _NOT_PLAN.search(text) or re.search(_LOOK_AHEAD, text):
            return Kind.PLAN
    if _HIGHLIGHT_HEADING.search(text) and (top or len(text) <= 8):
        return Kind.HIGHLIGHT
    if _SUMMARY_HEADING.search(text) and (top or _INNER_SUMMARY.match(text)):
        return Kind.SUMMARY
    return None


_PROBLEM_OPENING = re.compile(
    r"(?:虽然|尽管|在肯定成绩的同时|同时)[^。]{0,80}(?:但|也|还|仍)[^。]{0,60}(?:差距|问题|不足|困难|短板|挑战)"
    r"|(?:清醒|深刻)地?(?:认识|看)到[^。]{0,60}(?:问题|不足|困难|差距|挑战)"
    r"|(?:还|仍|依然|也)?(?:存在|面临)(?:着|的)?(?:以下|如下|一些|不少|诸多|这样那样的)?(?:主要|突出)?(?:几个方面)?的?(?:问题|不足|困难|短板)(?:和(?:问题|不足|困难))?(?:有|是|主要有|主要是|如下)?[：:]"
    r"|^(?:当前|目前)?(?:的)?(?:主要|突出)?(?:的)?(?:问题|不足|困难|短板)(?:有|是|主要有|主要是)?[：:]"
    r"|成绩[^。]{0,40}(?:差距|问题|不足|困难|短板)"
)
_POINT = re.compile(r"[一二三四五六七八九十]是|[①-⑩]|第[一二三四五六七八九十][，,]|[（(]\d[)）]")
_SHORTCOMING = re.compile(
    r"不[够足高强优长大快多稳深实准匀齐顺均]|不匹配|不平衡|不均衡|不完善|不健全|不到位|不规范|不合理|偏[低弱少小]|薄弱|滞后|缺乏|缺口|短缺|短板|欠账|困难|有待|压力|流失|老化|难[以度题]?|隐患较多"
)
_FEWEST_POINTS, _MOSTLY = 3, 0.75
"""A paragraph of at least three points, three quarters of which name a shortcoming, is a list of problems."""
_PLAN_OPENING = re.compile(
    rf"^(?:{_LOOK_AHEAD}|20\d\d年)[，,]?(?:[一-龥，,“”、]{{0,40}}?)(?:将|要|计划|打算|继续|力争|拟|重点|着力|努力|工作)"
)


def passage_kind(paragraph: str, *, plan_year: int | None = None) -> Kind | None:
    """The kind that a paragraph without a heading shows by its opening words: problems or plans."""
    opening = paragraph[:160]
    if _PROBLEM_OPENING.search(opening):
        return Kind.PROBLEM
    points = _POINT.split(paragraph)[1:]
    if len(points) >= _FEWEST_POINTS and sum(bool(_SHORTCOMING.search(p)) for p in points) >= _MOSTLY * len(points):
        return Kind.PROBLEM
    match = _PLAN_OPENING.match(opening)
    if match and (not match[0].startswith("20") or match[0].startswith(str(plan_year))):
        return Kind.PLAN
    return None
