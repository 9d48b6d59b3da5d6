"""The years of a question: which reports are about them, and whether they report on them or plan for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.library import Library
from rag.model import Kind, Refusal, Report, Span
from rag.organisation import mentions, same_bodies
from rag.question import NEWEST, Intent, Question
from rag.resolved import TEXTS_READ, Resolved
from rag.text import names_year, numeral

_ELSEWHERE = 0.6
"""What is asked of a year and neither called a result nor an aim is looked for in the report on that year, unless the
one that plans for it holds the question's words so much better."""


def of_years(library: Library, resolved: Resolved) -> Resolved:
    """Keep the reports of the years asked for, or say that none is."""
    if years := _with_later(resolved):
        resolved = replace(resolved, question=replace(resolved.question, years=years))
    question, reports = resolved.question, resolved.reports
    if not question.years:
        return _of_relative_year(resolved)
    wanted = set(question.years)
    fitting = [r for r in reports if wanted & set(r.years)]
    if not fitting:
        speaking = [r for r in reports[:TEXTS_READ] if any(names_year(library.report(r.id).text, y) for y in wanted)]
        if speaking:
            return replace(resolved, reports=tuple(speaking), required_year=min(wanted))
        if _compared_with(question):
            return _of_relative_year(replace(resolved, question=replace(question, years=())))
        return replace(resolved, refusal=Refusal.YEAR_NOT_COVERED, missing="、".join(f"{y}年" for y in sorted(wanted)))
    kept = [r for year in question.years for r in of_year(resolved, fitting, year)] + _of_other_bodies(
        resolved, fitting
    )
    required = _told_year(library, question, kept)
    named = any(_is_named(question, year) for year in question.years)
    return replace(
        resolved if named else _aimed(resolved, kept),
        reports=tuple(r for r in reports if r in kept),
        required_year=required,
    )


def _with_later(resolved: Resolved) -> tuple[int, ...]:
    """`比2023年多几条` asks for the latest year too, or for it alone where the change is told there (`比2023年增长`);
    empty where another year is named, or where there is no report of either."""
    question, year = resolved.question, _compared_with(resolved.question)
    told = {r.year for r in resolved.reports if r.year}
    latest = max(told, default=0)
    if year not in told or latest <= year:
        return ()
    return (latest,) if re.search(r"[增涨降减升]|提高|回落", question.text) else (year, latest)


def _compared_with(question: Question) -> int:
    """The only year of a question for a figure, where it is one to compare with: `比2023年增长`; else 0."""
    if len(question.years) != 1 or question.intent not in (Intent.FIGURE, Intent.COMPARE, Intent.TREND):
        return 0
    (year,) = question.years
    return year if re.search(rf"[比较](?:起|于)?{year}年", question.text) else 0


def _of_other_bodies(resolved: Resolved, fitting: Sequence[Report]) -> list[Report]:
    """The reports of bodies that have none of the year, where it is said of another alone: `甲局2023年和乙局的罚款`."""
    found = sorted({mention.span for mention in mentions(resolved.question.text)})
    years = [m.start() for m in re.finditer(r"(?:19|20)\d\d年", resolved.question.text)]
    if not found or not years or not found[0][1] <= years[0] or years[-1] > found[-1][0]:
        return []
    bodies = same_bodies(resolved.named)
    told = {bodies.get(r.org) for r in fitting}
    return [r for r in resolved.reports if r.org in bodies and bodies[r.org] not in told]


def of_year(resolved: Resolved, reports: Sequence[Report], year: int) -> list[Report]:
    """Of each body's reports those on a year, or those that plan for it where that is asked."""
    question = resolved.question
    aims = Kind.PLAN in question.kinds and Kind.SUMMARY not in question.kinds
    looks_back = question.intent is Intent.WHICH or {Kind.SUMMARY, Kind.PROBLEM, Kind.HIGHLIGHT} & set(question.kinds)
    bodies = same_bodies(report.org for report in reports)
    by_org: dict[str, list[Report]] = {}
    for report in reports:  # of all bodies at once none is told of by its plans where others report
        apart = resolved.named or not looks_back
        by_org.setdefault((bodies[report.org] or report.id) if apart else "", []).append(report)
    kept: list[Report] = []
    for own in by_org.values():
        if resolved.own_years.get(own[0].org, year) != year:
            continue
        reported, planned = [r for r in own if r.year == year], [r for r in own if r.plan_year == year]
        titled = [r for r in planned if _is_named(question, year) and _GOVERNMENT.search(r.title)]
        elsewhere = not question.kinds and _held(resolved, reported) < _ELSEWHERE * _held(resolved, planned)
        kept.extend(titled or ((planned or reported) if aims or elsewhere else (reported or planned)))
    return kept


_PLAN_PERIOD = re.compile(
    r"“?(?P<name>(?:十[一二三四五六七八九]?|[一二三四六七八九])五)”?(?=(?:时期|期间|以来|这五年))"
)
_BEGAN = {1: 1953, 2: 1958, 3: 1966}
"""The first five-year plans by their number; since the third they have followed each other."""


def plan_years(name: str) -> range:
    """The years of a five-year plan by its name: 2021 to 2025 for `十四五`."""
    number = numeral(name[:-1])
    first = _BEGAN.get(number, _BEGAN[3] + 5 * (number - 3))
    return range(first, first + 5)


def of_plan_period(library: Library, resolved: Resolved) -> Resolved:
    """The reports of a five-year plan's years (`六五期间`), and those that speak of it, where its name is part of the
    topic; or that there is none."""
    named = _PLAN_PERIOD.search(resolved.question.text)
    if not named or resolved.question.years or resolved.refusal:
        return resolved
    name = named["name"]
    years = plan_years(name)
    reports = resolved.reports[:TEXTS_READ]
    speaking = [r for r in reports if name in library.report(r.id).text]
    fitting = tuple(r for r in reports if r in speaking or any(year in years for year in r.years))
    if not fitting:
        return replace(resolved, refusal=Refusal.YEAR_NOT_COVERED, missing=f"“{name}”时期")
    others = (term for term in resolved.terms if term != "时期")
    return replace(resolved, reports=fitting, terms=(*((name,) if speaking else ()), *others))


_PERIOD = re.compile(r"上半年|[前一二三四]季度|全年")


def without_period(resolved: Resolved) -> Resolved:
    """The question without the part of the year that all of its reports are of, where a chapter of results is asked
    for: it tells none of them from another."""
    said = [t for t in resolved.terms if _PERIOD.fullmatch(t) and all(t in r.title for r in resolved.reports)]
    if resolved.refusal or not said or Kind.SUMMARY not in resolved.question.kinds:
        return resolved
    terms = tuple(term for term in resolved.terms if term not in said)
    return replace(resolved, text=re.sub("|".join(said), "", resolved.text), terms=terms)


def _held(resolved: Resolved, reports: Sequence[Report]) -> float:
    """How much of the question's words the report that holds most of them does."""
    return max((resolved.affinity.get(r.id, 0.0) for r in reports), default=0.0)


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def own_years(text: str, bodies: Sequence[tuple[Span, Sequence[Report]]]) -> dict[str, int]:
    """Organisation → its own year, where several are named and each has one behind it (`甲局2022年和乙局2023年`) or
    right before it; empty where any has none. `bodies`: where each is named, and its reports."""
    named = sorted(bodies, key=lambda body: body[0])
    if len(named) < _SEVERAL:
        return {}
    edges = [span[0] for span, _ in named[1:]] + [len(text)]
    behind = [_YEAR.findall(text[span[1] : edge]) for (span, _), edge in zip(named, edges, strict=True)]
    before = [re.findall(rf"({_YEAR.pattern})年?的?$", text[: span[0]]) for span, _ in named]
    for years in (before, behind):
        if all(len(own) == 1 for own in years):
            return {r.org: int(own[0]) for (_, reports), own in zip(named, years, strict=True) for r in reports}
    return {}


_SEVERAL = 2
_GOVERNMENT = re.compile(r"政府(?:工作)?\s*报告")


def _is_named(question: Question, year: int) -> bool:
    """Whether a year is that of a government's report rather than the one told of: `2015年的报告`, `2021年两会`,
    `1983年和1991年两份报告`."""
    return (
        re.search(
            rf"{year}年?(?:[、和与跟同及](?:19|20)\d\d年?)*的?(?:[这那]?[份两几三]?[份个篇]?)(?:《?政府(?:工作)?报告|报告|(?:全国)?两会)",
            question.text,
        )
        is not None
    )


def _told_year(library: Library, question: Question, reports: Sequence[Report]) -> int | None:
    """The year of a figure or date, where another one only tells which report: `1985年要降到多少（79年报告）`."""
    others = [year for year in question.years if not any(year in r.years for r in reports)]
    if len(others) != 1 or question.intent not in (Intent.FIGURE, Intent.DATE):
        return None
    return others[0] if any(names_year(library.report(r.id).text, others[0]) for r in reports[:TEXTS_READ]) else None


def _aimed(resolved: Resolved, reports: Sequence[Report]) -> Resolved:
    """A year that the reports plan for asks for plans, one that they report on for results, where nothing else says."""
    question = resolved.question
    if question.kinds or not reports:
        return resolved
    years = set(question.years)
    if all(r.plan_year in years and r.year not in years for r in reports):
        return replace(resolved, question=replace(question, kinds=(Kind.PLAN,)))
    if question.intent in (Intent.LIST, Intent.WAY) and all(r.year in years for r in reports):
        return replace(resolved, question=replace(question, kinds=(Kind.SUMMARY, Kind.HIGHLIGHT)))
    return resolved


def _of_relative_year(resolved: Resolved) -> Resolved:
    """今年/去年/明年 count from the latest report of each organisation; without them all its reports stay.

    `最近一份总结` is the latest one also where no organisation is named.
    """
    shift = resolved.question.relative_year
    if shift is None or not (resolved.named or NEWEST.search(resolved.question.text)):
        return resolved
    bodies = same_bodies(resolved.named or dict.fromkeys(r.org for r in resolved.reports))
    kept: list[Report] = []
    for body in dict.fromkeys(bodies.values()):
        own = [r for r in resolved.reports if bodies.get(r.org) == body]
        latest = max((r.year or 0 for r in own), default=0)
        wanted = latest + min(shift, 0)
        kept.extend([r for r in own if r.year == wanted] or [r for r in own if r.year == latest] or own)
    return replace(resolved, reports=tuple(kept) or resolved.reports)
