"""Versions of the tables: an older library is brought up to date, a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_library import COMMERCE, TRANSPORT, small_file
from sqlalchemy import Connection, text

from rag.database import Database
from rag.errors import LibraryError
from rag.records import Records
from rag.schema import MIGRATIONS, SCHEMA, Step, prepare

FILE, REPORTS, _ = small_file("两局.txt", TRANSPORT, COMMERCE)


def run(*statements: str) -> Step:
    def step(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    return step


STEPS = (
    *MIGRATIONS,
    run("ALTER TABLE sections ADD COLUMN note VARCHAR", "UPDATE sections SET note = heading"),
    run("ALTER TABLE files ADD COLUMN volumes INTEGER"),
)


BACK_TO_1 = (
    "ALTER TABLE reports DROP COLUMN pages",
    "ALTER TABLE reports DROP COLUMN corrected",
    "ALTER TABLE files DROP COLUMN reading",
    "DROP TABLE changes",
    "CREATE TABLE pending (report_id VARCHAR NOT NULL PRIMARY KEY, chunk_ids TEXT NOT NULL)",
    """INSERT INTO pending VALUES ('r1', '["c1"]')""",
    "DELETE FROM meta WHERE key NOT IN ('schema', 'change', 'model', 'dimension')",
    "UPDATE meta SET value = '1' WHERE key = 'schema'",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library of today's version, with a file in it."""
    path = tmp_path / "library.sqlite"
    records = Records(path)
    with records.writing() as transaction:
        records.insert(transaction, FILE, REPORTS, [], [])
    records.close()
    return path


def rows(path: Path, statement: str) -> list[tuple]:
    with Database(path).reading() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def migrate(path: Path, steps: tuple[Step, ...]) -> None:
    with Database(path).writing() as connection:
        prepare(connection, str(path), steps)


def test_a_new_library_has_todays_version(tmp_path: Path):
    Records(tmp_path / "library.sqlite").close()
    assert rows(tmp_path / "library.sqlite", "SELECT value FROM meta WHERE key = 'schema'") == [(str(SCHEMA),)]


def test_an_older_library_is_brought_up_to_date_once(path: Path):
    for _ in range(2):
        migrate(path, STEPS)
        assert rows(path, "SELECT DISTINCT note FROM sections WHERE level = 0") == [(TRANSPORT[0],), (COMMERCE[0],)]
        assert rows(path, "SELECT name, volumes FROM files") == [("两局.txt", None)]
        assert rows(path, "SELECT value FROM meta WHERE key = 'schema'") == [(str(SCHEMA + 2),)]


def test_a_library_of_the_first_version_is_read_by_this_one(path: Path):
    with Database(path).writing() as connection:
        run(*BACK_TO_1)(connection)
    records = Records(path)
    assert [records.full_report(report) for report in records.reports()] == REPORTS
    assert [records.meta(key) for key in ("change", "dense", "lexical")] == ["1", "0", "0"]
    assert records.changed_since(0) == {"r1": ["c1"]}
    assert [(file.name, file.reading) for file in records.files()] == [("两局.txt", 0)]
    assert records.meta("library")


def test_a_step_that_fails_changes_nothing(path: Path):
    with pytest.raises(LibraryError, match="nowhere"):
        migrate(path, (*STEPS, run("ALTER TABLE files ADD COLUMN more INTEGER", "UPDATE nowhere SET x = 1")))
    assert rows(path, "SELECT value FROM meta WHERE key = 'schema'") == [(str(SCHEMA),)]
    with pytest.raises(LibraryError, match="more"):
        rows(path, "SELECT more FROM files")
    assert Records(path).file(FILE.id) == FILE


def test_a_newer_library_is_refused_and_left_alone(path: Path):
    migrate(path, STEPS)
    before = rows(path, "SELECT * FROM files, meta")
    with pytest.raises(LibraryError, match=rf"{SCHEMA + 2}.*{SCHEMA}.*升级"):
        Records(path)
    assert rows(path, "SELECT * FROM files, meta") == before
