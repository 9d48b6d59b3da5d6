"""When no answer is given, and what is said instead."""

from __future__ import annotations

import re

from rag.findings import Findings
from rag.library import Library
from rag.model import Refusal
from rag.organisation import bare
from rag.question import Intent
from rag.scope import Resolved

SUPPORT = {(True, False): 0.33, (True, True): 0.14, (False, False): 0.10, (False, True): 0.0}
"""The least share of the question's words, weighted by rarity, that one passage must hold. The first key: whether a
figure, date, name or keywords are asked for, where the thing must be there by name; ways, reasons and lists are put
in other words by reports than by people. The second: whether an organisation and a kind
of section (打算, 问题) are named.

Fitted by logistic regression (support, and the two keys; L2 = 1, an unanswerable question weighs three) on 342
questions of six sets over 40 reports, 25 of them unanswerable. Left out in turn, a set was judged by the others: 9 of
317 answerable ones refused, 17 of 25 unanswerable ones; AUC 0.94."""
_STRICT = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.MEANING, Intent.FACT, Intent.TREND)


def decide(found: Findings) -> Refusal | None:
    """Whether the evidence answers the question; None where it does."""
    if not re.search(r"\w", found.resolved.question.text):
        return Refusal.OUT_OF_DOMAIN
    if not found.evidence:
        return Refusal.YEAR_NOT_COVERED if found.resolved.required_year else Refusal.NO_EVIDENCE
    question = found.resolved.question
    chapter = bool(question.kinds and found.resolved.named)
    if found.support >= SUPPORT[question.intent in _STRICT, chapter]:
        return None
    return Refusal.NO_EVIDENCE if found.resolved.named else Refusal.OUT_OF_DOMAIN


def explain_refusal(library: Library, resolved: Resolved, refusal: Refusal) -> str:
    """What is missing, and the nearest that the library has."""
    reports = library.reports()
    orgs = list(dict.fromkeys(r.org for r in reports if r.org))
    if refusal is Refusal.UNKNOWN_ORG:
        near = sorted(orgs, key=lambda org: -len(set(bare(org)) & set(resolved.missing)))[:6]
        return f"资料库里没有“{resolved.missing}”的报告。现有：{'、'.join(near)}{'等' if len(orgs) > 6 else ''}。"
    if refusal is Refusal.YEAR_NOT_COVERED:
        years = sorted({y for r in resolved.reports for y in r.years})
        who = "、".join(resolved.named) or "资料库"
        missing = resolved.missing or f"{resolved.required_year}年"
        return (
            f"{who}没有{missing}的报告，现有{'、'.join(f'{y}年' for y in years)}的。"
            if years
            else f"资料库里没有{missing}的报告。"
        )
    if refusal is Refusal.OUT_OF_DOMAIN:
        return "这个问题与资料库里的报告无关。可以问各单位的工作总结、问题和打算，例如“某局明年有哪些打算？”。"
    where = "、".join(resolved.named) or "资料库"
    return f"{where}的报告里没有找到能回答这个问题的内容。"
