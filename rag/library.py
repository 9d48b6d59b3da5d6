"""The library: records, vectors and words of all reports, as one thing that cannot be seen half-written."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from types import MappingProxyType
from typing import Any

import numpy as np

from rag.additions import Addition
from rag.embedding import Progress, ReportEmbeddings
from rag.errors import LibraryError, NotFoundError
from rag.following import Following
from rag.home import Occupied, occupy
from rag.indexes import DENSE, Indexes
from rag.kept import Kept
from rag.lookup import in_order, the_one
from rag.model import Chunk, Feedback, FullReport, Report, Size, SourceFile
from rag.records import Records
from rag.settings import Settings
from rag.tokens import tokens
from rag.vectormodel import VectorModel
from rag.vectors import embedded

EDITABLE = {"title", "org", "org_level", "place", "year", "plan_year", "date", "tag", "version_of"}


class Library(AbstractContextManager["Library"]):
    """Open with `Library.open`; one process at a time, any number of its threads, unless its stores are on servers.

    Each call sees the library before or after a write; several calls that must agree go inside `reading()`.
    The records are the truth. A write commits there first, with a log of what it changed, which the indexes follow:
    at once, at the next open if the process died in between, and in other processes of a shared library before they
    next list its reports.
    """

    def __init__(self, settings: Settings, embedding: ReportEmbeddings, guard: Occupied, *, for_repair: bool) -> None:
        self.settings = settings
        self.embedding = embedding
        self._guard = guard
        self._lock = threading.RLock()
        self._records = Records(settings.home / "library.sqlite", settings.database_url)
        self._database = self._records.database
        self._indexes = Indexes(settings.home, settings.chroma_url, f"baogao-{self._records.meta('library')}")
        self._following = Following(self._records, self._indexes, settings.home, guard.writing)
        self._kept = Kept(self._records)
        self._model = VectorModel(self._records, embedding)
        self.change = self._records.change()  # grows with each write
        self._behind = False
        if not for_repair:
            self._model.check()
            with self._database.alone():
                self._following.follow()

    @classmethod
    def open(
        cls, settings: Settings, embedding: ReportEmbeddings | None = None, *, for_repair: bool = False
    ) -> Library:
        """Open the library in `settings.home`, or on the servers that the settings name; made where there is none.

        `for_repair` opens one whose stores disagree or whose vectors are of another model, for `check` and `repair`.
        Raises LibraryError (cannot be written, in use, broken), ModelError (vectors of another model).
        """
        embedding = embedding or ReportEmbeddings.from_settings(settings)
        guard = occupy(settings.home, alone=not (settings.database_url and settings.chroma_url))
        try:
            return cls(settings, embedding, guard, for_repair=for_repair)
        except BaseException:
            guard.release()
            raise

    def close(self) -> None:
        with self._lock:
            self._indexes.close()
            self._records.close()
            self._guard.release()

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the library still for several reads. Writes wait: no model calls inside."""
        with self._lock:
            yield

    # --- reading ---

    def size(self) -> Size:
        with self._lock:
            self._look()
            return self._kept.size()

    def files(self) -> list[SourceFile]:
        """All files in the order they were added, without their texts."""
        with self._lock:
            self._look()
            return list(self._kept.files())

    def source(self, file_id: str) -> SourceFile:
        """A file with its text. Raises NotFoundError."""
        with self._lock:
            file = self._records.file(file_id)
        if file is None:
            raise NotFoundError(f"资料库里没有文件 {file_id}", "用 baogao reports 查看")
        return file

    def reports(self) -> list[Report]:
        """All reports, by file in the order of adding, then by position."""
        with self._lock:
            self._look()
            return list(self._kept.reports().values())

    def report(self, report_id: str) -> FullReport:
        """A report by its id or a unique beginning of it. Raises NotFoundError."""
        with self._lock:
            return self._kept.full_report(self._find(report_id))

    def chunks(self, report_ids: Collection[str]) -> list[Chunk]:
        """Chunks of the reports in the order given, each report's in reading order; unknown ids have none."""
        with self._lock:
            return [chunk for report_id in report_ids for chunk in self._kept.chunks(report_id)]

    def chunk(self, chunk_id: str) -> Chunk:
        """Raises NotFoundError."""
        return self.chunks_by_id([chunk_id])[0]

    def chunks_by_id(self, chunk_ids: Sequence[str]) -> list[Chunk]:
        """Chunks in the order of the ids. Raises NotFoundError."""
        with self._lock:
            return in_order(chunk_ids, self._records.chunks_by_id(chunk_ids))

    def chunk_vectors(self, chunk_ids: Sequence[str]) -> np.ndarray:
        """Unit vectors in the order of the ids, shape (n, dimension), float32. Raises NotFoundError."""
        with self._lock:
            found = in_order(chunk_ids, self._records.passage_vectors(chunk_ids))
        return np.stack(found) if found else np.empty((0, 0), np.float32)

    def sentence_vectors(self, chunk_id: str) -> np.ndarray:
        """Unit vectors of a chunk's sentences within it, shape (sentences, dimension), float32."""
        with self._lock:
            found = self._records.sentence_vectors(chunk_id, self.embedding.dimension)
        if found is None:
            raise NotFoundError(f"资料库里没有片段 {chunk_id}")
        return found

    def vectors_in(self, report_ids: Collection[str]) -> tuple[list[str], np.ndarray]:
        """Ids and unit vectors, shape (n, dimension), float32, of all chunks of the reports, as `chunks` has them."""
        with self._lock:
            found = [own for own in map(self._kept.vectors_in, report_ids) if own[0]]
        ids = [chunk_id for own, _ in found for chunk_id in own]
        return ids, np.concatenate([vectors for _, vectors in found]) if found else np.empty((0, 0), np.float32)

    def chunk_count(self, report_ids: Collection[str] | None = None) -> int:
        """How many chunks the reports have; all of them without `report_ids`."""
        with self._lock:
            counts = self._kept.chunk_counts()
        return sum(counts.values()) if report_ids is None else sum(counts.get(i, 0) for i in report_ids)

    def reports_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Chunk id → report id, for chunks that are there."""
        with self._lock:
            return self._records.reports_of(chunk_ids)

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """The `k` chunk ids nearest to a unit vector, with their cosine similarity, best first."""
        with self._lock:
            found = self._indexes.nearest(vector, k, self._in_dense)
            if not self._database.shared:
                return found
            # Another process may be in the middle of a write: what it removed is still there, what it adds is new.
            held, known = self._records.reports_of([i for i, _ in found]), self._kept.reports()
            return [(i, similarity) for i, similarity in found if held.get(i) in known]

    def match(self, terms: Sequence[str], k: int, report_ids: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The `k` best chunk ids by BM25 for terms of `rag.tokens.tokens`; within `report_ids` if given."""
        with self._lock:
            return self._indexes.match(terms, k, report_ids, self.chunk_count)

    def document_frequency(self, term: str) -> int:
        """How many chunks hold the term."""
        with self._lock:
            return self._indexes.document_frequency(term, self.chunk_count)

    def feedback(self) -> list[Feedback]:
        """What people thought of answers, oldest first."""
        return self._records.feedback()

    # --- writing ---

    def add(
        self,
        file: SourceFile,
        reports: Sequence[FullReport],
        chunks: Sequence[Chunk],
        progress: Progress | None = None,
        *,
        replaces: str | None = None,
        fuller: Mapping[str, str] = MappingProxyType({}),
    ) -> bool:
        """`prepared` and stored; whether something was."""
        addition = self.prepared(file, reports, chunks, progress, replaces=replaces, fuller=fuller)
        return addition is not None and self.store([addition]) == [True]

    def prepared(
        self,
        file: SourceFile,
        reports: Sequence[FullReport],
        chunks: Sequence[Chunk],
        progress: Progress | None = None,
        *,
        replaces: str | None = None,
        fuller: Mapping[str, str] = MappingProxyType({}),
    ) -> Addition | None:
        """Embed the chunks (in reading order) of a file, so that it can be stored; see `Addition`.

        Texts that the replaced file has too are not embedded again. None for a file that is there and not replaced.
        """
        if not self._awaited(file, replaces):
            return None
        self._indexes.ready()
        with self._lock:
            known = self._records.vectors_of(replaces)
        vectors = embedded(chunks, self.embedding, progress, known)
        terms = {chunk.id: tokens(chunk.embedded) for chunk in chunks}
        return Addition(file, reports, chunks, vectors, terms, replaces, fuller)

    def store(self, additions: Sequence[Addition]) -> list[bool]:
        """Store files in one step, all of them or none; of each, whether it was not there already.

        Several cost hardly more than one.
        """
        with self._writing():
            wanted = {a.file.id: a for a in additions if self._awaited(a.file, a.replaces)}  # another may be quicker
            if wanted:
                self._store(wanted.values())
            return [wanted.get(a.file.id) is a for a in additions]

    def _store(self, additions: Collection[Addition]) -> None:
        replaced = [self._records.whole(a.replaces) for a in additions]
        with self._records.writing() as transaction:
            if self._records.empty():
                self._model.note(transaction)
            for a in additions:
                self._records.add(transaction, a)
        try:
            self._written({i: terms for a in additions for i, terms in a.terms.items()})
        except BaseException:  # a full disk, Ctrl-C: as before, where that can be; else the indexes follow later
            with suppress(LibraryError):
                with self._records.writing() as transaction:
                    for a in additions:
                        self._records.delete_file(transaction, a.file.id)
                    for whole in filter(None, replaced):
                        self._records.insert(transaction, *whole)
                self._written()
            raise

    def remove_report(self, report_id: str) -> Report:
        """Remove a report (id or unique beginning), and its file with the last of them. Raises NotFoundError."""
        with self._writing():
            report = self._find(report_id)
            alone = sum(r.file_id == report.file_id for r in self.reports()) == 1
            with self._records.writing() as transaction:
                if alone:
                    self._records.delete_file(transaction, report.file_id)
                else:
                    self._records.delete_report(transaction, report.id)
            self._written()
            return report

    def remove_file(self, file: str) -> SourceFile:
        """Remove a file with its reports, by id, unique beginning of it, or exact name. Raises NotFoundError."""
        with self._writing():
            files = self.files()
            found = [f for f in files if f.id == file or f.name == file]
            found = found or [f for f in files if file and f.id.startswith(file)]
            removed = the_one("文件", file, found, lambda f: f"{f.id[:12]}（{f.name}）")
            with self._records.writing() as transaction:
                self._records.delete_file(transaction, removed.id)
            self._written()
            return removed

    def update_report(self, report_id: str, **values: Any) -> Report:
        """Correct a report's title, org, year, plan_year, tag, version_of, …; its chunks stay as they were embedded.

        What is changed counts as said by a person: `Report.corrected`.
        """
        if not values.keys() <= EDITABLE:
            raise ValueError(f"not editable: {sorted(values.keys() - EDITABLE)}")
        with self._writing():
            report = self._find(report_id)
            with self._records.writing() as transaction:
                self._records.correct_report(transaction, report, values)
            self._written()
            return self._find(report.id)

    def rate(self, question: str, answer: str, useful: bool, comment: str = "", instead_of: int | None = None) -> int:
        """Keep what a person thinks of an answer, `instead_of` what they said before; the id of what is kept."""
        return self._records.keep_feedback(question, answer, useful, comment, time.time(), instead_of)

    # --- health ---

    def check(self) -> list[str]:
        """What is wrong, one line each for the person; empty if records and indexes agree."""
        with self._lock:
            with suppress(LibraryError):  # said below, by the index itself
                self._following.follow(self._following.own)
            lines = [f"资料库文件损坏：{fault}" for fault in self._records.faults()]
            if error := self._model.difference():
                lines.append(error.message)
            ids = self._records.chunk_ids()
            sample = self._records.passage_vectors(ids[:: max(1, len(ids) // 20)]).values()
            return lines + self._indexes.faults(ids, sample)

    def repair(self, progress: Progress | None = None) -> None:
        """Rebuild both indexes from the records; embed all chunks again where their vectors are of another model."""
        with self._database.alone(), self._lock:
            if self._model.difference():
                self._embed_again(progress)
            self._following.rebuild()

    def _embed_again(self, progress: Progress | None) -> None:
        total, done = self.chunk_count(), 0
        with self._records.writing() as transaction:
            for report in self.reports():
                chunks = self._kept.chunks(report.id)
                self._records.replace_vectors(transaction, chunks, embedded(chunks, self.embedding))
                done += len(chunks)
                if progress:
                    progress(done, total)
            self._model.note(transaction)
        self._forget()

    # --- inside ---

    def _find(self, report_id: str) -> Report:
        if report_id not in self._kept.reports():
            self._look()
        known = self._kept.reports()
        if report_id in known:
            return known[report_id]
        found = [r for r in known.values() if report_id and r.id.startswith(report_id)]
        return the_one("报告", report_id, found, lambda r: f"{r.id}（{r.name}）")

    def _awaited(self, file: SourceFile, replaces: str | None) -> bool:
        """Whether the library still wants a file: it is not there, or to be replaced by another reading of itself."""
        readings = [held.reading for held in self.files() if held.id == file.id]
        return readings not in ([], [file.reading]) if file.id == replaces else not readings

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep all others out, in this process and in those that share the library."""
        with self._database.alone(), self._lock:
            self._indexes.ready()
            self._look()
            yield

    def _written(self, terms: dict[str, list[str]] | None = None) -> None:
        self._behind = True
        self._forget()
        self._following.follow(terms=terms)
        self._behind = False

    def _forget(self) -> None:
        self._kept.forget()
        self.change = self._records.change()

    def _look(self) -> None:
        """Take over what other processes have written to a shared library since, and what an index could not take."""
        if self._behind and not self._database.shared:  # there the next write sees to it, with nobody else writing
            self._written()
        while self._database.shared and self._records.change() != self.change:
            self._forget()
            change, self.change = self.change, -1  # what fails below is taken up again at the next look
            self._model.check()
            self._following.follow(self._following.own)
            self._indexes.reload()
            self.chunk_count()
            self.change = change

    def _in_dense(self) -> int | None:
        """How many chunks the dense index must hold; None while another process is writing."""
        if not self._database.shared:
            return self.chunk_count()
        return self._records.chunk_count() if self._following.mark(DENSE) == self._records.change() else None
