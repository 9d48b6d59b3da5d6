"""Files into the library: read, clean, split, outline, chunk, embed, store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ingest.chunking import chunk
from ingest.readers import ReadFile, Unreadable, is_readable, read
from ingest.reports import reports_in
from ingest.versions import SAME, overlap, sketch
from rag.errors import BaogaoError, FileError
from rag.library import Library
from rag.model import FullReport, SourceFile

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

    A file that fails is an outcome with its reason and does not stop the others.
    """
    tell = progress or (lambda _: None)
    outcomes: list[Outcome] = []
    for path, asked in _files(paths):
        if not asked and not is_readable(path):
            outcomes.append(Outcome(path.name, "skipped", reason="不是能读的文件类型"))
            continue
        try:
            tell(Progress(path.name, "读取"))
            for item in read(path):
                outcomes.append(_add(item, library, tell))
        except FileError as error:
            outcomes.append(Outcome(path.name, "failed", reason=str(error)))
    return outcomes


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file with whether it was named by the person; hidden files of a folder are passed over."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        inside = sorted(
            p
            for p in path.rglob("*")
            if p.is_file() and not any(part.startswith(".") for part in p.relative_to(path).parts)
        )
        if not any(is_readable(p) for p in inside):
            yield path, True
        else:
            yield from ((p, False) for p in inside)


def _add(item: ReadFile | Unreadable, library: Library, tell: Report) -> Outcome:
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
    reports = reports_in(source)
    if not reports:
        return Outcome(item.name, "failed", reason=f"{item.name} 里没有报告正文。请确认文件内容，或另存为 .txt 后再试")
    replaced = [file.id for file in library.files() if file.name == item.name]
    linked, fuller = _versions(reports, library, ignore=set(replaced))
    embedding = library.embedding
    chunks = [
        c for full in linked for c in chunk(full, count_tokens=embedding.count_tokens, window=embedding.max_tokens)
    ]
    tell(Progress(item.name, "向量", 0, len(chunks)))
    try:
        library.add(source, linked, chunks, progress=lambda done, total: tell(Progress(item.name, "向量", done, total)))
        for report_id, version_of in fuller.items():
            library.update_report(report_id, version_of=version_of)
        for file_id in replaced:
            library.remove_file(file_id)
    except BaogaoError as error:
        return Outcome(item.name, "failed", reason=str(error))
    return Outcome(item.name, "replaced" if replaced else "added", reports=len(linked))


def _versions(
    reports: list[FullReport], library: Library, *, ignore: set[str]
) -> tuple[list[FullReport], dict[str, str]]:
    """Link near-identical reports to the one that hides the fewest figures.

    Returns the new reports with `version_of` set, and for reports already there the id of a fuller new one.
    """
    known = [(r, sketch(library.report(r.id).text)) for r in library.reports() if r.file_id not in ignore]
    linked: list[FullReport] = []
    fuller: dict[str, str] = {}
    for full in reports:
        own = sketch(full.text)
        report = full.report
        for other, theirs in known:
            if other.version_of or overlap(own, theirs) < SAME:
                continue
            if other.masked <= report.masked:
                report = replace(report, version_of=other.id)
                break
            if other.file_id != report.file_id:
                fuller[other.id] = report.id
            else:
                linked = [
                    replace(f, report=replace(f.report, version_of=report.id)) if f.report.id == other.id else f
                    for f in linked
                ]
        linked.append(replace(full, report=report))
        known.append((report, own))
    return linked, fuller
