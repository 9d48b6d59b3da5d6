"""A question as a structure: whom and which years it is about, what kind of section, what is asked for, on what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag import vocabulary
from rag.framing import without_frame
from rag.model import Kind
from rag.text import fold, full_years, numeral, to_simplified, years_in
from rag.tokens import terms
from rag.vocabulary import FUNCTION, Intent


@dataclass(frozen=True, slots=True)
class Question:
    asked: str
    text: str
    """Simplified, narrow letters and digits."""
    intent: Intent
    kinds: tuple[Kind, ...]
    years: tuple[int, ...]
    relative_year: int | None
    """-2 for 前年, -1 for 去年, 0 for 今年, 1 for 明年; None where the question has none."""
    terms: tuple[str, ...]
    """Topic words, each once."""
    matter: str = ""
    """The text without a description and without exceptions (`除了亮点`)."""
    description: str = ""
    """Words that tell which report is meant rather than what is asked of it: `有湿地公园的那个开发区`."""
    counted: str = ""
    """渠道 in `哪六种渠道`: what is counted."""
    count: int = 0
    """7 in `哪七点意见`: how many points the answer should have; 0 where the question does not say."""
    ordinal: int = 0
    """3 in `第三点展开说说`, else 0."""
    elliptic: bool = False
    """Whether it leans on what was asked before: `那另一个局呢？`"""
    other: bool = False
    """Whether it asks for another one than before: `另一个局`, `其他几家`."""


def parse(asked: str) -> Question:
    """Understand a question by itself, without the library or what was asked before."""
    text = re.sub(r"\s+", " ", to_simplified(fold_width(asked))).strip()
    text = _each_a_year(full_years(text))
    text = re.sub(r"(?<!\d)((?:19|20)\d\d)(?=总结|工作|报告|计划|打算|思路|安排|要点|上半年)", r"\1年", text)
    description, matter = _described(text)
    asked_for = without_frame(vocabulary.EXCEPT.sub("", matter))
    kinds, intent = _kinds(asked_for), _intent(matter)
    if Kind.PROBLEM in kinds and intent in (Intent.NAME, Intent.FACT):
        intent = Intent.LIST  # 差在哪里？卡在哪儿？
    ordinal = vocabulary.ORDINAL.search(text)
    dated = vocabulary.COMPARED.sub("", text)
    return Question(
        asked=asked,
        text=text,
        intent=intent,
        kinds=kinds,
        years=tuple(years_in(_TOLD_AT.sub("", text))),
        relative_year=_relative_year(dated),
        terms=topic_terms(asked_for),
        matter=asked_for,
        description=description,
        counted=_counted(matter),
        count=_count(re.sub(r"“[^”]*”", "", matter)),
        ordinal=numeral(ordinal[1]) if ordinal and len(text) < 24 else 0,
        elliptic=vocabulary.LEANS.search(text) is not None,
        other=vocabulary.OTHER.search(text) is not None,
    )


_YEARS_TOGETHER = re.compile(
    r"(?<![\d.])(?:19|20)\d\d年?(?:(?:[、和与跟同及比]|对比|vs)(?:19|20)\d\d年?(?![\d.%万亿千百十个名人家元吨斤户亩米件台座所项公里度]))+"
)


def _each_a_year(text: str) -> str:
    """`1983和1991两份报告`: numbers that are named together and could be years are years."""
    return _YEARS_TOGETHER.sub(lambda named: re.sub(r"(\d{4})年?", r"\1年", named[0]), text)


_ONE = r"(?:一|那)?(?:份|篇|次|期|年)"
_PAPER = r"(?:年度?|工作)*(?:报告|总结|材料|汇报|计划|要点)"
NEWEST = re.compile(
    rf"(?:最[近新后晚]|最近期)(?:的(?:那)?)?(?:{_ONE}的?(?:那?[份篇])?{_PAPER}|{_PAPER}|一[份篇年](?!级))"
)
_ONE_BEFORE = re.compile(rf"(?:上|前)(?:{_ONE}的?(?:那?[份篇])?{_PAPER}|一?[份篇](?!{_PAPER})|一年(?:度)?的?那[份篇])")
"""`最近一份总结`, `上一年那份`: by the year of a body's reports."""


def _relative_year(text: str) -> int | None:
    if NEWEST.search(text):
        return 0
    shift = next((shift for word, shift in vocabulary.RELATIVE if word in text), None)
    return -1 if shift is None and _ONE_BEFORE.search(text) else shift


_TOLD_AT = re.compile(r"(?:19|20)\d\d年[底末](?=[^，。？?]{0,4}(?:给|为|对|定)[^，。？?]{0,4}(?:19|20)\d\d年)")
"""`2022年底给2023年定的计划` is about 2023."""


def _described(text: str) -> tuple[str, str]:
    """(words that describe a report, the rest of the question); the first is empty where there is no description.

    Two descriptions (`甲那个开发区和乙那个`) are for a comparison and stay in the question.
    """
    if len(re.findall(r"那[个篇份家]", text)) > 1:
        return "", text
    for pattern in vocabulary.DESCRIPTIONS:
        match = pattern.search(text)
        if match and len(match["what"]) >= 2:
            rest = text[: match.start()] + " " + text[match.end() :]
            return match["what"], re.sub(r"\s+", " ", rest).strip(" ，,") or text
    return "", text


def _count(text: str) -> int:
    match = vocabulary.COUNT.search(text)
    return numeral(match[1].replace("两", "二")) if match else 0


_COUNTED = re.compile(
    r"(?:[哪那分]?几|[哪那]?[一二三四五六七八九十两]{1,2})(?:大|个|项|条|点|件|类|种)(?:“([一-龥]{2,6})”|([一-龥]{2})(?=$|[？?，,。]))"
)


def _counted(text: str) -> str:
    match = _COUNTED.search(text)
    noun = (match[1] or match[2]) if match else ""
    return "" if noun in vocabulary.STOP or is_kind_word(noun) else noun


def fold_width(text: str) -> str:
    """Full-width letters and digits as narrow ones; Chinese punctuation stays."""
    return "".join(fold(c) if "０" <= c <= "ｚ" or c.isascii() else c for c in text)


_FOUND = re.compile(r"(?:发现|查出|排查|检查|反映|暴露)[出到]?了?(?:存在)?(?=(?:[哪什啥]|几个)[^，。？?]{0,6}问题)")
"""`发现了什么问题` asks for the problems themselves."""
_AHEAD = re.compile(r"[明来下]一?年|下一?(?:步|阶段)|今后|接下来|往后")
_ANNOUNCED = re.compile(r"(安排|部署|规划|谋划|提出|确定|敲定|明确|排|定|列)了(?=[哪什啥几])")
"""`来年安排了哪几件事` tells of nothing done."""
_TASKS = re.compile(rf"{_ANNOUNCED.pattern}[^，。？?]{{0,6}}(?:任务|要求|部署|规划)")
"""Nor does `提出了哪些任务`."""


_FULFILLED = re.compile(
    r"(?:占|超|完成)了?(?:年初|年度|全年|本年|当年)?的?(?:工作)?(?:计划|目标)(?:任务|数)?(?=的|多少|几|百分|比例|情况|[，,。？?]|$)"
)
"""`完成年度计划的百分之几` asks for a result."""


def _kinds(text: str) -> tuple[Kind, ...]:
    text = _FULFILLED.sub("完成", text)
    text = _ANNOUNCED.sub(r"\1", text) if _AHEAD.search(text) or _TASKS.search(text) else text
    kinds = [kind for kind, pattern in vocabulary.KINDS if re.search(pattern, text)]
    if Kind.PROBLEM in kinds and re.search(r"解决|化解|整改|破解|消除|发现|查出|排查|处理", _FOUND.sub("", text)):
        # 问题 is then what something was done about, not the chapter that is asked for.
        kinds.remove(Kind.PROBLEM)
    if Kind.SUMMARY in kinds and {Kind.PROBLEM, Kind.SUGGESTION} & set(kinds):
        kinds.remove(Kind.SUMMARY)  # `讲了哪些问题`
    return tuple(kinds)


def _intent(text: str) -> Intent:
    for intent, pattern in vocabulary.INTENTS:
        if re.search(pattern, text):
            return intent
    return Intent.FACT


def topic_terms(text: str) -> tuple[str, ...]:
    """Words that say what the question is on: no stop words, years, counts or words of asking.

    Single characters count only where there is nothing else: `罚` in `罚了多少？`.
    """
    quoted = quotations(text)
    for phrase in quoted:
        text = text.replace(phrase, " ")
    words = [*quoted, *_joined(terms(vocabulary.ASKING.sub(" ", text)), text)]
    words = [w for w in words if not vocabulary.MEASURES.fullmatch(w)]
    kept = [
        w for w in words if w not in vocabulary.STOP and not vocabulary.NO_TOPIC.fullmatch(w) and not set(w) <= FUNCTION
    ]
    if any(len(w) > 1 or w.isascii() for w in kept):
        kept = [w for w in kept if len(w) > 1 or w.isascii()]
    return tuple(dict.fromkeys(w for w in kept if not is_kind_word(w)))


def quotations(text: str) -> list[str]:
    """What a question puts in quotation marks: it is meant as it stands."""
    return [m[1] for m in re.finditer(r"[“\"『「]([^”\"』」]{2,12})[”\"』」]", text)]


def _joined(words: list[str], text: str) -> list[str]:
    """Neighbouring single characters as one word, as they stand in the text: a word that the dictionary lacks."""
    joined: list[str] = []
    for word in words:
        single = len(word) == 1 and not word.isascii() and word not in vocabulary.STOP and word not in FUNCTION
        if single and joined and len(joined[-1]) == 1 and joined[-1] + word in text and joined[-1] not in FUNCTION:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def is_kind_word(word: str) -> bool:
    """Whether a word names a kind of section rather than a topic."""
    return vocabulary.KIND_WORDS.fullmatch(word) is not None
