"""Questions that go on from an answer, each of them one that the library answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.library import Library
from rag.model import FullReport, Kind, Reply, Report
from rag.question import parse
from rag.scope import resolve, resolve_all

ASKED = {
    Kind.PLAN: "有哪些打算",
    Kind.PROBLEM: "存在哪些问题",
    Kind.HIGHLIGHT: "有哪些亮点",
    Kind.SUMMARY: "做了哪些工作",
    Kind.SUGGESTION: "提出了哪些建议",
}
"""How each kind of section is asked for, in the order in which they are offered."""
MOST = 3
_FEWEST_POINTS, _MOST_POINTS = 3, 10
_HAN = "一二三四五六七八九十"
_POINT = re.compile(r"^\s*(?:[-*]|\d+\.)\s.*?\[(\d+)\]")


def question_about(report: Report, kind: Kind) -> str:
    """How one asks for a report's sections of a kind: `交通局2025年有哪些打算？`."""
    return question_of(report.org, kind, report.plan_year if kind is Kind.PLAN else report.year)


def question_of(org: str, kind: Kind, year: int | None = None) -> str:
    """How one asks for an organisation's sections of a kind, of a year where one is given."""
    return f"{org}{f'{year}年' if year else ''}{ASKED[kind]}？"


def follow_ups(
    library: Library,
    reply: Reply,
    history: Sequence[str] = (),
    *,
    orgs: Sequence[str] = (),
    years: Sequence[int] = (),
    reports: Sequence[str] = (),
) -> list[str]:
    """Up to `MOST` questions of different sorts: a point in detail, other sections, another year, another organisation.

    Each is resolved as the assistant will resolve it, after `history` and this question and within the limits set by
    hand, and is left out where that finds not the report that it was made from.
    """
    with library.reading():
        before = resolve_all(library, (*history, reply.question))
        known = {*history, reply.question}
        offered: list[str] = []
        sorts = [[*sort] for sort in _sorts(library, reply)]
        # The best of each sort, then the second best: three of different sorts where there are as many.
        for question, report in (sort[i] for i in range(MOST) for sort in sorts if i < len(sort)):
            if len(offered) == MOST:
                break
            if question in known:
                continue
            resolved = resolve(library, parse(question), before, orgs=orgs, years=years, report_ids=reports)
            if resolved.refusal is None and report in {r.id for r in resolved.reports}:
                known.add(question)
                offered.append(question)
    return offered


def _sorts(library: Library, reply: Reply) -> Iterator[Iterator[tuple[str, str]]]:
    """Questions with the id of the report that answers them, by sort, the best of each first."""
    cited = Counter(citation.report_id for citation in reply.citations)
    home = library.report(cited.most_common(1)[0][0]) if cited else None
    kinds = [kind for kind in reply.scope.kinds if kind in ASKED] or _kinds_cited(home, reply) or [Kind.PLAN]
    if home:
        yield _in_detail(home, reply)
        yield ((question_about(home.report, kind), home.report.id) for kind in ASKED if _holds(home, kind, kinds))
    named = home.report.org if home else next(iter(reply.scope.orgs), "")
    others = [r for r in library.reports() if r.org and not r.version_of and not (home and r.id == home.report.id)]
    year = (home.report.year if home else None) or max(reply.scope.years, default=0)
    own = sorted((r for r in others if r.org == named), key=lambda r: abs((r.year or 0) - year))
    alike = sorted(
        (r for r in others if r.org != named), key=lambda r: (-_alike(r.org, named or reply.question), r.org)
    )
    for reports in (own, alike):
        yield (
            (question_about(report, kind), report.id)
            for report in reports[:MOST]
            if (kind := _first_held(library.report(report.id), kinds))
        )


def _first_held(full: FullReport, kinds: Sequence[Kind]) -> Kind | None:
    """The first of `kinds`, else of all, that a report has sections of."""
    held = {section.kind for section in full.sections}
    return next((kind for kind in (*kinds, *ASKED) if kind in held), None)


def _in_detail(home: FullReport, reply: Reply) -> Iterator[tuple[str, str]]:
    """The point of a list that has most behind it."""
    by_number = {citation.n: citation for citation in reply.citations}
    points = [by_number.get(int(m[1])) for m in map(_POINT.match, reply.answer.split("\n")) if m]
    if len(points) < _FEWEST_POINTS or len(cited := {c.report_id for c in points if c}) != 1:
        return
    sizes = [_size(home, c.section_id) if c and c.report_id == home.report.id else 0 for c in points[:_MOST_POINTS]]
    yield f"第{_HAN[sizes.index(max(sizes))]}点展开说说", cited.pop()


def _size(full: FullReport, number: int) -> int:
    section = full.sections[number]
    return section.end - section.start


def _kinds_cited(home: FullReport | None, reply: Reply) -> list[Kind]:
    kinds = [home.sections[c.section_id].kind for c in reply.citations if c.report_id == home.report.id] if home else []
    return [kind for kind, _ in Counter(kinds).most_common() if kind in ASKED]


def _holds(home: FullReport, kind: Kind, asked: Sequence[Kind]) -> bool:
    """Whether a report that can be asked for by name has sections of a kind that was not just asked for."""
    return bool(home.report.org) and kind not in asked and any(section.kind is kind for section in home.sections)


def _alike(org: str, words: str) -> int:
    """How much of an organisation's name is in `words`, its end first: offices of one sort end alike."""
    same = next((i for i, (a, b) in enumerate(zip(org[::-1], words[::-1], strict=False)) if a != b), len(org))
    return 2 * same + len(set(org) & set(words))
