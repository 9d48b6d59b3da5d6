"""The year a report tells of, the year it plans for, and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.titles import closing, is_date, is_occasion, occasion_in, without_occasion
from rag.text import HAN_YEAR, YEAR_DIGITS, numeral, years_in

_PLANS = re.compile(r"计划|打算|思路|安排|要点|规划|谋划|目标|任务|工作重点|重点工作")
_REPORTS = re.compile(r"总结|回顾|汇报|报告|情况|成效|完成|亮点|成绩")
_TO_DO = re.compile(r"(?:做好|抓好|干好|完成|推进|部署)(?:好|了)?(?:19|20)\d\d年")
"""`突出重点，扎实做好2024年各项工作`."""
_OPENING = 700
_SPRING, _YEAR_END = 8, 11
"""A government reports to its congress in spring, on the year before; a congress that meets in autumn hears of the
same year, and at its end of the next one's plans too."""

_DATE = re.compile(
    rf"((?:19|20)\d\d|{HAN_YEAR})\s*年\s*(\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月(?:\s*(\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日)?"
)
_OPENS_WITH_YEAR = re.compile(
    rf"(?:^|[。\n])\s*((?:19|20)\d\d|{HAN_YEAR})\s*年(?:度|以来|来|上半年|是|，|,|我|全|[一-龥]{{2,14}}(?:局|委|镇|乡|街道|中心|公司|区|县|市))"
)


def report_years(title: str, text: str, headings: tuple[str, ...]) -> tuple[int | None, int | None]:
    """The year reported on and the year planned for, each None where the report does not tell."""
    if _is_given_to_congress(title, text) and (years := _of_government(title, text, headings)):
        return years
    title = without_occasion(title)
    year, plan_year = _titled(title)
    for heading in headings:
        year, plan_year = _with_heading(heading, year, plan_year)
    opening = _OPENS_WITH_YEAR.search(text[len(title) : len(title) + _OPENING])
    if year is None and opening and _begins_years(title, opening[0]):
        return None, plan_year
    if year is None and opening and _number(opening[1]) != plan_year:
        year = _number(opening[1])
    if year is None and plan_year is not None and _REPORTS.search(title + "".join(headings)):
        year = plan_year - 1
    if year is not None and plan_year is None and _plans_for(year + 1, text):
        plan_year = year + 1
    if year is None and plan_year is None:
        year = _signed_year(title + "".join(headings), text) or _current_year(text[len(title) :])
    return year, plan_year


def _begins_years(title: str, opening: str) -> bool:
    """Whether the year that an opening names is the first of several, which a report on a five-year plan reviews."""
    return opening.endswith("以来") and re.search('[”"]?规划.*评估', title) is not None


_GOVERNMENT = re.compile(r"政府工作\s*报告")
_WORK_REPORT = re.compile(r"工作报告$")
_CONGRESS = re.compile(r"第[一二三四五六七八九十\d]+(?:次|届)[^。\n]{0,20}会议上?(?:的政府工作报告)?[)）]?$")
_HEAD_LINES = 5


def _is_given_to_congress(title: str, text: str) -> bool:
    """Whether a report on the work of a government, or of a court and the like, is one to a congress: `政府工作报告`,
    or a title without a year and the session below it."""
    if _GOVERNMENT.search(title):
        return True
    name = without_occasion(title)
    sessions = [line for line in text[:400].splitlines()[:_HEAD_LINES] if is_occasion(line) and _CONGRESS.search(line)]
    if name != title and _CONGRESS.search(title):
        sessions.append(title)
    if years_in(name) or not sessions:
        return False
    return _WORK_REPORT.search(name) is not None or any(_GOVERNMENT.search(line) for line in sessions)


def implied_plan_year(title: str, text: str, headings: tuple[str, ...], year: int | None) -> int | None:
    """The year of a plan without one, `下一步打算`: the next after the year that title, headings or opening name;
    in a report on a part of a year, the same.
    """
    said = "".join((title, *headings))
    if year is None or re.search(r"半年|季度", said):
        return year
    opening = _OPENS_WITH_YEAR.search(text[len(title) : len(title) + _OPENING])
    return year + 1 if year in years_in(said) or (opening and _number(opening[1]) == year) else None


def _plans_for(year: int, text: str) -> bool:
    """Whether a paragraph begins with what the year will bring: `2024年，我局将重点抓好以下工作：`."""
    plans = rf"{year}年(?<![^\n].....)[，,]?[^。；：\n]{{0,40}}?(?:将|要|重点|计划|继续|着力|拟|力争|打算)"
    return f"{year}年" in text and re.search(plans, text) is not None


_FIVE_YEARS = re.compile(r"[“\"]?(十[一二三四五六]?|[一二三四五六七八九])五[”\"](?!规划)")


def _five_years(title: str) -> tuple[int | None, int | None]:
    """The last year of the plan that a title reviews, the first of the one it outlines: `“十三五”工作总结`."""
    plans = [numeral(match[1]) for match in _FIVE_YEARS.finditer(title)]
    reviewed = 1955 + 5 * plans[0] if plans and _REPORTS.search(title) else None
    outlined = 1951 + 5 * plans[-1] if plans and _PLANS.search(title) and (len(plans) > 1 or not reviewed) else None
    return reviewed, outlined


def _of_government(title: str, text: str, headings: Sequence[str]) -> tuple[int, int | None] | None:
    """A government work report of the year Y, given in spring, tells of Y-1 and plans for Y.

    Where it has no date, and a heading looks back on Y itself, Y is the year that it tells of.
    """
    date = report_date(text)
    titled = years_in(title) or [int(year) for year in re.findall(r"^((?:19|20)\d\d)(?!\d)", title)]
    given = int(date[:4]) if date else titled[-1] if titled else None
    if given is None:
        return None
    month = int(date[5:7]) if len(date) >= 7 else 0
    if not date and any(given in years_in(h) and _REPORTS.search(h) and not _PLANS.search(h) for h in headings):
        return given, given + 1 if any(given + 1 in years_in(h) for h in headings) else None
    if month > _SPRING:
        return given, given + 1 if month >= _YEAR_END else None
    return given - 1, given


_SCHOOL_YEAR = re.compile(r"(?P<first>20\d\d)\s*[-—–－~～至到]+\s*(?P<last>20\d\d)\s*学年")
"""Begins in autumn; what is told of all of it, or of its second term, is told at its end."""


def _titled(title: str) -> tuple[int | None, int | None]:
    if school := _SCHOOL_YEAR.search(title):
        return int(school["first" if re.search("第一学期|上学期", title) else "last"]), None
    years = years_in(title)
    if not years:
        return _five_years(title)
    if _PLANS.search(title) and not _REPORTS.search(title):
        return None, years[0]
    return years[0], years[1] if len(years) > 1 and years[1] == years[0] + 1 else None


def _with_heading(heading: str, year: int | None, plan_year: int | None) -> tuple[int | None, int | None]:
    plans = (_PLANS.search(heading) or _TO_DO.search(heading)) and not _REPORTS.search(heading)
    for named in years_in(heading):
        if plans and plan_year is None and named != year and (year is None or year < named <= year + 2):
            plan_year = named
        elif not plans and year is None and (plan_year is None or named < plan_year):
            year = named
        elif not plans and plan_year is None and year is not None and named == year + 1:
            plan_year = named
    return year, plan_year


def _signed_year(said: str, text: str) -> int | None:
    """By its date: what looks back, and is signed in the first quarter, is on the year before."""
    date = report_date(text)
    if not date:
        return None
    before = date[5:7] in ("01", "02", "03") and "讲话" not in said and (not said or _REPORTS.search(said))
    return int(date[:4]) - bool(before)


_NUMBERED = re.compile(r"〔((?:19|20)\d\d)〕")
_THIS_YEAR = re.compile(r"(?:今年|本年度)[^。]{0,40}")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年(?!底?前|以前)")
_REFERS = re.compile(r"(?:[到至从自早在于]|截至|截止|力争|确保|始建于|成立于|建于|以后|预计)$")


_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)年\d{1,2}月\d{1,2}日")
_FEWEST_DAYS = 2


def _current_year(text: str) -> int | None:
    """The year a text lives in: that of a paper of `今年`, of all the days it names, or the only one it names."""
    for sentence in _THIS_YEAR.finditer(text):
        numbered = _NUMBERED.search(sentence[0])
        if numbered:
            return int(numbered[1])
    days = [int(match[1]) for match in _DAY.finditer(text)]
    if len(days) >= _FEWEST_DAYS and len(set(days)) == 1:
        return days[0]
    named = {int(m[1]) for m in _YEAR.finditer(text)} | {int(m[1]) for m in _NUMBERED.finditer(text)}
    if len(named) != 1:
        return None
    plain = [m for m in _YEAR.finditer(text) if not _REFERS.search(text[max(0, m.start() - 3) : m.start()])]
    return named.pop() if len(plain) == len(_YEAR.findall(text)) and plain else None


# --- date ---


_MEETING_DATE = re.compile(rf"[^。]{{4,40}}会议[,，\s]*({_DATE.pattern})")


def report_date(text: str) -> str:
    """The date under the text, or of the occasion in front of it, as ISO 8601, or empty; not a web page's own."""
    for line in reversed(closing(text)):
        if is_date(line):
            return _iso(line)
    for line in [line.strip() for line in text[:600].strip().splitlines()[:6]]:
        occasion = occasion_in(line) if len(line) <= 120 else None
        if occasion and occasion["date"]:
            return _iso(occasion["date"])
        if is_date(line):
            return _iso(line)
        dated = _MEETING_DATE.fullmatch(line)
        if dated:
            return _iso(dated[1])
    return ""


def _iso(date: str) -> str:
    match = _DATE.search(date)
    if match is None:
        return ""
    return "-".join([str(_number(match[1])), *(f"{numeral(part):02d}" for part in match.groups()[1:] if part)])


def _number(year: str) -> int:
    return int(year.translate(YEAR_DIGITS))
