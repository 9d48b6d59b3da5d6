"""The library: records, vectors and words of all reports, as one thing that cannot be seen half-written."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from rag.embedding import Progress, ReportEmbeddings
from rag.errors import LibraryError, ModelError, NotFoundError
from rag.indexes import Indexes
from rag.model import Chunk, Feedback, FullReport, Report, SourceFile
from rag.records import Records, Vectors
from rag.settings import Settings
from rag.tokens import tokens

EDITABLE = {"title", "org", "org_level", "place", "year", "plan_year", "date", "tag", "version_of"}


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How much the library holds; `characters` are those of the cleaned reports."""

    files: int
    reports: int
    sections: int
    chunks: int
    characters: int


class Library:
    """Open with `Library.open`; one process at a time, any number of its threads.

    Each call sees the library before or after a write; several calls that must agree go inside `reading()`.
    SQLite is the truth. A write commits there first, along with a note of what the indexes have yet to follow, which
    the next open finishes if the process died in between.
    """

    def __init__(self, settings: Settings, embedding: ReportEmbeddings, guard: Any, *, for_repair: bool) -> None:
        self.settings = settings
        self.embedding = embedding
        self._guard = guard
        self._lock = threading.RLock()
        self._records = Records(settings.home / "library.sqlite")
        self._indexes = Indexes(settings.home)
        self._reports = lru_cache(maxsize=1)(lambda: {report.id: report for report in self._records.reports()})
        self._files = lru_cache(maxsize=1)(self._records.files)
        self._full = lru_cache(maxsize=64)(self._records.full_report)
        self._chunks = lru_cache(maxsize=512)(self._records.chunks)
        self._chunk_count = lru_cache(maxsize=1)(self._records.chunk_count)
        self._caches = (self._files, self._reports, self._full, self._chunks, self._chunk_count)
        self.change = int(self._records.meta("change"))
        """Grows with each write."""
        if not for_repair:
            if self._is_of_other_model():
                raise self._other_model()
            self._follow()

    @classmethod
    def open(
        cls, settings: Settings, embedding: ReportEmbeddings | None = None, *, for_repair: bool = False
    ) -> Library:
        """Open the library in `settings.home`, made where there is none.

        `for_repair` opens one whose stores disagree or whose vectors are of another model, for `check` and `repair`.
        Raises LibraryError (cannot be written, in use, broken), ModelError (vectors of another model).
        """
        embedding = embedding or ReportEmbeddings.from_settings(settings)
        guard = _occupy(settings.home)
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

    def __enter__(self) -> Library:
        return self

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
            return Size(**self._records.counts())

    def files(self) -> list[SourceFile]:
        """All files in the order they were added, without their texts."""
        with self._lock:
            return list(self._files())

    def has_file(self, file_id: str) -> bool:
        return any(file.id == file_id for file in self.files())

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
            return list(self._reports().values())

    def report(self, report_id: str) -> FullReport:
        """A report by its id or a unique beginning of it. Raises NotFoundError."""
        with self._lock:
            return self._full(self._find(report_id))

    def chunks(self, report_ids: Collection[str]) -> list[Chunk]:
        """Chunks of the reports in the order given, each report's in reading order; unknown ids have none."""
        with self._lock:
            return [chunk for report_id in report_ids for chunk in self._chunks(report_id)]

    def chunk(self, chunk_id: str) -> Chunk:
        """Raises NotFoundError."""
        return self.chunks_by_id([chunk_id])[0]

    def chunks_by_id(self, chunk_ids: Sequence[str]) -> list[Chunk]:
        """Chunks in the order of the ids. Raises NotFoundError."""
        with self._lock:
            return _in_order(chunk_ids, self._records.chunks_by_id(chunk_ids))

    def chunk_vectors(self, chunk_ids: Sequence[str]) -> np.ndarray:
        """Unit vectors in the order of the ids, shape (n, dimension), float32. Raises NotFoundError."""
        with self._lock:
            found = _in_order(chunk_ids, self._records.passage_vectors(chunk_ids))
        return np.stack(found) if found else np.empty((0, 0), np.float32)

    def sentence_vectors(self, chunk_id: str) -> np.ndarray:
        """Unit vectors of a chunk's sentences within it, shape (sentences, dimension), float32."""
        with self._lock:
            found = self._records.sentence_vectors(chunk_id, self.embedding.dimension)
        if found is None:
            raise NotFoundError(f"资料库里没有片段 {chunk_id}")
        return found

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """The `k` chunk ids nearest to a unit vector, with their cosine similarity, best first."""
        with self._lock:
            return self._indexes.nearest(vector, k, self._chunk_count())

    def match(self, terms: Sequence[str], k: int, report_ids: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The `k` best chunk ids by BM25 for terms of `rag.tokens.tokens`; within `report_ids` if given."""
        with self._lock:
            return self._indexes.match(terms, k, report_ids, self._chunk_count())

    def document_frequency(self, term: str) -> int:
        """How many chunks hold the term."""
        with self._lock:
            return self._indexes.document_frequency(term, self._chunk_count())

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
        """Embed and store a file, its reports and their chunks (in reading order); all of it or nothing.

        The file of the id `replaces` goes in the same step, and the reports of `fuller` become versions of those named
        there. A file that is there already costs nothing; returns whether it was not.
        """
        if self.has_file(file.id):
            return False
        vectors = self._embed(chunks, progress)
        terms = {chunk.id: tokens(chunk.embedded) for chunk in chunks}
        with self._lock:
            if self.has_file(file.id):  # another thread was quicker
                return False
            leaving = [r for r in self.reports() if r.file_id == replaces]
            empty = not self._chunk_count()
            coming: dict[str, list[str]] = {full.report.id: [] for full in reports}
            for chunk in chunks:
                coming[chunk.report_id].append(chunk.id)
            with self._records.writing() as transaction:
                self._records.pend(transaction, self._chunk_ids(leaving) | coming)
                if replaces:
                    self._records.delete_file(transaction, replaces)
                if empty:
                    self._records.set_meta(transaction, **self._model_meta())
                self._records.insert(transaction, file, reports, chunks, vectors)
                for report_id, root in fuller.items():
                    self._records.update_report(transaction, report_id, {"version_of": root})
            try:
                self._written(terms)
            except BaseException:  # a full disk, Ctrl-C: out again; an index that cannot follow now does so next time
                with self._records.writing() as transaction:
                    self._records.delete_file(transaction, file.id)
                self._forget()
                with suppress(LibraryError):
                    self._follow()
                raise
            return True

    def remove_report(self, report_id: str) -> Report:
        """Remove a report (id or unique beginning), and its file with the last of them. Raises NotFoundError."""
        with self._lock:
            report = self._find(report_id)
            alone = sum(r.file_id == report.file_id for r in self.reports()) == 1
            with self._records.writing() as transaction:
                self._records.pend(transaction, self._chunk_ids([report]))
                if alone:
                    self._records.delete_file(transaction, report.file_id)
                else:
                    self._records.delete_report(transaction, report.id)
            self._written()
            return report

    def remove_file(self, file: str) -> SourceFile:
        """Remove a file with its reports, by id, unique beginning of it, or exact name. Raises NotFoundError."""
        with self._lock:
            files = self.files()
            found = [f for f in files if f.id == file or f.name == file] or [f for f in files if f.id.startswith(file)]
            if len(found) != 1 or not file:
                raise _not_one("文件", file, [f"{f.id[:12]}（{f.name}）" for f in found])
            leaving = [r for r in self.reports() if r.file_id == found[0].id]
            with self._records.writing() as transaction:
                self._records.pend(transaction, self._chunk_ids(leaving))
                self._records.delete_file(transaction, found[0].id)
            self._written()
            return found[0]

    def update_report(self, report_id: str, **values: Any) -> Report:
        """Correct a report's title, org, year, plan_year, tag, version_of, …; its chunks stay as they were embedded."""
        if not values.keys() <= EDITABLE:
            raise ValueError(f"not editable: {sorted(values.keys() - EDITABLE)}")
        with self._lock:
            report = self._find(report_id)
            with self._records.writing() as transaction:
                self._records.update_report(transaction, report.id, values)
            self._written()
            return self._find(report.id)

    def rate(self, question: str, answer: str, useful: bool, comment: str = "", instead_of: int | None = None) -> int:
        """Keep what a person thinks of an answer, `instead_of` what they said before; the id of what is kept."""
        return self._records.keep_feedback(question, answer, useful, comment, time.time(), instead_of)

    # --- health ---

    def check(self) -> list[str]:
        """What is wrong, one line each for the person; empty if records and indexes agree."""
        with self._lock:
            lines = [f"资料库文件损坏：{fault}" for fault in self._records.faults()]
            if self._is_of_other_model():
                lines.append(self._other_model().message)
            return lines + self._indexes.faults(self._records.chunk_ids())

    def repair(self, progress: Progress | None = None) -> None:
        """Rebuild both indexes from the records; embed all chunks again where their vectors are of another model."""
        with self._lock:
            if self._is_of_other_model():
                self._embed_again(progress)
            self._indexes.clear()
            for report in self.reports():
                self._index([report.id], [])
            self._records.settle()

    def _embed_again(self, progress: Progress | None) -> None:
        total, done = self._chunk_count(), 0
        with self._records.writing() as transaction:
            for report in self.reports():
                chunks = self._chunks(report.id)
                self._records.insert_vectors(transaction, [c.id for c in chunks], self._embed(chunks))
                done += len(chunks)
                if progress:
                    progress(done, total)
            self._records.set_meta(transaction, **self._model_meta())
        self._forget()

    # --- inside ---

    def _embed(self, chunks: Sequence[Chunk], progress: Progress | None = None) -> list[Vectors]:
        """A chunk's sentence spans count from the report's start; its embedded text has the header in front."""
        texts = [chunk.embedded for chunk in chunks]
        spans = []
        for chunk, text in zip(chunks, texts, strict=True):
            shift = len(text) - len(chunk.text) - chunk.start
            spans.append([(start + shift, end + shift) for start, end in chunk.sentences])
        passages, sentences = self.embedding.embed_passages(texts, spans, progress)
        return [Vectors(p, s) for p, s in zip(passages, sentences, strict=True)]

    def _find(self, report_id: str) -> Report:
        known = self._reports()
        if report_id in known:
            return known[report_id]
        found = [r for r in known.values() if report_id and r.id.startswith(report_id)]
        if len(found) != 1:
            raise _not_one("报告", report_id, [f"{r.id[:12]}（{r.name}）" for r in found])
        return found[0]

    def _chunk_ids(self, reports: Sequence[Report]) -> dict[str, list[str]]:
        return {report.id: [chunk.id for chunk in self._chunks(report.id)] for report in reports}

    def _written(self, terms: dict[str, list[str]] | None = None) -> None:
        self._forget()
        self._follow(terms)

    def _forget(self) -> None:
        for cache in self._caches:
            cache.cache_clear()
        self.change = int(self._records.meta("change"))

    def _follow(self, terms: dict[str, list[str]] | None = None) -> None:
        """Bring the indexes in line with the records where a write noted that they are not."""
        pending = self._records.pending()
        if not pending:
            return
        if self._chunk_count():
            self._index(list(pending), [i for ids in pending.values() for i in ids], terms)
        else:
            self._indexes.clear()  # and with it the dimension that Chroma's collection is bound to
        self._records.settle()

    def _index(self, report_ids: Sequence[str], gone: Sequence[str], terms: dict[str, list[str]] | None = None) -> None:
        chunks = self.chunks(report_ids)
        self._indexes.replace(report_ids, gone, chunks, self.chunk_vectors([c.id for c in chunks]), terms)

    def _model_meta(self) -> dict[str, str]:
        return {"model": self.embedding.fingerprint, "dimension": str(self.embedding.dimension)}

    def _is_of_other_model(self) -> bool:
        return self._chunk_count() > 0 and self._records.meta("model") != self.embedding.fingerprint

    def _other_model(self) -> ModelError:
        made, now = self._records.meta("model"), self.embedding.fingerprint
        return ModelError(
            f"资料库的向量由模型 {made} 生成，当前设置的模型是 {now}",
            "改回原来的 BAOGAO_EMBEDDING_MODEL，或用 baogao doctor --repair 重新生成向量",
        )


def _in_order(ids: Sequence[str], found: dict[str, T]) -> list[T]:
    missing = [i for i in ids if i not in found]
    if missing:
        raise NotFoundError(f"资料库里没有片段 {missing[0]}")
    return [found[i] for i in ids]


def _not_one(what: str, name: str, found: Sequence[str]) -> NotFoundError:
    if len(found) > 1:
        return NotFoundError(f"“{name}”对应不止一个{what}：{'、'.join(found[:5])}", "写全编号")
    return NotFoundError(f"资料库里没有{what}“{name}”", "用 baogao reports 查看")


def _occupy(home: Path) -> Any:
    """Take the home for this process. Raises LibraryError if it cannot be written or another process has it."""
    from filelock import FileLock, Timeout

    owner = home / "process"
    try:
        home.mkdir(parents=True, exist_ok=True)
        guard = FileLock(home / "lock", timeout=0, thread_local=False)
        guard.acquire()
        owner.write_text(str(os.getpid()))
    except Timeout as error:
        number = owner.read_text() if owner.is_file() else "?"
        raise LibraryError(
            f"资料库 {home} 正被另一个进程使用（进程号 {number}）",
            "先结束那个进程（例如停掉 baogao serve），或用 BAOGAO_HOME 另指一个资料库",
        ) from error
    except OSError as error:
        raise LibraryError(
            f"资料库 {home} 无法写入：{error.strerror}", "检查目录权限，或用 BAOGAO_HOME 另指一个文件夹"
        ) from error
    return guard
