"""The indexes follow the records: each has a mark of how far it has come in their log of changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rag.indexes import DENSE, LEXICAL, Indexes
from rag.records import Records

_AT_ONCE = 100
"""Reports that are brought into an index in one go."""
_KEYS = {DENSE: "dense", LEXICAL: "lexical"}


class Following:
    """Brings indexes in line with the records; may be broken off at any time, and repeated.

    An index that serves as many processes as the records do has its mark in them; one that a process keeps for itself
    has it in a file beside it. An index without a mark is made anew.
    """

    def __init__(self, records: Records, indexes: Indexes, home: Path, alone: AbstractContextManager[Any]) -> None:
        """`alone` is held while an index in `home` is written: another process may keep the same one."""
        self._records = records
        self._indexes = indexes
        self._alone = alone
        self._library = records.meta("library")
        self.own = tuple(name for name in _KEYS if records.database.shared and name in indexes.local)
        """The indexes that this process keeps for itself beside records that others write too."""
        self._files = {name: home / key / "change" for name, key in _KEYS.items() if name in indexes.local}

    def follow(self, names: Sequence[str] = tuple(_KEYS), terms: dict[str, list[str]] | None = None) -> None:
        """Bring the indexes `names` up to the last write; `terms` by chunk id, if cut already."""
        if all(self.mark(name) == self._records.change() for name in names):
            return
        with self._alone:
            change = self._records.change()
            marks = {name: self.mark(name) for name in names}
            for mark in set(marks.values()) - {change}:
                behind = [name for name in names if marks[name] == mark]
                self._bring(behind, mark if mark is None or mark < change else None, terms)
            self._set([name for name in names if marks[name] != change], change)

    def rebuild(self) -> None:
        """Make the indexes anew."""
        with self._alone:
            change = self._records.change()
            self._bring(list(_KEYS), None, None)
            self._set(list(_KEYS), change)

    def mark(self, name: str) -> int | None:
        """The last write that the index holds; None where it is not known to be an index of these records."""
        file = self._files.get(name)
        if name in self.own:
            library, _, change = file.read_text("utf-8").partition(" ") if file and file.is_file() else ("", "", "")
            return int(change) if library == self._library and change.isdecimal() else None
        if file and file.is_file():  # left from when it followed records elsewhere
            return None
        return int(self._records.meta(_KEYS[name]))

    def _bring(self, names: list[str], mark: int | None, terms: dict[str, list[str]] | None) -> None:
        touched: dict[str, list[str]] = {} if mark is None else self._records.changed_since(mark)
        if mark is None or (touched and self._records.empty()):
            for name in names:  # and with the dense one the dimension that Chroma's collection is bound to
                self._indexes.clear(name)
            touched = {report.id: [] for report in self._records.reports()}
        for reports in _parts(touched, _AT_ONCE):
            gone = [i for report in reports for i in touched[report]]
            chunks = self._records.chunks(*reports)
            found = self._records.passage_vectors([chunk.id for chunk in chunks]) if DENSE in names else {}
            present = [chunk for chunk in chunks if chunk.id in found]
            if DENSE in names:
                vectors = np.stack([found[chunk.id] for chunk in present]) if present else np.empty((0, 0), np.float32)
                self._indexes.replace_dense(gone, present, vectors)
            if LEXICAL in names:
                self._indexes.replace_lexical(reports, chunks, terms)

    def _set(self, names: list[str], change: int) -> None:
        self._records.note({_KEYS[name]: str(change) for name in names if name not in self.own})
        for name in set(names) & set(self.own):
            file = self._files[name]
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(".new")
            draft.write_text(f"{self._library} {change}", "utf-8")
            draft.replace(file)


def _parts(items: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
