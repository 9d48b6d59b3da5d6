"""The vectors of chunks: one of each, and one of each of its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rag.embedding import Progress, ReportEmbeddings
from rag.model import Chunk, Span

Wording = tuple[str, tuple[Span, ...]]
"""All that a chunk's vectors depend on: the text that is embedded, and where its sentences stand in it."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """A chunk's vector, shape (dimension,), and its sentences', (sentences, dimension); float32."""

    passage: np.ndarray
    sentences: np.ndarray


def wording(chunk: Chunk) -> Wording:
    """Sentence spans of chunks count from the report's start; here, from that of the text with its header."""
    text = chunk.embedded
    shift = len(text) - len(chunk.text) - chunk.start
    return text, tuple((start + shift, end + shift) for start, end in chunk.sentences)


def embedded(
    chunks: Sequence[Chunk],
    embedding: ReportEmbeddings,
    progress: Progress | None = None,
    known: Mapping[Wording, Vectors] = MappingProxyType({}),
) -> list[Vectors]:
    """Vectors of chunks; those that are `known` are taken from there."""
    wanted = [wording(chunk) for chunk in chunks]
    new = [one for one in dict.fromkeys(wanted) if one not in known]
    passages, sentences = embedding.embed_passages([text for text, _ in new], [spans for _, spans in new], progress)
    made = {one: Vectors(p, s) for one, p, s in zip(new, passages, sentences, strict=True)}
    return [made.get(one) or known[one] for one in wanted]
