"""What a question asks to be told, and whether a sentence has it: a figure of a unit, a share, a change, a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.evidence import has_cue
from rag.quantities import plain, quantities
from rag.question import Intent
from rag.rows import CELL_SEPARATOR
from rag.text import MASK, point_start
from rag.vocabulary import ASKED_UNITS

_SHARE_ASKED = re.compile(
    r"百分之[几多]|占(?![道地用])[^，。？?]{0,6}(?:几|多)|比[例重率]|[率幅](?:是|为|有|达)?(?:多少|几|呢|多[大高])?$|几成|几何"
)
_SHARE = re.compile(r"\d\s*[%％‰]|百分之|[一二三四五六七八九]成|百分点|分之|倍")
CHANGE_ASKED = re.compile(
    r"[增涨减降][^，。？?]{0,4}[多几]|多了?多少|少了?多少|[比较](?:上年|去年|同期)|同比|提[前高][^，。？?]{0,4}[多几]"
)
CHANGE = re.compile(r"[增涨减降升]|提[高前]|[比较](?:上年|去年|同期)|同比|翻")
UNIT_ASKED = re.compile(
    r"(?:多少|几)(?P<unit>[个家条项次名人份处座所辆米吨亩岁天户台件只张期位片桌起场栋斤倍架口支所株]|公里|平方|人次|家次|毫米)"
)
_UNITS = {
    "个": "[^\\d%％,，。]", "人": "[人名位]", "名": "[人名位]", "位": "[人名位]", "家": "[家户个]", "项": "[项个]",
    "辆": "[辆台]", "台": "[台辆]", "件": "[件起宗]", "起": "[件起宗]",
}  # fmt: skip
_NUMERAL = r"[\d一二三四五六七八九十百千万亿余多两]"


def has_measure(text: str, asked: str, intent: Intent) -> bool:
    """Whether a sentence, or a row of a table, has what a question asks for: a figure of its unit, a share, a date."""
    table, text = CELL_SEPARATOR in text, plain(text)
    if intent is not Intent.FIGURE:
        return (table and intent is Intent.NAME) or MASK.search(text) is not None or has_cue(intent, text)
    text = MASK.sub("9", text)  # a hidden figure has its measure behind it
    if table or not figure_count(text):
        return table
    if _SHARE_ASKED.search(asked):
        part = "其中" in asked and "其中" in text and not re.search("百分|比[例重率]|几成", asked)
        return part or _SHARE.search(text) is not None
    if CHANGE_ASKED.search(asked):
        return CHANGE.search(text) is not None
    unit = next((unit for said, unit in ASKED_UNITS if re.search(said, asked)), "")
    if not unit and (named := UNIT_ASKED.search(asked)):
        unit = _UNITS.get(named["unit"], named["unit"])
    return re.search(rf"{_NUMERAL}\s*(?:{unit})", text) is not None if unit else True


def figure_count(text: str) -> int:
    """How many figures a sentence has, hidden ones too; its number in a list is none."""
    return len(quantities(plain(text[point_start(text) :]))) + len(MASK.findall(text))


@dataclass(frozen=True, slots=True)
class FigureAsked:
    """Which of a sentence's figures a question asks for."""

    measure: re.Pattern[str] | None
    """Its measure; None where the question names none."""
    noun: str
    """What is counted: 项目 of `多少个项目`, three characters at most."""
    change: bool
    """Whether it is by how much something rose or fell."""
    before: bool
    """Whether it is what something was before: `从多少提高到`."""
    part: bool
    """Whether it is what share something has of something else: `占多大比例`."""


_RATE = r"(?:(?<![功频汇效])率(?![先领队])|[增涨降][幅速]|增长速度|占比|比[例重])"
_SHARES = (
    r"百分之[几多]|几个(?:百分)?点|几成|占(?![道地用])[^，。？?]{0,6}[几多]"
    rf"|{_RATE}(?:[^，。？?]{{0,10}}?(?:多少|几|呢|[高低快]))?(?![亿万元个家名人])"
)
_MONEY = (
    "(?:投资|资金|贷款|收入|支出|赤字|产值|债券?|费用?(?!券)|补[助贴]|罚款|金额|存款|税收"
    "|[工薪捐赔]款|工[钱资])(?:总?额)?"
)
_SUMS = (
    rf"[几多少]个亿(?!元|以)|[罚赔赚亏欠][了掉]?多少(?=[，。？?]|$)|多少[一-龥]{{0,4}}?(?:{_MONEY}|钱)"
    rf"|{_MONEY}[是为有达到了约]*(?:多少|几[万亿])(?=[，。？?万亿元]|$)|{_MONEY}(?=[更最]?[多高大少])"
)
_MEASURES_ASKED = (
    (re.compile(_SHARES), r"[%％‰]$|^百分之|百分点$|[成倍]$"),
    (re.compile(_SUMS), r"元$"),
    (re.compile(r"第几(?![一-龥]*[次届批章条])"), r"^第.+[位名]$|^首位$"),
)
"""(how a question puts it, how a figure ends that answers)."""
_ASKED = re.compile(
    r"(?:多少|几)(?P<scale>[万亿])?(?P<unit>平方米?|公里|人次|家次|[个家条项次名人份处座所台辆米吨斤亩元岁年天月批种支场件户间套届只张期起成位片桌]|%|％)?"
    r"(?P<noun>[一-龥]{0,3})"
)
_ENDS = {
    "人": "[人名位]$",
    "名": "[人名位]$",
    "位": "[人名位]$",
    "平方": "平方",
    "公里": "里$|千米$",
    "亿": "亿|元$",
    "万": "万",
}
_CHANGES_ASKED = re.compile(
    r"(?:(?<!新)增(?:长|加)?|提高|上[升涨]|下降|降低?|减少?|回落|[涨跌升]|[比较](?:上年|去年|同期|上一年)[^，。？?]{0,8}[高低多少])了?(?:大[概约])?(?:多少|几(?![个家名]|百分))"
    r"|几个(?:百分)?点|[增涨降][幅速]"
)
PART = re.compile(r"占(?![道地用])|比[例重]")
"""What a share of something is asked and told with."""
_BEFORE_ASKED = re.compile(r"[从由](?:多少|几)|原[来先]|之?前是?多少")


@lru_cache(maxsize=256)
def figure_asked(question: str) -> FigureAsked:
    """The figure that a question asks for; of several the first."""
    asked = _ASKED.search(question)
    unit, noun = (asked["unit"] or asked["scale"] or "", asked["noun"]) if asked else ("", "")
    measures = [(m.start(), measure) for asks, measure in _MEASURES_ASKED if (m := asks.search(question))]
    if asked and unit:
        measures.append((asked.start(), _ENDS.get(unit, f"{unit}$")))
    _, measure = min(measures, key=lambda m: m[0], default=(0, ""))
    return FigureAsked(
        re.compile(measure) if measure else None,
        noun,
        _CHANGES_ASKED.search(question) is not None,
        _BEFORE_ASKED.search(question) is not None,
        PART.search(question) is not None,
    )


_CHANGES = "增长|增加(?!值)|(?<!新)增(?!加值|量)|上升|上涨|提高|下降|降低|降|减少|减|回落|收窄"
_OF = r"(?P<of>[一-龥]{3})(?:比?(?:现在|目前|一共|总共|上年|去年|同期))?"
_ASKS_LEVEL = re.compile(rf"{_OF}(?:是|有|为|达到?了?|到了?)?(?:多少|几成|多[高大])")
_ASKS_CHANGE = re.compile(rf"{_OF}(?:{_CHANGES}|高|低)了?(?:多少|几[个成])")


def tells_asked(asked: str, text: str) -> bool | None:
    """Whether a sentence tells how high something is (`近视率是多少`), or by how much it rose or fell, as is asked for;
    False where it tells the other of the two, None where it tells neither or none is asked for."""
    change = _ASKS_CHANGE.search(asked)
    about = change or _ASKS_LEVEL.search(asked)
    if not about:
        return None
    of = re.escape(about["of"])
    level = rf"{of}(?:(?!{_CHANGES})[^，。；;]){{0,10}}?{_NUMERAL}"
    level += rf"|{of}[^，。；;]{{0,20}}?(?:{_CHANGES})[到至为]\s*{_NUMERAL}"
    moved = rf"{of}[^。；;]{{0,20}}?(?:{_CHANGES})(?![到至为])[^，。；;]{{0,4}}?{_NUMERAL}"
    told = [bool(re.search(pattern, text)) for pattern in (level, moved)]
    return told[bool(change)] if any(told) else None
