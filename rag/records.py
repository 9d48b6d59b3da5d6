"""What the library holds, through SQLAlchemy: the truth that both indexes can be rebuilt from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, literal, select, update

from rag.additions import Addition
from rag.database import Database
from rag.model import Chunk, Feedback, FullReport, Kind, Report, Section, SourceFile
from rag.schema import CHANGES, CHUNKS, FEEDBACK, FILES, META, REPORTS, SECTIONS, VECTORS, prepare
from rag.vectors import Vectors, Wording, wording

VERDICTS = {True: "useful", False: "useless"}
_FILE, _SECTION, _CHUNK = (
    [table.c[f.name] for f in fields(row)] for table, row in ((FILES, SourceFile), (SECTIONS, Section), (CHUNKS, Chunk))
)
_REPORT = [FILES.c.name if f.name == "file" else REPORTS.c[f.name] for f in fields(Report)]
_IN = 500
"""Values of one `IN (…)`: SQLite takes at most 32766, older builds 999."""


class Records:
    """Reads and writes of the database. Methods that write take the connection of `writing()`."""

    def __init__(self, path: Path, url: str = "") -> None:
        """Open the file, or the PostgreSQL at `url`; made where there is none, brought up to date where it is older.

        Raises LibraryError if it cannot be used or is of a newer version.
        """
        self.path = path
        self.database = Database(path, url)
        self._touched: dict[str, dict[str, None]] = {}  # by a transaction, which logs it as it ends
        try:
            with self.database.alone(), self.database.writing() as connection:
                prepare(connection, self.database.where)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.database.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; the change number grows with it. One at a time: see `Database.alone`."""
        with self.database.writing() as connection:
            change = self.change(connection) + 1
            self.set_meta(connection, change=str(change))
            self._touched = {}
            yield connection
            self._promote_versions(connection)
            rows = [
                {"change": change, "report_id": report_id, "chunk_ids": json.dumps(list(ids))}
                for report_id, ids in self._touched.items()
            ]
            _insert_all(connection, CHANGES, rows)

    def change(self, connection: Connection | None = None) -> int:
        """The number of the last write."""
        return int(self.meta("change", connection))

    def _rows(self, statement: Any) -> Sequence[Row]:
        with self.database.reading() as connection:
            return connection.execute(statement).all()

    # --- meta ---

    def meta(self, key: str, connection: Connection | None = None) -> str:
        """A value of the meta table, or empty."""
        statement = select(META.c.value).where(META.c.key == key)
        rows = connection.execute(statement).all() if connection else self._rows(statement)
        return rows[0].value if rows else ""

    def set_meta(self, connection: Connection, **values: str) -> None:
        connection.execute(delete(META).where(META.c.key.in_(values)))
        _insert_all(connection, META, [{"key": key, "value": value} for key, value in values.items()])

    # --- reading ---

    def files(self) -> list[SourceFile]:
        """All files in the order they were added, without their texts."""
        columns = [literal("") if column is FILES.c.text else column for column in _FILE]
        return sorted((SourceFile(*row) for row in self._rows(select(*columns))), key=_order)

    def file(self, file_id: str) -> SourceFile | None:
        rows = self._rows(select(*_FILE).where(FILES.c.id == file_id))
        return SourceFile(*rows[0]) if rows else None

    def reports(self) -> list[Report]:
        """All reports, by file in the order of adding, then by position."""
        places = {file.id: n for n, file in enumerate(self.files())}
        found = (Report(*row) for row in self._rows(select(*_REPORT).join_from(REPORTS, FILES)))
        return sorted(found, key=lambda r: (places[r.file_id], r.position))

    def full_report(self, report: Report) -> FullReport:
        row = self._rows(select(REPORTS.c.text, REPORTS.c.origin, REPORTS.c.pages).where(REPORTS.c.id == report.id))[0]
        found = self._rows(select(*_SECTION).where(SECTIONS.c.report_id == report.id).order_by(SECTIONS.c.number))
        sections = tuple(
            Section(n, parent, level, head, Kind(kind), *span) for n, parent, level, head, kind, *span in found
        )
        return FullReport(report, row.text, sections, _spans(row.origin), _spans(row.pages))

    def chunks(self, *report_ids: str) -> list[Chunk]:
        """The reports' chunks, each report's in reading order."""
        wanted = (select(*_CHUNK).where(CHUNKS.c.report_id.in_(part)) for part in _parts(report_ids))
        ordered = (own.order_by(CHUNKS.c.report_id, CHUNKS.c.position) for own in wanted)
        return [_chunk(row) for statement in ordered for row in self._rows(statement)]

    def _rows_of(self, columns: Sequence[Any], key: Any, values: Sequence[str]) -> Iterator[Row]:
        """Rows whose `key` is among the values, in parts that one `IN (…)` takes."""
        for part in _parts(values):
            yield from self._rows(select(*columns).where(key.in_(part)))

    def chunks_by_id(self, chunk_ids: Sequence[str]) -> dict[str, Chunk]:
        return {row[0]: _chunk(row) for row in self._rows_of(_CHUNK, CHUNKS.c.id, chunk_ids)}

    def reports_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Chunk id → report id, for those that are there."""
        return {i: report for i, report in self._rows_of([CHUNKS.c.id, CHUNKS.c.report_id], CHUNKS.c.id, chunk_ids)}

    def chunk_ids(self) -> list[str]:
        return [row.id for row in self._rows(select(CHUNKS.c.id))]

    def passage_vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        rows = self._rows_of([VECTORS.c.chunk_id, VECTORS.c.passage], VECTORS.c.chunk_id, chunk_ids)
        return {i: np.frombuffer(passage, np.float32) for i, passage in rows}

    def vectors_in(self, report_id: str) -> tuple[list[str], np.ndarray]:
        """Ids of a report's chunks in reading order, and their vectors, shape (n, dimension), float32."""
        columns = select(CHUNKS.c.id, VECTORS.c.passage).join(VECTORS).where(CHUNKS.c.report_id == report_id)
        rows = self._rows(columns.order_by(CHUNKS.c.position))
        vectors = [np.frombuffer(row.passage, np.float32) for row in rows]
        return [row.id for row in rows], np.stack(vectors) if vectors else np.empty((0, 0), np.float32)

    def sentence_vectors(self, chunk_id: str, dimension: int) -> np.ndarray | None:
        rows = self._rows(select(VECTORS.c.sentences).where(VECTORS.c.chunk_id == chunk_id))
        return np.frombuffer(rows[0].sentences, np.float16).reshape(-1, dimension).astype(np.float32) if rows else None

    def whole(self, file_id: str | None) -> tuple[SourceFile, list[FullReport], list[Chunk], list[Vectors]] | None:
        """All that there is of a file, as `insert` takes it; None where there is no such file."""
        file = self.file(file_id) if file_id else None
        if not file:
            return None
        reports = [report for report in self.reports() if report.file_id == file_id]
        chunks = [chunk for report in reports for chunk in self.chunks(report.id)]
        return file, [self.full_report(report) for report in reports], chunks, self._vectors(chunks)

    def vectors_of(self, file_id: str | None) -> dict[Wording, Vectors]:
        """The vectors of a file's chunks, by what they were made of."""
        own = select(*_CHUNK).join(REPORTS).where(REPORTS.c.file_id == file_id)
        chunks = [_chunk(row) for row in self._rows(own)] if file_id else []
        return dict(zip(map(wording, chunks), self._vectors(chunks), strict=True))

    def _vectors(self, chunks: Sequence[Chunk]) -> list[Vectors]:
        columns = [VECTORS.c.chunk_id, VECTORS.c.passage, VECTORS.c.sentences]
        rows = self._rows_of(columns, VECTORS.c.chunk_id, [chunk.id for chunk in chunks])
        found = {
            i: (np.frombuffer(passage, np.float32), np.frombuffer(inner, np.float16)) for i, passage, inner in rows
        }
        pairs = (found[chunk.id] for chunk in chunks)
        return [Vectors(passage, inner.reshape(-1, len(passage)).astype(np.float32)) for passage, inner in pairs]

    def empty(self) -> bool:
        """Whether there are no chunks at all."""
        return not self._rows(select(CHUNKS.c.id).limit(1))

    def chunk_count(self) -> int:
        return self._rows(select(func.count()).select_from(CHUNKS))[0][0]

    def chunk_counts(self) -> dict[str, int]:
        """Report id → how many chunks it has, for those that have any."""
        counted = select(CHUNKS.c.report_id, func.count()).group_by(CHUNKS.c.report_id)
        return {report_id: count for report_id, count in self._rows(counted)}

    def counts(self) -> dict[str, int]:
        """Rows of each table that a person knows of, and the characters of the cleaned reports."""
        tables = {"files": FILES, "reports": REPORTS, "sections": SECTIONS, "chunks": CHUNKS}
        found = {name: self._rows(select(func.count()).select_from(table))[0][0] for name, table in tables.items()}
        return found | {"characters": self._rows(select(func.coalesce(func.sum(REPORTS.c.characters), 0)))[0][0]}

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file, in its words; empty if nothing, and for PostgreSQL."""
        if self.database.shared:
            return []
        with self.database.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
            loose = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return [line for line in found if line != "ok"] + [str(tuple(row)) for row in loose]

    # --- writing ---

    def add(self, connection: Connection, addition: Addition) -> None:
        """Record a file in place of the one that it replaces."""
        if addition.replaces:
            self.delete_file(connection, addition.replaces)
        self.insert(connection, addition.file, addition.reports, addition.chunks, addition.vectors)
        for report_id, root in addition.fuller.items():
            self.update_report(connection, report_id, {"version_of": root})

    def insert(
        self,
        connection: Connection,
        file: SourceFile,
        reports: Sequence[FullReport],
        chunks: Sequence[Chunk],
        vectors: Sequence[Vectors],
    ) -> None:
        """Record a file with all that is in it; the chunks in reading order."""
        connection.execute(insert(FILES), _row(file))
        spans = ({"text": f.text, "origin": json.dumps(f.origin), "pages": json.dumps(f.pages)} for f in reports)
        rows = [_row(full.report) | own for full, own in zip(reports, spans, strict=True)]
        _insert_all(connection, REPORTS, [{k: v for k, v in row.items() if k != "file"} for row in rows])
        sections = [_row(s) | {"report_id": full.report.id} for full in reports for s in full.sections]
        _insert_all(connection, SECTIONS, sections)
        places = [{"sentences": json.dumps(c.sentences), "position": n} for n, c in enumerate(chunks)]
        _insert_all(connection, CHUNKS, [_row(c) | place for c, place in zip(chunks, places, strict=True)])
        _insert_all(connection, VECTORS, _vector_rows(chunks, vectors))
        for full in reports:
            self.log(full.report.id, [chunk.id for chunk in chunks if chunk.report_id == full.report.id])

    def replace_vectors(self, connection: Connection, chunks: Sequence[Chunk], vectors: Sequence[Vectors]) -> None:
        for part in _parts([chunk.id for chunk in chunks]):
            connection.execute(delete(VECTORS).where(VECTORS.c.chunk_id.in_(part)))
        _insert_all(connection, VECTORS, _vector_rows(chunks, vectors))

    def delete_file(self, connection: Connection, file_id: str) -> None:
        self._log_leaving(connection, REPORTS.c.file_id == file_id)
        connection.execute(delete(FILES).where(FILES.c.id == file_id))

    def delete_report(self, connection: Connection, report_id: str) -> None:
        self._log_leaving(connection, REPORTS.c.id == report_id)
        connection.execute(delete(REPORTS).where(REPORTS.c.id == report_id))

    def _promote_versions(self, connection: Connection) -> None:
        """Of the versions of a report that is gone, the one that hides the fewest figures takes its place."""
        gone = REPORTS.c.version_of.notin_(select(REPORTS.c.id)) & (REPORTS.c.version_of != "")
        found = select(REPORTS.c.id, REPORTS.c.version_of).where(gone).order_by(REPORTS.c.masked, REPORTS.c.id)
        heirs: dict[str, str] = {}
        for row in connection.execute(found).all():
            heir = heirs.setdefault(row.version_of, row.id)
            self.update_report(connection, row.id, {"version_of": "" if row.id == heir else heir})

    def update_report(self, connection: Connection, report_id: str, values: dict[str, Any]) -> None:
        connection.execute(update(REPORTS).where(REPORTS.c.id == report_id).values(values))

    def correct_report(self, connection: Connection, report: Report, values: dict[str, Any]) -> None:
        """Write what a person says of a report, and that a person said it."""
        said = [name for name, value in values.items() if getattr(report, name) != value]
        names = dict.fromkeys([*report.corrected.split(), *said])
        self.update_report(connection, report.id, {**values, "corrected": " ".join(names)})

    # --- the log of changes, which the indexes follow ---

    def log(self, report_id: str, chunk_ids: Iterable[str]) -> None:
        """Note chunks of a report that come or go with this transaction."""
        self._touched.setdefault(report_id, {}).update(dict.fromkeys(chunk_ids))

    def _log_leaving(self, connection: Connection, reports: ColumnElement[bool]) -> None:
        columns = select(REPORTS.c.id, CHUNKS.c.id).select_from(REPORTS.outerjoin(CHUNKS)).where(reports)
        for report_id, chunk_id in connection.execute(columns):
            self.log(report_id, [chunk_id] if chunk_id else [])

    def changed_since(self, change: int) -> dict[str, list[str]]:
        """Reports that later writes touched, with all chunks that came or went."""
        found: dict[str, dict[str, None]] = {}
        for row in self._rows(select(CHANGES).where(CHANGES.c.change > change).order_by(CHANGES.c.change)):
            found.setdefault(row.report_id, {}).update(dict.fromkeys(json.loads(row.chunk_ids)))
        return {report_id: list(chunk_ids) for report_id, chunk_ids in found.items()}

    def note(self, marks: dict[str, str]) -> None:
        """Record in the meta table how far indexes have followed; without other processes the log is then done with."""
        with self.database.writing() as connection:
            self.set_meta(connection, **marks)
            if not self.database.shared:
                connection.execute(delete(CHANGES).where(CHANGES.c.change <= min(map(int, marks.values()))))

    # --- feedback: nothing that the indexes or a reader of the library follow ---

    def feedback(self) -> list[Feedback]:
        """What people thought of answers, oldest first."""
        return [
            Feedback(
                id=row.id,
                time=datetime.fromtimestamp(row.time, UTC).isoformat(timespec="seconds"),
                question=row.question,
                answer=row.answer,
                useful=row.verdict == VERDICTS[True],
                comment=row.comment,
            )
            for row in self._rows(select(FEEDBACK).order_by(FEEDBACK.c.id))
        ]

    def keep_feedback(
        self, question: str, answer: str, useful: bool, comment: str, time: float, instead_of: int | None
    ) -> int:
        """Record what a person thought of an answer at `time` (seconds since 1970); the id of the row."""
        row = {"time": time, "question": question, "answer": answer, "comment": comment, "verdict": VERDICTS[useful]}
        with self.database.writing() as connection:
            if instead_of is None:
                return connection.execute(insert(FEEDBACK).returning(FEEDBACK.c.id), row).scalar_one()
            connection.execute(update(FEEDBACK).where(FEEDBACK.c.id == instead_of).values(row))
            return instead_of


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + _IN] for at in range(0, len(values), _IN))


def _row(item: Any) -> dict[str, Any]:
    """The fields of a dataclass with slots, not copied as `asdict` does, which takes ten times as long."""
    return {name: getattr(item, name) for name in item.__slots__}


def _vector_rows(chunks: Sequence[Chunk], vectors: Sequence[Vectors]) -> list[dict[str, Any]]:
    return [
        {"chunk_id": c.id, "passage": v.passage.tobytes(), "sentences": v.sentences.astype(np.float16).tobytes()}
        for c, v in zip(chunks, vectors, strict=True)
    ]


def _insert_all(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _order(file: SourceFile) -> tuple[str, str, str]:
    """Sorted here, as databases differ in how they sort letters."""
    return file.added, file.name, file.id


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((a, b) for a, b in json.loads(text))


def _chunk(row: Row) -> Chunk:
    """A chunk of the columns `_CHUNK`."""
    i, report, section, kind, start, end, header, text, sentences = row
    return Chunk(i, report, section, Kind(kind), start, end, header, text, _spans(sentences))
