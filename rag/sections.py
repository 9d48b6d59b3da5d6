"""The section that a question asks to be listed: found through its sentences, its heading and its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.evidence import Evidence, token_set
from rag.model import FullReport, Kind, Section, Span
from rag.text import sentence_spans

POOL = 12
"""So many best sentences carry the weight of the evidence."""
HEADING_WEIGHT = 0.6
KIND_WEIGHT = 0.15
CHILDREN_WEIGHT = 1.0
LISTABLE_WEIGHT = 0.2
"""Who asks for a list asks for a section that has points."""
_NAMED = 0.3
_ABOUT = 0.2
COUNT_WEIGHT = 0.8
COUNTED_WEIGHT = 1.0
"""A section of as many points as the question says (`哪七点`) is very likely the one."""


@dataclass(frozen=True, slots=True)
class Point:
    """An item of a list: a child section, or a sentence where the section has none."""

    span: Span
    heading: str
    section: int


@dataclass(frozen=True, slots=True)
class Choice:
    full: FullReport
    section: Section
    score: float
    heading: float
    """Share of the question's words, by weight, that the section's own heading holds."""
    typical: float
    """How relevant its middle point is, 0..1."""


def points(full: FullReport, section: Section) -> list[Point]:
    """What a reader would count in a section: its children, else its sentences."""
    children = own_children(full, section)
    if len(children) >= 2:
        return [Point((c.start, c.end), c.heading, c.number) for c in children]
    if len(children) == 1 and 2 * (children[0].end - children[0].start) > section.end - section.start:
        return points(full, children[0])
    other = (c.start for c in full.children(section.number) if c.kind is not section.kind)
    end = min(next(other, section.end), section.end)
    return [Point(span, "", section.number) for span in sentence_spans(full.text, section.body, end)]


def own_children(full: FullReport, section: Section) -> list[Section]:
    """A section's children of its own kind: problems that a chapter of results ends with are no results."""
    children = [child for child in full.children(section.number) if child.start < section.end]
    own = [child for child in children if child.kind is section.kind]
    return own if section.number else list(children)


def choose(
    evidence: Sequence[Evidence],
    report: Callable[[str], FullReport],
    wanted: dict[str, float],
    kinds: Sequence[Kind],
    *,
    count: int = 0,
    words: frozenset[str] = frozenset(),
    noun: str = "",
    longest: int = 0,
    listable: bool = False,
) -> list[Choice]:
    """Sections that could be the one asked for, best first.

    `count` is the number of points that the question says and `noun` what it counts (`哪五种意识`), `longest` (characters, 0 for no bound) keeps sections out
    that only contain the answer somewhere, `listable` prefers sections that have points.

    A section is good where it holds most of the evidence (recall) and little else (precision): the F1 of the two,
    over the relevance of sentences; to which its heading and its kind add.
    """
    if not evidence:
        return []
    relevance = relevance_of(evidence)
    pool = evidence[:POOL]
    total = sum(relevance[e.key] for e in pool) or 1.0
    weight = sum(wanted.values()) or 1.0
    choices: dict[tuple[str, int], Choice] = {}
    for item in evidence[:POOL]:
        full = report(item.chunk.report_id)
        number: int | None = item.section
        if opening := _opening(full, full.sections[item.section]):
            key = (full.report.id, -1 - item.section)
            if key not in choices:
                choices[key] = _choice(
                    full, opening, evidence, relevance, total, wanted, weight, kinds, count, words, noun
                )
        while number is not None:
            key = (full.report.id, number)
            section = full.sections[number]
            if key not in choices and (section.parent is not None or (count and len(full.children(0)) == count)):
                choices[key] = _choice(
                    full, section, evidence, relevance, total, wanted, weight, kinds, count, words, noun
                )
            number = section.parent
    if not choices:
        # A report without any heading: all of it is one section.
        full = report(evidence[0].chunk.report_id)
        return [_choice(full, full.sections[0], evidence, relevance, total, wanted, weight, kinds, count, words, noun)]
    found = [c for c in choices.values() if not longest or _length(c) <= longest or c.heading >= _NAMED]
    found = found or list(choices.values())
    return sorted(found, key=lambda c: -(c.score + LISTABLE_WEIGHT * (listable and _has_points(c))))


def _opening(full: FullReport, section: Section) -> Section | None:
    """What a section says before its first child, as a section; None where it says nothing or has no children."""
    children = full.children(section.number)
    if not children or children[0].start <= section.body:
        return None
    return replace(section, heading="", end=children[0].start)


def _length(choice: Choice) -> int:
    return choice.section.end - choice.section.start


def _has_points(choice: Choice) -> bool:
    return len(own_children(choice.full, choice.section)) > 1


def relevance_of(evidence: Sequence[Evidence]) -> dict[tuple[str, int, int], float]:
    """Scores stretched to 0..1 between the median sentence and the best, and squared: a list's points are about
    equally good, while around a single answer the next best are far behind."""
    scores = sorted(e.score for e in evidence)
    middle, best = scores[len(scores) // 2], scores[-1]
    spread = (best - middle) or 1.0
    return {e.key: max(0.0, (e.score - middle) / spread) ** 2 for e in evidence}


def _choice(
    full: FullReport,
    section: Section,
    evidence: Sequence[Evidence],
    relevance: dict[tuple[str, int, int], float],
    total: float,
    wanted: dict[str, float],
    weight: float,
    kinds: Sequence[Kind],
    count: int,
    words: frozenset[str],
    noun: str,
) -> Choice:
    inside = [e for e in evidence if e.chunk.report_id == full.report.id and section.start <= e.span[0] < section.end]
    recall = min(1.0, sum(relevance[e.key] for e in inside if e in evidence[:POOL]) / total)
    items = points(full, section)
    best = [max((relevance[e.key] for e in inside if p.span[0] <= e.span[0] < p.span[1]), default=0.0) for p in items]
    every = [relevance[e.key] for e in inside]
    precision = (sum(best) / len(best) + sum(every) / len(every)) / 2 if best and every else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    own = token_set(section.heading)
    heading = sum(x for t, x in wanted.items() if t in own) / weight
    heading += 0.2 * len(own & words) / max(1, len(words))
    kind = KIND_WEIGHT * (section.kind in kinds) if kinds else 0.0
    if len(items) > 1 and noun and all(noun in p.heading for p in items):
        heading += COUNTED_WEIGHT
    if len(items) > 1 and items[0].heading:
        # `哪几大行动`: where the points' headings all hold the topic, their section is the one.
        each = [sum(x for t, x in wanted.items() if t in token_set(p.heading)) / weight for p in items]
        heading += CHILDREN_WEIGHT * min(sorted(each)[len(each) // 4 :])
    typical = sorted(best)[(len(best) - 1) // 2] if best else 0.0
    counted = COUNT_WEIGHT * (count > 1 and len(items) == count and bool(items[0].heading))
    counted *= not wanted or heading >= _NAMED or typical >= _ABOUT
    return Choice(full, section, f1 + HEADING_WEIGHT * heading + kind + counted, heading, typical)
