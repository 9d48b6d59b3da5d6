"""Lists: the points of a section, or the sentences of it that answer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise, takewhile

from rag.citation import MOST, Citations, marked, normal
from rag.evidence import Evidence, token_set
from rag.findings import Findings
from rag.library import Library
from rag.model import FullReport, Kind, Report, Section, Span
from rag.organisation import same_bodies
from rag.question import Intent
from rag.resolved import Resolved
from rag.sections import Choice, Point, choose, own_children, points, relevance_of
from rag.text import paragraph_span, sentence_spans

ROOM = 860
"""Characters of a list."""
_SHORTEST_LEAD = 36
_HEADING = 0.3
_TYPICAL = 0.3
"""A section is listed where its heading holds so much of the question, or its middle point is so relevant."""
_SHORT_SECTION = 260
"""A section of so few characters is given whole, as is one that the question names by its words or by its kind and
that fits the room."""
_LONGEST_TOLD = 700
"""A way or a reason is told in a section of at most so many characters, unless a heading names it."""
_FEWEST_CHUNKS, _FEW, _ALL_OVER = 5, 2, 0.33
"""A word in so large a part of a report's chunks (and in more than a few) is what the report is about."""
_MOST_POINTS = 15
_FEW_REPORTS, _MOST_REPORTS = 3, 6
"""So many reports are given, and of as many bodies as are named up to the second."""
_CHAPTERS = 3
"""Of so many chapters the chapters are the main points, of fewer what they hold."""
_FEWEST_LETTERS = 6
_SENTENCES = 6
_BARE = 2
"""Letters of a heading that is nothing but a number, such as `一是`."""
_TOLD_IN_POINTS = (Intent.LIST, Intent.WAY, Intent.REASON)
_LEADS_IN = re.compile(
    r"^(?!.*(?:问题|困难|不足)(?:主要)?是)[^：:]{6,36}(?:短处|不足|问题|困难|偏差|差距|缺点|毛病)。$"
)
_NUMBERED = re.compile(r"[（(]?\d{1,2}[)）.．、,，]|[①-⑳]|[一二三四五六七八九十]是")
_FADES_BEFORE, _FADES_AFTER = 0.5, 0.7
"""What is left of a sentence's relevance for the one before it and the one after it."""
_RELEVANT = {True: 0.3, False: 0.4}
"""Of a section that is not listed as a whole, the best sentences of at least this relevance: more for a way
or a reason (True), which is told in several sentences."""


def whole_sections(library: Library, resolved: Resolved, citations: Citations, *, room: int = ROOM) -> str:
    """The sections of the kind asked for, of each report of the scope (three at most)."""
    kinds = resolved.question.kinds or (Kind.SUMMARY, Kind.PLAN)
    reports = _of_each_body(resolved)[: max(_FEW_REPORTS, min(len(same_bodies(resolved.named)), _MOST_REPORTS))]
    parts = []
    for i, report in enumerate(reports):
        full = library.report(report.id)
        tops = [s for s in full.sections[1:] if s.kind in kinds and full.sections[s.parent or 0].kind not in kinds]
        counted = [s for s in tops if resolved.question.count and len(points(full, s)) == resolved.question.count]
        if tops:
            chosen = counted or tops
            items = _of_count(full, _points_of(full, chosen), resolved.question.count)
            head = source_line(report, chosen[0] if len(chosen) == 1 else None)
            parts.append(f"{head}\n{itemised(full, items, room // len(reports), citations, more=len(reports) - i - 1)}")
    return "\n\n".join(parts)


def _of_each_body(resolved: Resolved) -> Sequence[Report]:
    """The reports, of several bodies without a year the newest of each."""
    bodies = same_bodies(resolved.named)
    if len(set(bodies.values())) < 2 or resolved.question.years:
        return resolved.reports
    newest: dict[str, Report] = {}
    for report in resolved.reports:
        body = bodies.get(report.org, report.org)
        if body not in newest or (report.year or 0) > (newest[body].year or 0):
            newest[body] = report
    return list(newest.values())


def _points_of(full: FullReport, sections: Sequence[Section]) -> list[Point]:
    if len(sections) == 1:
        return points(full, sections[0])
    if len(sections) >= _CHAPTERS:
        return [Point((s.start, s.end), s.heading, s.number) for s in sections]
    return [
        point
        for s in sections
        for point in (points(full, s) if full.children(s.number) else [Point((s.start, s.end), s.heading, s.number)])
    ]


def listed(library: Library, found: Findings, citations: Citations, *, room: int = ROOM) -> str:
    """The points of the section that the question is about, or the sentences of it that answer."""
    if not found.evidence:
        return ""
    question = found.resolved.question
    home = library.report(found.evidence[0].chunk.report_id)
    if series := _series_of(home, question.counted, question.count):
        around = home.sections[home.sections[series[0].section].parent or 0]
        return f"{source_line(home.report, around)}\n{itemised(home, series, room, citations)}"
    told = question.intent in (Intent.WAY, Intent.REASON, Intent.COMPARE)
    choices = choose(
        found.evidence,
        library.report,
        found.wanted,
        question,
        longest=_LONGEST_TOLD if told else 0,
        listable=question.intent is Intent.LIST,
    )
    if not choices:
        return ""
    best = choices[0]
    items = _of_count(best.full, points(best.full, best.section), question.count)
    named = best.heading >= _HEADING or len(items) == question.count
    if question.kinds and not named and not _distinctive(library, home, found.wanted):
        whole = whole_sections(library, replace(found.resolved, reports=(home.report,)), citations, room=room)
        if whole:
            return whole
    if _is_list(best, items, question.count, told=told) and (named or _shows(found.evidence[0].span, items, room)):
        return f"{source_line(best.full.report, best.section)}\n{itemised(best.full, items, room, citations)}"
    behind = _points_behind(home, found.evidence[0], within=True) if question.intent in _TOLD_IN_POINTS else []
    if behind:
        section = home.sections[found.evidence[0].section]
        return f"{source_line(home.report, section)}\n{itemised(home, behind, room, citations)}"
    return _passage(found, best, citations, room)


def _series_of(full: FullReport, noun: str, count: int) -> list[Point]:
    """The sections of one parent whose headings hold the noun that is counted (`哪几个“聚焦”`): at least two, or as
    many as the question says."""
    held: dict[int | None, list[Section]] = {}
    for section in full.sections[1:] if noun else ():
        if noun in section.heading:
            held.setdefault(section.parent, []).append(section)
    series = max(held.values(), key=len, default=[])
    fits = len(series) == count if count else len(series) > 1
    return [Point((s.start, s.end), s.heading, s.number) for s in series] if fits else []


def nth_point(library: Library, found: Findings, citations: Citations, n: int) -> str:
    """The n-th point of the list that the question before asked for, with all that it says; empty without one."""
    if found.wanted:
        choices = choose(found.evidence, library.report, found.wanted, found.resolved.question, listable=True)
        full, items = (choices[0].full, points(choices[0].full, choices[0].section)) if choices else (None, [])
    else:
        kinds = found.resolved.question.kinds or (Kind.SUMMARY, Kind.PLAN)
        full = library.report(found.resolved.reports[0].id)
        tops = [s for s in full.sections[1:] if s.kind in kinds and full.sections[s.parent or 0].kind not in kinds]
        items = _points_of(full, tops) if tops else []
    if full is None or not 0 < n <= len(items):
        return ""
    point = items[n - 1]
    return _sentences(full, full.sections[point.section], sentence_spans(full.text, *point.span), citations, ROOM)


def introduced(library: Library, found: Findings, citations: Citations, *, room: int = ROOM) -> str:
    """What follows a best sentence that leads in (`还存在不少困难和问题：`, `要做好以下工作。`), point by point; else
    empty."""
    best = found.evidence[0]
    full = library.report(best.chunk.report_id)
    run = _points_behind(full, best)
    if not best.text.rstrip().endswith(("：", ":")) and not (run and _ANNOUNCES.search(best.text)):
        rest = sentence_spans(full.text, best.span[1], paragraph_span(full.text, best.span[1])[1])
        if not _LEADS_IN.search(best.text) or len(rest) < 2:
            return ""
    section = full.sections[best.section]
    while section.end <= best.span[1] + 1 and section.parent is not None:
        section = full.sections[section.parent]
    items = run or [p for p in points(full, section) if p.span[0] >= best.span[1]]
    if not items or not items[0].heading:
        following = [s for s in sentence_spans(full.text, best.span[1], section.end) if s[0] >= best.span[1]]
        items = [Point(span, "", section.number) for span in _until_next_lead_in(full, following)]
    return (
        f"{source_line(full.report, section)}\n{itemised(full, items[:_MOST_POINTS], room, citations)}" if items else ""
    )


_OPENS_REPORT = re.compile(r"现[就将把对][^。；]{0,80}(?:汇报|报告|总结|通报|说明|介绍)如下")
_ANNOUNCES = re.compile(r"(?:以下|如下|下列|下面|这样|这[几些])[^。]{0,16}。$")
_SERIES = re.compile(r"第?[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[①-⑳])[)）]?(?:[是要、.．，,])?|——")


def _points_behind(full: FullReport, sentence: Evidence, *, within: bool = False) -> list[Point]:
    """The numbered sections of one series right behind a sentence of the section that holds them, or later `within`
    its paragraph; one is none."""
    siblings = [s for s in full.children(sentence.section) if s.start >= sentence.span[1]]
    between = full.text[sentence.span[1] : siblings[0].start] if siblings else "\n"
    if not siblings or (between.strip() and not (within and "\n" not in between)):
        return []
    first = siblings[0]
    run = list(takewhile(lambda s: _series(s) == _series(first), siblings)) if _series(first) else []
    return [Point((s.start, s.end), s.heading, s.number) for s in run] if len(run) > 1 else []


def _series(section: Section) -> str:
    """The form of a section's number: `（）` of `（三）抓项目`; empty without one."""
    mark = _SERIES.match(section.heading)
    return re.sub(r"[一二三四五六七八九十]+|\d+|[①-⑳]", "一", mark[0]) if mark else ""


def _of_count(full: FullReport, items: list[Point], count: int) -> list[Point]:
    """Of points in several series (`——…`, then `一是…`) the one of as many as the question says; else all."""
    if count < 2 or len(items) == count:
        return items
    by_form = groupby(items, key=lambda point: _series(full.sections[point.section]) if point.heading else "")
    fitting = [run for form, run in ((form, list(run)) for form, run in by_form) if form and len(run) == count]
    return fitting[0] if len(fitting) == 1 else items


def _until_next_lead_in(full: FullReport, spans: Sequence[Span]) -> list[Span]:
    """Sentences up to the next that introduces a list of its own, or that a new paragraph begins without a list."""
    kept: list[Span] = []
    for span in spans:
        text = full.text[slice(*span)].rstrip()
        if kept and text.endswith(("：", ":")):
            break
        kept.append(span)
        if len(kept) > 1 and text.endswith("。") and full.text[span[1] : span[1] + 1] == "\n":
            break
    return kept


def _distinctive(library: Library, full: FullReport, wanted: dict[str, float]) -> bool:
    """Whether a word of the question tells one part of the report from another, as its subject does not."""
    chunks = [token_set(chunk.embedded) for chunk in library.chunks([full.report.id])]
    if len(chunks) < _FEWEST_CHUNKS:
        return bool(wanted)
    return any(0 < sum(t in own for own in chunks) <= max(_FEW, _ALL_OVER * len(chunks)) for t in wanted)


def _shows(span: Span, items: Sequence[Point], room: int) -> bool:
    """Whether the best sentence begins where a list of the points' leads would show it."""
    share = max(_SHORTEST_LEAD, room // max(1, len(items)))
    return any(p.span[0] <= span[0] < min(p.span[1], p.span[0] + share) for p in items)


def _is_list(choice: Choice, items: Sequence[Point], count: int, *, told: bool) -> bool:
    """Whether the section as a whole is what was asked for; for a way or a reason (`told`) only if it is named."""
    if len(items) < 2 or not items[0].heading:
        return False
    first, last = items[0].span[0], items[-1].span[1]
    if first - choice.section.body > last - first and len(items) != count:
        return False  # most of it is told before its points
    return len(items) == count or choice.heading >= _HEADING or (choice.typical >= _TYPICAL and not told)


def _passage(found: Findings, choice: Choice, citations: Citations, room: int) -> str:
    """The relevant sentences of a section in their order."""
    full, section = choice.full, choice.section
    inside = [
        e for e in found.evidence if e.chunk.report_id == full.report.id and section.start <= e.span[0] < section.end
    ]
    inside = inside or found.evidence[:1]
    whole = choice.heading >= _HEADING or section.kind in found.resolved.question.kinds
    if not own_children(full, section) and section.end - section.start <= (room if whole else _SHORT_SECTION):
        return _sentences(full, section, sorted(span for e in inside for span in _clauses(e)), citations, room)
    relevance = relevance_of(found.evidence)
    intent = found.resolved.question.intent
    floor = _RELEVANT[intent in (Intent.WAY, Intent.REASON)]
    kept = {span for e in inside[:_SENTENCES] if relevance[e.key] >= floor for span in _clauses(e)}
    if not own_children(full, section):
        kept |= _around(full, inside[0].span, floor)
    elif intent is Intent.WAY and len(kept) < 2 and inside[0].section != section.number:  # a section tells how
        return _passage(found, replace(choice, section=full.sections[inside[0].section]), citations, room)
    return _sentences(full, section, _bridged(full, sorted(kept | {*_clauses(inside[0])})), citations, room)


def _clauses(sentence: Evidence) -> list[Span]:
    """What a sentence was put together of, where semicolons part it: in a list, a point each."""
    start, end = sentence.span
    return [span for span in sentence.chunk.sentences if start <= span[0] and span[1] <= end]


def _around(full: FullReport, best: Span, floor: float) -> set[Span]:
    """The neighbours of the best sentence in its paragraph: running prose goes on about what it has begun."""
    every = sentence_spans(full.text, *paragraph_span(full.text, best[0]))
    at = next((i for i, span in enumerate(every) if span[0] >= best[0]), 0)
    before, after = (int(math.log(floor, fades)) for fades in (_FADES_BEFORE, _FADES_AFTER))
    return set(every[max(0, at - before) : at + after + 1])


def _sentences(full: FullReport, section: Section, spans: Sequence[Span], citations: Citations, room: int) -> str:
    lines = [source_line(full.report, section)]
    said = [s for s in spans if tidy(full.text[slice(*s)]).rstrip("。：:") != section.heading]
    said = [s for s in said if not _OPENS_REPORT.match(full.text, *s)] or said
    for span in said or spans:
        text = tidy(full.text[slice(*span)])
        if len(normal(text)) < _FEWEST_LETTERS and len(said) > 1:
            continue
        if room < len(text) and len(lines) > 1:
            break
        room -= len(text)
        if marker := citations.cite(full.report.id, span):
            lines.append(f"- {marked(text, marker)}")
    return "\n".join(lines)


def _bridged(full: FullReport, spans: list[Span]) -> list[Span]:
    """Also the sentence between two that were kept; of numbered ones also two in a row."""
    if len(spans) < 2:
        return spans
    every = sentence_spans(full.text, spans[0][0], spans[-1][1])
    numbered = all(_NUMBERED.match(full.text, span[0]) for span in spans[1:])
    at = [i for i, span in enumerate(every) if span in set(spans)]
    near = {i for a, b in pairwise(at) if b - a <= (3 if numbered else 2) for i in range(a, b)}
    return sorted({*spans, *(every[i] for i in near)})


def itemised(full: FullReport, items: Sequence[Point], room: int, citations: Citations, *, more: int = 0) -> str:
    """One line a point: its heading and leading sentence, within the room (characters) for all.

    `more` lists that are still to come are left their share of the citations.
    """
    shown = [p for p in items if re.search(r"\w", full.text[slice(*p.span)])]
    share = max(_SHORTEST_LEAD, room // max(1, len(shown)))
    free = (MOST - len(citations.found)) // (more + 1)
    lines = []
    for i, point in enumerate(shown):
        marker = citations.cite(full.report.id, _cited_span(shown, i, free), context=False)
        if not marker:
            break
        lines.append(f"- {marked(lead(full, point, share), marker)}")
    return "\n".join(lines)


def _cited_span(items: Sequence[Point], index: int, free: int) -> Span:
    """The point's own span, or where points outnumber the citations left, that of a run of points."""
    if len(items) <= free or free < 1:
        return items[index].span
    size = -(-len(items) // free)
    run = items[index - index % size : index - index % size + size]
    return run[0].span[0], run[-1].span[1]


def lead(full: FullReport, point: Point, room: int) -> str:
    """A point's heading and leading sentence, or the headings of its own points; cut at a comma to fit the room."""
    text = full.text[slice(*point.span)].strip()
    heading = point.heading if text.startswith(point.heading) and len(normal(point.heading)) > _BARE else ""
    rest = text[len(heading) :].lstrip("。；;：:，, \n") if heading else text
    spans = sentence_spans(rest)
    first = tidy(rest[slice(*spans[0])]) if spans else ""
    if heading and first.endswith(("，", ",", "：", ":")):
        first = ""  # it leads in what is not the point's own: `从内部看，`
    inner = own_children(full, full.sections[point.section]) if heading else []
    if len(inner) > 1 and first.rstrip("。；;：:") == inner[0].heading:
        first = _headings(inner, room - len(heading))
    else:
        first = _fitting(first, room - len(heading), needed=not heading)
    if not heading:
        return first
    return f"**{heading}**：{first}" if first else f"**{heading}**"


def _headings(sections: Sequence[Section], room: int) -> str:
    """Headings one after the other, as many as fit."""
    shown = sections[0].heading
    for section in sections[1:]:
        if len(shown) + len(section.heading) >= room:
            return f"{shown}等"
        shown = f"{shown}、{section.heading}"
    return shown


def _fitting(sentence: str, room: int, *, needed: bool) -> str:
    """A sentence, cut at the last comma that fits; without one nothing, unless it is `needed`."""
    if len(sentence) > room:
        commas = [m.start() for m in re.finditer(r"[，、；;]|,(?!\d)", sentence) if 8 <= m.start() <= room]
        sentence = sentence[: commas[-1]] if commas else sentence[: max(room, _SHORTEST_LEAD)] if needed else ""
    return sentence.rstrip("，,、；;：:。 ")


def tidy(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()


def source_line(report: Report, section: Section | None = None) -> str:
    """`据《…》“三、…”：`"""
    named = section is not None and section.heading and section.number and section.heading[0] != "〔"
    return f"据《{report.name}》{f'“{section.heading}”' if section is not None and named else ''}："
