"""The section that a question asks to be listed: found through its sentences, its heading and its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.evidence import Evidence, token_set
from rag.model import FullReport, Section, Span
from rag.question import Question
from rag.text import paragraph_span, sentence_spans
from rag.vocabulary import CHAPTER_NOUNS

POOL = 12
"""So many best sentences carry the weight of the evidence."""
HEADING_WEIGHT = 0.6
KIND_WEIGHT = 0.15
CHILDREN_WEIGHT = 1.0
LISTABLE_WEIGHT = 0.2
"""Who asks for a list asks for a section that has points."""
_LONG_TEXT = 700
"""Characters beyond which a section's own text is looked at by paragraphs."""
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
    others = (c.start for c in full.children(section.number) if c.kind is not section.kind)
    other = (start for start in others if start >= section.body)
    end = min(next(other, section.end), section.end)
    return [Point(span, "", section.number) for span in sentence_spans(full.text, section.body, end)]


def own_children(full: FullReport, section: Section) -> list[Section]:
    """A section's children of its own kind: problems that a chapter of results ends with are no results."""
    children = [child for child in full.children(section.number) if section.start <= child.start < section.end]
    own = [child for child in children if child.kind is section.kind]
    return own if section.number else list(children)


def choose(
    evidence: Sequence[Evidence],
    report: Callable[[str], FullReport],
    wanted: dict[str, float],
    question: Question,
    *,
    longest: int = 0,
    listable: bool = False,
) -> list[Choice]:
    """Sections that could be the one asked for, best first.

    `wanted` are the question's words with their weight; `longest` (characters, 0 for no bound) keeps sections out that
    only contain the answer somewhere; `listable` prefers sections that have points.

    A section is good where it holds most of the evidence (recall) and little else (precision): the F1 of the two,
    over the relevance of sentences; to which its heading and its kind add.
    """
    if not evidence:
        return []
    judged = _Judge(evidence, wanted, question)
    choices: dict[tuple[str, int], Choice] = {}
    for item in evidence[:POOL]:
        full = report(item.chunk.report_id)
        if own := _own_text(full, full.sections[item.section], item.span[0]):
            key = (full.report.id, -1 - own.start)
            choices[key] = choices.get(key) or judged.choice(full, own)
        number: int | None = item.section
        while number is not None:
            key, section = (full.report.id, number), full.sections[number]
            counted = question.count and len(full.children(0)) == question.count
            if key not in choices and (section.parent is not None or counted):
                choices[key] = judged.choice(full, section)
            number = section.parent
    if not choices:
        # A report without any heading: all of it is one section.
        full = report(evidence[0].chunk.report_id)
        return [judged.choice(full, full.sections[0])]
    found = [c for c in choices.values() if not longest or _length(c) <= longest or c.heading >= _NAMED]
    found = found or list(choices.values())
    return sorted(found, key=lambda c: -(c.score + LISTABLE_WEIGHT * (listable and _has_points(c, found))))


def _own_text(full: FullReport, section: Section, at: int) -> Section | None:
    """What a section itself says around an offset, as a section: the text before, between or behind its children, of
    long text the paragraph; None where that is all of the section, or nothing."""
    children = full.children(section.number)
    start = max((c.end for c in children if c.end <= at), default=section.start)
    end = min((c.start for c in children if c.start > at), default=section.end)
    if end - start > _LONG_TEXT:
        first, last = paragraph_span(full.text, at)
        start, end = max(start, first), min(end, last)
    while start < end and full.text[start].isspace():
        start += 1
    if (start, end) == (section.start, section.end) or max(start, section.body) >= end:
        return None
    return replace(section, heading="", start=start, body=max(start, section.body), end=end)


def _length(choice: Choice) -> int:
    return choice.section.end - choice.section.start


def _has_points(choice: Choice, others: Sequence[Choice]) -> bool:
    """Whether a section has points, of which the question does not rather name a single one."""
    inner = [c for c in others if c.full is choice.full and c.section.parent == choice.section.number]
    named = sum(c.heading >= _NAMED for c in inner)
    return len(own_children(choice.full, choice.section)) > 1 and (choice.heading >= _NAMED or named != 1)


def relevance_of(evidence: Sequence[Evidence]) -> dict[tuple[str, int, int], float]:
    """Scores stretched to 0..1 between the median sentence and the best, and squared: a list's points are about
    equally good, while around a single answer the next best are far behind."""
    scores = sorted(e.score for e in evidence)
    middle, best = scores[len(scores) // 2], scores[-1]
    spread = (best - middle) or 1.0
    return {e.key: max(0.0, (e.score - middle) / spread) ** 2 for e in evidence}


class _Judge:
    """Scores sections by the evidence that they hold."""

    def __init__(self, evidence: Sequence[Evidence], wanted: dict[str, float], question: Question) -> None:
        self.evidence, self.wanted, self.question = evidence, wanted, question
        self.weight = sum(wanted.values()) or 1.0
        self.words = token_set(question.matter)
        self.chapters = CHAPTER_NOUNS.findall(question.matter)
        self.relevance = relevance_of(evidence)
        self.pool = {e.key for e in evidence[:POOL]}
        self.total = sum(self.relevance[key] for key in self.pool) or 1.0

    def choice(self, full: FullReport, section: Section) -> Choice:
        """A section with its score."""
        start, end = section.start, section.end
        inside = [e for e in self.evidence if e.chunk.report_id == full.report.id and start <= e.span[0] < end]
        every = [self.relevance[e.key] for e in inside]
        recall = min(1.0, sum(self.relevance[e.key] for e in inside if e.key in self.pool) / self.total)
        items = points(full, section)
        best = [self._best(inside, p) for p in items]
        precision = (sum(best) / len(best) + sum(every) / len(every)) / 2 if best and every else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        heading = self._heading(section, items)
        typical = sorted(best)[(len(best) - 1) // 2] if best else 0.0
        kind = KIND_WEIGHT * (section.kind in self.question.kinds)
        counted = self.question.count > 1 and len(items) == self.question.count and bool(items[0].heading)
        counted = counted and (not self.wanted or heading >= _NAMED or typical >= _ABOUT)
        score = f1 + HEADING_WEIGHT * heading + kind + COUNT_WEIGHT * counted
        return Choice(full, section, score, heading, typical)

    def _best(self, inside: Sequence[Evidence], point: Point) -> float:
        start, end = point.span
        return max((self.relevance[e.key] for e in inside if start <= e.span[0] < end), default=0.0)

    def _heading(self, section: Section, items: Sequence[Point]) -> float:
        """Share of the question's words that the heading holds; more where all its points' headings hold the topic."""
        own = token_set(section.heading)
        share = self._share(own) + 0.2 * len(own & self.words) / max(1, len(self.words))
        if len(items) > 1 and items[0].heading:
            # `哪几大行动`: where the points' headings all hold the topic, their section is the one.
            each = sorted(self._share(token_set(p.heading)) for p in items)
            share += CHILDREN_WEIGHT * each[len(each) // 4]
            noun = self.question.counted
            share += COUNTED_WEIGHT * (bool(noun) and all(noun in p.heading for p in items))
        return share + (section.level == 1 and any(noun in section.heading for noun in self.chapters))

    def _share(self, tokens: frozenset[str]) -> float:
        return sum(x for t, x in self.wanted.items() if t in tokens) / self.weight
