"""What the model makes of chunks: a vector of each and of each of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.embedding import Progress, ReportEmbeddings
from rag.model import Chunk


@dataclass(frozen=True, slots=True)
class Vectors:
    """A chunk's vector, shape (dimension,), and its sentences', (sentences, dimension); float32."""

    passage: np.ndarray
    sentences: np.ndarray


def embedded(chunks: Sequence[Chunk], embedding: ReportEmbeddings, progress: Progress | None = None) -> list[Vectors]:
    """Vectors of chunks. Their sentence spans count from the report's start; the embedded text has a header."""
    texts = [chunk.embedded for chunk in chunks]
    spans = []
    for chunk, text in zip(chunks, texts, strict=True):
        shift = len(text) - len(chunk.text) - chunk.start
        spans.append([(start + shift, end + shift) for start, end in chunk.sentences])
    passages, sentences = embedding.embed_passages(texts, spans, progress)
    return [Vectors(p, s) for p, s in zip(passages, sentences, strict=True)]
