"""The pipeline of the tutorials, to compare with: text cut every 500 characters, Chroma, the four nearest as answer.

The splitter is LangChain's with the sizes that its documentation uses, the embedding that of the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np

from rag.library import Library
from rag.model import Citation, Reply

SIZE, OVERLAP = 500, 50
TOP = 4


@dataclass(frozen=True, slots=True)
class _Piece:
    file: str
    text: str
    start: int


class Baseline:
    """Answers from the same files as the library, in memory of its own."""

    def __init__(self, library: Library) -> None:
        """Split and embed all files: as slow as adding them."""
        import chromadb
        from chromadb.config import Settings

        self._embedding = library.embedding
        self._pieces = _pieces([(file.name, library.source(file.id).text) for file in library.files()])
        vectors = np.array(self._embedding.embed_documents([piece.text for piece in self._pieces]), np.float32)
        client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._collection: Any = client.create_collection(f"baseline-{uuid4()}", embedding_function=None)
        batch = client.get_max_batch_size()
        for at in range(0, len(self._pieces), batch):
            part = range(at, min(at + batch, len(self._pieces)))
            self._collection.upsert(ids=[str(i) for i in part], embeddings=vectors[part.start : part.stop])

    def ask(self, question: str) -> Reply:
        """The nearest pieces, one citation each. It knows no conversation and never refuses."""
        vector = np.array(self._embedding.embed_query(question), np.float32)
        ids = self._collection.query(query_embeddings=vector[None, :], n_results=min(TOP, len(self._pieces)))["ids"][0]
        citations = [_citation(n, self._pieces[int(i)]) for n, i in enumerate(ids, 1)]
        answer = "\n\n".join(f"{c.excerpt}[{c.n}]" for c in citations)
        return Reply(question, answer, mode="baseline", citations=tuple(citations))


def _pieces(files: Sequence[tuple[str, str]]) -> list[_Piece]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True)
    return [
        _Piece(name, document.page_content, document.metadata["start_index"])
        for name, text in files
        for document in splitter.create_documents([text])
    ]


def _citation(n: int, piece: _Piece) -> Citation:
    end = piece.start + len(piece.text)
    return Citation(n, "", piece.file, "", (), piece.file, (), 0, piece.text, piece.start, end)
