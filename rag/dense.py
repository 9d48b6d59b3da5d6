"""Nearest chunks by vector: a Chroma collection, embedded or on a server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import numpy as np

from rag.errors import LibraryError

COLLECTION = "chunks"
LARGEST_BATCH = 1000
"""Vectors of one request: 1.5 MB of 384 dimensions."""
EFFORT = 150
"""Neighbours that are looked for at the least. Among 300,000 vectors of 2,000 topics the ten nearest of one question in
300 are missed with 100, which Chroma's index looks for by itself, and of none with 150, at the same 2.4 ms."""
PATIENCE = 30.0
"""Seconds until a server that does not answer is taken for gone."""
T = TypeVar("T")


class DenseIndex:
    """Chunk ids under their vectors (unit length). A folder is for one process at a time; `Library` sees to that."""

    def __init__(self, place: Path | str, collection: str = COLLECTION) -> None:
        """Open the collection in a folder or at a server's address (`http://…`), made where there is none.

        Raises LibraryError if it cannot be read.
        """
        from chromadb.errors import ChromaError

        self._name = collection
        if isinstance(place, Path):
            self._errors = (ChromaError, RuntimeError, OSError, ValueError)
            self._fault = (f"向量索引 {place} 无法读写", "用 baogao doctor --repair 重建")
        else:
            self._errors = (Exception,)  # Chroma's client raises nothing narrower for an answer it cannot read (1.5.9)
            where = urlsplit(place).netloc.rpartition("@")[2]
            self._fault = (
                f"Chroma 服务 {where} 无法使用",
                "确认 chroma run 在运行、BAOGAO_CHROMA_URL 写得对；它恢复以后不用重启",
            )
        with self._readable():
            self._client = _in_folder(place) if isinstance(place, Path) else _at_server(place)
            try:
                self._collection = self._open()
                self._batch = min(LARGEST_BATCH, self._client.get_max_batch_size())
            except Exception:
                self._client.close()
                raise

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": {"space": "ip"}}
        )

    def close(self) -> None:
        self._client.close()

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Add vectors, shape (n, dimension), under their chunk ids; an id already there gets the new vector."""
        for at in range(0, len(ids), self._batch):
            part = slice(at, at + self._batch)
            self._do(lambda c, part=part: c.upsert(ids=list(ids[part]), embeddings=vectors[part]))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete chunks; ids that are not there are passed over."""
        for at in range(0, len(ids), self._batch):
            self._do(lambda c, part=list(ids[at : at + self._batch]): c.delete(ids=part))

    def clear(self) -> None:
        """Drop all vectors, and with them the dimension that the collection was bound to."""
        with self._readable():
            self._client.delete_collection(self._name)
            self._collection = self._open()

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids with their cosine similarity, best first."""
        if k < 1:
            return []
        n = max(k, EFFORT)
        found = self._do(lambda c: c.query(query_embeddings=vector[None, :], n_results=n, include=["distances"]))
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)][:k]

    def count(self) -> int:
        return self._do(lambda c: c.count())

    def ids(self) -> list[str]:
        return self._do(lambda c: c.get(include=[])["ids"])

    def _do(self, work: Callable[[Any], T]) -> T:
        """Work on the collection; on the one of that name today where another process has made it anew."""
        from chromadb.errors import NotFoundError

        with self._readable():
            try:
                return work(self._collection)
            except NotFoundError:
                self._collection = self._open()
                return work(self._collection)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            what, hint = self._fault
            raise LibraryError(f"{what}：{error}", hint) from error


def _at_server(url: str) -> Any:
    """A client of the server; name and password in the address go into a header, as its proxy wants them."""
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    own = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    headers = {}
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    port = own.port or (443 if own.scheme == "https" else 80)
    client = chromadb.HttpClient(urlunsplit(own), port, headers=headers, settings=Settings(anonymized_telemetry=False))
    client._server._session.timeout = PATIENCE  # pyright: ignore[reportAttributeAccessIssue]: its own has no end
    return client


def _in_folder(folder: Path) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
    except Exception:
        # Chroma keeps what failed to start and would hand it out at the next try (1.5.9).
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise
