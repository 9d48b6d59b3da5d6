"""What retrieval finds for a question: its sentences ranked, results kept apart from aims."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.evidence import Evidence, TermWeights, has_cue, rank, wanted_tokens
from rag.kinds import heading_kind
from rag.library import Library
from rag.measures import has_measure, tells_asked
from rag.model import Chunk, Kind, Section
from rag.question import Intent, Question, quotations
from rag.reranker import reranker
from rag.resolved import TEXTS_READ, Resolved
from rag.retrieval import retrieve
from rag.rows import CELL_SEPARATOR
from rag.support import ROW, is_cell, support
from rag.text import names_year
from rag.tokens import fold, is_word, tokens
from rag.vocabulary import TO_DO

FACTS = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.TREND, Intent.COMPARE)
"""Intents whose answer is a sentence with a figure, a date or a name."""
_RESULTS, _AIMS = (Kind.SUMMARY, Kind.HIGHLIGHT), (Kind.PLAN,)
_AIMED = re.compile(rf"{TO_DO}|打算|目标|预计|力争|下一?步|明年|安排|将要|拟")

_SPOKEN = re.compile(r"[到出去来掉完走起]$")
"""How people end verbs for which reports have others: `送出去`; where no report has such a word, it is no topic."""
_QUANTITY = re.compile(r"(?:[量额值率价数]|收入)$")
"""What the last character of a word makes a quantity of."""
_POOL = 40
_FITS, _LEVEL_FITS, _AS_MEASURED = 0.7, 0.6, 0.9
_MUCH_BETTER = 0.8
_NEAREST, _AS_WELL = 3, 0.95
_AFFINITY, _KIND, _NOT_AIMED = 0.3, 0.12, 0.1
"""Added to a sentence's score of about 0..1: for the report that holds the question's words best, for a section of
the kind asked for, and taken away from a plan where a fact is asked for. Settled on the project's own 60 questions."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What retrieval found for a resolved question."""

    resolved: Resolved
    evidence: list[Evidence]
    wanted: dict[str, float]
    support: float
    """How well the evidence holds the question, 0..1: see `rag.support`."""


def find(library: Library, resolved: Resolved) -> Findings:
    """Rank the sentences of the scope for the question."""
    ids = [r.id for r in resolved.reports]
    narrow = len(ids) < len(library.reports())
    reading = reranker(library.settings)
    hits = retrieve(library, resolved.text, report_ids=ids if narrow else None, k=_POOL)
    best = max(resolved.affinity.values(), default=0.0)
    factual = resolved.question.intent in FACTS
    kinds = _asked_kinds(library, resolved)

    def prefer(chunk: Chunk, section: Section) -> float:
        bonus = _AFFINITY * resolved.affinity.get(chunk.report_id, 0.0) / best if best else 0.0
        if section.kind in kinds:
            bonus += _KIND
        elif factual and not kinds and section.kind is Kind.PLAN:
            bonus -= _NOT_AIMED
        elif not kinds and section.kind is Kind.PROBLEM:
            bonus += _KIND * {Intent.REASON: 1, Intent.WAY: -1}.get(resolved.question.intent, 0)
        return bonus

    evidence = rank(library, resolved.question, hits, text=resolved.text, prefer=prefer)
    evidence = reading.rerank(resolved.text, evidence) if reading else evidence
    evidence = _of_time(_quoting(evidence, resolved), library, kinds, resolved)
    if (factual or _told_of(resolved)) and Kind.PLAN not in kinds:
        evidence = _results_first(evidence, library)
    evidence = _of_year_first(evidence, library, resolved)
    evidence = _total_first(_answering(evidence, library, resolved.question))
    evidence = _of_thing_first(_level_first(evidence, resolved.question), resolved)
    if resolved.required_year:
        evidence = [e for e in evidence if names_year(e.text, resolved.required_year)]
    words = [t for t in resolved.terms if factual or len(t) > 1 or t.isascii()]
    quoted = [phrase for phrase in quotations(resolved.text) if any(map(library.document_frequency, tokens(phrase)))]
    words = [
        t for t in words if t in quoted or library.document_frequency(t) or _may_be_topic(library, t, factual)
    ] or words
    words = [resolved.forms[t] if t in resolved.forms and not library.document_frequency(t) else t for t in words]
    weight = TermWeights(library)
    wanted = wanted_tokens(" ".join(words), weight)
    held = support(library, resolved, evidence, wanted)
    return Findings(resolved, evidence, wanted | wanted_tokens(" ".join(resolved.forms.values()), weight), held)


def _told_of(resolved: Resolved) -> bool:
    """Whether keywords are about a year that the reports report on."""
    question = resolved.question
    reported = bool(question.years) and all(report.year in question.years for report in resolved.reports)
    return question.intent is Intent.FACT and reported


def _may_be_topic(library: Library, word: str, factual: bool) -> bool:
    """Whether a word that no report has is one at all, and for a fact not just how people put a verb."""
    spoken = factual and _SPOKEN.search(word) and not any(map(library.document_frequency, tokens(word)))
    return is_word(word) and not spoken


def _first(leading: list[Evidence], evidence: list[Evidence]) -> list[Evidence]:
    """The evidence with some of it in front."""
    return leading + [e for e in evidence if e not in leading]


def _quoting(evidence: list[Evidence], resolved: Resolved) -> list[Evidence]:
    """Sentences that hold word for word what the question quotes, before the others."""
    quoted = [fold(phrase) for phrase in quotations(resolved.text)]
    holding = [e for e in evidence if quoted and all(phrase in fold(e.text) for phrase in quoted)]
    return _first(holding, evidence)


def _asked_kinds(library: Library, resolved: Resolved) -> tuple[Kind, ...]:
    """Kinds of section that the answer should come from; `计划总投资多少` asks for a figure, not for a plan, unless it
    is of a year ahead."""
    question = resolved.question
    fact = question.intent in FACTS and not _AIMED.search(question.text)
    if question.kinds and fact and not _asks_ahead(library, resolved):
        return tuple(k for k in question.kinds if k is not Kind.PLAN and k is not Kind.PROBLEM)
    return question.kinds


def _asks_ahead(library: Library, resolved: Resolved) -> bool:
    """Whether the only year asked about, or the next, is one that each of its reports has a chapter of plans for."""
    years, reports = resolved.question.years, resolved.reports[:TEXTS_READ]
    ahead = (resolved.question.relative_year or 0) > 0 and not years
    if not ahead and (len(years) != 1 or any(r.plan_year != years[0] or r.year == years[0] for r in reports)):
        return False
    outlines = ((library.report(r.id).sections, r.plan_year) for r in reports)
    return all(
        any(s.level == 1 and heading_kind(s.heading, plan_year=year) is Kind.PLAN for s in sections)
        for sections, year in outlines
    )


def _of_time(evidence: list[Evidence], library: Library, kinds: Sequence[Kind], resolved: Resolved) -> list[Evidence]:
    """A target is not a result: plans do not answer what was done, nor results what is planned, if there is either;
    unless they fit much better, for a chapter may be of both, and `是如何规定的` be told in either. What is asked of
    a year ahead is no result, however well that fits."""
    ahead = set(kinds) == set(_AIMS) and _asks_ahead(library, resolved)
    if set(kinds) <= set(_RESULTS) and kinds:
        other = (*_AIMS, Kind.PROBLEM)
    elif set(kinds) == set(_AIMS):
        other = (*_RESULTS, Kind.PROBLEM) if ahead else _RESULTS
    elif set(kinds) == {Kind.PROBLEM}:
        other = (*_AIMS, Kind.HIGHLIGHT)
    else:
        return evidence
    kept = [e for e in evidence if kind_of(library, e) not in other]
    return kept if kept and (ahead or kept[0].score >= _MUCH_BETTER * evidence[0].score) else evidence


def _results_first(evidence: list[Evidence], library: Library) -> list[Evidence]:
    """A figure that was reached before one that was aimed at, where it answers about as well."""
    aims = [e for e in evidence if kind_of(library, e) is Kind.PLAN]
    results = [e for e in evidence if e not in aims]
    as_good = (
        results and results[0].coverage >= 0.85 * evidence[0].coverage and results[0].score >= 0.8 * evidence[0].score
    )
    return results + aims if as_good else evidence


def kind_of(library: Library, item: Evidence) -> Kind:
    """The kind of the section that a sentence stands in."""
    return library.report(item.chunk.report_id).sections[item.section].kind


def years_told(library: Library, item: Evidence) -> Collection[int]:
    """The years that a sentence may be about: a chapter of plans is about that of its plans."""
    report = library.report(item.chunk.report_id).report
    if "今年" in item.text or not report.year or not report.plan_year:
        return report.years
    return {Kind.PLAN: (report.plan_year,), Kind.SUMMARY: (report.year,)}.get(kind_of(library, item), report.years)


def _of_year_first(evidence: list[Evidence], library: Library, resolved: Resolved) -> list[Evidence]:
    """A figure of the year asked about before one of the year before, which another report tells that plans for it."""
    question = resolved.question
    years = [year for year in question.years if any(year == r.year for r in resolved.reports)]
    told = [e for e in evidence if any(y in years_told(library, e) or names_year(e.text, y) for y in years)]
    if question.intent not in (Intent.FIGURE, Intent.DATE) or not told or told[0].score < _FITS * evidence[0].score:
        return evidence
    return _first(told, evidence)


def _total_first(evidence: list[Evidence]) -> list[Evidence]:
    """A total before what it is made of (`其中：…`), where it answers as well."""
    if not evidence or not evidence[0].text.startswith("其中"):
        return evidence
    part = evidence[0]
    totals = [
        e
        for e in evidence[1:_NEAREST]
        if not e.text.startswith("其中")
        and e.chunk.report_id == part.chunk.report_id
        and e.score >= _AS_WELL * part.score
        and e.coverage >= _AS_WELL * part.coverage
    ]
    return _first(totals, evidence)


def _level_first(evidence: list[Evidence], question: Question) -> list[Evidence]:
    """How high something is before by how much it rose or fell, where a sentence tells it; the other way round where
    the change is asked for."""
    if (
        question.intent is not Intent.FIGURE
        or not evidence
        or tells_asked(question.text, evidence[0].text) is not False
    ):
        return evidence
    near = (e for e in evidence if e.score >= _LEVEL_FITS * evidence[0].score)
    telling = [e for e in near if tells_asked(question.text, e.text)]
    return _first(telling, evidence)


def _of_thing_first(evidence: list[Evidence], resolved: Resolved) -> list[Evidence]:
    """The figure of the thing asked about before one of another thing: `粮食…总产1.2万吨` before `蔬菜产量3万吨`."""
    if resolved.question.intent is not Intent.FIGURE or not evidence:
        return evidence
    best = evidence[0]
    for thing, quantity in _quantities(resolved.terms):
        if thing not in best.text and re.search(rf"[一-龥]{quantity}", best.text):
            near = [e for e in evidence if e.score >= _LEVEL_FITS * best.score]
            telling = [e for e in near if thing in e.text and has_cue(Intent.FIGURE, e.text)]
            return _first(telling, evidence)
    return evidence


def _quantities(terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is asked about and how much of it, of words that are made of both: `粮食产量` of 粮食 and 产量."""
    for term in terms:
        halves = ((term[:i], term[i:]) for i in range(2, len(term) - 1))
        yield from (pair for pair in halves if _QUANTITY.search(pair[1]) and all(map(is_word, pair)))


def _answering(evidence: list[Evidence], library: Library, question: Question) -> list[Evidence]:
    """Who asks for a figure or a date gets a sentence that has one, if there is any that fits about as well, and one in
    the measure asked for, if there is any that fits as well."""
    intent = question.intent
    if intent not in (Intent.FIGURE, Intent.DATE, Intent.TREND) or not evidence:
        return evidence

    def told(item: Evidence) -> str:
        """The sentence, with the next ones where it is a cell of a table of one cell a line."""
        more = library.report(item.chunk.report_id).text[item.span[0] : item.span[1] + ROW]
        return more if is_cell(item.text) and CELL_SEPARATOR not in more else item.text

    having = [e for e in evidence if has_cue(intent, told(e))]
    if not having or having[0].score < _FITS * evidence[0].score:
        return evidence
    best = having[0]
    if intent is Intent.FIGURE and not has_measure(told(best), question.text, intent):
        measured = next((e for e in having if has_measure(told(e), question.text, intent)), best)
        if measured.score >= _AS_MEASURED * best.score and measured.coverage >= _AS_MEASURED * best.coverage:
            having.insert(0, having.pop(having.index(measured)))
    return _first(having, evidence)
