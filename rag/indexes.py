"""The two indexes derived from the records, dense and lexical, opened when first needed and kept in step."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from rag.dense import DenseIndex
from rag.errors import LibraryError
from rag.lexical import LexicalIndex
from rag.model import Chunk
from rag.tokens import tokens

NAMES = DENSE, LEXICAL = "向量索引", "词语索引"
Expected = Callable[[], int | None]


class Indexes:
    """Both indexes of a library. `expected` tells how many chunks they must hold when first read, or None for now."""

    def __init__(self, home: Path, chroma_url: str = "", collection: str = "") -> None:
        """In `home`; the dense one as `collection` of the Chroma server at `chroma_url`, where given."""
        self._folders = (
            {LEXICAL: home / "lexical"} if chroma_url else {DENSE: home / "dense", LEXICAL: home / "lexical"}
        )
        self._server = (chroma_url, collection)
        self._dense: DenseIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._checked: set[str] = set()

    @property
    def local(self) -> Collection[str]:
        """Names of the indexes that are in `home`."""
        return self._folders.keys()

    def close(self) -> None:
        for name in NAMES:
            self._close(name)

    def nearest(self, vector: np.ndarray, k: int, expected: Expected) -> list[tuple[str, float]]:
        self._check(DENSE, expected)
        return self.dense.nearest(vector, k)

    def match(
        self, terms: Sequence[str], k: int, report_ids: Collection[str] | None, expected: Expected
    ) -> list[tuple[str, float]]:
        self._check(LEXICAL, expected)
        return self.lexical.search(terms, k, report_ids)

    def document_frequency(self, term: str, expected: Expected) -> int:
        self._check(LEXICAL, expected)
        return self.lexical.document_frequency(term)

    def replace_dense(self, gone: Collection[str], chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Delete the chunk ids `gone`, then add chunks with their vectors; repeated, the outcome is the same."""
        coming = [chunk.id for chunk in chunks]
        self.dense.delete([i for i in gone if i not in set(coming)])
        self.dense.add(coming, vectors)

    def replace_lexical(
        self, report_ids: Sequence[str], chunks: Iterable[Chunk], terms: dict[str, list[str]] | None = None
    ) -> None:
        """Drop what the reports had, then add their chunks; `terms` by chunk id, if cut already."""
        cut = terms or {}
        entries = ((c.id, c.report_id, cut.get(c.id) or tokens(c.embedded)) for c in chunks)
        self.lexical.write(delete=report_ids, add=entries)

    def reload(self) -> None:
        """See what another process wrote to the lexical index in `home`."""
        if self._lexical:
            self._lexical.reload()

    def clear(self, name: str) -> None:
        """Drop an index, broken or not; it is made anew when next needed."""
        if name not in self._folders:
            self.dense.clear()
        self._close(name)
        if name in self._folders:
            shutil.rmtree(self._folders[name], ignore_errors=True)

    def ready(self) -> None:
        """Raise LibraryError where the Chroma server is away."""
        if DENSE not in self._folders:
            self.dense.count()

    def faults(self, chunk_ids: Collection[str], sample: Collection[np.ndarray] = ()) -> list[str]:
        """How each index differs from the chunks that the records hold, one line each for the person.

        `sample` are vectors of some of them: lists of ids are elsewhere than what is searched, which may rot by itself.
        """
        lines, known = [], set(chunk_ids)
        for name in NAMES:
            try:
                held = (self.dense if name == DENSE else self.lexical).ids()
                if name == LEXICAL:
                    self.lexical.search(["一"], 1)
                elif missed := sum(not _finds(self.dense, vector) for vector in sample):
                    lines.append(f"{name}里抽查 {len(sample)} 个片段，找不到 {missed} 个")
            except LibraryError as error:
                lines.append(error.message)
                continue
            counts = (len(known - set(held)), len(set(held) - known), len(held) - len(set(held)))
            lines += [f"{name}{w} {n} 个片段" for w, n in zip(("缺少", "多出", "重复"), counts, strict=True) if n]
        return lines

    @property
    def dense(self) -> DenseIndex:
        if self._dense is None:
            self._dense = DenseIndex(self._folders[DENSE]) if DENSE in self._folders else DenseIndex(*self._server)
        return self._dense

    @property
    def lexical(self) -> LexicalIndex:
        if self._lexical is None:
            self._lexical = LexicalIndex(self._folders[LEXICAL])
        return self._lexical

    def _close(self, name: str) -> None:
        if name == LEXICAL:
            self._lexical = None
        elif self._dense:
            self._dense.close()
            self._dense = None
        self._checked.discard(name)

    def _check(self, name: str, expected: Expected) -> None:
        """Compare counts at the first read: a folder deleted or restored by hand is an error, not a worse answer."""
        if name in self._checked:
            return
        wanted = expected()
        count = (self.dense if name == DENSE else self.lexical).count()
        if count != wanted:
            if wanted is None or expected() != wanted:  # another process is writing
                return
            raise LibraryError(
                f"{name}与资料库不一致（应有 {wanted} 个片段，实有 {count} 个）", "用 baogao doctor --repair 重建"
            )
        self._checked.add(name)


def _finds(index: DenseIndex, vector: np.ndarray) -> bool:
    """Whether a vector of the index is its own nearest; exactly the same text may stand twice."""
    found = index.nearest(vector, 10)
    return bool(found) and found[0][1] > 0.99
