"""The records in SQLite: rows come back as the same dataclasses, and go with what they belong to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_library import COMMERCE, TRANSPORT, small_file

from rag.errors import LibraryError
from rag.records import Records
from rag.vectors import Vectors

FILE, REPORTS, CHUNKS = small_file("两局.txt", TRANSPORT, COMMERCE)
VECTORS = [Vectors(np.full(4, n, np.float32), np.full((len(c.sentences), 4), n / 8)) for n, c in enumerate(CHUNKS)]


@pytest.fixture
def records(tmp_path: Path):
    records = Records(tmp_path / "library.sqlite")
    yield records
    records.close()


def store(records: Records) -> None:
    with records.writing() as transaction:
        records.insert(transaction, FILE, REPORTS, CHUNKS, VECTORS)


def test_rows_come_back_as_they_went_in(records: Records):
    store(records)
    assert records.files() == [replace(FILE, text="")]
    assert records.file(FILE.id) == FILE
    assert [records.full_report(report) for report in records.reports()] == REPORTS
    assert records.chunks(REPORTS[0].report.id) + records.chunks(REPORTS[1].report.id) == CHUNKS
    ids = [chunk.id for chunk in CHUNKS]
    assert sorted(records.chunk_ids()) == sorted(ids)
    found = records.passage_vectors(ids)
    assert [found[i].tolist() for i in ids] == [v.passage.tolist() for v in VECTORS]
    sentences = records.sentence_vectors(ids[1], 4)
    assert sentences is not None
    assert np.array_equal(sentences, VECTORS[1].sentences)


def test_pages_are_kept(records: Records):
    paged = [replace(full, pages=((0, 3), (9, 4))) for full in REPORTS]
    with records.writing() as transaction:
        records.insert(transaction, FILE, paged, CHUNKS, VECTORS)
    assert [records.full_report(report) for report in records.reports()] == paged


def test_what_belongs_to_a_file_goes_with_it(records: Records):
    store(records)
    with records.writing() as transaction:
        records.delete_report(transaction, REPORTS[0].report.id)
    assert records.chunk_count() == 2
    with records.writing() as transaction:
        records.delete_file(transaction, FILE.id)
    assert set(records.counts().values()) == {0}
    assert records.passage_vectors([chunk.id for chunk in CHUNKS]) == {}
    assert records.faults() == []


def test_a_failed_transaction_leaves_nothing(records: Records):
    store(records)
    before = records.meta("change")
    with pytest.raises(LibraryError, match="UNIQUE"), records.writing() as transaction:
        records.delete_report(transaction, REPORTS[0].report.id)
        records.insert(transaction, FILE, [], [], [])
    assert records.meta("change") == before
    assert len(records.reports()) == 2


def test_the_log_tells_what_later_writes_touched(records: Records):
    for reports in ({"r1": ["c1", "c2"], "r2": []}, {"r1": ["c2", "c3"]}):
        with records.writing():
            for report_id, chunk_ids in reports.items():
                records.log(report_id, chunk_ids)
    assert records.changed_since(0) == {"r1": ["c1", "c2", "c3"], "r2": []}
    assert records.changed_since(1) == {"r1": ["c2", "c3"]}
    records.note({"dense": "2", "lexical": "1"})
    assert (records.meta("dense"), records.changed_since(0)) == ("2", {"r1": ["c2", "c3"]})
