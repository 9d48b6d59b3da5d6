"""Answers without a language model: composed of the reports' own sentences and headings, each cited."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.chapters import chapter_by_chapter
from rag.citation import Citations, no_report
from rag.comparison import groups, one_by_one, side_by_side, which
from rag.evidence import Evidence, has_cue, innermost
from rag.facts import facts
from rag.findings import Findings
from rag.library import Library
from rag.listing import introduced, listed, nth_point, tidy, whole_sections
from rag.parts import POINTED, part_by_part, parts_of
from rag.subjects import subjects
from rag.text import sentence_spans, years_in
from rag.vocabulary import Intent

_LISTS = (Intent.LIST, Intent.WAY, Intent.REASON, Intent.OVERVIEW)
_HARDLY = 0.12
"""Below this support a kind of section that is asked of a named organisation is given whole."""
_MOST_OF_BODIES = re.compile(
    r"哪一?[个家]?(?:局|委|部门|单位|乡镇?|镇|街道|县区?|区县?|市|开发区)[^，。？?]{0,14}最[多高大快低少长]"
)
"""`哪个局的罚款最多`: each body's figure, for the reader to compare."""
_BELOW = 3
"""Sentences below a heading that is asked about."""
_AS_MUCH = 0.6
"""Of the share of the question's words in the best sentence: what one on another year must hold."""


def compose(library: Library, found: Findings, citations: Citations) -> str:
    """The answer in Markdown by what is asked for; empty where nothing was found."""
    answer = _answer(library, found, citations)
    asked, told = found.resolved.question.years, found.resolved.required_year
    cited = (library.report(citation.report_id).report for citation in citations.found)
    reports = (*found.resolved.reports, *cited)
    absent = [year for year in asked if year != told and not any(year in r.years for r in reports)]
    lines = [no_report(org) for org in found.resolved.absent]
    lines += [f"没有{year}年的报告。" for year in absent] if len(asked) > 1 else []
    lines += [f"{org}：\n- 没有{year}年的报告" for org in found.resolved.of_other_years for year in asked]
    return "\n\n".join([answer, *lines]) if answer else ""


def _answer(library: Library, found: Findings, citations: Citations) -> str:
    resolved = found.resolved
    question = resolved.question
    intent = question.intent
    if question.ordinal and (answer := nth_point(library, found, citations, question.ordinal)):
        return answer
    parts = groups(library, found)
    if len(parts) > 1 and intent not in _LISTS:
        return side_by_side(library, found, parts, citations)
    if intent is Intent.FIGURE and len(own := _of_each_year(found)) > 1:
        return facts(library, replace(found, evidence=[*own, *found.evidence]), citations, most=1, also=own[1:])
    if intent in (Intent.COMPARE, Intent.FIGURE) and (
        answer := one_by_one(library, found, subjects(question.text), citations)
    ):
        return answer
    if intent is Intent.WHICH:
        return which(library, found, citations)
    if _MOST_OF_BODIES.search(question.text) and not resolved.named:
        return which(
            library, replace(found, evidence=[e for e in found.evidence if has_cue(Intent.FIGURE, e.text)]), citations
        )
    chapter = bool(question.kinds and resolved.named) and found.support < _HARDLY
    if intent in (*_LISTS, Intent.FACT) and (not found.wanted or chapter):
        return whole_sections(library, resolved, citations) or listed(library, found, citations)
    if intent in _LISTS and len(question.kinds) > 1 and (answer := chapter_by_chapter(library, found, citations)):
        return answer
    if intent not in POINTED and (answer := introduced(library, found, citations)):
        return answer
    if intent in _LISTS or (
        intent is Intent.FACT and (question.kinds or question.count > 1 or _names_section(library, found))
    ):
        return listed(library, found, citations)
    if intent in POINTED and len(parts_of(question.matter)) > 1:
        return part_by_part(library, found, citations)
    below = _below_heading(library, found)
    if below and intent in (Intent.FIGURE, Intent.DATE, Intent.FACT):
        return facts(library, replace(found, evidence=below), citations, most=1, also=below[1:])
    return facts(library, found, citations, most=2 if intent in POINTED else 3)


def _below_heading(library: Library, found: Findings) -> list[Evidence]:
    """What stands below the heading that is the best sentence, as much as answers: the first that has what is asked
    for, else the first few; empty where the best is no heading."""
    best = found.evidence[0]
    full = library.report(best.chunk.report_id)
    section = full.sections[best.section]
    if not section.heading or best.span[0] != section.start or tidy(best.text).rstrip("。：:") != section.heading:
        return []
    spans = [span for span in sentence_spans(full.text, best.span[1], section.end) if span[0] >= best.span[1]]
    below = [replace(best, span=span, text=full.text[slice(*span)], section=innermost(full, span[0])) for span in spans]
    intent = found.resolved.question.intent
    told = [e for e in below if intent is not Intent.FACT and has_cue(intent, e.text)]
    return told[:1] or (below[:_BELOW] if intent is Intent.FACT else [])


def _of_each_year(found: Findings) -> list[Evidence]:
    """The best sentence on each of the years asked for, of those that begin with it: one report may tell of both."""
    best = max((e.coverage for e in found.evidence), default=0.0)
    telling = [(years_in(e.text)[:1], e) for e in found.evidence if e.coverage >= _AS_MUCH * best]
    each = (next((e for first, e in telling if first == [year]), None) for year in found.resolved.question.years)
    return [e for e in each if e]


def _names_section(library: Library, found: Findings) -> bool:
    """Whether the best sentence for some keywords is the heading of a section."""
    best = found.evidence[0]
    full = library.report(best.chunk.report_id)
    section = full.sections[best.section]
    return bool(section.heading) and best.span[0] == section.start and len(full.children(section.number)) > 1
