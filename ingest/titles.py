"""Lines that frame a report: title, occasion, salutation, signature and date; entries of a contents page."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from ingest.bodies import MASKED_BODY, PLACE_UNIT, UNIT, body_in
from ingest.markers import MARKER, marker_at
from rag.organisation import in_order
from rag.text import HAN_YEAR, numeral

# --- titles ---

_YEAR = rf"(?:(?:19|20)\d\d|20(?:××|XX|xx)|××××|XXXX|xxxx|××|XX|xx|{HAN_YEAR}|\d\d)\s*年"
_REPORT_WORD = r"(?:总结|小结|工作报告|报告|汇报|述职|回顾)"
_PLAN_WORD = r"(?:计划|打算|思路|安排|要点|规划|方案|设想|谋划|重点工作|工作重点|目标任务|主要任务|重点任务)"
_TITLE = re.compile(
    rf"^.{{0,50}}?(?:{_YEAR}|年度|上半年|工作|述职|{_REPORT_WORD}).{{0,44}}?(?:{_REPORT_WORD}|{_PLAN_WORD}|情况)"
    r"(?:范文|材料|稿)?(?:[（(【][^（(【]{1,14}[)）】])?$"
    r"|^关于.{4,50}的(?:情况)?(?:工作)?(?:报告|汇报|总结)$|^[^（(]{0,24}政府报告$"
)
_PAPER_WORD = (
    r"(?:(?:情况|工作|经验)?汇报(?:材料|提纲)|(?:经验)?交流(?:材料|发言)(?:材料)?|(?:表态|大会|书面)?发言(?:材料|提纲|稿)?"
    r"|(?:总结|部署|动员)?讲话(?:提纲|稿)?|致辞|(?:述[职责学法德廉]{1,2})+报告"
    r"|(?:调研|调查|考察|自查|评估|履职|整改)(?:情况)?报告|(?:先进|典型|经验)(?:事迹)?材料|情况(?:汇报|报告))"
)
_PAPER = re.compile(
    rf"^(?:(?:[^在]{{2,24}})?在.{{4,44}}上的(?:汇报|{_PAPER_WORD})"
    r"|(?!在|做好|准备|整理|撰写|完善|形成|认真|深入|学习|贯彻|落实|组织|开展|听取|参加|提交)"
    rf".{{0,50}}?(?<![作做行展成写交取发完了]){_PAPER_WORD})(?:[（(【][^（(【]{{1,14}}[)）】])?$"
)
"""`在全县水利工作会议上的讲话`, `2023年度述职述廉报告`, `关于某事的调研报告`."""
_THEMED = re.compile(rf"^(?:{_YEAR}(?:度)?)?[一-龥]{{0,12}}政府工作报告[ \t—-]*[一-龥“”、]{{4,30}}$")
"""`1983年政府工作报告当前的形势和任务`: with the theme behind it, where the occasion follows."""
_NO_TITLE = re.compile(
    r"[。；！？，,;!?|]|^(?:根据|按照|结合|围绕|为了?|在|对|现将|附件|关于印发|\W*目\s*录)|(?:如下|以下)$|^[^（(]*[)）]"
)
_TWO_TITLES = re.compile(rf"{_REPORT_WORD}\s+.*{_YEAR}.*{_REPORT_WORD}")
_REPORTS, _PLANS = re.compile(_REPORT_WORD), re.compile(rf"{_YEAR}.*{_PLAN_WORD}")
_LONGEST_TITLE, _LONGEST_TITLE_LINE = 70, 250
"""Characters of a title, and of a line that names the occasion too."""
_TITLE_WORD = re.compile("|".join(re.findall("[一-龥]+", _REPORT_WORD + _PLAN_WORD + "情况|发言|讲话|致辞|材料")))
"""A title has one of these; looking for them first is several times faster."""
_MOTTO_DASH = "—–－- "
"""In front of a title whose motto stands on the line above."""
_NUMBER = r"[\d一二三四五六七八九十]{1,3}"
_DATE_OF = rf"(?:(?:19|20)\d\d|{HAN_YEAR})\s*年\s*{_NUMBER}\s*月(?:\s*{_NUMBER}\s*日)?"
_OCCASION = re.compile(
    rf"(?:[—\-–－]{{1,3}}|[（(])?\s*(?P<date>{_DATE_OF})?(?:[和、至到—-]\s*{_NUMBER}\s*日)?\s*在(?P<at>[^。，；]{{4,60}}(?:会议|大会|全会|会))上?\s*(?:的(?:政府工作)?报告)?[)）]?$"
)
"""`——2019年3月5日在第十三届全国人民代表大会第二次会议上`."""
_OCCASION_ENDS = tuple("会上告)）")


class Strength(IntEnum):
    """How surely a line is the title of a report and not the heading of a part of one."""

    NONE = 0
    WEAK = 1  # 下一步工作打算: no body, only plans
    MEDIUM = 2  # 2023年工作总结: no body
    STRONG = 3  # 交通运输局2023年工作总结和2024年工作打算


def is_title(line: str) -> bool:
    """Whether a line looks like the title of a report or of one of its parts."""
    return strength(line) > Strength.NONE


def strength(line: str) -> Strength:
    if len(line) > _LONGEST_TITLE_LINE or not _TITLE_WORD.search(line):
        return Strength.NONE
    return _strength(line)


@lru_cache(maxsize=4096)
def _strength(line: str) -> Strength:
    """The same of a line with a title's word; rules, splitting and outline ask it of the same few lines of a file."""
    whole = line.strip().lstrip(_MOTTO_DASH)
    line = without_occasion(whole)
    paper = _PAPER.match(line)
    titled = paper or _TITLE.match(line) or (line != whole and _THEMED.match(line))
    if not 4 <= len(line) <= _LONGEST_TITLE or MARKER.match(line) or not titled:
        return Strength.NONE
    if _NO_TITLE.search(line.removeprefix("在") if paper else line):
        return Strength.NONE
    if _TWO_TITLES.search(line):
        return Strength.NONE
    reports = paper is not None or _REPORTS.search(line) is not None
    plans = _PLANS.search(line) is not None
    if re.search("政府(?:工作)?报告", line) or ((reports or plans) and _names_body(line)):
        return Strength.STRONG
    return Strength.MEDIUM if reports else Strength.WEAK


_BEHIND_NAME, _NAME_END = re.compile(rf"{_YEAR}|工作|关于"), re.compile(rf"{UNIT}$|乡镇|部门")


def is_paper(line: str) -> bool:
    """Whether a title is that of a speech, a study or the like, which sections of a report are not headed by."""
    return _PAPER.match(line.strip()) is not None and is_title(line)


def _names_body(title: str) -> bool:
    named = next((part for part in _BEHIND_NAME.split(title) if part), title)
    bracket = re.search(r"[（(]([一-龥]{1,10})[)）]$", title)
    return bool(body_in(named) or MASKED_BODY.search(named) or (bracket and _NAME_END.search(bracket[1])))


def occasion_in(line: str) -> re.Match[str] | None:
    """The occasion that a line names at its end; its group `date` may have a date."""
    return _OCCASION.search(line) if "在" in line and line.rstrip().endswith(_OCCASION_ENDS) else None


def without_occasion(line: str) -> str:
    """A title without the meeting that the same line names."""
    match = occasion_in(line)
    return line[: match.start()].rstrip(" —-–－（(") if match and match.start() >= 4 else line


_PLACE_BEFORE = re.compile(r"^[（(【\[][^（(【\[)）】\]]{1,14}[)）】\]]\s*(?=.{4})")
_NOTE_BEHIND = re.compile(
    r"\s*[（(【\[](?:全文|原文|正文|完整版|全文版|文字实录)[)）】\]]$|(?:范文|范本|模板)$|[（(【\[]?\d{3,5}字[)）】\]]?$"
)
_SITE_BEHIND = re.compile(
    r"\s*[_|｜]\s*(?!.*(?:报告|总结|计划|安排))[一-龥]{2,16}$"
    r"|\s*[-－—]+\s*[一-龥]{2,14}(?:政府网|门户网站|日报社?|新闻网)$"
)
_DOUBLED = re.compile(r"^(.*?)(.{2,20}(?:报告|总结))\2$")


_UPPER_HALF = re.compile(
    rf"(?=.)(?:{_YEAR})?(?:[一-龥]{{1,8}}?{PLACE_UNIT}){{0,3}}(?:人民政府)?(?:{_YEAR})?|在.{{6,34}}(?:会议|大会)上的"
)
_LOWER_HALF = re.compile(rf"(?:{_YEAR})?政府工作报告(?:[（(].{{1,10}}[)）])?")


def is_upper_half(line: str, following: str) -> bool:
    """Whether a title stands on two lines, `2023年溪口县⏎政府工作报告`, `在…会议上的⏎政府工作报告`."""
    return _LOWER_HALF.fullmatch(following) is not None and _UPPER_HALF.fullmatch(line) is not None


def without_notes(title: str) -> str:
    """A title without what a site wrote around it: `(云岭省)2020年某县政府工作报告(全文)`, a title given twice."""
    title = _NOTE_BEHIND.sub("", _SITE_BEHIND.sub("", _PLACE_BEFORE.sub("", title.strip())))
    return _DOUBLED.sub(r"\1\2", title) if title.count(title[-2:]) > 1 else title


def same_title(title: str, other: str) -> bool:
    return title_key(without_notes(title)) == title_key(without_notes(other))


def says_less(title: str, other: str) -> bool:
    """Whether a title says what another one says and less: `政府工作报告` than `2016年某区政府工作报告`."""
    return not same_title(title, other) and in_order(title_key(without_notes(title)), title_key(without_notes(other)))


_NO_LETTERS = re.compile(r"[\W_]+")


def title_key(title: str) -> str:
    """A title by its characters alone, to find it again where spaces or marks differ."""
    return _NO_LETTERS.sub("", title)


# --- numbered pieces and contents pages ---

_HAN = r"[一二三四五六七八九十]{1,3}"
_PIECE = re.compile(
    rf"^[【\[（(]?(?:(?:篇|范文|例文|材料|文稿)\s*(?P<n>\d{{1,2}}|{_HAN})|第\s*(?P<m>\d{{1,2}}|{_HAN})\s*篇)\s*[】\])）]?"
    r"\s*(?:[：:、.．\s】]\s*(?P<title>.*))?$"
)
_PIECE_WORD = re.compile(r"篇|范文|例文|材料|文稿")
_LISTED_TITLE = re.compile(rf"^(?P<n>{_HAN})、(?P<title>.{{6,60}})$")
_PIECE_BEHIND = re.compile(
    rf"^(?P<title>.{{4,50}}?)\s*[（(【]?(?:(?:篇|范文|例文)\s*[（(]?(?P<n>\d{{1,2}}|{_HAN})[)）]?|第\s*(?P<m>\d{{1,2}}|{_HAN})\s*篇)"
    r"\s*[)）】]?$"
)
_CONTENTS_ENTRY = re.compile(
    r"^(?P<title>.{4,80}?)(?:\t+|[.．…·⋯•]{3,}[\s.．…·⋯•]*|(?:\s[.．…·]){3,}\s*|\s{2,})[（(]?(?P<page>\d{1,4})[)）]?$"
)


def piece_number(line: str) -> tuple[int, str] | None:
    """`篇3：标题`, `标题 篇3`, `三、某局2023年工作总结` → (3, `标题`); None for other lines."""
    line = line.strip()
    match = (_PIECE.match(line) or _PIECE_BEHIND.match(line)) if _PIECE_WORD.search(line) else None
    if match is None:
        match = _LISTED_TITLE.match(line)
        if match is None or strength(match["title"]) < Strength.STRONG:
            return None
    number = numeral(match["n"] or match.groupdict().get("m") or "")
    return (number, (match["title"] or "").strip()) if number else None


def title_span(line: str) -> tuple[int, int]:
    """Where the title stands in its line, without a dash in front of it."""
    return len(line) - len(line.lstrip(_MOTTO_DASH)), len(line)


def contents_title(line: str) -> str | None:
    """The title in an entry of a contents page, `标题……12`; None for any other line."""
    line = line.strip()
    match = _CONTENTS_ENTRY.match(line) if line.endswith((")", "）")) or line[-1:].isdigit() else None
    return match["title"].strip() if match else None


# --- what stands between the title and the text, and below the text ---

_DATE = re.compile(rf"[（(]?{_DATE_OF}[）)]?")
_DATE_ENDS = tuple("月日）)")
_SIGNATURE = re.compile(
    rf"(?:[一-龥×xX*]|(?<=[一-龥])[、·](?=[一-龥])){{2,30}}?(?:{UNIT}|党组|党委|党工委)(?P<team>课题组|调研组)?"
)
_SALUTATION = re.compile(
    r"(?:各位[一-龥、\s]{2,12}|同志们|尊敬的[一-龥、\s，,]{2,24}|女士们、?先生们|主席|主任|[一-龥]{0,6}领导)(?:[、，,\s]*(?:各位|同志们|女士们|先生们)[一-龥、\s]{0,12})*[：:!！]"
    r"|各位代表|同志们"
)
_SALUTATION_ENDS = (*"：:!！", "各位代表", "同志们")
_OFFICE = (
    r"(?:总理|主席|省长|市长|州长|盟长|县长|区长|旗长|镇长|乡长|主任|书记|局长|厅长|院长|检察长|校长|董事长|总经理)"
)
_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱"
    "江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温芦甘纪祁葛华柳庄庞詹左齐鲁聂游翟辛牛单岳路米殷俞霍焦梅骆关苗康欧柴喻尤舒费凌季申成包凤盛凡]"
)
"""Common family names, by which a name without a space before it is told from a subject: `市长热线`."""
_PERSON = r"[一-龥×xX*某]{1,4}[\s　]?[一-龥×xX*某]{0,3}?"
_BYLINE = re.compile(rf"[一-龥]{{0,16}}{_OFFICE}(?:[\s　]+{_PERSON}|{_SURNAME}[一-龥某×]{{1,2}})(?:同志)?")
_SPOKEN_BYLINE = re.compile(rf"[一-龥]{{0,16}}{_OFFICE}[\s　]*{_PERSON}(?:同志)?\s*(?=各位[一-龥、]{{2,8}}[：:，,！!])")


def is_date(line: str) -> bool:
    line = line.strip()
    return line.endswith(_DATE_ENDS) and _DATE.fullmatch(line) is not None


def is_signature(line: str) -> bool:
    """Whether a line is nothing but the name of a body, as above the date below a text."""
    return len(line) <= 40 and _SIGNATURE.fullmatch(line.strip()) is not None


def signed_by(line: str) -> str:
    """The body that a line of a signature names: `某县统计局` of `某县统计局课题组`."""
    match = _SIGNATURE.fullmatch(line.strip())
    return line.strip()[: match.start("team") if match["team"] else None] if match else ""


_ATTACHED = re.compile(r"(?m)附(?<![^\n]附)[件表]\s*[一二三四五六七八九十\d]{0,2}\s*[：:]?$")
_BELOW = re.compile(r"[（(]?(?:联\s?系\s?人|联系电话|电话|此件|(?:信息)?公开(?:方式|选项|属性)|抄[送报]|主题词|共印)")
"""What stands below the date of an official letter."""
_CLOSING_LINES = 4


def stands_below(line: str) -> bool:
    """Whether a line stands below the date of an official letter: `抄送：…`, `（联系人：…）`."""
    return _BELOW.match(line) is not None


def closing(text: str) -> list[str]:
    """The last lines of a report itself, where its signature and date stand: above attached tables and whom to call."""
    attached = _ATTACHED.search(text, len(text) // 4)
    lines = [line.strip() for line in text[: attached.start() if attached else len(text)].rstrip()[-600:].splitlines()]
    while lines and (not lines[-1] or stands_below(lines[-1])):
        lines.pop()
    return lines[-_CLOSING_LINES:]


def is_salutation(line: str) -> bool:
    line = line.strip()
    return len(line) <= 60 and line.endswith(_SALUTATION_ENDS) and _SALUTATION.fullmatch(line) is not None


def is_byline(line: str) -> bool:
    """`国务院总理 某某`, `某市市长张某`."""
    return len(line) <= 40 and _BYLINE.fullmatch(line.strip()) is not None


def byline_end(line: str) -> int:
    """Where the speaker's name ends in a line that goes on with the salutation: `市长某某各位代表：`; 0 for others."""
    match = _SPOKEN_BYLINE.match(line)
    return match.end() if match else 0


def is_occasion(line: str) -> bool:
    line = line.strip()
    return len(line) <= 90 and line.endswith(_OCCASION_ENDS) and _OCCASION.fullmatch(line) is not None


def starts_block(line: str) -> bool:
    """Whether a line begins something of its own, so that the line before it ends there."""
    line = line.strip()
    return (
        marker_at(line, 0) is not None
        or piece_number(line) is not None
        or is_title(line)
        or is_frame(line)
        or is_signature(line)
    )


def is_frame(line: str) -> bool:
    """Whether a line stands between the title and the text: occasion, date, speaker, salutation."""
    return is_date(line) or is_salutation(line) or is_byline(line) or is_occasion(line)
