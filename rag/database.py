"""The database that the records are in: the library's own SQLite file, or a PostgreSQL that several processes share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, InterfaceError

from rag.errors import LibraryError, SettingError

_LOCK = 0x62616F67616F  # `baogao`
_WAIT = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 20_000}
"""Seconds (the last: milliseconds) after which libpq takes a server that does not answer for gone."""


class Database:
    """Connections, the lock that lets one writer in at a time, and errors that a person can read."""

    def __init__(self, path: Path, url: str = "") -> None:
        """On the SQLite file `path`, or where `url` points (`postgresql://…`). Nothing is connected yet."""
        self.shared = bool(url)
        self.engine, self.where = _postgresql(url) if url else (_sqlite(path), str(path))
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT") if url else self.engine

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._guarded(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction."""
        with self._guarded(), self.engine.connect() as connection:
            if not self.shared:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # else changes to tables would stand outside of it
            yield connection
            connection.commit()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from writing; one that dies lets go. For SQLite the lock of the home has done so."""
        if not self.shared:
            yield
            return
        with self._guarded(), self.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            try:
                yield
            except BaseException:
                connection.invalidate()  # it may be what failed; closed, it lets go
                raise

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, InterfaceError) as error:
            raise self._fault(error) from error

    def _fault(self, error: DatabaseError | InterfaceError) -> LibraryError:
        said = str(error.orig).strip().partition("\n")[0]
        if not self.shared:
            return LibraryError(f"资料库文件 {self.where} 无法读写：{said}", "检查磁盘空间和文件权限，或从备份恢复")
        return LibraryError(
            f"数据库 {self.where} 无法使用：{said}",
            "确认 PostgreSQL 在运行、BAOGAO_DATABASE_URL 写得对；它恢复以后不用重启",
        )


def _sqlite(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _postgresql(url: str) -> tuple[Engine, str]:
    """The engine, and how to speak of the database without its password."""
    parts = make_url(url).set(drivername="postgresql+psycopg")
    where = f"{parts.host or 'localhost'}:{parts.port or 5432}/{parts.database or parts.username or ''}"
    try:
        return create_engine(parts, pool_pre_ping=True, connect_args=_WAIT), where
    except ModuleNotFoundError as error:
        raise SettingError(
            "设置了 BAOGAO_DATABASE_URL，却没有安装 PostgreSQL 的驱动", "用 pip install 'baogao[postgres]' 安装"
        ) from error
