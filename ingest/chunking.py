"""Chunks: a section, or a long one cut between sentences and points, within the model's window."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from rag.model import Chunk, FullReport, Section, Span
from rag.text import sentence_spans

_HEADER_CHARACTERS = 90
"""A longer header is cut in the middle: body and years stand in front, the innermost heading at the end."""
_SMALL = 120
"""Neighbouring sections of the same parent that are shorter than this (characters) share a chunk."""
_JOINED = 12
"""So many tokens more do sentences take at most together than one by one, and at least one less for each of them, which
begins with a mark of its own; in 1,400 sections at most 8 more."""
_LONGEST_TOKEN = 2
"""Characters a token in the longest stretch that is counted; Chinese text has some 1.5, figures and signs fewer."""
_CLAUSE = re.compile(r"[，,、；;]")


class Tokenizer(Protocol):
    """How many tokens texts take as passages of the embedding model, prompt and end marks included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """By the model's own tokenizer."""
        ...

    def most_tokens(self, text: str) -> int:
        """No less than that, at a hundredth of the time: it is enough to know that most texts fit."""
        ...


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of text that belongs to one section."""

    section: int
    start: int
    end: int


def chunk(full: FullReport, tokenizer: Tokenizer, *, window: int) -> list[Chunk]:
    """Cut a report into chunks in reading order; together they cover its text but for bare headings.

    `window` is the model's limit in tokens for a chunk with its header. Sentences keep their spans in the report's
    text.
    """
    plan = _Plan(full, tokenizer, window)
    return [one for block in plan.merged() for one in plan.chunks(block)]


class _Plan:
    """What a report's chunks are cut from: its sections, their headers, and how many tokens sentences take."""

    def __init__(self, full: FullReport, tokenizer: Tokenizer, window: int) -> None:
        self.full = full
        self.tokenizer = tokenizer
        self.window = window
        self.marks = tokenizer.count_tokens([""])[0]
        """Tokens of the prompt and end marks, which every count has once."""
        self.most_of_none = tokenizer.most_tokens("")
        self.children: list[list[Section]] = [[] for _ in full.sections]
        for section in full.sections[1:]:
            self.children[section.parent or 0].append(section)
        self.headers = _headers(full)
        self.sizes: dict[Span, int] = {}
        """Tokens of the spans that were counted."""
        self.sentences: dict[Span, list[Span]] = {}
        self.fitting: dict[tuple[int, int, int], bool] = {}

    def _tokens(self, spans: Sequence[Span]) -> list[int]:
        """Tokens of each span, without prompt and end marks."""
        new = [span for span in spans if span not in self.sizes]
        counts = self.tokenizer.count_tokens([self.full.text[a:b] for a, b in new])
        self.sizes.update((span, count - self.marks) for span, count in zip(new, counts, strict=True))
        return [self.sizes[span] for span in spans]

    def _room(self, section: int) -> int:
        """Tokens left for the text of a section behind its header and a line end."""
        return self.window - self.tokenizer.count_tokens([self.headers[section]])[0] - 1

    def _sentences_in(self, start: int, end: int) -> list[Span]:
        """The sentences of a stretch, which is looked at as a section, as a block and as a chunk."""
        if (start, end) not in self.sentences:
            self.sentences[start, end] = sentence_spans(self.full.text, start, end)
        return self.sentences[start, end]

    def _most_tokens(self, start: int, end: int) -> int:
        """No less than the tokens that a stretch takes behind another one."""
        return self.tokenizer.most_tokens(self.full.text[start:end]) - self.most_of_none

    def _fits(self, section: int, start: int, end: int) -> bool:
        """Whether a stretch fits with its header; so few tokens of it are counted as tell that."""
        key = (section, start, end)
        if key not in self.fitting:
            self.fitting[key] = self._surely_fits(section, start, end) or self._counted_fits(section, start, end)
        return self.fitting[key]

    def _surely_fits(self, section: int, start: int, end: int) -> bool:
        if end - start > self.window:
            return False
        return self.tokenizer.most_tokens(f"{self.headers[section]}\n{self.full.text[start:end]}") <= self.window

    def _counted_fits(self, section: int, start: int, end: int) -> bool:
        if end - start > _LONGEST_TOKEN * self.window:
            return False
        room = self._room(section)
        taken = 0
        for counted, sentence in enumerate(self._sentences_in(start, end), 1):
            taken += self._tokens([sentence])[0]
            if taken - counted > room:
                return False
            if taken + self._most_tokens(sentence[1], end) + _JOINED <= room:
                return True
        return self._tokens([(start, end)])[0] <= room

    def blocks(self, number: int = 0) -> Iterator[_Block]:
        """A section whole where it fits, else its own text and the blocks of its children."""
        section = self.full.sections[number]
        at = section.start if number else section.body
        children = self.children[number]
        if not children or (number and self._fits(number, at, section.end)):
            yield _Block(number, at, section.end)
            return
        for child in children:
            yield from self._own(section, at, child.start)
            yield from self.blocks(child.number)
            at = child.end
        yield from self._own(section, at, section.end)

    def _own(self, section: Section, start: int, end: int) -> Iterator[_Block]:
        """The text between two children, unless it is nothing but the section's heading."""
        if re.search(r"\w", self.full.text[max(start, section.body) if start <= section.body else start : end]):
            yield _Block(section.number, start, end)

    def merged(self) -> list[_Block]:
        """Blocks, with small neighbours of one parent and one kind put together."""
        merged: list[_Block] = []
        for block in self.blocks():
            together = self._together(merged[-1], block) if merged else None
            if together is None:
                merged.append(block)
            else:
                merged[-1] = together
        return merged

    def _together(self, before: _Block, block: _Block) -> _Block | None:
        sections = self.full.sections
        parent = sections[block.section].parent
        if not parent or parent not in (before.section, sections[before.section].parent):
            return None
        if block.end - block.start >= _SMALL or before.end - before.start >= 2 * _SMALL:
            return None
        if not sections[parent].kind is sections[before.section].kind is sections[block.section].kind:
            return None
        whole = _Block(parent, before.start, block.end)
        return whole if self._fits(parent, whole.start, whole.end) else None

    def chunks(self, block: _Block) -> Iterator[Chunk]:
        """The block whole where it fits, else in parts; a part that takes more tokens than its sentences do, again."""
        spans = self._sentences_in(block.start, block.end)
        if spans and self._fits(block.section, block.start, block.end):
            yield self.chunk(block.section, spans[0][0], spans[-1][1], spans)
            return
        room = self._room(block.section)
        for (start, end), size in self.parts(block, room):
            one = self.chunk(block.section, start, end)
            if size + _JOINED <= room or self.tokenizer.count_tokens([one.embedded])[0] <= self.window:
                yield one
            else:
                for part, _ in self.parts(_Block(block.section, start, end), room // 2):
                    yield self.chunk(block.section, *part)

    def parts(self, block: _Block, room: int) -> list[tuple[Span, int]]:
        """Spans of about equal size, each within `room` tokens, cut between sentences; each with its tokens."""
        room = max(1, room)
        sentences, sizes = self._sentences(block, room)
        target = sum(sizes) / max(1, -(-sum(sizes) // room))
        body = self.full.sections[block.section].body
        parts: list[tuple[Span, int]] = []
        for (begin, stop), size in zip(sentences, sizes, strict=True):
            (first, last), filled = parts[-1] if parts else ((begin, begin), 0)
            if parts and filled + size <= room and filled + size / 2 <= target:
                parts[-1] = ((first, stop), filled + size)
            elif parts and last <= body:  # a heading alone is in the header
                parts[-1] = ((begin, stop), size)
            else:
                parts.append(((begin, stop), size))
        return parts

    def _sentences(self, block: _Block, room: int) -> tuple[list[Span], list[int]]:
        """Sentences and their tokens; one longer than `room` in clauses, and such a clause in halves."""
        text = self.full.text
        spans = self._sentences_in(block.start, block.end)
        sizes = self._tokens(spans)
        for divided in (_clauses, _halves):
            while any(size > room and b - a > 1 for (a, b), size in zip(spans, sizes, strict=True)):
                shorter = [
                    part
                    for (a, b), size in zip(spans, sizes, strict=True)
                    for part in (divided(text, a, b) if size > room and b - a > 1 else [(a, b)])
                ]
                if shorter == spans:
                    break
                spans, sizes = shorter, self._tokens(shorter)
        return spans, sizes

    def chunk(self, section: int, start: int, end: int, sentences: Sequence[Span] = ()) -> Chunk:
        """A chunk of a section; its id is the digest of report, place and embedded text. `sentences` if known."""
        full, header = self.full, self.headers[section]
        text = full.text[start:end]
        digest = hashlib.sha256(f"{full.report.id}\0{start}\0{header}\0{text}".encode()).hexdigest()[:32]
        return Chunk(
            id=digest,
            report_id=full.report.id,
            section=section,
            kind=full.sections[section].kind,
            start=start,
            end=end,
            header=header,
            text=text,
            sentences=tuple(sentences or sentence_spans(full.text, start, end)),
        )


def _clauses(text: str, start: int, end: int) -> list[Span]:
    ends = [match.end() for match in _CLAUSE.finditer(text, start, end - 1)]
    return list(pairwise([start, *ends, end]))


def _halves(_text: str, start: int, end: int) -> list[Span]:
    middle = (start + end) // 2
    return [(start, middle), (middle, end)]


def _headers(full: FullReport) -> list[str]:
    """For each section `区交通运输局 2023年 2024年 › 二、2024年工作思路 › （三）…`; the title for an unknown body."""
    report = full.report
    whole = [" ".join([report.org or report.title, *(f"{year}年" for year in report.years)])]
    for section in full.sections[1:]:
        whole.append(f"{whole[section.parent or 0]} › {section.heading}")
    half = _HEADER_CHARACTERS // 2
    return [h if len(h) <= _HEADER_CHARACTERS else f"{h[:half]}…{h[-half:]}" for h in whole]
