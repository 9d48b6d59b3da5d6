"""Chunks: a section, or a long one cut between sentences and points, within the model's window."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.model import Chunk, FullReport, Section, Span
from rag.text import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Token counts of texts by the embedding model's own tokenizer, prompt and end marks included."""

_HEADER_CHARACTERS = 90
"""A longer header is cut in the middle: body and years stand in front, the innermost heading at the end."""
_SMALL = 120
"""Neighbouring sections of the same parent that are shorter than this (characters) share a chunk."""
_CLAUSE = re.compile(r"[，,、；;]")


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of text that belongs to one section."""

    section: int
    start: int
    end: int


def chunk(full: FullReport, *, count_tokens: CountTokens, window: int) -> list[Chunk]:
    """Cut a report into chunks in reading order; together they cover its text but for bare headings.

    `window` is the model's limit in tokens for a chunk with its header, as `count_tokens` counts them. Sentences
    keep their spans in the report's text.
    """
    plan = _Plan(full, count_tokens, window)
    chunks = [plan.chunk(block.section, *span) for block in plan.merged() for span in plan.parts(block)]
    fitting: list[Chunk] = []
    for one, tokens in zip(chunks, count_tokens([c.embedded for c in chunks]), strict=True):
        fitting += [one] if tokens <= window else plan.cut(one)
    return fitting


class _Plan:
    """What a report's chunks are cut from: its sections, their headers, and how many tokens each takes."""

    def __init__(self, full: FullReport, count_tokens: CountTokens, window: int) -> None:
        self.full = full
        self.count = count_tokens
        self.window = window
        self.marks = count_tokens([""])[0]
        """Tokens of the prompt and end marks, which every count has once."""
        self.children: list[list[Section]] = [[] for _ in full.sections]
        for section in full.sections[1:]:
            self.children[section.parent or 0].append(section)
        self.headers = _headers(full)
        self.room = [window - tokens - 1 for tokens in count_tokens(self.headers)]
        """Tokens left for the text of a section behind its header and a line end."""
        self.sizes = self._tokens([(s.start, s.end) for s in full.sections])

    def _tokens(self, spans: Sequence[Span]) -> list[int]:
        return [tokens - self.marks for tokens in self.count([self.full.text[a:b] for a, b in spans])]

    def blocks(self, number: int = 0) -> Iterator[_Block]:
        """A section whole where it fits, else its own text and the blocks of its children."""
        section = self.full.sections[number]
        at = section.start if number else section.body
        children = self.children[number]
        if (number and self.sizes[number] <= self.room[number]) or not children:
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
        return whole if self._tokens([(whole.start, whole.end)])[0] <= self.room[parent] else None

    def cut(self, chunk: Chunk) -> list[Chunk]:
        """A chunk whose sentences take more tokens together than one by one, cut once more."""
        block = _Block(chunk.section, chunk.start, chunk.end)
        return [self.chunk(chunk.section, *span) for span in self.parts(block, room=self.room[chunk.section] // 2)]

    def parts(self, block: _Block, *, room: int = 0) -> list[Span]:
        """Spans of about equal size, each within `room` tokens (default: the window's), cut between sentences."""
        room = max(1, room or self.room[block.section])
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
        return [part for part, _ in parts]

    def _sentences(self, block: _Block, room: int) -> tuple[list[Span], list[int]]:
        """Sentences and their tokens; one longer than `room` in clauses, and such a clause in halves."""
        text = self.full.text
        spans = sentence_spans(text, block.start, block.end)
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

    def chunk(self, section: int, start: int, end: int) -> Chunk:
        """A chunk of a section; its id is the digest of report, place and embedded text."""
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
            sentences=tuple(sentence_spans(full.text, start, end)),
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
