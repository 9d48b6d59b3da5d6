"""Files into the library: read, clean, split, outline, chunk, embed, store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ingest.chunking import chunk
from ingest.readers import ReadFile, Unreadable, is_readable, read_each
from ingest.readers.base import shown
from ingest.reports import reports_in
from ingest.versions import linked
from ingest.worker import Limits, Worker
from rag.errors import BaogaoError, FileError
from rag.library import Library
from rag.model import SourceFile

SAMPLES = Path(__file__).parent / "samples"
"""The reports of a fictional district that a new library begins with."""

Status = Literal["added", "unchanged", "replaced", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come: `done` of `total` chunks in the stage 向量, pages in 读取 where that takes long."""

    file: str
    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    file: str
    status: Status
    reports: int = 0
    reason: str = ""


Report = Callable[[Progress], None]


def ingest(paths: Iterable[Path], library: Library, *, progress: Report | None = None) -> list[Outcome]:
    """Add files and folders (searched to the bottom); each file comes in whole or not at all.

    A file that fails is an outcome with its reason and does not stop the others. A file of a folder is named by its
    path in it, so that files of one name in different folders stay apart. Files are read in a process of their own,
    within the limits of the library's settings.
    """
    tell = progress or (lambda _: None)
    outcomes: list[Outcome] = []
    added: set[str] = set()
    with Worker(Limits(library.settings.read_seconds, library.settings.read_megabytes)) as worker:
        for path, name, refusal in _files(paths):
            if refusal:
                outcomes.append(Outcome(name, "skipped", reason=refusal))
                continue
            if library.has_file(_digest(path)):
                outcomes.append(Outcome(name, "unchanged"))
                continue
            tell(Progress(name, "读取"))
            outcomes += [_add(item, library, worker, tell, added) for item in _read(path, name, worker, tell)]
    return outcomes


def _digest(path: Path) -> str:
    """The id that the library knows a file by, had without the process that reads it; empty where there is none."""
    if not os.path.isfile(path):  # noqa: PTH113 (Path.is_file raises as Path.is_dir does)
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # said when it is read
        return ""


def _read(path: Path, name: str, worker: Worker, tell: Report) -> list[ReadFile | Unreadable]:
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


def _add(item: ReadFile | Unreadable, library: Library, worker: Worker, tell: Report, added: set[str]) -> Outcome:
    """Add one file; `added` collects the files of this run, which no other of the same name replaces."""
    if isinstance(item, Unreadable):
        return Outcome(item.name, "failed", reason=str(item.error))
    if library.has_file(item.data_sha256):
        return Outcome(item.name, "unchanged")
    tell(Progress(item.name, "拆分"))
    source = SourceFile(
        id=item.data_sha256,
        name=item.name,
        size=item.size,
        encoding=item.encoding,
        added=datetime.now(UTC).isoformat(timespec="seconds"),
        text=item.text,
    )
    embedding = library.embedding
    try:
        reports = worker.call(item.name, reports_in, source, item.pages)
        if not reports:
            raise FileError(f"“{shown(item.name)}”里没有报告正文", "请确认文件内容，或另存为 .txt 后再试")
        with library.reading():
            same_name = [file.id for file in library.files() if file.name == item.name and file.id not in added]
            replaces = same_name[0] if len(same_name) == 1 else None
            known = [report for report in library.reports() if report.file_id != replaces]
            reports, fuller = linked(reports, known, lambda report_id: library.report(report_id).text)
        chunks = [
            c for full in reports for c in chunk(full, count_tokens=embedding.count_tokens, window=embedding.max_tokens)
        ]
        tell(Progress(item.name, "向量", 0, len(chunks)))
        is_new = library.add(
            source,
            reports,
            chunks,
            progress=lambda done, total: tell(Progress(item.name, "向量", done, total)),
            replaces=replaces,
            fuller={r.id: root for r in known if (root := fuller.get(r.id) or fuller.get(r.version_of))},
        )
    except BaogaoError as error:
        return Outcome(item.name, "failed", reason=str(error))
    if not is_new:  # another thread was quicker
        return Outcome(item.name, "unchanged")
    added.add(source.id)
    return Outcome(item.name, "replaced" if replaces else "added", reports=len(reports))
