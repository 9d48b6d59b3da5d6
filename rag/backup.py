"""A library as one file: its records with a manifest, in a zip; the indexes are made anew from them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from rag.errors import LibraryError
from rag.home import occupy
from rag.schema import SCHEMA
from rag.settings import Settings

FORMAT = 1
"""Version of the archive: which members it has, and what the manifest says."""

MANIFEST, RECORDS = "manifest.json", "library.sqlite"
_MANIFEST_BYTES = 64 * 1024
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and how to tell whether it is whole."""

    format: int
    schema: int
    """Version of the tables."""
    baogao: str
    """Version of the program that wrote it."""
    created: str
    """ISO 8601."""
    model: str
    """Which model made the vectors."""
    files: int
    reports: int
    chunks: int
    bytes: int
    sha256: str
    """Of the records."""


def backup(settings: Settings, target: Path) -> Manifest:
    """Write the library to the new file `target`, in whole or not at all; also while another process has it open.

    SQLite's online backup reads one state of the records, whatever is written meanwhile (sqlite.org/backup.html).
    Raises LibraryError where there is no library, it is damaged or on a server, or `target` cannot be written.
    """
    if settings.database_url:
        raise LibraryError("资料库的记录在 PostgreSQL 里", "用 pg_dump 备份那个数据库")
    source = settings.home / RECORDS
    if not source.is_file():
        raise LibraryError(f"{settings.home} 里没有资料库", "用 --home 或 BAOGAO_HOME 指出资料库")
    if target.exists():
        raise LibraryError(f"{target} 已经存在，没有覆盖", "换一个文件名")
    with _named(f"写不了备份 {target}", "检查磁盘空间和目录权限"):
        folder = tempfile.TemporaryDirectory(prefix=".baogao-", dir=target.absolute().parent)
    with folder as place, _named(f"备份 {target} 没有写成", "检查磁盘空间；资料库有问题时先用 baogao doctor 查看"):
        copy, archive = Path(place, RECORDS), Path(place, "backup.zip")
        with closing(_reading(source)) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
            still.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            manifest = _describe(still, copy)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            package.write(copy, RECORDS)
        with archive.open("rb+") as written:
            os.fsync(written.fileno())
        archive.replace(target)
    return manifest


def restore(settings: Settings, source: Path) -> Manifest:
    """Put the records of a backup into a home without reports; the indexes are then to be made (`Library.repair`).

    They are those of another library from now on: the first may be in use, and a Chroma server may have its vectors.
    Raises LibraryError, the home left as it was, where that holds reports, or the backup is damaged or of a newer
    version.
    """
    if settings.database_url:
        raise LibraryError("资料库的记录在 PostgreSQL 里", "用 pg_restore 恢复那个数据库")
    home = settings.home
    with _named(f"读不了备份 {source}", "检查文件名，或换一份备份"), zipfile.ZipFile(source) as package:
        manifest = _manifest(package, source)
        guard = occupy(home, alone=True)
        try:
            _check_empty(home)
            coming = home / f"{RECORDS}.restoring"
            try:
                with package.open(RECORDS) as packed, coming.open("wb") as unpacked:
                    digest = _copy(packed, unpacked, manifest.bytes)
                    os.fsync(unpacked.fileno())
                if digest != manifest.sha256 or not _holds(coming, manifest):
                    raise _damaged(source)
                _rename(coming)
                _clear(home)
                coming.replace(home / RECORDS)
            finally:
                coming.unlink(missing_ok=True)
        finally:
            guard.release()
    return manifest


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _describe(records: sqlite3.Connection, path: Path) -> Manifest:
    """The manifest of a copy. Raises sqlite3.DatabaseError where it is damaged."""
    if (fault := records.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise sqlite3.DatabaseError(fault)
    meta = dict(records.execute("SELECT key, value FROM meta"))
    counts = {name: _count(records, name) for name in ("files", "reports", "chunks")}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        schema=int(meta["schema"]),
        baogao=version("baogao"),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=meta.get("model", ""),
        bytes=path.stat().st_size,
        sha256=digest,
        **counts,
    )


def _count(records: sqlite3.Connection, table: str) -> int:
    return records.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # nosec B608  # named in this module


def _manifest(package: zipfile.ZipFile, source: Path) -> Manifest:
    """The manifest, if it is one of a version that can be read."""
    try:
        with package.open(MANIFEST) as member:
            values: dict[str, Any] = json.loads(member.read(_MANIFEST_BYTES))
        if values["format"] > FORMAT or values["schema"] > SCHEMA:
            raise LibraryError(
                f"备份 {source} 由更新版本的 baogao（{values['baogao']}）写成，没有恢复", "升级 baogao 后再恢复"
            )
        package.getinfo(RECORDS)
        return Manifest(**{field.name: values[field.name] for field in fields(Manifest)})
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(source) from error


def _check_empty(home: Path) -> None:
    """Raise LibraryError where the home holds files; a library without any may be there, as `serve` leaves one."""
    records = home / RECORDS
    if not records.exists():
        return
    unreadable = _named(f"{home} 里有一个打不开的资料库", "把它移走，或用 --home 另指一个文件夹")
    with unreadable, closing(_reading(records)) as connection:
        files = _count(connection, "files")
    if files:
        raise LibraryError(f"{home} 里已有资料库（{files} 个文件），没有恢复", "用 --home 另指一个空文件夹")


def _copy(packed: Any, unpacked: BinaryIO, size: int) -> str:
    """Copy at most a little more than `size` bytes; their SHA-256."""
    digest, left = hashlib.sha256(), size + 1
    while left > 0 and (block := packed.read(min(_BLOCK, left))):
        digest.update(block)
        unpacked.write(block)
        left -= len(block)
    return digest.hexdigest()


def _holds(path: Path, manifest: Manifest) -> bool:
    """Whether records are sound and as many as the manifest says."""
    with closing(_reading(path)) as records:
        found = _describe(records, path)
    return (found.schema, found.files, found.reports, found.chunks) == (
        manifest.schema,
        manifest.files,
        manifest.reports,
        manifest.chunks,
    )


def _rename(records: Path) -> None:
    """Give a library an id of its own; one of the first versions gets it when it is brought up to date."""
    with closing(sqlite3.connect(records)) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'library'", (uuid4().hex,))


def _clear(home: Path) -> None:
    """Drop an empty library with its indexes, which would not fit what comes."""
    for name in (RECORDS, f"{RECORDS}-wal", f"{RECORDS}-shm"):
        (home / name).unlink(missing_ok=True)
    for name in ("dense", "lexical"):
        shutil.rmtree(home / name, ignore_errors=True)


@contextmanager
def _named(what: str, hint: str) -> Iterator[None]:
    """What goes wrong with files, zip or SQLite, as a LibraryError."""
    try:
        yield
    except (OSError, sqlite3.Error, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LibraryError(f"{what}：{why}", hint) from error


def _damaged(source: Path) -> LibraryError:
    return LibraryError(f"{source} 不是 baogao 的备份，或已损坏，没有恢复", "换一份备份")
