"""Who wrote a report, about which year, where and when: read from its title, signature and opening."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.markers import is_date
from rag.text import MASK, fold, numeral, years_in

_UNIT = (
    r"(?:管理委员会|管委会|委员会|人民政府|办事处|街道办|办公厅|办公室|研究中心|服务中心|中心|研究院|学院|医院|法院|检察院|总队|支队|大队|"
    r"监督管理局|管理局|总局|分局|局|厅|委|部|署|院|处|社|总工会|工会|协会|联合会|妇联|团委|公司|集团|银行|"
    r"经济技术开发区|经济开发区|开发区|高新区|产业园区|工业园区|园区|管理区|街道|团场|乡|镇)"
)
_WHERE = r"(?:[一-龥]{1,5}|[xX×*]{1,4})?(?:自治区|自治州|省|市|州|盟|区|县|旗|乡|镇)"
ORG = re.compile(rf"(?:{_WHERE}){{0,3}}[一-龥、]{{0,14}}?{_UNIT}")
_TITLE_ORG = re.compile(
    rf"^(?P<org>.{{2,40}}?)(?:(?:19|20|XX|xx|××)(?:\d\d|XX|xx|××)?年|上半年|工作总结|工作报告|关于)"
)
_OPENING_ORG = re.compile(
    rf"(?:^|[，,。：:；\n])(?P<org>(?:{_WHERE})?[一-龥]{{0,12}}?{_UNIT})"
    r"(?=(?:在|始终|坚持|认真|紧紧|紧扣|以|围绕|深入|全面|按照|严格|积极|党组|党委|党工委|全体|牢牢|牢固|把|将|聚焦|立足|锚定|高举|作为|充分|切实|迅速|认|主动|狠抓|团结|贯彻|着力|扎实|大力|持续))"
)
_NOT_AUTHOR = re.compile(
    r"(?:党委|党工委|市委|区委|县委|省委|州委|地委|政府|常委|国务院|党中央|主管部门|各部门|有关部门|部门|同志|我们|上级|领导|人大常?委?|各级|该局|各局)$|^(?:在|对|和|与|由|向|经|各|全|本|该|等|按照|根据|围绕)"
)
_GOVERNMENT = re.compile(rf"我?代表(?P<org>国务院|{_WHERE}人民政府|[一-龥]{{2,10}}(?:人民政府|人民委员会|管委会))")
_LEVELS = (
    ("开发区", r"开发区|高新区|产业园区|工业园区|园区"),
    ("街道", r"街道"),
    ("乡", r"乡"),
    ("镇", r"镇"),
)
_CATEGORY = re.compile(r"(?:乡镇|镇乡|镇街|街镇|乡|镇|街道|部门|机关|单位|国企|学校)")
"""`（镇乡）` behind a title says what sort of body wrote it, not which."""
_PLANS = re.compile(r"计划|打算|思路|安排|要点|规划|谋划|目标")
_REPORTS = re.compile(r"总结|回顾|汇报|报告|情况|成效|完成|亮点")
_OPENING = 700
_SIGNATURE_DATE = re.compile(
    r"((?:19|20)\d\d|[一二][〇○零Oo0一二三四五六七八九]{3})\s*年\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*月(?:\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日)?"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a report; an empty field is unknown, never guessed."""

    org: str = ""
    org_level: str = ""
    place: str = ""
    year: int | None = None
    plan_year: int | None = None
    date: str = ""


def identify(title: str, text: str, headings: tuple[str, ...]) -> Identity:
    """Read a report's identity from its title, cleaned text (title included) and first-level headings."""
    year, plan_year = report_years(title, text, headings)
    org = report_org(title, text)
    return Identity(org, org_level(org, text), place_of(title, org, text), year, plan_year, signature_date(text))


def report_org(title: str, text: str) -> str:
    """The organisation as printed: from the title, else the signature, else the subject of the opening."""
    named = _unmasked(_org_in_title(title))
    signed = _unmasked(_signature(text))
    opening = text[len(title) :][:_OPENING] if text.startswith(title) else text[:_OPENING]
    government = _GOVERNMENT.search(opening)
    if government:
        return government["org"]
    subject = _unmasked(_subject(opening))
    if named and _CATEGORY.fullmatch(named):
        return subject or signed
    if named:
        # The opening often has the fuller name: `交通运输` in the title, `区交通运输局` below.
        fuller = next((o for o in (subject, signed) if o and _within(bare_name(named), bare_name(o))), "")
        return fuller if len(fuller) > len(named) or not ORG.search(named) else named
    return signed or subject


def _unmasked(org: str) -> str:
    """`XX市XX区交通运输局` → `区交通运输局`: what is hidden says nothing."""
    return re.sub(rf"^(?:(?:{MASK.pattern})(?:省|市|州))*(?:{MASK.pattern})(?=[市区县州乡镇].)", "", org)


def _org_in_title(title: str) -> str:
    cut = re.sub(r"^(?:(?:19|20)\d\d年(?:度)?|关于)", "", title)
    match = _TITLE_ORG.match(cut)
    if match and not re.search(r"工作|总结", match["org"]):
        org = re.sub(r"(?:全年|年度|上半年|下半年|的)$", "", match["org"].strip(" 《“"))
        return "" if re.search(r"各级|各局|汇编|部门$|单位", org) else org
    match = ORG.search(cut)
    if match and not _NOT_AUTHOR.search(match[0]):
        return match[0]
    bracket = re.search(r"[（(]([一-龥]{1,10})[)）]$", title)
    return bracket[1] if bracket and not re.search(r"\d|篇|稿|版", bracket[1]) else ""


def _signature(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()[-4:]]
    for line, following in zip(lines, lines[1:], strict=False):
        if is_date(following) and len(line) <= 30 and ORG.search(line):
            return line
    return ""


def _subject(opening: str) -> str:
    """The organisation that the opening's sentences are about: the first subject, or the most frequent one."""
    found: list[str] = []
    for match in _OPENING_ORG.finditer(opening):
        org = match["org"]
        if not _NOT_AUTHOR.search(org) and len(bare_name(org)) >= 2:
            found.append(org)
    masked = re.search(r"(?:^|[，,。\n])((?:xx|XX|××|\*)(?:乡|镇|街道|区|县|市|局))(?=[始坚认紧以围深全按])", opening)
    if masked and not found:
        return masked[1]
    return found[0] if found else ""


def bare_name(org: str) -> str:
    """A name without place, masks and unit, for comparing: `XX市XX区交通运输局` → `交通运输`."""
    org = MASK.sub("", org)
    org = re.sub(rf"^(?:{_WHERE})+(?=[一-龥]{{2,}})", "", org)
    return re.sub(rf"{_UNIT}$", "", org) or org


def _within(short: str, full: str) -> bool:
    """Whether the characters of `short` occur in order in `full`."""
    rest = iter(full)
    return bool(short) and all(c in rest for c in short)


def org_level(org: str, text: str) -> str:
    """省/市/区/县/乡/镇/街道/开发区, by the name itself, else by how the opening speaks of its own place."""
    for level, pattern in _LEVELS:
        if re.search(rf"(?:{pattern})(?:办事处|人民政府|管委会|管理委员会)?$", org):
            return level
    if org == "国务院":
        return "国家"
    named = re.match(r"^(?:[省市区县州旗]|(?:[一-龥]{2,5}?(?:省|市|区|县|州|旗))+)", org)
    if named:
        return named[0][-1]
    own = Counter(re.findall(r"(?:我|全)(省|市|区|县|乡|镇|州)", text[: 4 * _OPENING]))
    return own.most_common(1)[0][0] if own else ""


def place_of(title: str, org: str, text: str) -> str:
    """A place that title or organisation names, or that the text names time and again; empty where none is."""
    named = re.search(
        r"([一-龥]{2,8}?(?:自治区|省|市|自治州|州|县|区|旗|镇|乡|街道))(?![一-龥]{0,2}局)", title.partition("工作")[0]
    )
    if named and not MASK.search(named[1]) and not re.search(r"开发区|园区", named[1]):
        return named[1]
    counts = Counter(
        m
        for m in re.findall(r"(?<![一-龥])([一-龥]{2,4}(?:省|市|县|区))(?=[委人政]|的|在|实施|经济|城)", text)
        if not re.search(r"^[我全各本该]|社区|园区|城区|地区|辖区|片区|景区|山区|新区|经开|高新|委|政", m)
    )
    return next((place for place, times in counts.most_common(1) if times >= 2), "")


def report_years(title: str, text: str, headings: tuple[str, ...]) -> tuple[int | None, int | None]:
    """The year reported on and the year planned for, each None where the report does not tell."""
    titled = years_in(title)
    if "政府工作报告" in title and len(titled) == 1:
        return titled[0] - 1, titled[0]
    year = plan_year = None
    if titled:
        is_plan = _PLANS.search(title) and not _REPORTS.search(title)
        year, plan_year = (None, titled[0]) if is_plan else (titled[0], titled[1] if len(titled) > 1 else None)
    for heading in headings:
        for named in years_in(heading):
            if _PLANS.search(heading) and not _REPORTS.search(heading):
                plan_year = plan_year or (named if named != year else None)
            elif year is None and (plan_year is None or named < plan_year):
                year = named
            elif plan_year is None and named > (year or named):
                plan_year = named
    opening = re.search(r"(?:^|[。\n])\s*((?:19|20)\d\d)年(?:度|以来|来|上半年|是|，|,|我)", text[:_OPENING])
    if year is None and opening and int(opening[1]) != plan_year:
        year = int(opening[1])
    if year is None and plan_year is not None:
        year = plan_year - 1 if _REPORTS.search(title + "".join(headings)) else None
    date = signature_date(text)
    if year is None and plan_year is None and date:
        year = int(date[:4]) - (1 if "-01" in date[4:7] else 0)
    return year, plan_year


def signature_date(text: str) -> str:
    """The date under the text as ISO 8601, or empty; a web page's own date is not at the end of the text."""
    for line in reversed([line.strip() for line in text.strip().splitlines()[-4:]]):
        match = _SIGNATURE_DATE.fullmatch(line.strip("（）() "))
        if match:
            digits = fold(match[1]).translate(str.maketrans("〇○零o一二三四五六七八九", "0000123456789"))
            parts = [digits] + [f"{numeral(p):02d}" for p in match.groups()[1:] if p]
            return "-".join(parts)
    return ""
