"""How well the evidence holds a question: by this an answer is given or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.evidence import Evidence, has_cue, token_set
from rag.library import Library
from rag.measures import has_measure
from rag.model import Span
from rag.places import places_in
from rag.question import Intent, Question, quotations
from rag.resolved import TEXTS_READ, Resolved
from rag.rows import CELL_SEPARATOR
from rag.text import MASK, paragraph_span
from rag.tokens import fold, is_word
from rag.vocabulary import ASKED_UNITS, NAMED_OFFICER, OFFICE

ROW = 60
"""Characters behind a cell of a table in which its row goes on."""
_CELL = 24
_POINTED = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.TREND)
_HARDLY = 0.3
"""Of 235 questions for a figure, a date or a name that have an answer, 2 have it in a sentence that holds less of their
words and not the last one; of 31 without an answer, 7."""
AS_GOOD = 0.88
"""A further sentence answers where its score comes so near the best."""
_ELSEWHERE = 0.5
_NARROW, _EVERYWHERE = 3, 0.8


def support(library: Library, resolved: Resolved, evidence: Sequence[Evidence], wanted: dict[str, float]) -> float:
    """The best share of the question's words, by rarity, that one passage with its heading path holds: 0..1.

    0 too where only a place is known, and where the best sentences miss what they must have: a phrase that is quoted, a
    figure, one of the measure asked for, what is asked of the subject, the name of somebody in office or of a company.
    """
    words = _telling(library, resolved, wanted)
    best = [e for e in evidence[:2] if e.score >= AS_GOOD * evidence[0].score]
    missed = (
        _only_a_place(library, resolved, wanted)
        or _misses_quotation(library, resolved)
        or _misses_figure(resolved.question, best)
        or _misses_unit(library, resolved.question, best)
        or _misses_thing(library, resolved, best)
        or _misses_point(library, resolved, evidence[:3], words)
        or _misses_person(library, resolved.question, evidence[:3])
        or _misses_company(library, resolved.question, evidence[:3])
    )
    return 0.0 if missed else _share(library, resolved, evidence[:5], words)


def _only_a_place(library: Library, resolved: Resolved, wanted: dict[str, float]) -> bool:
    """Whether the reports have nothing of the question but a place that it names: `今天某市天气怎么样`."""
    if all(map(library.document_frequency, wanted)):
        return False
    places = "".join(places_in(resolved.question.text))
    others = [token for token in wanted if token not in places]
    return 0 < len(others) < len(wanted) and not any(map(library.document_frequency, others))


def _misses_quotation(library: Library, resolved: Resolved) -> bool:
    """Whether something that the question quotes stands in none of its reports."""
    quoted = quotations(resolved.text)
    if not quoted or len(resolved.reports) > TEXTS_READ:
        return False
    texts = [fold(library.report(r.id).text) for r in resolved.reports]
    return any(all(fold(phrase) not in text for text in texts) for phrase in quoted)


_SUM = re.compile(r"[一二三四五六七八九十两][一二三四五六七八九十百千零]*[万亿]")


def _misses_figure(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a figure is asked for and none of the best sentences has any, hidden or in words."""
    if question.intent is not Intent.FIGURE:
        return False
    texts = (e.text for e in evidence)
    return not any(is_cell(t) or has_cue(Intent.FIGURE, t) or _SUM.search(t) for t in texts)


def _misses_unit(library: Library, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a figure of a named measure (`多少户`) is asked for and none of the best sentences has one of it."""
    unit = next((unit for asked, unit in ASKED_UNITS if re.search(asked, question.text)), "")
    if question.intent is not Intent.FIGURE or not unit or any(is_cell(e.text) for e in evidence):
        return False  # a table has its measures in its head
    texts = (_with_rest(library.report(e.chunk.report_id).text, e.span) for e in evidence)
    told = re.compile(rf"(?:[\d一二三四五六七八九十百千万亿余多几]\s*|(?:{MASK.pattern})[十百千万亿余多]*)(?:{unit})")
    return not any(map(told.search, texts))


_PRICE = re.compile(r"(?!消|免)[一-龥]{0,3}(?:费|票价?|租金?|押金|保证金|价格?|薪[资酬水]?|资本)")
_COUNTED = re.compile(r"(?:多少|几)[万亿]?[张间套辆台座所株棵头只艘册把盏门](?P<thing>[一-龥]{2,4})")


def _misses_thing(library: Library, resolved: Resolved, evidence: Sequence[Evidence]) -> bool:
    """Whether the reports never name what is to be paid for or counted: a price (`门票`) is told by its name, and so is
    what is counted by a measure of its own (`多少张床位`), unless a figure of that measure is told."""
    question = resolved.question
    if question.intent is not Intent.FIGURE or len(resolved.reports) > TEXTS_READ:
        return False
    counted = _COUNTED.search(question.text)
    told = any(has_measure(e.text, question.text, Intent.FIGURE) for e in evidence)
    things = [
        term
        for term in resolved.terms
        if _PRICE.fullmatch(term) or (counted and not told and counted["thing"].startswith(term))
    ]
    texts = [fold(library.report(r.id).text) for r in resolved.reports] if things else []
    return any(all(t not in text and resolved.forms.get(t, t) not in text for text in texts) for t in things)


def _with_rest(text: str, span: Span) -> str:
    """A sentence with what follows it closely in its paragraph."""
    return text[span[0] : min(span[1] + ROW, max(span[1], paragraph_span(text, span[0])[1]))]


def _misses_point(library: Library, resolved: Resolved, evidence: Sequence[Evidence], words: dict[str, float]) -> bool:
    """Whether the best sentences for a figure, a date or a name, each with its headings and the sentence before it,
    hold neither what is asked of the subject (the last word: `票价` in `公交车的票价`) nor much of the rest."""
    asked = [t for t in resolved.terms if t in words]
    if resolved.question.intent not in _POINTED or len(asked) < 2:
        return False

    def near(item: Evidence) -> str:
        full = library.report(item.chunk.report_id)
        before = [span for span in item.chunk.sentences if span[1] <= item.span[0]][-1:]
        return fold("\n".join((*(full.text[slice(*s)] for s in before), item.text, *full.heading_path(item.section))))

    texts = [near(item) for item in evidence]

    def held(word: str, text: str) -> bool:
        return word in text or resolved.forms.get(word, word) in text

    if any(held(t, text) for text in texts for t in words if t in asked[-1] and (t == asked[-1] or is_word(t))):
        return False
    total = sum(words.values())
    return max((sum(w for t, w in words.items() if held(t, text)) for text in texts), default=0.0) < _HARDLY * total


_PERSON = re.compile(
    rf"(?:{OFFICE})(?:的?(?:名字|姓名)|(?:的名字)?是谁|叫(?:什么|啥)|姓(?:什么|啥)|哪[一]?位)|谁(?:是|当|任|担任).{{0,12}}(?:{OFFICE})"
)


def _misses_person(library: Library, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether somebody in office is asked for by name and no name stands by an office in the best sentences."""
    if not _PERSON.search(question.text):
        return False
    return not any(map(NAMED_OFFICER.search, _with_rows(library, evidence)))


def _with_rows(library: Library, evidence: Sequence[Evidence]) -> Iterator[str]:
    """The sentences with what follows them closely: a name may stand in the next cell of a table."""
    return (library.report(e.chunk.report_id).text[e.span[0] : e.span[1] + ROW] for e in evidence)


_COMPANY = re.compile(r"(?:哪一?[家个]|什么)(?:公司|企业|厂家?|集团)")
_COMPANY_NAME = re.compile(r"公司|集团|企业|股份|[一-龥]厂|院")


def _misses_company(library: Library, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a company is asked for and the best sentences have none."""
    if question.intent is not Intent.NAME or not _COMPANY.search(question.text):
        return False
    return not any(map(_COMPANY_NAME.search, _with_rows(library, evidence)))


def is_cell(sentence: str) -> bool:
    """Whether a sentence looks like a row or a cell of a table: short and without a mark that ends it."""
    return CELL_SEPARATOR in sentence or (len(sentence) <= _CELL and sentence[-1] not in "。；;！？!?，,：:")


def _telling(library: Library, resolved: Resolved, wanted: dict[str, float]) -> dict[str, float]:
    """The words without those that nearly all passages of a narrow scope hold: its place's name supports nothing."""
    if len(resolved.reports) > _NARROW:
        return wanted
    passages = [token_set(chunk.embedded) for chunk in library.chunks([r.id for r in resolved.reports])]
    return {t: w for t, w in wanted.items() if sum(t in own for own in passages) < _EVERYWHERE * len(passages)}


def _share(library: Library, resolved: Resolved, evidence: Sequence[Evidence], words: dict[str, float]) -> float:
    """The best share of the question's words that one chunk holds; those elsewhere in its report count half, for a
    figure, a date or a name beside some that it holds."""
    total = sum(words.values())
    if not total:
        return 1.0

    pointed = resolved.question.intent in _POINTED

    def held(item: Evidence) -> float:
        near = item.chunk.embedded
        near += " ".join(term for term, form in resolved.forms.items() if form in near)
        own, report = token_set(near), fold(library.report(item.chunk.report_id).text)
        here = {t for t in words if t in own or (len(t) == 1 and t in near)}
        if not here and pointed:
            return 0.0
        return sum(w * (1.0 if t in here else _ELSEWHERE * (t in report)) for t, w in words.items())

    return max((held(e) / total for e in evidence), default=0.0)
