"""What retrieval finds for a question: its sentences ranked, results kept apart from aims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evidence import Evidence, TermWeights, has_cue, rank, token_set, wanted_tokens
from rag.library import Library
from rag.model import Chunk, Kind, Section
from rag.question import Intent, Question, quotations
from rag.reranker import reranker
from rag.resolved import TEXTS_READ, Resolved
from rag.retrieval import retrieve
from rag.text import MASK, names_year
from rag.tokens import fold, is_word, tokens
from rag.vocabulary import ASKED_UNITS, TO_DO

FACTS = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.TREND, Intent.COMPARE)
"""Intents whose answer is a sentence with a figure, a date or a name."""
_RESULTS, _AIMS = (Kind.SUMMARY, Kind.HIGHLIGHT), (Kind.PLAN,)
_AIMED = re.compile(rf"{TO_DO}|打算|目标|预计|力争|下一?步|明年|安排|将要|拟")

_POINTED = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.TREND)
_SPOKEN = re.compile(r"[到出去来掉完走起]$")
"""How people end verbs for which reports have others: `送出去`; where no report has such a word, it is no topic."""
_HARDLY = 0.3
"""Of 235 questions for a figure, a date or a name that have an answer, 2 have it in a sentence that holds less of their
words and not the last one; of 31 without an answer, 7."""
_AS_GOOD = 0.88
_ELSEWHERE = 0.5
_POOL = 40
_FITS = 0.7
_MUCH_BETTER = 0.8
_NARROW, _EVERYWHERE = 3, 0.8
_CELL, _ROW = 24, 60
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
    """The best share of the question's words, by rarity, that one chunk with its heading path holds: 0..1."""


def find(library: Library, resolved: Resolved) -> Findings:
    """Rank the sentences of the scope for the question."""
    ids = [r.id for r in resolved.reports]
    narrow = len(ids) < len(library.reports())
    reading = reranker(library.settings)
    hits = retrieve(library, resolved.text, report_ids=ids if narrow else None, k=_POOL)
    best = max(resolved.affinity.values(), default=0.0)
    factual = resolved.question.intent in FACTS
    kinds = _asked_kinds(resolved)

    def prefer(chunk: Chunk, section: Section) -> float:
        bonus = _AFFINITY * resolved.affinity.get(chunk.report_id, 0.0) / best if best else 0.0
        if section.kind in kinds:
            bonus += _KIND
        elif factual and not kinds and section.kind is Kind.PLAN:
            bonus -= _NOT_AIMED
        elif resolved.question.intent is Intent.REASON and not kinds and section.kind is Kind.PROBLEM:
            bonus += _KIND
        return bonus

    evidence = rank(library, resolved.question, hits, text=resolved.text, prefer=prefer)
    evidence = reading.rerank(resolved.text, evidence) if reading else evidence
    evidence = _of_time(_quoting(evidence, resolved), library, kinds)
    if factual and Kind.PLAN not in kinds:
        evidence = _results_first(evidence, library)
    evidence = _answering(evidence, library, resolved.question.intent)
    if resolved.required_year:
        evidence = [e for e in evidence if names_year(e.text, resolved.required_year)]
    words = [t for t in resolved.terms if factual or len(t) > 1 or t.isascii()]
    words = [t for t in words if library.document_frequency(t) or _may_be_topic(library, t, factual)] or words
    weight = TermWeights(library)
    wanted = wanted_tokens(" ".join(words), weight)
    missed = (
        _misses_quotation(library, resolved)
        or _misses_unit(
            library, resolved.question, [e for e in evidence[:2] if e.score >= _AS_GOOD * evidence[0].score]
        )
        or _misses_point(library, resolved, evidence[:3], wanted)
    )
    support = 0.0 if missed else _support(library, resolved, evidence[:5], wanted)
    return Findings(resolved, evidence, wanted | wanted_tokens(" ".join(resolved.forms.values()), weight), support)


def _may_be_topic(library: Library, word: str, factual: bool) -> bool:
    """Whether a word that no report has is one at all, and for a fact not just how people put a verb."""
    spoken = factual and _SPOKEN.search(word) and not any(map(library.document_frequency, tokens(word)))
    return is_word(word) and not spoken


def _quoting(evidence: list[Evidence], resolved: Resolved) -> list[Evidence]:
    """Sentences that hold word for word what the question quotes, before the others."""
    quoted = [fold(phrase) for phrase in quotations(resolved.text)]
    holding = [e for e in evidence if quoted and all(phrase in fold(e.text) for phrase in quoted)]
    return holding + [e for e in evidence if e not in holding] if holding else evidence


def _misses_quotation(library: Library, resolved: Resolved) -> bool:
    """Whether something that the question quotes stands in none of its reports."""
    quoted = quotations(resolved.text)
    if not quoted or len(resolved.reports) > TEXTS_READ:
        return False
    texts = [fold(library.report(r.id).text) for r in resolved.reports]
    return any(all(fold(phrase) not in text for text in texts) for phrase in quoted)


def _misses_unit(library: Library, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a figure of a named measure (`多少户`) is asked for and none of the best sentences has one of it."""
    unit = next((unit for asked, unit in ASKED_UNITS if re.search(asked, question.text)), "")
    if question.intent is not Intent.FIGURE or not unit or any(_is_cell(e.text) for e in evidence):
        return False  # a table has its measures in its head
    texts = (library.report(e.chunk.report_id).text[e.span[0] : e.span[1] + _ROW] for e in evidence)
    return not any(
        re.search(rf"[\d一二三四五六七八九十百千万亿余多几]\s*(?:{unit})", t) or MASK.search(t) for t in texts
    )


def _misses_point(library: Library, resolved: Resolved, evidence: Sequence[Evidence], wanted: dict[str, float]) -> bool:
    """Whether the best sentences for a figure, a date or a name, each with its headings and the sentence before it,
    hold neither what is asked of the subject (the last word: `票价` in `公交车的票价`) nor much of the rest."""
    words = _telling(library, resolved, wanted)
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


def _asked_kinds(resolved: Resolved) -> tuple[Kind, ...]:
    """Kinds of section that the answer should come from; `计划总投资多少` asks for a figure, not for a plan."""
    question = resolved.question
    if question.intent in FACTS and not _AIMED.search(question.text):
        return tuple(k for k in question.kinds if k is not Kind.PLAN and k is not Kind.PROBLEM)
    return question.kinds


def _of_time(evidence: list[Evidence], library: Library, kinds: Sequence[Kind]) -> list[Evidence]:
    """A target is not a result: plans do not answer what was done, nor results what is planned, if there is either;
    unless they fit much better, for a chapter may be of both, and `是如何规定的` be told in either."""
    if set(kinds) <= set(_RESULTS) and kinds:
        other = (*_AIMS, Kind.PROBLEM)
    elif set(kinds) == set(_AIMS):
        other = _RESULTS
    elif set(kinds) == {Kind.PROBLEM}:
        other = (*_AIMS, Kind.HIGHLIGHT)
    else:
        return evidence
    kept = [e for e in evidence if library.report(e.chunk.report_id).sections[e.section].kind not in other]
    return kept if kept and kept[0].score >= _MUCH_BETTER * evidence[0].score else evidence


def _results_first(evidence: list[Evidence], library: Library) -> list[Evidence]:
    """A figure that was reached before one that was aimed at, where it answers about as well."""
    aims = [e for e in evidence if library.report(e.chunk.report_id).sections[e.section].kind is Kind.PLAN]
    results = [e for e in evidence if e not in aims]
    as_good = (
        results and results[0].coverage >= 0.85 * evidence[0].coverage and results[0].score >= 0.8 * evidence[0].score
    )
    return results + aims if as_good else evidence


def _answering(evidence: list[Evidence], library: Library, intent: Intent) -> list[Evidence]:
    """Who asks for a figure or a date gets a sentence that has one, if there is any that fits about as well."""
    if intent not in (Intent.FIGURE, Intent.DATE, Intent.TREND) or not evidence:
        return evidence

    def told(item: Evidence) -> str:
        """The sentence, with the next ones where it is a cell of a table."""
        text = library.report(item.chunk.report_id).text
        return text[item.span[0] : item.span[1] + _ROW] if _is_cell(item.text) else item.text

    having = [e for e in evidence if has_cue(intent, told(e))]
    if not having or having[0].score < _FITS * evidence[0].score:
        return evidence
    return having + [e for e in evidence if e not in having]


def _is_cell(sentence: str) -> bool:
    """Whether a sentence looks like a cell of a table: short and without a mark that ends it."""
    return len(sentence) <= _CELL and sentence[-1] not in "。；"


def _telling(library: Library, resolved: Resolved, wanted: dict[str, float]) -> dict[str, float]:
    """The words without those that nearly all passages of a narrow scope hold: its place's name supports nothing."""
    if len(resolved.reports) > _NARROW:
        return wanted
    passages = [token_set(chunk.embedded) for chunk in library.chunks([r.id for r in resolved.reports])]
    return {t: w for t, w in wanted.items() if sum(t in own for own in passages) < _EVERYWHERE * len(passages)}


def _support(library: Library, resolved: Resolved, evidence: Sequence[Evidence], wanted: dict[str, float]) -> float:
    """The best share of the question's words that one chunk holds; those elsewhere in its report count half."""
    wanted = _telling(library, resolved, wanted)
    total = sum(wanted.values())
    if not total:
        return 1.0

    def held(item: Evidence) -> float:
        near = item.chunk.embedded
        near += " ".join(term for term, form in resolved.forms.items() if form in near)
        own, report = token_set(near), fold(library.report(item.chunk.report_id).text)
        return sum(
            w * (1.0 if t in own or (len(t) == 1 and t in near) else _ELSEWHERE * (t in report))
            for t, w in wanted.items()
        )

    return max((held(e) / total for e in evidence), default=0.0)
