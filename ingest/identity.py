"""Who wrote a report, about which year, where and when: read from its title, signature and opening."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.bodies import (
    BODY,
    CATEGORY,
    MASKED_BODY,
    PLACE_UNIT,
    UNIT,
    WHERE,
    body_in,
    is_body,
    unmasked,
)
from ingest.titles import closing, is_byline, is_date, is_signature, signed_by, without_notes
from ingest.years import report_date, report_years
from rag.institutions import without_head
from rag.organisation import bare, in_order
from rag.text import HAN_YEAR

_OPENING = 700
_YEAR = rf"(?:(?:19|20|XX|xx|××)(?:\d\d|XX|xx|××)?|{HAN_YEAR})年"
_TITLE_BODY = re.compile(
    rf"^(?P<body>.{{2,40}}?)(?:{_YEAR}|上半年|半年度?|年度|工作总结|工作报告|工作情况|工作汇报|政府工作|关于|[“\"]?(?:十[一二三四五]|[六七八九])五[”\"]?)"
)
_DOES = re.compile(
    r"在(?=[^，。]{2,30}(?:领导|指导|支持|帮助|关心|部署))|始终|坚持|认真|紧紧|紧扣|紧盯|围绕|深入|全面|按照|严格|积极|党组(?!织)|党委|党工委|全体|牢牢|牢固"
    r"|聚焦|立足|锚定|高举|作为|充分|切实|迅速|主动|狠抓|团结|贯彻|着力|扎实|大力|持续|统筹|克服|抢抓|突出|上下|、党|党政|根据"
    r"|以(?=[^，。]{2,40}(?:为|精神|思想))|将(?=继续|坚持|以|在|围绕|深入|认真)"
)
"""What the body that reports does in its opening: not `将我县列为试点`, `在我县设立基地`."""

_CLAUSE_BEGINS = (*"，,。：:；\n", "带领")
"""Behind these: `我带领县水利局…` is said by its head."""
_DOER = re.compile(rf"(?:{WHERE})?[一-龥]{{0,12}}?{UNIT}")
_MASKED_OPENING = re.compile(r"[，,。\n]((?:xx|XX|××|\*)(?:乡|镇|街道|区|县|市|局))(?=[始坚认紧以围深全按在党])")
_SPEAKS_FOR = re.compile(
    rf"(?P<how>代表|受)(?P<body>国务院|中央人民政府|(?:{WHERE}){{0,2}}(?:第[一二三四五六七八九十\d]{{1,3}}届)?(?:人民政府|政府|人民委员会|人大常委会|人民代表大会常务委员会|(?:高级|中级)?人民法院"
    rf"|人民检察院|管委会|管理委员会)|政协[一-龥]{{2,16}}委员会(?:常务委员会)?|[一-龥]{{2,12}}(?:管委会|管理委员会))"
)
_GOVERNED = re.compile(
    rf"(?:{_YEAR}|\d{{4}}年)?(?P<place>[一-龥]{{1,8}}{PLACE_UNIT})(?:{_YEAR})?(?:人民政府)?(?:政府)?工作"
)
_ONLY_PLACE = re.compile(rf"[一-龥]{{1,8}}{PLACE_UNIT}(?<![乡镇])")
_PRESENTS = re.compile(
    rf"现将(?:我|本)?(?P<body>(?:{WHERE})?[一-龥]{{0,12}}?{UNIT})(?:牵头|负责|承担|承办)?(?:的|20\d\d年|今年|上半年)"
)
_MEETING = re.compile(
    rf"在(?P<place>(?![我全本各])[一-龥]{{1,12}}?(?<!自治){PLACE_UNIT})第?[一二三四五六七八九十\d]+届(?:人民代表大会|人大)"
)
_LED = re.compile(
    rf"(?m)^(?P<place>[一-龥]{{1,12}}?{PLACE_UNIT})(?:人民政府)?(?:代理?|副)?"
    r"(?:主席|省长|市长|州长|盟长|县长|区长|旗长|镇长|乡长)[\s　]*[一-龥×xX*某]"
)
"""`某市某区区长张某`, the speaker's line."""
_TO_THE_NATION = re.compile(r"国务院总理|全国人民代表大会第[一二三四五六七八九十\d]+次会议")
RANK = {"国": 1, "省": 2, "市": 3, "州": 3, "区": 4, "县": 4, "旗": 4, "乡": 5, "镇": 5}
_LEVELS = (
    ("开发区", r"开发区|经开区|高新区|产业园区|工业园区|园区"),
    ("社区", r"社区(?:居民委员会|居委会)?"),
    ("街道", r"街道"),
    ("乡", r"乡"),
    ("镇", r"镇"),
    ("村", r"村(?:民委员会|委会)?"),
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
    title = without_notes(title)
    year, plan_year = report_years(title, text, headings)
    org = report_org(title, text)
    return Identity(org, org_level(org, text), place_of(title, org, text), year, plan_year, report_date(text))


# --- who ---


_ANY_BODY = re.compile(r"某{1,4}[一-龥]{1,2}")
"""`某某局` of a model text is none."""


def report_org(title: str, text: str) -> str:
    """The organisation as printed: from the title, else for whom the opening speaks, the signature, its subject."""
    org = _printed_org(title, text)
    return "" if _ANY_BODY.fullmatch(org) else org


def _printed_org(title: str, text: str) -> str:
    opening = (text[len(title) :] if text.startswith(title) else text)[:_OPENING]
    government = re.search(r"政府工作\s*报告", title) is not None
    speaks = _SPEAKS_FOR.search(opening)
    named = unmasked(_in_title(title))
    if speaks and (government or speaks["how"] == "代表"):
        body = _with_place(re.sub(r"第[^届]{1,3}届", "", speaks["body"]), title, opening)
        return named if named.endswith(body) and body != "国务院" else body
    if government and _TO_THE_NATION.search(opening[:200]):
        return "国务院"
    if government and (place := next(_places_named(title, opening), "")):
        return f"{place}人民政府"
    signed = unmasked(_signature(text, opening) or _speakers(opening))
    subject = unmasked(_subject(opening))
    if named and CATEGORY.fullmatch(named):
        return subject or signed
    if named:
        # The opening often has the fuller name: `交通运输` in the title, `区交通运输局` below.
        others = [o for o in (subject, signed) if o.endswith(named) or (o and in_order(bare(named), bare(o)))]
        fuller = max(others, key=len, default="")
        if not _is_full(named):
            return fuller or signed
        return fuller if len(fuller) > len(named) and fuller.endswith(named) else named
    return signed or subject or (_with_place(speaks["body"], title, opening) if speaks else "")


def _with_place(body: str, title: str, opening: str) -> str:
    """`市人民政府`, speaking to the congress of a city that is named, is that city's."""
    body = re.sub("(?<!人民)政府$", "人民政府", body)
    own = re.match(r"(?:自治[区州县]|[省市州盟县区旗镇乡])?(?=人民)", body)
    for place in _places_named(title, opening) if own else ():
        if place.endswith(own[0] if own else ""):
            return place + body[own.end() if own else 0 :]
    return "国务院" if body == "中央人民政府" else body


def _places_named(title: str, opening: str) -> Iterator[str]:
    """The places that meeting, title and speaker name as those whose government reports, the surest first."""
    for match in (_MEETING.search(title), _MEETING.search(opening), _GOVERNED.match(title), _LED.search(opening[:200])):
        if match:
            yield match["place"]


def _is_full(name: str) -> bool:
    return BODY.fullmatch(name) is not None or MASKED_BODY.fullmatch(name) is not None


def _in_title(title: str) -> str:
    """The body that a title names, its short form (`交通运输`), or the category in brackets behind it."""
    cut = re.sub(rf"^(?:(?:{_YEAR}|20\d\d年)(?:度)?|关于|\d{{4}}[-—]\d{{4}}年)+", "", title.strip())
    match = _TITLE_BODY.match(cut)
    if match and not re.search(r"工作|总结|各级|各局|汇编|部门$|单位$|全[省市区县州镇乡]", match["body"]):
        body = re.sub(r"(?:全年|年度|上半年|下半年|的)$", "", match["body"].strip(" 《“"))
        body = re.split(r"[—\-－\s｜|]+", body)[-1] or body  # a motto in front: `真抓实干——某某局`
        if body and (is_body(body) or not _is_full(body)) and not _ONLY_PLACE.fullmatch(body):
            return body
    if body := body_in(cut):
        return body
    bracket = re.search(r"[（(]([一-龥]{1,14})[)）]$", title)
    return bracket[1] if bracket and (CATEGORY.fullmatch(bracket[1]) or _is_full(bracket[1])) else ""


def _signature(text: str, opening: str) -> str:
    """The body below the title, above the date at the end, or on the last line of all."""
    for line in opening[:200].strip().splitlines()[:3]:
        if is_signature(line) and is_body(signed_by(line)):
            return signed_by(line)
    lines = closing(text)
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if is_signature(line) and is_body(signed_by(line)) and (is_date(following) or not following):
            return signed_by(line)
    return ""


_HEAD = re.compile(
    rf"(?m)^(?P<body>[一-龥]{{2,24}}?{UNIT})(?:代理?|副)?(?:局长|主任|厅长|检察长|院长)[\s　]*[一-龥×xX*某]"
)
"""`某县水利局局长　张某`: who speaks, above the salutation."""


_HEAD_LINES = 8


def _speakers(opening: str) -> str:
    """The body whose head speaks, by the line that names him."""
    for line in filter(None, opening[:200].splitlines()[:_HEAD_LINES]):
        head = _HEAD.match(line.strip())
        if head and is_byline(line) and is_body(head["body"]):
            return head["body"]
    return ""


def _subject(opening: str) -> str:
    """The organisation that the opening's sentences are first about."""
    presents = _PRESENTS.search(opening)
    if presents and is_body(presents["body"]) and len(bare(presents["body"])) >= 2:
        return presents["body"]
    own = RANK.get(_own_level(opening), 0)
    for body in _doers(opening):
        above = RANK.get(body[0], own) < own  # `省水利厅` where the report says 我县
        if is_body(body) and not above and not re.search(r"政府$|国务院", body) and len(bare(body)) >= 2:
            return body
    masked = _MASKED_OPENING.search(f"\n{opening}")
    return masked[1] if masked else ""


def _doers(opening: str) -> Iterator[str]:
    """What looks like the name of a body, from the beginning of a clause to what it does: at most one of a clause."""
    done = 0
    for does in _DOES.finditer(opening):
        before = ((opening.rfind(mark, 0, does.start()), mark) for mark in _CLAUSE_BEGINS)
        begin = max((at + len(mark) for at, mark in before if at >= 0), default=0)
        if begin >= done and (body := _DOER.fullmatch(opening, begin, does.start())):
            done = does.start()
            yield body[0]


# --- where ---


_NATIONAL = re.compile(
    r"国务院.*|(?:中华人民共和国|最高人民|国家(?!税务总局.*税务局|统计局.*队)|全国).+|(?:外交|国防|教育|科学?技术?|工业和信息化|公安|民政|司法|财政|人力资源和?社会保障|自然资源|国土资源"
    r"|生态环境|环境保护|住房和城乡建设|交通运输|铁道|水利|农业|农业农村|商务|文化|文化和旅游|卫生|退役军人事务|应急管理)部"
)
"""Bodies of the whole country; the departments of a 党委 (`组织部`, `宣传部`) are of any level."""


def org_level(org: str, text: str) -> str:
    """国家/省/市/区/县/乡/镇/街道/社区/村/开发区, by the name itself, else by how the opening speaks."""
    if _NATIONAL.fullmatch(org):
        return "国家"
    org = without_head(org)
    for level, pattern in _LEVELS:
        if re.search(rf"(?:{pattern})(?:(?:党工委|党委)、?)?(?:办事处|(?:人民)?政府|管委会|管理委员会)?$", org):
            return level
    if branch := _BRANCH_OF.match(org):
        own = branch["level"] or _own_level(text[: 4 * _OPENING])
        return own if own in ("区", "县") else ""
    named = re.match(rf"^(?:[省市区县州旗盟](?=.)|(?:[一-龥]{{1,7}}?{PLACE_UNIT}(?<![乡镇]))+)", org)
    if named:
        return named[0][-1] if not named[0].endswith("自治区") else "省"
    return _own_level(text[: 4 * _OPENING])


_BRANCH_OF = re.compile(
    r".*?(?:局(?P<at>[一-龥]{2,4}?)|(?P<of>[一-龥]{2,3}?))(?P<level>[区县])?(?:公安|自然资源|生态环境)?分局$"
)
"""`岚川市公安局砚溪分局` is no body of the city's level, and its place is 砚溪."""


def _own_level(text: str) -> str:
    """The level that a text calls its own: 县 for `我县`, `全县`."""
    own = Counter(re.findall(r"(?:我|全)(省|市|区|县|乡|镇|州|旗)", text))
    return own.most_common(1)[0][0] if own else ""


_PLACE = rf"(?:{PLACE_UNIT}|街道)"
_NO_PLACE = re.compile(
    r"^[省市区县州旗镇乡]|^[我全各本该一两几在对与和及的为到于把从由请排年是]|[社园城地辖片景山新灾小库]区|经开|高新|开发|示范|先行|试验|^[大中小新老各]?城市|[委政县市区省]{2}$"
    r"|乡镇|镇街|集镇|城乡$|^自治[区州县]$|全[省市区县州旗]$|^团[省市区县州旗]$"
)
_ZONE = re.compile(r"([一-龥]{2,4}?)(?:国家级|省级)?(?:经济技术|经济|高新技术产业|高新)(?:开发)?区")
_NAMED = re.compile(
    r"《(?:关于)?([一-龥]{1,3}(?:省|市|县|区|旗|州))(?=[^》]{4,}》)"
    r"|(?<![一-龥])([一-龥]{1,3}(?:省|市|县|区|旗|州))(?=人民政府|人大|政协|[委政]|[“《])"
)
"""Where a place is surely named: in the name of a paper, before 人民政府 or 委."""

_BEFORE_PLACE = re.compile(rf"^(?:(?:{_YEAR}|\d{{4}}年)(?:度)?|关于|[上下]半年|全年|前?[一二三四]季度|今年以来)+")
_FEWEST_MENTIONS, _MOSTLY = 2, 0.6


def place_of(title: str, org: str, text: str) -> str:
    """A place that organisation or title names, or that the text surely and mostly names; empty where none is."""
    for named in (
        without_head(org),
        without_head(_BEFORE_PLACE.sub("", title.partition("工作")[0])),
    ):
        zone = _ZONE.match(named)
        if zone:
            return zone[1]
        if (branch := _BRANCH_OF.match(named)) and (at := branch["at"] or branch["of"]):
            return next(
                (at + level for level in (branch["level"] or "", "区", "县") if level and at + level in text), at
            )
        match = re.match(rf"(?:[一-龥]{{1,7}}?{_PLACE})+", named)
        places = re.findall(rf"[一-龥]{{1,7}}?{_PLACE}", match[0]) if match else []
        places = [place for place in places if len(place) >= 2 and not _NO_PLACE.search(place)]
        if places:
            return places[-1]
    meeting = _MEETING.search(text[:_OPENING])
    if meeting:
        return meeting["place"]
    named = [a or b for a, b in _NAMED.findall(text)]
    counts = Counter(place for place in named if len(place) >= 2 and not _NO_PLACE.search(place))
    for place, times in counts.most_common(1):
        if times >= _MOSTLY * counts.total() and text.count(place) >= _FEWEST_MENTIONS:
            return place
    return ""
