"""The tables of a library's records, and the steps that bring those of an older library up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from rag.errors import LibraryError

METADATA = MetaData()


def _table(name: str, *columns: Column | Index) -> Table:
    return Table(name, METADATA, *columns)


def _owner(column: str, **options: Any) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE", **options)


META = _table("meta", Column("key", String, primary_key=True), Column("value", String, nullable=False))
FILES = _table(
    "files",
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("encoding", String, nullable=False),
    Column("added", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("reading", Integer, nullable=False, server_default="0"),
)
REPORTS = _table(
    "reports",
    Column("id", String, primary_key=True),
    Column("file_id", _owner("files.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("org", String, nullable=False),
    Column("org_level", String, nullable=False),
    Column("place", String, nullable=False),
    Column("year", Integer),
    Column("plan_year", Integer),
    Column("date", String, nullable=False),
    Column("tag", String, nullable=False),
    Column("version_of", String, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("masked", Integer, nullable=False),
    Column("corrected", String, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("pages", Text, nullable=False, server_default="[]"),
)
SECTIONS = _table(
    "sections",
    Column("report_id", _owner("reports.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("parent", Integer),
    Column("level", Integer, nullable=False),
    Column("heading", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("body", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)
CHUNKS = _table(
    "chunks",
    Column("id", String, primary_key=True),
    Column("report_id", _owner("reports.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("section", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("header", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("sentences", Text, nullable=False),
    Index("chunks_in_reading_order", "report_id", "position"),
)
VECTORS = _table(
    "vectors",
    Column("chunk_id", _owner("chunks.id"), primary_key=True),
    Column("passage", LargeBinary, nullable=False),  # float32, as Chroma has it
    Column("sentences", LargeBinary, nullable=False),  # float16 (sentences, dimension): half the room
)
CHANGES = _table(  # which reports a write touched, and the chunks that came or went: what the indexes follow
    "changes",
    Column("change", Integer, primary_key=True),
    Column("report_id", String, primary_key=True),
    Column("chunk_ids", Text, nullable=False),
)
FEEDBACK = _table(
    "feedback",
    Column("id", Integer, primary_key=True),
    Column("time", Float, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("verdict", String, nullable=False),
    Column("comment", Text, nullable=False),
)


def _keep_pages(connection: Connection) -> None:
    """1 → 2."""
    _add_column(connection, REPORTS.name, "pages TEXT NOT NULL DEFAULT '[]'")


def _log_changes(connection: Connection) -> None:
    """2 → 3: what the indexes were yet to follow becomes the last change, up to which they have not followed."""
    CHANGES.create(connection)
    change = int(connection.execute(select(META.c.value).where(META.c.key == "change")).scalar_one())
    pending = connection.exec_driver_sql("SELECT report_id, chunk_ids FROM pending").all()
    if pending:
        connection.execute(insert(CHANGES), [{**row._mapping, "change": change} for row in pending])
    followed = str(change - bool(pending))
    connection.execute(insert(META), [{"key": key, "value": followed} for key in ("dense", "lexical")])
    connection.execute(insert(META), {"key": "library", "value": uuid4().hex})
    connection.exec_driver_sql("DROP TABLE pending")


def _note_reading(connection: Connection) -> None:
    """3 → 4."""
    _add_column(connection, FILES.name, "reading INTEGER NOT NULL DEFAULT 0")
    _add_column(connection, REPORTS.name, "corrected VARCHAR NOT NULL DEFAULT ''")


Step = Callable[[Connection], None]
MIGRATIONS: tuple[Step, ...] = (_keep_pages, _log_changes, _note_reading)
"""What leads from version 1 to 2, from 2 to 3, …, on SQLite and PostgreSQL alike. A step that was released stays."""
SCHEMA = 1 + len(MIGRATIONS)
"""Version of the tables above; the `meta` table of a library holds its own."""


def prepare(connection: Connection, where: str, migrations: tuple[Step, ...] = MIGRATIONS) -> None:
    """Make the tables, or bring those of an older version up to date, inside the connection's transaction.

    Raises LibraryError, having touched nothing, for a library of a newer version.
    """
    current = 1 + len(migrations)
    found = _version(connection)
    if found > current:
        raise LibraryError(
            f"{where} 由更新版本的 baogao 写成（数据格式 {found}，本版本只到 {current}），没有改动它",
            "升级 baogao 后再打开，或用 BAOGAO_HOME 另指一个资料库",
        )
    if not found:
        METADATA.create_all(connection)
        values = {"schema": str(current), "library": uuid4().hex, "change": "0", "dense": "0", "lexical": "0"}
        connection.execute(insert(META), [{"key": key, "value": value} for key, value in values.items()])
    elif found < current:
        for step in migrations[found - 1 :]:
            step(connection)
        connection.execute(update(META).where(META.c.key == "schema").values(value=str(current)))


def _version(connection: Connection) -> int:
    """The version of the tables that are there; 0 for none."""
    if not inspect(connection).has_table(META.name):
        return 0
    return int(connection.execute(select(META.c.value).where(META.c.key == "schema")).scalar() or 0)


def _add_column(connection: Connection, table: str, definition: str) -> None:
    """Add a column, unless it is there."""
    name = definition.partition(" ")[0]
    if name not in {column["name"] for column in inspect(connection).get_columns(table)}:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {definition}")
