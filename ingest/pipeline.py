"""Files into the library: read, clean, split, outline, chunk, embed, store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ingest.chunking import chunk
from ingest.readers import ReadFile, Unreadable, is_readable, read
from ingest.reports import reports_in
from ingest.versions import linked
from rag.errors import BaogaoError, FileError
from rag.library import Library
from rag.model import SourceFile

SAMPLES = Path(__file__).parent / "samples"
"""The reports of a fictional district that a new library begins with."""

Status = Literal["added", "unchanged", "replaced", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come: `done` of `total` chunks in the stage 向量, else 0 of 0."""

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
    path in it, so that files of one name in different folders stay apart.
    """
    tell = progress or (lambda _: None)
    outcomes: list[Outcome] = []
    added: set[str] = set()
    for path, name, asked in _files(paths):
        if not asked and not is_readable(path):
            outcomes.append(Outcome(name, "skipped", reason="不是能读的文件类型"))
            continue
        try:
            tell(Progress(name, "读取"))
            for item in read(path, name=name):
                outcomes.append(_add(item, library, tell, added))
        except FileError as error:
            outcomes.append(Outcome(name, "failed", reason=str(error)))
    return outcomes


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str, bool]]:
    """Each file, its name, and whether the person named it; hidden files of a folder are passed over."""
    for path in paths:
        if not path.is_dir():
            yield path, path.name, True
            continue
        inside = [(p, p.relative_to(path)) for p in sorted(path.rglob("*")) if p.is_file()]
        inside = [(p, inner) for p, inner in inside if not any(part.startswith(".") for part in inner.parts)]
        if any(is_readable(p) for p, _ in inside):
            yield from ((p, inner.as_posix(), False) for p, inner in inside)
        else:
            yield path, path.name, True


def _add(item: ReadFile | Unreadable, library: Library, tell: Report, added: set[str]) -> Outcome:
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
    reports = reports_in(source, item.pages)
    if not reports:
        return Outcome(item.name, "failed", reason=f"{item.name} 里没有报告正文。请确认文件内容，或另存为 .txt 后再试")
    same_name = [file.id for file in library.files() if file.name == item.name and file.id not in added]
    replaces = same_name[0] if len(same_name) == 1 else None
    known = [report for report in library.reports() if report.file_id != replaces]
    reports, fuller = linked(reports, known, lambda report_id: library.report(report_id).text)
    embedding = library.embedding
    try:
        chunks = [
            c for full in reports for c in chunk(full, count_tokens=embedding.count_tokens, window=embedding.max_tokens)
        ]
        tell(Progress(item.name, "向量", 0, len(chunks)))
        library.add(
            source,
            reports,
            chunks,
            progress=lambda done, total: tell(Progress(item.name, "向量", done, total)),
            replaces=replaces,
        )
        for report in known:
            root = fuller.get(report.id) or fuller.get(report.version_of)
            if root:
                library.update_report(report.id, version_of=root)
    except BaogaoError as error:
        return Outcome(item.name, "failed", reason=str(error))
    added.add(source.id)
    return Outcome(item.name, "replaced" if replaces else "added", reports=len(reports))
