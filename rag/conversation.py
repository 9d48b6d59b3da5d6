"""Follow-ups: what a question takes over from the one before it."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.model import Kind
from rag.question import Intent, Question
from rag.resolved import Resolved
from rag.vocabulary import COMPARED

_OF_A_TIME = (Kind.PLAN, Kind.SUMMARY, Kind.HIGHLIGHT)
"""Kinds of section that go with a year: the next year's is a plan where this year's tells of results."""
_BARE = (Intent.FACT, Intent.NAME)
_ELSEWHERE = 0.6
"""A follow-up stays with the reports before unless another holds its words this much better."""
_SAYS_LITTLE = 2
_SHORTEST = 2
"""Characters of a word that can be a topic by itself."""


def completed(question: Question, before: Resolved) -> Question:
    """What a follow-up leaves out, taken from the question before."""
    previous = before.question
    years = question.years
    shift = _shift(question.text)
    this_year = "今年" in question.text
    if not years and shift and previous.years:
        years = tuple(year + shift for year in previous.years)
    intent = question.intent
    says_nothing = not (question.terms or question.kinds)  # `最突出的是哪个`
    if (question.elliptic and intent is Intent.FACT) or (says_nothing and previous.kinds and intent in _BARE):
        intent = previous.intent
    same_time = not (question.years or shift) or question.years == previous.years
    leans = question.elliptic or says_nothing
    kept = previous.kinds if leans and intent in (previous.intent, Intent.FACT) else ()
    kinds = question.kinds or (kept if same_time else tuple(kind for kind in kept if kind not in _OF_A_TIME))
    return replace(
        question,
        years=years or (previous.years if leans and not this_year else ()),
        kinds=kinds,
        intent=intent,
    )


def _shift(text: str) -> int:
    text = COMPARED.sub("", text)
    if "今年" in text:
        return 0
    if re.search(r"(?:前|上)一年|去年|上年", text):
        return -1
    if re.search(r"(?:后|下|第二)一?年|明年", text):
        return 1
    return -2 if "前年" in text else 0


def as_before(resolved: Resolved, before: Resolved) -> Resolved:
    """Stay with the reports of the question before, unless the words belong elsewhere."""
    if not before.named and len(before.reports) > 1:
        best = max(before.affinity.values(), default=0.0)
        kept = [r for r in before.reports if best and before.affinity.get(r.id, 0.0) >= 0.9 * best]
    else:
        kept = list(before.reports)
    ids = {r.id for r in kept}
    if resolved.question.other:
        others = [r for r in resolved.reports if r.id not in ids and (not before.named or r.org)]
        return replace(resolved, reports=tuple(others or resolved.reports))
    here = max((resolved.affinity.get(i, 0.0) for i in ids), default=0.0)
    best = max(resolved.affinity.values(), default=0.0)
    leaves = resolved.terms and here < (_ELSEWHERE if not resolved.question.elliptic else 0.2) * best
    if not kept or leaves:
        return resolved
    # A change of year looks among all reports of the organisation, whether it was named or not.
    if resolved.question.years and resolved.question.years != before.question.years:
        bodies = before.named or {r.org for r in kept}
        kept = [r for r in resolved.reports if r.id in ids or (r.org and r.org in bodies)]
    stays = replace(resolved, reports=tuple(kept), named=before.named, context=before.terms)
    # A verb of one character (`打算怎么管`, `那明年发多少`) is asked of the topic before.
    leans = resolved.question.elliptic or resolved.question.intent is Intent.WAY
    only_verb = leans and all(len(term) < _SHORTEST for term in resolved.terms)
    return (leaning(stays) if only_verb else None) or stays


def leaning(resolved: Resolved) -> Resolved | None:
    """A follow-up that says little itself (`还剩几件没办`) with the topic before it; None where there was none."""
    if not resolved.context or len(resolved.terms) > _SAYS_LITTLE:
        return None
    terms = tuple(dict.fromkeys((*resolved.context, *resolved.terms)))
    return replace(resolved, terms=terms, text=f"{' '.join(resolved.context)} {resolved.text}", context=())
