"""The words by which a heading, a sentence or a question shows which kind of section it is about."""

from __future__ import annotations

import re

from rag.model import Kind
from rag.text import years_in

_AHEAD = r"(?:下一?步|下一?阶段|下一?年度?|明年|来年|今后|未来\s*[一二三四五几数\d]{1,2}\s*年|后\s*[一两三]\s*年)"
_THIS_YEAR = r"(?:今年|本年度)"
_AIM = r"(?:计划|打算|思路|安排|要点|谋划|设想|展望|举措|部署(?!和|及|与|要求)|重点|任务|目标|方向|规划)"
_PLAN_END = r"(?:计划|打算|思路|安排|要点|谋划|设想|展望)"

_PLAN_HEADING = re.compile(
    rf"{_AHEAD}|(?:工作|重点|总体|主要|初步|发展|年度?)(?:工作)?{_AIM}|^{_AIM}|努力方向|奋斗目标"
    rf"|(?:打算|思路|设想|谋划|展望)$|目标任务|重点任务|{_THIS_YEAR}.{{0,14}}{_AIM}|对{_THIS_YEAR}.{{0,6}}工作的建议"
    rf"|总体(?:工作)?要求|预期目标|^(?:20\d\d年)?下半年(?!.*(?:完成|开展))[^。]{{0,10}}(?:工作|任务)$"
)
_PLAN_LEAD = re.compile(rf"^{_AHEAD}|{_PLAN_END}$|{_AHEAD}(?:的)?(?:工作|主要|重点|总体|具体)?(?:工作)?{_AIM}$")
"""Below the first level, only what leads or ends a heading makes it one of plans."""

_LOOKS_BACK = re.compile(r"完成情况|进展情况|落实情况|开展情况|推进情况|实施情况|执行情况|总结|回顾|成效|主要措施|采取")
_TOLD = re.compile(r"总结|(?:完成|执行|进展|开展|落实|运行)情况")
_BOTH = re.compile(r"(?:成就|成绩|成效)[和与及、].*(?:任务|目标)")
"""`建设的成就和今后的任务`: what is done and what is to do in one."""
_TO_DO = re.compile(r"^(?:确保|实现|完成|落实)(?!.*情况).*措施$")
_PROBLEM_HEADING = re.compile(
    r"(?:存在|面临|主要|突出|当前|目前|不足|困难|制约|遇到)[^，。]{0,8}(?:问题|困难|不足|短板|差距|挑战|困境|瓶颈|制约)[^，。]{0,8}$"
    r"|^(?:正视|直面|查摆|剖析|认清)[^，。]{0,6}(?:问题|困难|不足|短板|差距)"
    r"|^(?:反思[和与及、])?(?:问题|困难|不足(?:之处)?|短板|差距)(?:[和与及、].{0,6})?$|(?:问题|困难)[和与及、](?:困难|不足|问题|原因|短板|挑战|差距)"
)
_NOT_PROBLEM = re.compile(r"整改|解决|化解|破解|消除|消化|整治|导向|治理|问题清单|回应|排查")
_HIGHLIGHT_HEADING = re.compile(
    r"(?<!措施、)(?<!措施和)(?<!成效和)(?<!成效、)亮点|特色(?:工作|做法)|(?:典型|创新|先进)(?:经验|做法|案例)|经验(?:做法)?$|(?<![育创显出造掘现亮塑树兴扬活强立抓聚])特色$"
)
"""`育特色` is a task, `工作特色` what a report is proud of."""
_SUGGESTION_HEADING = re.compile(
    r"(?:意见|对策|工作)?[和与及、]?建议$|^建议|恳请|请求(?:事项|支持)|需要.{0,10}(?:支持|协调|解决)的"
)
_SUMMARY_HEADING = re.compile(
    r"总结|回顾|成效|成绩|完成情况|进展情况|开展情况|执行情况|落实情况|推进情况|实施情况|运行情况|工作情况|基本情况|总体情况"
    r"|主要做法|主要工作|主要措施|工作措施"
)
_OTHER_HEADING = re.compile(r"其他(?:需要)?(?:报告|说明|公开)?的?(?:有关)?(?:事项|情况)")
_INNER_SUMMARY = re.compile(r"(?:(?:19|20)\d\d年(?:度)?)?(?:主要|重点|上半年|全年)?工作.{0,6}$")
_LONGEST_INNER = 14
_BEHIND_HEADING = re.compile(r"[\s。：:][\s。：:]*$")


def heading_kind(heading: str, *, plan_year: int | None = None, top: bool = True) -> Kind | None:
    """The kind that a heading (without its numbering) declares, or None where it declares none.

    Below the first level (`top=False`) a word such as 问题 or 重点 mostly belongs to the subject
    (`推进群众身边问题整治`), so only a heading that consists of little else counts there.
    """
    text = _BEHIND_HEADING.sub("", heading)
    if not top and len(text) > _LONGEST_INNER:
        return None
    if _OTHER_HEADING.fullmatch(text):
        return Kind.OTHER
    if _BOTH.search(text):
        return None
    plan = _is_plan(text, plan_year, top)
    if _SUGGESTION_HEADING.search(text) and not plan:
        return Kind.SUGGESTION
    if _PROBLEM_HEADING.search(text) and not _NOT_PROBLEM.search(text):
        return Kind.PROBLEM
    if plan:
        return Kind.PLAN
    if _HIGHLIGHT_HEADING.search(text) and (top or len(text) <= 8):
        return Kind.HIGHLIGHT
    if _SUMMARY_HEADING.search(text) and (top or _INNER_SUMMARY.match(text)):
        return Kind.SUMMARY
    years = years_in(text)
    if top and years and plan_year is not None and max(years) < plan_year:
        return Kind.SUMMARY
    return None


def _is_plan(text: str, plan_year: int | None, top: bool) -> bool:
    years = years_in(text)
    if not (_PLAN_HEADING if top else _PLAN_LEAD).search(text):
        return plan_year is not None and plan_year in years and not _TOLD.search(text)
    if years and plan_year is not None and max(years) < plan_year and not re.search(rf"{_PLAN_END}$", text):
        return False  # 2023年重点工作, told in the report of 2023
    if plan_year in years and _TO_DO.search(text):
        return True  # 实现2024年计划的主要措施
    return not _LOOKS_BACK.search(text) or re.search(_AHEAD, text) is not None


_TROUBLE = r"(?:差距|问题|不足|困难|短板|短处|挑战|矛盾|薄弱环节)"
_TROUBLES = re.compile(_TROUBLE)
_PROBLEM_OPENING = re.compile(
    rf"(?:^|[。；])(?:虽然|尽管)[^。]{{2,120}}(?:但|然而)[^。]{{0,60}}(?:存在|面临|还有|仍有|也有|有着?)[^。，]{{0,16}}{_TROUBLE}"
    rf"|(?:清醒|深刻|充分)地?(?:认识|看)到[^。]{{0,80}}{_TROUBLE}"
    rf"|(?:必须|应当|应该|也要|我们也?)(?:要|还要)?看到[^。]{{0,60}}{_TROUBLE}"
    rf"|(?:^|[。；，])[^。，；]{{0,24}}(?:还|仍|依然|也|尚)?(?:存在|面临)(?:着|的)?(?:以下|如下|一些|不少|许多|诸多|较多|这样那样的)"
    rf"(?:主要|突出)?(?:几个方面)?的?{_TROUBLE}"
    rf"|(?:存在|面临)(?:着|的)?(?:主要|突出)?的?{_TROUBLE}(?:和{_TROUBLE})?(?:(?:有|是|主要有|主要是|如下)?[：:]|(?:主要)?是[，,])"
    rf"|^(?:(?:当前|目前|工作中)[，,]?)?(?:还|仍)?存在的(?:主要|突出)?{_TROUBLE}(?:主要)?[有是]"
    rf"|^(?:当前|目前)?(?:的)?(?:主要|突出)?(?:的)?{_TROUBLE}(?:有|是|主要有|主要是)?[：:]"
    rf"|(?:^|[。；])[^。；]{{0,20}}成绩[^。；]{{0,40}}{_TROUBLE}"
)
_OVERCOMING = re.compile(
    r"(?:补[齐上强短]|破解|解决|缓解|消除|弥补|化解|整治|克服|治理|应对|防范|排查|整改|疏解|打通|针对|攻克)[^，。；;]{0,16}"
)
"""`补齐短板`, `破解融资难题`: a trouble that is being overcome is no shortcoming."""

_POINT = re.compile(r"[一二三四五六七八九十]是|[①-⑩]|第[一二三四五六七八九十][，,]|[（(]\d[)）]")
_SHORTCOMING = re.compile(
    r"不[够足高强优长大快多稳深实准匀齐顺均]|不匹配|不平衡|不均衡|不完善|不健全|不到位|不规范|不合理|偏[低弱少小]|薄弱|滞后|缺乏|缺口|短缺"
    r"|短板|欠账|困难|有待|压力|流失|老化|难[以度题]?|隐患较多"
)
_DEMANDS = re.compile(r"必须|原则|任务|措施|要求|[做抓]好")
"""Before the points: what follows is to be done, whatever troubles it names."""
_FEWEST_POINTS, _MOSTLY = 3, 0.75
"""A paragraph of at least three points, three quarters of which name a shortcoming, is a list of problems."""

_PLAN_OPENING = re.compile(
    rf"^(?:{_AHEAD}|20\d\d年)[，,]?(?:[一-龥，,“”、]{{0,40}}?)(?:将|要|计划|打算|继续|力争|拟|重点|着力|努力|工作)"
    r"|^(?:下半年|[二三四]季度)[，,]?[^。；：:]{0,40}?(?:将|打算|拟|力争|计划(?!的)|(?:重点|继续|主要|工作)[^。；：:]{0,24}[：:])"
)
"""The rest of a year is ahead only where its words say so: `下半年，新修公路3条` was done."""
_OPENING = 160
"""Characters of a paragraph in which it says what it is about."""


def passage_kind(paragraph: str, *, plan_year: int | None = None) -> Kind | None:
    """The kind that a paragraph without a heading shows by its opening words: problems or plans."""
    opening = paragraph[:_OPENING].lstrip("〔【[ ")
    if _TROUBLES.search(opening) and _PROBLEM_OPENING.search(_OVERCOMING.sub("", opening)):
        return Kind.PROBLEM
    lead, *points = _POINT.split(paragraph)
    if len(points) >= _FEWEST_POINTS and not _DEMANDS.search(lead):
        short = sum(bool(_SHORTCOMING.search(_OVERCOMING.sub("", point))) for point in points)
        if short >= _MOSTLY * len(points):
            return Kind.PROBLEM
    match = _PLAN_OPENING.match(opening)
    if match and (not match[0].startswith("20") or match[0].startswith(str(plan_year))):
        return Kind.PLAN
    return None


_CALL = re.compile(
    rf"(?:{_AHEAD}|{_THIS_YEAR}|当前和今后|20\d\d年)[^。]{{0,60}}(?:[几一二三四五六七八九十\d]+(?:个方面|方面|点|项|件)|以下|如下)[^。]{{0,16}}$"
    r"|(?:讲|提|谈|强调)(?:以下)?[几一二三四五六七八]\s*(?:点|个方面)(?:的)?(?:意见|要求|想法)?"
)


def announces_plan(paragraph: str) -> bool:
    """Whether a paragraph ends by announcing what is to be done: `就下一步工作，我讲以下几点意见：`."""
    last = re.split(r"[。！？]", paragraph.rstrip("。：:；; \n"))[-1]
    return _CALL.search(last) is not None
