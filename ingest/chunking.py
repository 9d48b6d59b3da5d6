"""Chunks: a section, or a long one cut between sentences and points, within the model's window."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence

from rag.model import Chunk, FullReport, Section, Span
from rag.text import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Token counts of texts by the embedding model's own tokenizer."""

_HEADER_TOKENS = 96
"""Room in the window for organisation, years and heading path; a longer header is cut in the middle."""
_HEADER_CHARACTERS = 90
_SMALL = 120
"""Neighbouring sections of the same parent that are shorter than this (characters) share a chunk."""
_CLAUSE = re.compile(r"[，,、；;]")


def chunk(full: FullReport, *, count_tokens: CountTokens, window: int) -> list[Chunk]:
    """Cut a report into chunks in reading order; together they cover its text but for bare headings.

    `window` is the model's limit in tokens. Sentences keep their spans in the report's text.
    """
    limit = max(32, window - _HEADER_TOKENS)
    sizes = dict(
        zip(
            (s.number for s in full.sections),
            count_tokens([full.section_text(s.number) for s in full.sections]),
            strict=True,
        )
    )
    blocks = _merged(full, list(_blocks(full, full.sections[0], sizes, limit)), limit, count_tokens)
    return [
        _chunk(full, section, start, stop)
        for section, (start, end) in blocks
        for start, stop in _parts(full.text, start, end, limit, count_tokens)
    ]


def _blocks(full: FullReport, section: Section, sizes: dict[int, int], limit: int) -> Iterator[tuple[int, Span]]:
    """The section whole where it fits, else its own text and its children's blocks."""
    children = full.children(section.number)
    if (section.number and sizes[section.number] <= limit) or not children:
        yield section.number, (section.start if section.number else section.body, section.end)
        return
    at = section.start if section.number else section.body
    for child in children:
        yield from _own(full, section, at, child.start)
        yield from _blocks(full, child, sizes, limit)
        at = child.end
    yield from _own(full, section, at, section.end)


def _own(full: FullReport, section: Section, start: int, end: int) -> Iterator[tuple[int, Span]]:
    """The text between two children, unless it is nothing but the section's heading."""
    begin = max(start, section.body) if start <= section.body else start
    if re.search(r"\w", full.text[begin:end]):
        yield section.number, (start, end)


def _merged(
    full: FullReport, blocks: list[tuple[int, Span]], limit: int, count_tokens: CountTokens
) -> list[tuple[int, Span]]:
    merged: list[tuple[int, Span]] = []
    for number, (start, end) in blocks:
        if merged:
            before, (first, last) = merged[-1]
            parent = full.sections[number].parent
            siblings = parent is not None and parent in (before, full.sections[before].parent) and parent > 0
            if (
                siblings
                and end - start < _SMALL
                and last - first < 2 * _SMALL
                and count_tokens([full.text[first:end]])[0] <= limit
            ):
                merged[-1] = (parent or 0, (first, end))
                continue
        merged.append((number, (start, end)))
    return merged


def _parts(text: str, start: int, end: int, limit: int, count_tokens: CountTokens) -> Iterator[Span]:
    """Spans of about equal size, each within the limit, cut between sentences."""
    sentences = [
        part for span in sentence_spans(text, start, end) for part in _bounded(text, span, limit, count_tokens)
    ]
    if not sentences:
        return
    sizes = count_tokens([text[a:b] for a, b in sentences])
    parts = max(1, -(-sum(sizes) // limit))
    target = sum(sizes) / parts
    first, filled = sentences[0][0], 0
    last = first
    for (begin, stop), size in zip(sentences, sizes, strict=True):
        if filled and (filled + size > limit or filled + size / 2 > target):
            yield first, last
            first, filled = begin, 0
        filled += size
        last = stop
    yield first, last


def _bounded(text: str, span: Span, limit: int, count_tokens: CountTokens) -> list[Span]:
    """A sentence longer than the window, cut at commas; without any, at the limit."""
    start, end = span
    if count_tokens([text[start:end]])[0] <= limit:
        return [span]
    middle = (start + end) // 2
    commas = [m.end() for m in _CLAUSE.finditer(text, start + 1, end - 1)]
    cut = min(commas, key=lambda c: abs(c - middle)) if commas else middle
    return _bounded(text, (start, cut), limit, count_tokens) + _bounded(text, (cut, end), limit, count_tokens)


def _chunk(full: FullReport, section: int, start: int, end: int) -> Chunk:
    header = _header(full, section)
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


def _header(full: FullReport, section: int) -> str:
    """`区交通运输局 2023年 2024年 › 二、2024年工作思路 › （三）…`; without an organisation, the report's title."""
    report = full.report
    who = " ".join([report.org or report.title, *(f"{year}年" for year in report.years)])
    header = " › ".join([who, *full.heading_path(section)])
    half = _HEADER_CHARACTERS // 2
    return header if len(header) <= _HEADER_CHARACTERS else f"{header[:half]}…{header[-half:]}"
