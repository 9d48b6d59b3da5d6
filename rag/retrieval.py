"""Hybrid retrieval: chunks by meaning and by words, fused; as a function and as a LangChain retriever."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from rag.library import Library
from rag.model import Chunk
from rag.tokens import tokens

DENSE_WEIGHT = 0.7
"""Share of the dense score in the sum with the lexical one, both scaled to 0..1 over the candidates. On CMRC2018 dev
recall@1 is 0.983 so, against 0.978 for reciprocal rank fusion, 0.964 lexical and 0.944 dense alone."""
CANDIDATES = 100
EXACT = 1500
"""A scope of at most so many chunks is scored over all of them."""
LOOKED_THROUGH = 500
"""Neighbours of a question that are searched for those of a wider scope; 5 ms among 200,000 chunks."""
LARGE_SHARE = 0.3
"""From this share of all chunks on, a scope is picked out of more of the best chunks by words: Tantivy takes 22 ms to
keep to half of 6,000 reports itself, 4 ms for 250 of the best."""
MARGIN = 1.25
"""How many more are looked through than hold the candidates of a scope that lies evenly among them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its scores: `score` in 0..1 among the candidates, `similarity` the cosine, `bm25` unbounded."""

    chunk: Chunk
    score: float
    similarity: float
    bm25: float


def retrieve(
    library: Library, question: str, *, report_ids: Collection[str] | None = None, k: int = CANDIDATES
) -> list[Hit]:
    """The best `k` chunks for a question, best first; within `report_ids` where given."""
    vector = library.embedding.query_vector(question)
    words = tokens(question)
    if report_ids is None:
        bm25, near = dict(library.match(words, CANDIDATES)), dict(library.nearest(vector, CANDIDATES))
    elif (size := library.chunk_count(report_ids)) <= EXACT:
        ids, vectors = library.vectors_in(report_ids)
        matched = dict(library.match(words, len(ids), report_ids))
        bm25 = {chunk_id: matched.get(chunk_id, 0.0) for chunk_id in ids}
        near = dict(zip(ids, vectors @ vector, strict=True)) if ids else {}
    else:
        bm25, near = _inside(library, words, vector, report_ids, size / library.chunk_count())
    ids = list(dict.fromkeys([*bm25, *near]))
    if not ids:
        return []
    if rest := [chunk_id for chunk_id in ids if chunk_id not in near]:
        near |= dict(zip(rest, library.chunk_vectors(rest) @ vector, strict=True))
    similarity = np.array([near[chunk_id] for chunk_id in ids])
    lexical = np.array([bm25.get(chunk_id, 0.0) for chunk_id in ids])
    fused = fuse(similarity, lexical)
    order = np.argsort(-fused, kind="stable")[:k]
    chunks = library.chunks_by_id([ids[i] for i in order])
    return [
        Hit(chunk, float(fused[i]), float(similarity[i]), float(lexical[i]))
        for chunk, i in zip(chunks, order, strict=True)
    ]


def _inside(
    library: Library, words: Sequence[str], vector: np.ndarray, report_ids: Collection[str], share: float
) -> tuple[dict[str, float], dict[str, float]]:
    """BM25 of the `CANDIDATES` best chunks by words in a scope with this share of all, and similarity of the nearest.

    They are picked out of the best of all, whose reports are known by one query: a filter in Chroma takes 50 ms over
    60,000 chunks, and more over more. By words they are the best in any case; by meaning a few may be missing.
    """
    wanted = round(MARGIN * CANDIDATES / share)
    near = library.nearest(vector, min(LOOKED_THROUGH, wanted))
    best = library.match(words, wanted) if share > LARGE_SHARE else []
    report_of, scope = library.reports_of([chunk_id for chunk_id, _ in (*near, *best)]), set(report_ids)
    near, found = ([(i, score) for i, score in some if report_of.get(i) in scope] for some in (near, best))
    if len(found) < CANDIDATES and (share <= LARGE_SHARE or len(best) == wanted):
        found = library.match(words, CANDIDATES, report_ids)
    return dict(found[:CANDIDATES]), dict(near[:CANDIDATES])


def fuse(dense: np.ndarray, lexical: np.ndarray, weight: float = DENSE_WEIGHT) -> np.ndarray:
    """Convex sum of two score arrays of shape (n,), each scaled to 0..1 (Bruch et al. 2023, arXiv 2210.11934)."""
    return weight * scaled(dense) + (1 - weight) * scaled(lexical)


def scaled(scores: np.ndarray) -> np.ndarray:
    """Scores moved and stretched to 0..1; all zero where they do not differ."""
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores, dtype=float)


class ReportRetriever(BaseRetriever):
    """Chunks of a library as LangChain documents; metadata tell report, organisation, years and heading path."""

    library: Any
    k: int = 6
    report_ids: Sequence[str] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [
            _document(self.library, hit) for hit in retrieve(self.library, query, report_ids=self.report_ids, k=self.k)
        ]


def _document(library: Library, hit: Hit) -> Document:
    full = library.report(hit.chunk.report_id)
    report = full.report
    return Document(
        id=hit.chunk.id,
        page_content=hit.chunk.text,
        metadata={
            "report_id": report.id,
            "report": report.name,
            "org": report.org,
            "years": list(report.years),
            "file": report.file,
            "heading_path": list(full.heading_path(hit.chunk.section)),
            "kind": hit.chunk.kind.value,
            "start": hit.chunk.start,
            "end": hit.chunk.end,
            "score": hit.score,
        },
    )
