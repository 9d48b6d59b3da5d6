"""What a question asks to be told, and whether a sentence has it: a figure of a unit, a share, a change, a date."""

from __future__ import annotations

import re

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
    if MASK.search(text) or (table and intent is Intent.NAME):
        return True
    if intent is not Intent.FIGURE:
        return has_cue(intent, text)
    if table or not figure_count(text):
        return table
    if _SHARE_ASKED.search(asked):
        return _SHARE.search(text) is not None
    if CHANGE_ASKED.search(asked):
        return CHANGE.search(text) is not None
    unit = next((unit for said, unit in ASKED_UNITS if re.search(said, asked)), "")
    if not unit and (named := UNIT_ASKED.search(asked)):
        unit = _UNITS.get(named["unit"], named["unit"])
    return re.search(rf"{_NUMERAL}\s*(?:{unit})", text) is not None if unit else True


def figure_count(text: str) -> int:
    """How many figures a sentence has, hidden ones too; its number in a list is none."""
    return len(quantities(plain(text[point_start(text) :]))) + len(MASK.findall(text))
