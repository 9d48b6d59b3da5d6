"""Facts: the sentence with the figure, the date or the name that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.citation import Citations, marked
from rag.evidence import Evidence, token_set
from rag.findings import Findings
from rag.library import Library
from rag.listing import source_line, tidy
from rag.measures import PART, figure_asked
from rag.model import FullReport, Span
from rag.question import Intent
from rag.rows import CELL_SEPARATOR, Row, flat_row, row_at
from rag.support import AS_GOOD
from rag.text import HAN_YEAR, MASK, MASKED_NOTE, point_start

ROOM = 240
"""Characters of all sentences after the first."""
LONGEST = 120
"""A sentence that is longer is cut to the clauses around its answer."""
_AS_FULL = 0.85
"""A further sentence is given where its score comes near the best (`AS_GOOD`), and so near the share of the words."""
_COMPARABLE = 0.75
"""In a comparison within one report, so near the best score."""
_LOOKED_AT = 12
_OF_UNIT = 1.4
"""For a figure in the measure asked for, more than its clause can have for holding all of the question's words."""
_OF_CHANGE = 0.4
"""For or against a figure that tells a change, less than for one of the measure."""
_OF_PART = 0.6
"""For a figure behind `占` where the share of something is asked for."""
_NEAREST = 0.1
"""For the question's words between the figure before and this one, in a clause of several."""

_FIGURES = (Intent.FIGURE, Intent.TREND, Intent.COMPARE)
_CLAUSE = re.compile(r"(?:[^，,；;。！？]|(?<=\d),(?=\d{3}))*[，,；;。！？]?")
_MEASURE = (
    r"(?:平方(?:公里|千米|米)?|立方米|公顷|公里|千米|千瓦时|千瓦|万亩|亩|人次|家次|辆次|件次|户次|台次|场次|车次|个百分点|百分点|"
    r"亿?美元|亿元|万元|元|公斤|万?斤|万吨|吨|小时|分钟|[％%‰倍]|[个家条项次名人份处座所台辆米岁年月日天周批种支场件户间套届只张步期起成位头株盏棵册篇枚艘架组片门艘桌])"
)
_NUMBER = re.compile(
    rf"(?:第[一二三四五六七八九十\d]+[位名]|(?<![\d.])(?:\d(?:\x20\d)+(?!\d)|\d[\d,]*(?:\s?\.\s?\d+)?)(?:万亿|[万亿千百])?(?:余|多)?(?:\x20?{_MEASURE})?|百分之[一二三四五六七八九十百千零点]+|(?!一[年个次步])[一二三四五六七八九十百千两][一二三四五六七八九十百千万亿两零]*(?:余|多)?{_MEASURE})"
)
_COUNTS = re.compile(rf"[余多]?(?:[万亿千百]*{_MEASURE}|[万亿千百]+|[^一-龥]|$)")
_IS_NO_COUNT = re.compile(
    rf"\d+[-—–－~～]\d+月(?:份)?|\d+月(?:份)?(?:\d+日)?|(?:19|20)\d\d年|{HAN_YEAR}年|第|\d+日|[一二三四五六七八九十]+届"
)
"""Dates, places in an order and the number of a congress."""
_PERCENT = re.compile(r"[%％‰]|百分")
_CHANGED = re.compile(
    r"(?:增长|增加|提高|上[升涨]|下降|降低|减少|回落|(?<!新)[增降减涨升快慢]|(?<![不最])[高低多少])(?:了|幅?度?达到?|近|约|超过?|逾)*$"
)
"""What stands before a figure that tells by how much something rose or fell."""
_WAS = re.compile(r"[由从][^，。；\d]{0,8}$")
_BECAME = re.compile(
    r"[^，。；\d]{0,8}?(?P<how>提高|增[加长]?|扩大|上[升调]|下[降调]|降低?|减少?|[压缩]?[缩减短]|延长|拓宽|升)?[到至为]\s*[\dx×X*一二三四五六七八九十百]"
)
"""What stands before and behind the first figure of `由6%提高到8%`."""
_GOES_ON = re.compile(
    r"(?:分别|各)?(?:同比|环比|[比较与](?:上年|去年|同期|上一?年|前一?年|年初)|增长|增加|提高|上升|下降|降低|减少|回落|占比?|增[幅速])"
)
"""How a clause begins that goes on about what the one before it told of."""


def facts(library: Library, found: Findings, citations: Citations, *, most: int, also: Sequence[Evidence] = ()) -> str:
    """The best sentence, and up to `most` where others of the report are about as good or contradict it.

    `also` holds the best sentences for the other parts of the question.
    """
    if not found.evidence:
        return ""
    best, question = found.evidence[0], found.resolved.question
    first = _answer(best.text, found.wanted, question.text)
    measure = figure_asked(question.text).measure if question.intent in _FIGURES else None
    share = first is not None and _PERCENT.search(best.text[slice(*first.span)]) is not None
    lines, room = (
        [source_line(library.report(best.chunk.report_id).report), fact_line(library, found, best, citations)],
        ROOM,
    )
    for item in also:
        row = row_at(library.report(item.chunk.report_id).text, item.span[0])
        if row and not held(row.cells[0], found.wanted):
            continue
        if (line := fact_line(library, found, item, citations)) not in lines:
            lines.append(line)
    if also:
        return "\n".join(lines)
    for item in found.evidence[1:_LOOKED_AT]:
        if len(lines) > most or item.chunk.report_id != best.chunk.report_id:
            continue
        figure = _answer(item.text, found.wanted, question.text)
        as_good = (
            item.score >= AS_GOOD * best.score
            and item.coverage >= _AS_FULL * best.coverage
            and (measure is None or (figure is not None and (figure.hidden or figure.asked)))
            and (first is None or figure is None or figure.words >= _AS_FULL * first.words)
        )
        compared = question.intent is Intent.COMPARE and item.score >= _COMPARABLE * best.score
        contrary = item.coverage >= 0.5 * best.coverage and _contradicts(
            first,
            figure,
            (best.text, item.text),
            literal=measure is not None and not share and _holds(item.text, found),
        )
        if not (as_good or compared or contrary):
            continue
        line = fact_line(library, found, item, citations)
        if len(line) <= room and line not in lines:
            lines.append(line)
            room -= len(line)
    return "\n".join(lines)


def fact_line(library: Library, found: Findings, item: Evidence, citations: Citations) -> str:
    """A sentence as an item, with its answer in bold, or with a note where the source hides the figure."""
    full = library.report(item.chunk.report_id)
    if row := row_at(full.text, item.span[0]):
        return _row_line(row, found, full.report.id, citations)
    question = found.resolved.question
    cells = flat_row(full.text, item.span[0])
    figure = _answer(full.text[slice(*item.span)], found.wanted, question.text) if question.intent in _FIGURES else None
    around = item.span[0] + figure.span[0] if figure else None
    text = (
        tidy(full.text[slice(*window(full, item.span, found.wanted, around=around))]).rstrip("，,、；;")
        if len(cells) < 2
        else "，".join(cells)
    )
    marker = citations.cite(full.report.id, item.span)
    answer = _answer(text, found.wanted, question.text) if question.intent in _FIGURES else None
    if answer is not None and answer.hidden:
        quoted = text.rstrip("。")
        return f"- {MASKED_NOTE}：{marked(f'“{quoted}”', marker)}"
    if answer is not None:
        start, end = answer.span
        text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
    return f"- {marked(text, marker)}"


def figure_told(library: Library, found: Findings, item: Evidence) -> str:
    """The figure in a sentence that answers, as printed; empty where there is none, or where it is hidden."""
    text = library.report(item.chunk.report_id).text[slice(*item.span)]
    figure = _answer(text, found.wanted, found.resolved.question.text)
    return text[slice(*figure.span)] if figure and not figure.hidden else ""


def _row_line(row: Row, found: Findings, report_id: str, citations: Citations) -> str:
    """A row of a table under the names of its columns, its answer in bold; cited from its head on."""
    asked = token_set(found.resolved.question.text)
    named = [len(asked & token_set(name)) for name in row.names[1:]]
    answers = {i for i, words in enumerate(named, 1) if words == max(named)} if max(named) else {1}
    asks = found.resolved.question.intent in _FIGURES
    hidden = asks and any(MASK.search(row.cells[i]) for i in answers)
    told = {i for i in answers if asks and not hidden and re.search(r"\d", row.cells[i])}
    shown = (f"**{cell}**" if i in told else cell for i, cell in enumerate(row.cells))
    text = f"{CELL_SEPARATOR.join(row.names)}：{CELL_SEPARATOR.join(shown)}"
    marker = citations.cite(report_id, (row.head[0], row.span[1]))
    if hidden:
        return f"- {MASKED_NOTE}：{marked(f'“{text}”', marker)}"
    return f"- {marked(text, marker)}"


def window(
    full: FullReport, span: Span, wanted: dict[str, float], longest: int = LONGEST, *, around: int | None = None
) -> Span:
    """Of a long sentence the clauses around an offset, or around the one that holds most of the question's words."""
    start, end = span
    if end - start <= longest:
        return span
    clauses = [(start + m.start(), start + m.end()) for m in _CLAUSE.finditer(full.text[start:end]) if m[0].strip()]
    scores = [held(full.text[slice(*c)], wanted) for c in clauses]
    first = last = max(range(len(clauses)), key=lambda i: scores[i])
    if around is not None:
        first = last = next((i for i, c in enumerate(clauses) if c[0] <= around < c[1]), first)
    while True:
        options = [i for i in (first - 1, last + 1) if 0 <= i < len(clauses)]
        options = [i for i in options if clauses[max(last, i)][1] - clauses[min(first, i)][0] <= longest]
        if not options:
            return clauses[first][0], clauses[last][1]
        best = max(options, key=lambda i: (scores[i], i > last))
        first, last = min(first, best), max(last, best)


def held(text: str, wanted: dict[str, float]) -> float:
    """The weight of the question's words that a text holds."""
    own = token_set(text)
    return sum(w for t, w in wanted.items() if t in own)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a sentence, or the mask in the place of one."""

    span: Span
    unit: str
    before: str
    """The six characters in front of it, which tell what it is of; empty for a change: `同比增长` tells nothing."""
    hidden: bool
    asked: bool
    """Whether it is of the measure that is asked for."""
    words: float
    """The share of the question's words that its clause holds."""


def _answer(text: str, wanted: dict[str, float], question: str) -> _Figure | None:
    """The figure that answers: of the measure and beside the noun asked for, in the clause that holds the question.

    What something is now (`由6%提高到8%`) and not by how much it changed, unless that is what is asked.
    """
    asked = figure_asked(question)
    best, found, subject = 0.0, None, 0.0
    total = sum(wanted.values()) or 1.0
    for clause in _CLAUSE.finditer(text):
        words = held(clause[0], wanted) / total
        subject = words = max(words, subject) if _GOES_ON.match(clause[0]) else words
        told = clause.start()
        for match, hidden in _figures(text, clause.start(), clause.end()):
            behind = _COUNTS.match(text, match.end()) if hidden else None
            said = match[0] + (behind[0] if behind else "")
            fits = asked.measure is not None and asked.measure.search(said) is not None
            if not fits and _IS_NO_COUNT.match(text, match.start()):
                continue
            before, near = text[: match.start()], text[max(0, match.start() - 6) : match.end() + 3]
            changes = _CHANGED.search(before) is not None
            score = 0.01 + words + _OF_UNIT * fits + 0.6 * (len(asked.noun) > 1 and asked.noun[:2] in near)
            score += _NEAREST * held(text[told : match.end() + 3], wanted) / total
            score += _OF_PART * (asked.part and PART.search(text[clause.start() : match.start()]) is not None)
            if asked.change:
                score += _OF_CHANGE * changes
            elif (changes and _PERCENT.search(match[0])) or (not asked.before and _was(text, match)):
                score -= _OF_CHANGE
            told = match.end()
            if score > best or found is None:
                best = score
                measure = re.search(rf"{_MEASURE}$", match[0])
                of = "" if changes else before[-6:]
                found = _Figure(match.span(), measure[0] if measure else "", of, hidden, fits, words)
    return found


def _was(text: str, figure: re.Match[str]) -> bool:
    """Whether a figure is what something was before: the first of `由6%提高到8%`."""
    became = _BECAME.match(text, figure.end())
    return became is not None and (became["how"] is not None or _WAS.search(text[: figure.start()]) is not None)


def _figures(text: str, start: int, end: int) -> list[tuple[re.Match[str], bool]]:
    """The figures of a clause, and the masks in the place of one: with a measure or nothing behind them."""
    start = max(start, point_start(text))
    hidden = (m for m in MASK.finditer(text, start, end) if _COUNTS.match(text, m.end()))
    return [(m, False) for m in _NUMBER.finditer(text, start, end)] + [(m, True) for m in hidden]


def _holds(text: str, found: Findings) -> bool:
    """Whether a sentence holds every word of the question, as asked or in the official form."""
    forms = found.resolved.forms
    return all(t in text or forms.get(t, t) in text for t in found.resolved.terms) and bool(found.resolved.terms)


def _contradicts(one: _Figure | None, other: _Figure | None, texts: tuple[str, str], *, literal: bool) -> bool:
    """Whether two sentences give different figures of one unit for the same thing: what the same words in front name,
    or (`literal`) what the question's own words name."""
    if one is None or other is None or one.hidden or other.hidden or not one.unit or one.unit != other.unit:
        return False
    one_of, other_of = ({of[i : i + 2] for i in range(len(of) - 1)} for of in (one.before, other.before))
    return (literal or bool(one_of & other_of)) and texts[0][slice(*one.span)] != texts[1][slice(*other.span)]
