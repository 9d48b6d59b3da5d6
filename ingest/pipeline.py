"""Files into the library: read, clean, split, outline, chunk, embed, store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from ingest.batch import Batch
from ingest.chunking import chunk
from ingest.outcome import Outcome, Progress, Tell
from ingest.readers import ReadFile, Unreadable, is_readable, read_each
from ingest.readers.base import shown
from ingest.reports import READING, reports_in
from ingest.rereading import carried_over, page_starts
from ingest.versions import Sketch, linked, sketch
from ingest.worker import Limits, Worker
from rag.errors import BaogaoError, FileError
from rag.library import Library
from rag.model import FullReport, Report, SourceFile

SAMPLES = Path(__file__).parent / "samples"
"""The reports of a fictional district that a new library begins with."""

_ANEW = "按新的规则重新读取"
_SKETCHES = 2000
"""Reports that files were compared with last, of which the sketches are kept: 12 MB of reports of 12 KB."""


def ingest(paths: Iterable[Path], library: Library, *, progress: Tell | None = None) -> list[Outcome]:
    """Add files and folders (searched to the bottom); each file comes in whole or not at all.

    A file that is there already is read again only if that was by older rules. One that fails is an outcome with its
    reason and does not stop the others. A file of a folder is named by its path in it, so that files of one name in
    different folders stay apart. Files are read in a process of their own, within the limits of the library's settings.
    """
    with _running(library, progress) as run:
        for path, name, refusal in _files(paths):
            if refusal:
                run.end(Outcome(name, "skipped", reason=refusal))
            elif run.up_to_date(_digest(path)):
                run.end(Outcome(name, "unchanged"))
            else:
                run.batch.tell(Progress(name, "读取"))
                for item in _read(path, name, run.worker, run.batch.tell):
                    run.add(item)
    return run.batch.outcomes


def outdated(library: Library) -> list[SourceFile]:
    """Files whose texts were read by older rules, without their texts."""
    return [file for file in library.files() if _outdated(file)]


def reread(library: Library, *, progress: Tell | None = None) -> list[Outcome]:
    """Read outdated files anew, from the texts that the library keeps; one that fails stays as it is."""
    with _running(library, progress) as run:
        for file in outdated(library):
            run.again(file.id)
    return run.batch.outcomes


def _outdated(file: SourceFile) -> bool:
    return file.reading < READING


def _digest(path: Path) -> str:
    """The id that the library knows a file by, had without the process that reads it; empty where there is none."""
    if not os.path.isfile(path):  # noqa: PTH113 (Path.is_file raises as Path.is_dir does)
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # said when it is read
        return ""


def _read(path: Path, name: str, worker: Worker, tell: Tell) -> list[ReadFile | Unreadable]:
    """What is in a file; where reading an archive ends early, what was read before is kept."""
    items: list[ReadFile | Unreadable] = []
    try:
        for item in worker.each(name, read_each, path, name, step=lambda *pages: tell(Progress(name, "读取", *pages))):
            items.append(item)
    except FileError as error:
        items.append(Unreadable(name, error))
    return items


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str, str]]:
    """Each file, its name, and why it is passed over, if it is; hidden files of a folder are not mentioned."""
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises for names of 4,000 characters)
            yield path, path.name, ""
            continue
        inside = [(p, p.relative_to(path)) for p in sorted(path.rglob("*")) if p.is_file()]
        inside = [(p, inner) for p, inner in inside if not any(part.startswith(".") for part in inner.parts)]
        if any(is_readable(p) for p, _ in inside):
            yield from ((p, inner.as_posix(), _refusal(p, path)) for p, inner in inside)
        else:
            yield path, path.name, ""


def _refusal(path: Path, folder: Path) -> str:
    """Why a file that was found in a folder, not named by the person, is passed over; empty if it is not."""
    if not is_readable(path):
        return "不是能读的文件类型"
    if not path.resolve().is_relative_to(folder.resolve()):
        return "是指向文件夹以外的链接"
    return ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Files on their way into a library."""

    library: Library
    worker: Worker
    batch: Batch
    sketch_of: Callable[[Report], Sketch]
    added: set[str] = field(default_factory=set)
    """Ids of the files of this run, which no other of the same name replaces."""

    def end(self, outcome: Outcome) -> None:
        self.batch.outcomes.append(outcome)

    def up_to_date(self, file_id: str) -> bool:
        """Whether the library has the file, read as this version reads."""
        known = self._held(file_id)
        return known is not None and not _outdated(known)

    def add(self, item: ReadFile | Unreadable) -> None:
        """Add a file that was read; one that is there keeps its name and its place."""
        if isinstance(item, Unreadable):
            return self.end(Outcome(item.name, "failed", reason=str(item.error)))
        if self.up_to_date(item.data_sha256):
            return self.end(Outcome(item.name, "unchanged"))
        known = self._held(item.data_sha256)
        source = SourceFile(
            id=item.data_sha256,
            name=known.name if known else item.name,
            size=item.size,
            encoding=item.encoding,
            added=known.added if known else datetime.now(UTC).isoformat(timespec="seconds"),
            text=item.text,
            reading=READING,
        )
        return self._store(item.name, source, item.pages)

    def again(self, file_id: str) -> None:
        """Read a file of the library anew, from its text there."""
        source = self.library.source(file_id)
        self._store(source.name, replace(source, reading=READING), page_starts(self._reports(file_id)))

    def _held(self, file_id: str) -> SourceFile | None:
        if self.batch.holds(file_id):
            self.batch.store()
        return next((file for file in self.library.files() if file.id == file_id), None)

    def _reports(self, file_id: str) -> list[FullReport]:
        with self.library.reading():
            return [self.library.report(report.id) for report in self.library.reports() if report.file_id == file_id]

    def _store(self, name: str, source: SourceFile, pages: Sequence[int]) -> None:
        """Store a file in place of itself as it was read before, or of another one of its name.

        `name` is what the person calls it; `pages` as `reports_in` takes them.
        """
        self.batch.tell(Progress(name, "拆分"))
        library, embedding = self.library, self.library.embedding
        try:
            before = self._reports(source.id)
            reports = self.worker.call(name, reports_in, source, pages)
            reports = carried_over(reports, before) if before else reports
            if not reports:
                raise FileError(f"“{shown(name)}”里没有报告正文", "请确认文件内容，或另存为 .txt 后再试")
            with library.reading():
                same_name = [f.id for f in library.files() if f.name == source.name and f.id not in self.added]
                replaces = source.id if before else same_name[0] if len(same_name) == 1 else None
                known = [report for report in library.reports() if report.file_id != replaces]
                known += [full.report for full in self.batch.reports]
                reports, fuller = linked(reports, known, self.sketch_of)
            chunks = [one for full in reports for one in chunk(full, embedding, window=embedding.max_tokens)]
            self.batch.tell(Progress(name, "向量", 0, len(chunks)))
            addition = library.prepared(
                source,
                reports,
                chunks,
                progress=lambda done, total: self.batch.tell(Progress(name, "向量", done, total)),
                replaces=replaces,
                fuller=fuller and {r.id: root for r in known if (root := fuller.get(r.id) or fuller.get(r.version_of))},
            )
        except BaogaoError as error:
            return self.end(Outcome(name, "failed", reason=str(error)))
        if addition is None:  # another thread was quicker
            return self.end(Outcome(name, "unchanged"))
        self.added.add(source.id)
        status = "replaced" if replaces else "added"
        return self.batch.add(addition, Outcome(name, status, len(reports), _ANEW if before else ""))


@contextmanager
def _running(library: Library, progress: Tell | None) -> Iterator[_Run]:
    settings = library.settings
    batch = Batch(library, progress or (lambda _: None))
    with Worker(Limits(settings.read_seconds, settings.read_megabytes)) as worker:
        try:
            yield _Run(library, worker, batch, lru_cache(maxsize=_SKETCHES)(lambda report: sketch(batch.text(report))))
        finally:
            batch.store()
