"""Whether the figures of a sentence are those of its excerpts: of the same year, state, direction and subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.excerpts import AIM, AIMED, CLAUSE_END, FRAME, Clause, Excerpt, pairs, share
from rag.faults import Fault
from rag.quantities import Quantity, quantities, same, years


@dataclass(frozen=True, slots=True)
class Said:
    """A figure of a sentence that is checked, with where it stands; texts are plain."""

    figure: Quantity
    clause: str
    before: str
    """The sentence up to the clause."""
    sentence: str
    lead: str


@dataclass(frozen=True, slots=True)
class Written:
    """The same figure in an excerpt."""

    figure: Quantity
    clause: Clause
    excerpt: Excerpt


def figure_fault(said: str, lead: str, excerpts: Sequence[Excerpt]) -> Fault | None:
    """What is wrong with the figures and years of a sentence; texts are plain (`rag.quantities.plain`)."""
    known = {year for e in excerpts for year in (*e.own_years, *e.named_years)}
    introduced = {year for year, _ in years(lead)}
    if any(year not in known for year, _ in years(said)) or (introduced and not introduced & known):
        return Fault.YEAR
    before = ""
    for clause in CLAUSE_END.split(said):
        for figure in quantities(clause):
            wrong = _fault(Said(figure, clause, before, said, lead), excerpts)
            if wrong:
                return wrong
        before += clause
    return None


def _fault(said: Said, excerpts: Sequence[Excerpt]) -> Fault | None:
    """The first test that none of the places where the figure stands is left after."""
    found = [Written(q, c, e) for e in excerpts for c in e.clauses for q in c.figures if same(said.figure, q)]
    if not found:
        return Fault.FIGURE
    for kind, passes in _TESTS:
        found = [written for written in found if passes(said, written, excerpts)]
        if not found:
            return kind
    return None


# --- year ---


def _same_year(said: Said, written: Written, _excerpts: Sequence[Excerpt]) -> bool:
    year = _governing(f"{said.lead}\n{said.before}{said.clause}")
    own = _governing(written.clause.before + written.clause.text[: written.figure.end])
    return year is None or year in (written.excerpt.own_years if own is None else (own,))


def _governing(text: str) -> int | None:
    """The last year of a text, which is what follows is of; not one that is compared with (`比2023年`)."""
    named = [year for year, at in years(text) if not re.search(r"[比较与同]$", text[:at])]
    return named[-1] if named else None


# --- aim and result ---

_AIM_AFTER = re.compile(r"的?(?:目标|计划|打算|任务)(?:[,;。]|$)")
_AIM_LEAD = re.compile(rf"{AIMED.pattern}|安排|思路|要点|重点任务|部署")
_DONE = re.compile(r"已|(?<!为)了(?!解)|累计|(?:完成|建成|竣工|完工|获批|落地|通车)(?=[,。;:]|$)")
_DONE_LEAD = re.compile(r"完成|成效|成绩|做了|取得|实现")


def given_as_aim(before: str, sentence: str, lead: str) -> bool:
    """Whether a statement is given as an aim: by a word before it, at the sentence's end or in its lead-in."""
    return bool(AIMED.search(before) or _AIM_AFTER.search(sentence) or _AIM_LEAD.search(lead))


def says_done(said: str, excerpt: Excerpt) -> bool:
    """Whether a text says that something is done, in words that the excerpt does not have."""
    return any(match[0] not in excerpt.text for match in _DONE.finditer(said))


def _same_state(said: Said, written: Written, _excerpts: Sequence[Excerpt]) -> bool:
    if given_as_aim(said.before + said.clause, said.sentence, said.lead):
        return True
    if AIM.search(written.clause.before + written.clause.text[: written.figure.end]):
        return False
    done = says_done(said.sentence, written.excerpt) or _DONE_LEAD.search(said.lead)
    return not (written.excerpt.plan and done)


# --- direction ---

_UP = re.compile(r"增(?!加值)|升|上涨|提高|扩大|延长|推迟|延后|拓宽|高出")
_DOWN = re.compile(r"减(?!压)|降|回落|下滑|缩|压(?!减阀)|提前|低于|流失")


def _same_direction(said: Said, written: Written, _excerpts: Sequence[Excerpt]) -> bool:
    """Not: one says only that something rises, the other only that it falls."""
    ways = {(bool(_UP.search(text)), bool(_DOWN.search(text))) for text in (said.clause, written.clause.text)}
    return ways != {(True, False), (False, True)}


# --- subject ---

_MARGIN = 0.2
_SAYS_ENOUGH = 4
"""Pairs by which a clause can tell its subject."""


def _same_subject(said: Said, written: Written, excerpts: Sequence[Excerpt]) -> bool:
    """Whether the figure stands with what it is said to be of: no other of its unit stands with clearly more of that.

    Compared by clause; by all of the sentence so far, where the clause says little (`比上年提高4.1个百分点`); and by
    point of a list, which may name its subject some sentences before.
    """
    unit, clause = written.figure.unit, written.clause
    rivals = [
        c for e in excerpts for c in e.clauses if any(q.unit == unit and not same(said.figure, q) for q in c.figures)
    ]
    others = [c for c in rivals if not any(same(said.figure, q) for q in c.figures)]
    own, whole = pairs(said.clause) - FRAME, pairs(said.before + said.clause) - FRAME
    if len(own) >= _SAYS_ENOUGH:
        near, nearest = share(own, clause.pairs), max((share(own, c.pairs) for c in others), default=0.0)
    else:
        near, nearest = share(whole, clause.so_far), max((share(whole, c.so_far) for c in others), default=0.0)
    point = max((share(own, c.point) for c in rivals), default=0.0)
    return near >= nearest - _MARGIN and share(own, clause.point) >= point - _MARGIN


def _same_order(said: Said, written: Written, _excerpts: Sequence[Excerpt]) -> bool:
    """Whether `由A提高到B` is from A to B in the excerpt too, not from B to A."""
    start = max(said.clause.rfind(word, 0, said.figure.start) for word in "由从")
    first = next(
        (q for q in quantities(said.clause) if 0 <= start < q.start < said.figure.start and q.unit == said.figure.unit),
        None,
    )
    return first is None or any(same(first, q) and q.start < written.figure.start for q in written.clause.figures)


_TESTS = (
    (Fault.YEAR, _same_year),
    (Fault.TARGET, _same_state),
    (Fault.DIRECTION, _same_direction),
    (Fault.SUBJECT, _same_subject),
    (Fault.SUBJECT, _same_order),
)
