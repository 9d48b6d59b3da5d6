"""Answers without a language model: composed of the reports' own sentences and headings, each cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.citation import MOST, Citations, marked
from rag.evidence import Evidence, TermWeights, rank, token_set, wanted_tokens
from rag.library import Library
from rag.model import FullReport, Kind, Report, Section, Span
from rag.question import Intent
from rag.retrieval import retrieve
from rag.scope import Resolved
from rag.sections import Choice, Point, choose, points, relevance_of
from rag.text import MASK, is_masked, sentence_spans
from rag.tokens import is_word

LIST_CHARACTERS = 860
FACT_CHARACTERS = 260
_SHORT_SECTION = 260
"""A section of so few characters is given whole."""
_SENTENCES, _RELEVANT = 6, 0.3
"""Of a section that is not listed as a whole: so many best sentences, of at least this relevance."""
MASKED_NOTE = "原文此处数字已隐去"

_NUMBER = re.compile(r"(?:约|近|超|逾|达)?\d[\d,.]*(?:\s*[%％‰]|[万亿千百]?(?:余|多)?[一-龥]{1,3}(?=[，,。；、）)（(]|$)|[万亿千百]?(?:余|多)?[一-龥]{0,2})")
_FACTS = (Intent.FIGURE, Intent.DATE, Intent.NAME, Intent.TREND, Intent.COMPARE)
_LISTS = (Intent.LIST, Intent.WAY, Intent.REASON, Intent.OVERVIEW)
_CLAUSE = re.compile(r"[^，,；;。！？]*[，,；;。！？]?")


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
    hits = retrieve(library, resolved.text, report_ids=ids if narrow else None, k=40)
    best = max(resolved.affinity.values(), default=0.0)
    factual = resolved.question.intent in _FACTS
    kinds = _asked_kinds(resolved)

    def prefer(chunk, section: Section) -> float:
        bonus = 0.3 * resolved.affinity.get(chunk.report_id, 0.0) / best if best else 0.0
        if kinds:
            bonus += 0.12 if section.kind in kinds else 0.0
        elif factual and section.kind is Kind.PLAN:
            bonus -= 0.1
        return bonus

    evidence = rank(library, resolved.question, hits, text=resolved.text, prefer=prefer)
    evidence = _of_time(evidence, library, kinds)
    if factual and Kind.PLAN not in kinds:
        evidence = _results_first(evidence, library)
    if resolved.required_year:
        evidence = [e for e in evidence if f"{resolved.required_year}年" in e.text]
    words = [t for t in resolved.terms if factual or len(t) > 1 or t.isascii()]
    words = [t for t in words if library.document_frequency(t) or is_word(t)] or words
    wanted = wanted_tokens(" ".join(words), TermWeights(library))
    return Findings(resolved, evidence, wanted, _support(evidence[:5], wanted))


_RESULTS, _AIMS = (Kind.SUMMARY, Kind.HIGHLIGHT), (Kind.PLAN,)


def _asked_kinds(resolved: Resolved) -> tuple[Kind, ...]:
    """Kinds of section that the answer should come from; `计划总投资多少` asks for a figure, not for a plan."""
    question = resolved.question
    if question.intent in _FACTS and not re.search(r"打算|目标|预计|力争|下一?步|明年|安排", question.text):
        return tuple(k for k in question.kinds if k is not Kind.PLAN and k is not Kind.PROBLEM)
    return question.kinds


def _of_time(evidence: list[Evidence], library: Library, kinds: Sequence[Kind]) -> list[Evidence]:
    """A target is not a result: plans do not answer what was done, nor results what is planned, if there is either."""
    if set(kinds) <= set(_RESULTS) and kinds:
        other = (*_AIMS, Kind.PROBLEM)
    elif set(kinds) == set(_AIMS):
        other = _RESULTS
    elif set(kinds) == {Kind.PROBLEM}:
        other = (*_AIMS, Kind.HIGHLIGHT)
    else:
        return evidence
    kept = [e for e in evidence if library.report(e.chunk.report_id).sections[e.section].kind not in other]
    return kept or evidence


def _results_first(evidence: list[Evidence], library: Library) -> list[Evidence]:
    """A figure that was reached before one that was aimed at, where it answers about as well."""
    aims = [e for e in evidence if library.report(e.chunk.report_id).sections[e.section].kind is Kind.PLAN]
    results = [e for e in evidence if e not in aims]
    as_good = results and results[0].coverage >= 0.9 * evidence[0].coverage and results[0].score >= 0.8 * evidence[0].score
    return results + aims if as_good else evidence


def _support(evidence: Sequence[Evidence], wanted: dict[str, float]) -> float:
    total = sum(wanted.values())
    if not total:
        return 1.0


    def held(text: str) -> float:
        return sum(w for t, w in wanted.items() if t in token_set(text) or (len(t) == 1 and t in text)) / total

    return max((held(e.chunk.embedded) for e in evidence), default=0.0)


def compose(library: Library, found: Findings, citations: Citations) -> str:
    """The answer in Markdown; empty where nothing was found."""
    resolved = found.resolved
    intent = resolved.question.intent
    if intent is Intent.WHICH:
        return _which(library, found, citations)
    groups = _groups(found)
    if len(groups) > 1 and intent not in _LISTS or intent is Intent.COMPARE and len(groups) > 1:
        return _side_by_side(library, found, groups, citations)
    if intent in (*_LISTS, Intent.FACT) and (not found.wanted or not resolved.terms):
        whole = _whole_sections(library, resolved, citations)
        if whole:
            return whole
    if intent in _LISTS or (intent is Intent.FACT and resolved.question.kinds):
        return _listed(library, found, citations)
    if intent is Intent.FACT:
        return _facts(library, found, citations, most=3)
    return _facts(library, found, citations, most=2 if intent in (Intent.FIGURE, Intent.DATE, Intent.NAME) else 4)


# --- lists ---


def _whole_sections(library: Library, resolved: Resolved, citations: Citations) -> str:
    """The sections of the kind asked for, of each report of the scope (three at most)."""
    kinds = resolved.question.kinds or (Kind.SUMMARY, Kind.PLAN)
    parts = []
    for report in resolved.reports[:3]:
        full = library.report(report.id)
        tops = [s for s in full.sections[1:] if s.kind in kinds and full.sections[s.parent or 0].kind is not s.kind]
        tops = [s for s in tops if not s.parent or full.sections[s.parent].kind not in kinds]
        if not tops:
            continue
        room = LIST_CHARACTERS // min(3, len(resolved.reports))
        parts.append(_source_line(report) + "\n" + _items(full, _merged_points(full, tops), room, citations))
    return "\n\n".join(parts)


def _merged_points(full: FullReport, sections: Sequence[Section]) -> list[Point]:
    if len(sections) == 1:
        return points(full, sections[0])
    numbered = [p for s in sections for p in (points(full, s) if full.children(s.number) else [Point((s.start, s.end), s.heading, s.number)])]
    return numbered


def _listed(library: Library, found: Findings, citations: Citations) -> str:
    """The points of the section that the question is about, or the sentences that answer it."""
    question = found.resolved.question
    choices = choose(found.evidence, library.report, found.wanted, question.kinds, count=question.count, words=token_set(question.matter))
    if not choices:
        return ""
    best = choices[0]
    items = points(best.full, best.section)
    if _is_list(best, items, question.count):
        return _source_line(best.full.report, best.section) + "\n" + _items(best.full, items, LIST_CHARACTERS, citations)
    return _passage(library, found, best, citations)


def _is_list(choice: Choice, items: Sequence[Point], count: int) -> bool:
    """Whether the section as a whole is what was asked for, rather than a part of it."""
    if len(items) < 2 or not items[0].heading:
        return False
    return len(items) == count or choice.heading >= 0.3 or choice.typical >= 0.3


def _passage(library: Library, found: Findings, choice: Choice, citations: Citations) -> str:
    """The relevant sentences of a section in their order."""
    full, section = choice.full, choice.section
    inside = [e for e in found.evidence if e.chunk.report_id == full.report.id and section.start <= e.span[0] < section.end]
    inside = inside or found.evidence[:1]
    if not full.children(section.number) and section.end - section.start <= _SHORT_SECTION:
        inside = sorted(inside, key=lambda e: e.span)
        return _lines(full, section, [e.span for e in inside], citations)
    relevance = relevance_of(found.evidence)
    headings = {_tidy(s.heading) for s in full.sections}
    kept = {e.span for e in inside[:_SENTENCES] if relevance[e.key] >= _RELEVANT and _tidy(e.text).rstrip("。：:") not in headings}
    kept = _bridged(full, sorted(kept | {inside[0].span}))
    return _lines(full, section, kept, citations)


def _lines(full: FullReport, section: Section, spans: Sequence[Span], citations: Citations) -> str:
    lines, room = [_source_line(full.report, section)], LIST_CHARACTERS
    for span in spans:
        text = _tidy(full.text[slice(*span)])
        if room < len(text) and len(lines) > 1:
            break
        room -= len(text)
        if text.rstrip("。：:") != section.heading and (marker := citations.cite(full.report.id, span)):
            lines.append(f"- {marked(text, marker)}")
    return "\n".join(lines)


def _bridged(full: FullReport, spans: list[Span]) -> list[Span]:
    """Also the single sentences between two that were kept."""
    if len(spans) < 2:
        return spans
    every = sentence_spans(full.text, spans[0][0], spans[-1][1])
    kept = set(spans)
    for before, middle, after in zip(every, every[1:], every[2:], strict=False):
        if before in kept and after in kept:
            kept.add(middle)
    return sorted(kept)


def _items(full: FullReport, items: Sequence[Point], room: int, citations: Citations) -> str:
    """One line a point: its heading and leading sentence, within the room (characters) for all."""
    shown = [p for p in items if re.search(r"\w", full.text[slice(*p.span)])]
    share = max(36, room // max(1, len(shown)))
    free = MOST - len(citations.found)
    lines = []
    for i, point in enumerate(shown):
        grouped = _cited_span(shown, i, free)
        marker = citations.cite(full.report.id, grouped, context=False)
        if not marker:
            break
        lines.append(f"{i + 1}. {marked(lead(full, point, share), marker)}")
    return "\n".join(lines)


def _cited_span(items: Sequence[Point], index: int, free: int) -> Span:
    """The point's own span, or where points outnumber the citations left, that of a run of points."""
    if len(items) <= free or free < 1:
        return items[index].span
    size = -(-len(items) // free)
    run = items[index - index % size : index - index % size + size]
    return run[0].span[0], run[-1].span[1]


def lead(full: FullReport, point: Point, room: int) -> str:
    """A point's heading and leading sentence, cut at a comma to fit the room; verbatim but for the cut."""
    text = full.text[slice(*point.span)].strip()
    spans = sentence_spans(text)
    heading = point.heading if text.startswith(point.heading) and len(point.heading) > 6 else ""
    rest = text[len(heading) :].lstrip("。；;：:，, \n") if heading else text
    spans = sentence_spans(rest)
    first = rest[slice(*spans[0])] if spans else ""
    left = room - len(heading)
    if len(first) > left:
        commas = [m.start() for m in re.finditer(r"[，,、；;]", first) if 8 <= m.start() <= left]
        first = first[: commas[-1]] if commas else ("" if heading else first[: max(left, 40)])
    first = _tidy(first).rstrip("，,、；;：:。 ")
    if not heading:
        return first
    return f"**{heading}**：{first}" if first else f"**{heading}**"


def _tidy(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()


# --- facts ---


def _facts(library: Library, found: Findings, citations: Citations, *, most: int) -> str:
    """The sentence with the figure, date or name; a second where it is about as good."""
    if not found.evidence:
        return ""
    best = found.evidence[0]
    floor = 0.9 * best.score
    kept = [e for e in found.evidence[: most + 4] if e.score >= floor and e.chunk.report_id == best.chunk.report_id][:most]
    lines, room = [_source_line(library.report(best.chunk.report_id).report)], FACT_CHARACTERS
    for item in kept:
        line = _fact_line(library, found, item, citations)
        if len(lines) > 1 and (len(line) > room or line in lines):
            continue
        lines.append(line)
        room -= len(line)
    return "\n".join(lines)


def _fact_line(library: Library, found: Findings, item: Evidence, citations: Citations) -> str:
    full = library.report(item.chunk.report_id)
    span = _window(full, item.span, found.wanted)
    text = full.text[slice(*span)].strip().rstrip("，,、；;")
    marker = citations.cite(full.report.id, item.span)
    text = _tidy(text)
    asked = found.resolved.question.intent
    if asked in (Intent.FIGURE, Intent.TREND, Intent.DATE, Intent.COMPARE) and _hides_answer(text, found.wanted):
        return f"- {MASKED_NOTE}：“{marked(text.rstrip('。'), marker)}”"
    shown = _emphasised(text, found.wanted) if asked in (Intent.FIGURE, Intent.TREND, Intent.COMPARE) else text
    return f"- {marked(shown, marker)}"


def _window(full: FullReport, span: Span, wanted: dict[str, float], longest: int = 130) -> Span:
    """Of a long sentence the clauses around the one that holds most of the question's words."""
    start, end = span
    if end - start <= longest:
        return span
    clauses = [(start + m.start(), start + m.end()) for m in _CLAUSE.finditer(full.text[start:end]) if m[0].strip()]
    scores = [_held(full.text[slice(*c)], wanted) for c in clauses]
    first = last = max(range(len(clauses)), key=lambda i: scores[i])
    while True:
        options = [i for i in (first - 1, last + 1) if 0 <= i < len(clauses)]
        options = [i for i in options if clauses[max(last, i)][1] - clauses[min(first, i)][0] <= longest]
        if not options:
            return clauses[first][0], clauses[last][1]
        best = max(options, key=lambda i: (scores[i], i > last))
        first, last = min(first, best), max(last, best)


def _held(text: str, wanted: dict[str, float]) -> float:
    own = token_set(text)
    return sum(w for t, w in wanted.items() if t in own)


def _best_clause(text: str, wanted: dict[str, float]) -> str:
    clauses = [m[0] for m in _CLAUSE.finditer(text) if m[0].strip()]
    return max(clauses, key=lambda c: (_held(c, wanted), bool(re.search(r"\d", c))), default=text)


def _hides_answer(text: str, wanted: dict[str, float]) -> bool:
    """Whether the clause that answers has a hidden figure in the place of one."""
    clause = _best_clause(text, wanted)
    return is_masked(clause) and not re.search(r"\d", MASK.sub("", re.sub(r"\d+[-—–－~]\d+月(?:份)?|\d+月(?:份)?|(?:19|20)\d\d年", "", clause)))


def _emphasised(text: str, wanted: dict[str, float]) -> str:
    """The figure of the best clause in bold."""
    clause = _best_clause(text, wanted)
    match = next((m for m in re.finditer(r"\d[\d,.]*(?:[%％‰]|[万亿千百]?(?:余|多)?[一-龥]?)?", clause)), None)
    if match is None:
        return text
    return text.replace(clause, clause[: match.start()] + f"**{match[0]}**" + clause[match.end() :], 1)


# --- several reports ---


def _groups(found: Findings) -> list[list[Report]]:
    """Reports to be set side by side: by organisation where several are named, by year where several are."""
    resolved = found.resolved
    if len(resolved.named) > 1:
        return [[r for r in resolved.reports if r.org == org] for org in resolved.named]
    years = resolved.question.years
    if len(years) > 1:
        by_year = [[r for r in resolved.reports if r.year == y] for y in years]
        return [g for g in by_year if g]
    if resolved.question.intent is Intent.TREND:
        best = max(resolved.affinity.values(), default=0.0)
        held = [r for r in resolved.reports if r.year and resolved.affinity.get(r.id, 0.0) >= 0.9 * best]
        return [[r] for r in sorted(held, key=lambda r: r.year or 0)]
    return []


def _side_by_side(library: Library, found: Findings, groups: list[list[Report]], citations: Citations) -> str:
    parts = []
    most = 3 if found.resolved.question.intent is Intent.COMPARE else 1
    for group in groups[:6]:
        ids = {r.id for r in group}
        own = [e for e in found.evidence if e.chunk.report_id in ids]
        if not own:
            continue
        kept = [e for e in own[:most] if e.score >= 0.75 * own[0].score]
        report = library.report(kept[0].chunk.report_id).report
        lines = [_fact_line(library, found, e, citations) for e in sorted(kept, key=lambda e: e.span)]
        parts.append(_source_line(report) + "\n" + "\n".join(dict.fromkeys(lines)))
    return "\n\n".join(parts)


def _which(library: Library, found: Findings, citations: Citations) -> str:
    """One line for each report that speaks of the topic, with its evidence; versions of it share the line."""
    core = _core({t: w for t, w in found.wanted.items() if library.document_frequency(t)})
    best_of: dict[str, Evidence] = {}
    for item in found.evidence:
        if core & token_set(item.text):
            best_of.setdefault(item.chunk.report_id, item)
    bureaus = re.search(r"哪[些几]个?(?:局|委|部门)", found.resolved.question.text)
    versions = [r for r in library.reports() if r.version_of]
    lines = []
    for report_id, item in best_of.items():
        full = library.report(report_id)
        if bureaus and full.report.org_level in ("乡", "镇", "街道", "开发区"):
            continue
        span = _window(full, item.span, found.wanted, longest=80)
        text = _tidy(full.text[slice(*span)]).rstrip("，,、；;。")
        marker = citations.cite(report_id, item.span)
        also = "".join(_same_passage(library, r, item, citations) for r in versions if r.version_of == report_id)
        if marker:
            lines.append(f"- **{full.report.org or full.report.name}**：{marked(text, marker + also)}")
    return "\n".join([f"以下 {len(lines)} 份报告提到：", *lines]) if lines else ""


def _core(wanted: dict[str, float]) -> set[str]:
    """The topic's rare words, one of which a report must hold to speak of it."""
    rarest = max(wanted.values(), default=0.0)
    return {t for t, w in wanted.items() if w >= 0.7 * rarest}


def _same_passage(library: Library, version: Report, item: Evidence, citations: Citations) -> str:
    """The marker for a sentence in a version of its report, found by its first unmasked words; empty where it is not."""
    words = max(re.findall(r"[一-龥]{6,}", item.text), key=len, default="")
    at = library.report(version.id).text.find(words) if words else -1
    return citations.cite(version.id, (at, at + len(words))) if at >= 0 else ""


def _source_line(report: Report, section: Section | None = None) -> str:
    where = f"“{section.heading}”" if section is not None and section.heading and not section.heading.startswith("〔") else ""
    return f"据《{report.name}》{where}："
