"""Questions of several parts: `修了多少公里，比上年多多少？`; each gets its sentence, or is said to have none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.citation import NOTHING, Citations
from rag.evidence import Evidence, innermost, token_set
from rag.facts import fact_line
from rag.findings import Findings, find, kind_of, years_told
from rag.library import Library
from rag.listing import source_line
from rag.measures import CHANGE, CHANGE_ASKED, UNIT_ASKED, figure_count, has_measure
from rag.model import Kind
from rag.question import Intent, parse, topic_terms
from rag.resolved import Resolved
from rag.rows import CELL_SEPARATOR, Row, flat_row, row_at
from rag.text import names_year, paragraph_span, sentence_spans
from rag.tokens import fold

MOST = 3
POINTED = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.MEANING)
_ASKS = re.compile(r"呢$|多少|几|什么时候|啥时候|多会儿|何时|谁|哪[家里儿个位天年]|多[久长大高远]")
_SHIFTS = re.compile(r"^[^多几谁哪何啥什]+呢$")
"""`那专项资金呢` names what the next words ask about."""
_HELD = 0.5
"""The share of a part's own words from which a sentence is about it."""
_SAYS_LITTLE = 2
"""A first part of so few words needs those of the question before."""
_LOOKED_AT, _ALMOST, _NEXT = 5, 0.8, 2
_AIMED = re.compile(r"目标(?=[呢是为定多]|$)|打算|准备|(?:明|来|下一?)年|下一?步|计划(?=[呢是为定多]|$)")


def parts_of(question: str) -> list[str]:
    """The parts of a question that each ask for something (`引进多少个？每个县几个？`), or the question as it is."""
    parts = [p.strip() for p in re.split(r"[？?；;。，,]", question) if p.strip()]
    context: list[str] = []
    asking: list[str] = []
    for part, following in pairwise([*parts, ""]):
        if not _ASKS.search(part) or (_SHIFTS.search(part) and _ASKS.search(following.removesuffix("呢"))):
            context.append(part)
        else:
            asking.append(" ".join([*context, part]))
            context = []
    return asking if len(asking) > 1 else [question]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a question, with what it alone asks for."""

    text: str
    own: tuple[str, ...]
    """Its topic words."""
    subject: tuple[str, ...]
    """Those of the parts before it, and of the question before."""
    years: tuple[int, ...]
    aims: bool
    """Whether it asks for plans (`今年目标呢`) as the first part does not."""
    found: Findings


def first_part(resolved: Resolved) -> Resolved | None:
    """The first part of a question by itself; None where there is but one, or where it is not asked for a point."""
    question = resolved.question
    first, *others = parts_of(question.matter)
    asked = parse(first)
    if not others or question.intent not in POINTED or asked.intent not in POINTED:
        return None
    terms = tuple(t for t in resolved.terms if t in first)
    return (
        replace(resolved, text=first, terms=terms, question=replace(question, text=first, intent=asked.intent))
        if terms
        else None
    )


def part_by_part(library: Library, found: Findings, citations: Citations) -> str:
    """A line for each part of a question: the sentence that tells it, where one does, else that none was found.

    A sentence that tells of several parts stands once. A part without a subject goes on about the one before: what is
    next to its sentence answers before what stands elsewhere.
    """
    first, *others = parts = _parts(library, found)[:MOST]
    chosen = _first(library, found, parts)
    if chosen is None:
        return ""
    told: list[tuple[Evidence, list[_Part]]] = [(chosen, [first])]
    untold = []
    for part in others:
        item = _aimed(library, part, found) or _again(library, told, part, found)
        item = item or _next(library, told[-1][0], part, found) or _elsewhere(library, told, part, found)
        if item is None and not any(_may_tell(library, e, part, found, len(of)) for e, of in told):
            untold.append(part.text)
        elif item is not None:
            same = next((of for e, of in told if e.key == item.key), None)
            same.append(part) if same else told.append((item, [part]))
    lines, report_id = [], ""
    for item, of in told:
        if item.chunk.report_id != report_id:
            report_id = item.chunk.report_id
            lines += ["", source_line(library.report(report_id).report)]
        figures = next(filter(_asks_figure, of), of[0])
        lines.append(
            fact_line(
                library, found if len(of) == len(parts) and _row(library, item) else figures.found, item, citations
            )
        )
    return "\n".join(lines[1:]) + "".join(f"\n\n{part}：\n{NOTHING}" for part in untold)


def _parts(library: Library, found: Findings) -> list[_Part]:
    question, forms = found.resolved.question, found.resolved.forms
    context = found.resolved.context or tuple(t for t in found.resolved.terms if t not in question.matter)
    before: tuple[str, ...] = ()
    parts: list[_Part] = []
    texts = parts_of(question.matter)
    of_parts = {kind for text in texts for kind in parse(text).kinds}
    shared = tuple(kind for kind in question.kinds if kind not in of_parts)
    for text in texts:
        asked = parse(text)
        own = _topic(text, found)
        subject = tuple(term for term in before or context if term not in own)
        search = " ".join(
            (
                *(before or (context if len(own) < _SAYS_LITTLE else ())),
                text,
                *(form for term, form in forms.items() if term in text),
            )
        )
        intent = asked.intent if asked.intent in (Intent.FIGURE, Intent.DATE, Intent.NAME) else question.intent
        aims = bool(parts) and _AIMED.search(text) is not None
        kinds = (Kind.PLAN,) if aims else (not parts and asked.kinds) or shared
        part = replace(question, text=text, matter=text, kinds=kinds, intent=intent)
        resolved = replace(found.resolved, text=search, question=part)
        parts.append(_Part(text, own, subject, asked.years, aims, find(library, resolved)))
        before = tuple(dict.fromkeys((*before, *own)))
    return parts


def _topic(text: str, found: Findings) -> tuple[str, ...]:
    """A part's topic words: not the names of its reports, nor words of asking."""
    terms = topic_terms(UNIT_ASKED.sub(" ", text))
    names = "".join(found.resolved.named)
    measured = CHANGE_ASKED.search(text) is not None
    return tuple(
        t
        for t in terms
        if len(t) > 1 and t not in names and not _ASKS.search(t) and not (measured and CHANGE.search(t))
    )


def _first(library: Library, found: Findings, parts: list[_Part]) -> Evidence | None:
    """The sentence for the first part: one of the best for the whole question where it tells of all parts, else one of
    the best for this part that tells it."""
    first, *others = parts
    if not found.evidence or not first.found.evidence:
        return next(iter(found.evidence), None)

    telling = [e for e in first.found.evidence if _fits(library, e, first)] or first.found.evidence
    if any(part.aims for part in others):
        telling = [e for e in telling if kind_of(library, e) is not Kind.PLAN] or telling
    good = {e.key for e in telling if e.score >= _ALMOST * telling[0].score}
    enough = _HELD * _share(_told_in(library, telling[0]), first.own, found)

    def of_all(item: Evidence) -> bool:
        text = _told_in(library, item)
        return (
            figure_count(text) >= sum(map(_asks_figure, parts))
            and not any(part.aims for part in others)
            and (item.key in good or not first.own)
            and _fits(library, item, first)
            and _share(text, first.own, found) >= enough
            and all(_tells(library, item, part, found) for part in others)
        )

    whole = filter(of_all, _best(found))
    return max(whole, key=lambda e: _share(_near(library, e), first.subject, found), default=telling[0])


def _best(found: Findings) -> list[Evidence]:
    evidence = found.evidence[:_LOOKED_AT]
    return [e for e in evidence if e.score >= _ALMOST * evidence[0].score]


def _near(library: Library, item: Evidence) -> str:
    """A sentence with its headings and the one before it."""
    full = library.report(item.chunk.report_id)
    before = [span for span in item.chunk.sentences if span[1] <= item.span[0]][-1:]
    return " ".join((*(full.text[slice(*span)] for span in before), item.text, *full.heading_path(item.section)))


def _aimed(library: Library, part: _Part, found: Findings) -> Evidence | None:
    """The best sentence of a plan, where a part asks for one."""
    if not part.aims:
        return None
    plans = (
        e
        for e in part.found.evidence
        if kind_of(library, e) is Kind.PLAN
        and _tells(library, e, part, found)
        and _share(e.text, part.subject, found) >= _HELD
    )
    return next(plans, None)


def _again(library: Library, told: list[tuple[Evidence, list[_Part]]], part: _Part, found: Findings) -> Evidence | None:
    """The sentence of another part that tells this one too: it has a figure more."""
    return next(
        (
            e
            for e, of in told
            if _tells(library, e, part, found)
            and (not _asks_figure(part) or figure_count(_told_in(library, e)) > len(of))
        ),
        None,
    )


def _next(library: Library, before: Evidence, part: _Part, found: Findings) -> Evidence | None:
    """The sentence soon behind another in its paragraph that tells a part."""
    full = library.report(before.chunk.report_id)
    spans = sentence_spans(full.text, before.span[1], paragraph_span(full.text, before.span[0])[1])
    for span in [span for span in spans if span[0] >= before.span[1]][: _NEXT if part.own else 0]:
        item = replace(before, span=span, text=full.text[slice(*span)], section=innermost(full, span[0]))
        if _tells(library, item, part, found):
            return item
    return None


def _elsewhere(
    library: Library, told: list[tuple[Evidence, list[_Part]]], part: _Part, found: Findings
) -> Evidence | None:
    """The best sentence that tells a part of the same subject, or of the section that the others are told in."""
    sections = {(item.chunk.report_id, item.section) for item, _ in told}

    def about(item: Evidence) -> bool:
        headings = "".join(library.report(item.chunk.report_id).heading_path(item.section))
        return (
            (item.chunk.report_id, item.section) in sections
            or _share(item.text + headings, part.subject, found) > 0
            or (len(part.own) > 1 and _share(item.text, part.own, found) == 1)
        )

    if not part.own and not part.years:
        return None
    best = part.found.evidence[:_LOOKED_AT]
    return next((e for e in best if _tells(library, e, part, found) and about(e)), None)


def _may_tell(library: Library, item: Evidence, part: _Part, found: Findings, told: int) -> bool:
    """Whether a sentence that tells so many other parts may tell this one in words that are not known to mean it."""
    text = _told_in(library, item)
    if part.found.resolved.question.intent is Intent.NAME:
        return max(map(len, part.own), default=0) < 2 or _share(text, part.own, found) > 0
    return has_measure(text, part.text, part.found.resolved.question.intent) and figure_count(text) > told


def _tells(library: Library, item: Evidence, part: _Part, found: Findings) -> bool:
    """Whether a sentence holds a part's own words and what it asks for, of its year."""
    return _fits(library, item, part) and _share(_told_in(library, item), part.own, found) >= _HELD


def _fits(library: Library, item: Evidence, part: _Part) -> bool:
    """Whether a sentence has what a part asks for, and is of its year."""
    text, years = _told_in(library, item), years_told(library, item)
    of_year = not part.years or any(year in years or names_year(text, year) for year in part.years)
    return of_year and has_measure(text, part.text, part.found.resolved.question.intent)


def _told_in(library: Library, item: Evidence) -> str:
    """A sentence, or a row of a table with the names of its columns if it has any."""
    if row := _row(library, item):
        return CELL_SEPARATOR.join((*row.names, *row.cells))
    return CELL_SEPARATOR.join(flat_row(library.report(item.chunk.report_id).text, item.span[0])) or item.text


def _asks_figure(part: _Part) -> bool:
    return part.found.resolved.question.intent is Intent.FIGURE


def _row(library: Library, item: Evidence) -> Row | None:
    return row_at(library.report(item.chunk.report_id).text, item.span[0]) if CELL_SEPARATOR in item.text else None


def _share(text: str, terms: tuple[str, ...], found: Findings) -> float:
    """The share of words that a text holds, as asked or in the official form; a word in part counts half."""
    if not terms:
        return 1.0
    text, forms = fold(text), found.resolved.forms
    words = token_set(text)

    def held(term: str) -> float:
        return 1.0 if term in text or forms.get(term, term) in text else 0.5 * bool(token_set(term) & words)

    return sum(map(held, terms)) / len(terms)
