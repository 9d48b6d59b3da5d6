"""The two indexes derived from the records, dense and lexical, opened when first needed and kept in step."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from rag.dense import DenseIndex
from rag.errors import LibraryError
from rag.lexical import LexicalIndex
from rag.model import Chunk
from rag.tokens import tokens

DENSE, LEXICAL = "向量索引", "词语索引"


class Indexes:
    """Both indexes of a library. `expected` is the number of chunks they must hold when first read."""

    def __init__(self, home: Path) -> None:
        self._folders = {DENSE: home / "dense", LEXICAL: home / "lexical"}
        self._dense: DenseIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._checked: set[str] = set()

    def close(self) -> None:
        if self._dense:
            self._dense.close()
        self._dense = self._lexical = None
        self._checked.clear()

    def nearest(self, vector: np.ndarray, k: int, expected: int) -> list[tuple[str, float]]:
        self._check(DENSE, expected)
        return self.dense.nearest(vector, k)

    def match(
        self, terms: Sequence[str], k: int, report_ids: Collection[str] | None, expected: int
    ) -> list[tuple[str, float]]:
        self._check(LEXICAL, expected)
        return self.lexical.search(terms, k, report_ids)

    def document_frequency(self, term: str, expected: int) -> int:
        self._check(LEXICAL, expected)
        return self.lexical.document_frequency(term)

    def replace(
        self,
        report_ids: Sequence[str],
        gone: Sequence[str],
        chunks: Sequence[Chunk],
        vectors: np.ndarray,
        terms: dict[str, list[str]] | None = None,
    ) -> None:
        """Drop what the reports had (`gone` are chunk ids), then add their chunks; `terms` by chunk id, if cut already.

        May be repeated: the outcome is the same.
        """
        self.dense.delete([i for i in gone if i not in {chunk.id for chunk in chunks}])
        self.dense.add([chunk.id for chunk in chunks], vectors)
        cut = terms or {}
        entries = ((c.id, c.report_id, cut.get(c.id) or tokens(c.embedded)) for c in chunks)
        self.lexical.write(delete=report_ids, add=entries)

    def clear(self) -> None:
        """Drop both, broken or not; they are made anew when next needed."""
        self.close()
        for folder in self._folders.values():
            shutil.rmtree(folder, ignore_errors=True)

    def faults(self, chunk_ids: Collection[str]) -> list[str]:
        """How each index differs from the chunks that the records hold, one line each for the person."""
        lines, known = [], set(chunk_ids)
        for name in self._folders:
            try:
                held = (self.dense if name == DENSE else self.lexical).ids()
            except LibraryError as error:
                lines.append(error.message)
                continue
            counts = (len(known - set(held)), len(set(held) - known), len(held) - len(set(held)))
            lines += [f"{name}{w} {n} 个片段" for w, n in zip(("缺少", "多出", "重复"), counts, strict=True) if n]
        return lines

    @property
    def dense(self) -> DenseIndex:
        if self._dense is None:
            self._dense = DenseIndex(self._folders[DENSE])
        return self._dense

    @property
    def lexical(self) -> LexicalIndex:
        if self._lexical is None:
            self._lexical = LexicalIndex(self._folders[LEXICAL])
        return self._lexical

    def _check(self, name: str, expected: int) -> None:
        """Compare counts at the first read: a folder deleted or restored by hand is an error, not a worse answer."""
        if name in self._checked:
            return
        count = (self.dense if name == DENSE else self.lexical).count()
        if count != expected:
            raise LibraryError(
                f"{name}与资料库不一致（应有 {expected} 个片段，实有 {count} 个）", "用 baogao doctor --repair 重建"
            )
        self._checked.add(name)
