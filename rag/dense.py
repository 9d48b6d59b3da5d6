"""Nearest chunks by vector: an embedded Chroma collection on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import LibraryError

COLLECTION = "chunks"


class DenseIndex:
    """Chunk ids under their vectors (unit length). Not for use by two processes at once; `Library` sees to that."""

    def __init__(self, folder: Path) -> None:
        """Open the collection in `folder`, made where there is none. Raises LibraryError if it cannot be read."""
        from chromadb.errors import ChromaError

        self.folder = folder
        self._errors = (ChromaError, RuntimeError, OSError, ValueError)
        with self._readable():
            folder.mkdir(parents=True, exist_ok=True)
            self._client = _client(folder)
            try:
                self._collection = self._open()
                self._batch = self._client.get_max_batch_size()
            except Exception:
                self._client.close()
                raise

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "ip"}}
        )

    def close(self) -> None:
        self._client.close()

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Add vectors, shape (n, dimension), under their chunk ids; an id already there gets the new vector."""
        with self._readable():
            for at in range(0, len(ids), self._batch):
                part = slice(at, at + self._batch)
                self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete chunks; ids that are not there are passed over."""
        with self._readable():
            for at in range(0, len(ids), self._batch):
                self._collection.delete(ids=list(ids[at : at + self._batch]))

    def clear(self) -> None:
        """Drop all vectors, and with them the dimension that the collection was bound to."""
        with self._readable():
            self._client.delete_collection(COLLECTION)
            self._collection = self._open()

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids with their cosine similarity, best first."""
        with self._readable():
            k = min(k, self._collection.count())
            if k < 1:
                return []
            found = self._collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
            return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def count(self) -> int:
        with self._readable():
            return self._collection.count()

    def ids(self) -> list[str]:
        with self._readable():
            return self._collection.get(include=[])["ids"]

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise LibraryError(f"向量索引 {self.folder} 无法读写：{error}", "用 baogao doctor --repair 重建") from error


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
    except Exception:
        # Chroma keeps what failed to start and would hand it out at the next try (1.5.9).
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise
