"""A topic in several chapters at once: `2024年防汛做了什么，2025年打算怎么做`."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.citation import Citations
from rag.findings import Findings, find, kind_of
from rag.library import Library
from rag.listing import ROOM, listed
from rag.model import Kind
from rag.periods import of_year
from rag.question import parse
from rag.resolved import Resolved

_SEVERAL = 2
_ASKS = re.compile(r"[哪什啥几怎咋]|如何|多少")


def chapter_by_chapter(library: Library, found: Findings, citations: Citations) -> str:
    """What each chapter that a clause of the question asks for says on its topic; empty where fewer than two do."""
    parts = [_within(library, find(library, asked)) for asked in _clauses(found.resolved)]
    if len(parts) < _SEVERAL or not all(part.evidence for part in parts):
        return ""
    return "\n\n".join(listed(library, part, citations, room=ROOM // len(parts)) for part in parts)


def _within(library: Library, found: Findings) -> Findings:
    """Only what chapters of the kinds asked for tell."""
    kinds = found.resolved.question.kinds
    return replace(found, evidence=[e for e in found.evidence if kind_of(library, e) in kinds])


def _clauses(resolved: Resolved) -> list[Resolved]:
    """The clauses of a question that ask for chapters, of no kind twice, each with the topic of the whole question."""
    question = resolved.question
    parsed = [parse(clause) for clause in re.split(r"[，,；;。？?]", question.matter) if clause.strip()]
    kinds: list[Kind] = [kind for clause in parsed for kind in clause.kinds]
    clauses = [clause for clause in parsed if clause.kinds]
    asking = all(_ASKS.search(clause.text) for clause in parsed)
    if not asking or len(clauses) < len(parsed) or len(set(kinds)) < len(kinds):
        return []
    parts = []
    for clause in clauses:
        part = replace(question, kinds=clause.kinds, intent=clause.intent, years=clause.years, matter=clause.matter)
        own = replace(resolved, question=part, text=f"{' '.join(resolved.terms)} {clause.matter}")
        years = [of_year(own, resolved.reports, year) for year in clause.years]
        reports = tuple(report for of in years for report in of) or resolved.reports
        parts.append(replace(own, reports=reports))
    return parts
