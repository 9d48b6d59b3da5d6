"""Both indexes together: in step with the records, or said not to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_library import TRANSPORT, small_file

from rag.errors import LibraryError
from rag.indexes import NAMES, Indexes

CHUNKS = small_file("一局.txt", TRANSPORT)[2]
REPORT = CHUNKS[0].report_id
VECTORS = np.eye(len(CHUNKS), 4, dtype=np.float32)


def fill(indexes: Indexes, vectors: np.ndarray) -> None:
    indexes.replace_dense([chunk.id for chunk in CHUNKS], CHUNKS, vectors)
    indexes.replace_lexical([REPORT], CHUNKS)


@pytest.fixture
def indexes(tmp_path: Path):
    indexes = Indexes(tmp_path)
    fill(indexes, VECTORS)
    yield indexes
    indexes.close()


def test_replacing_twice_is_replacing_once(indexes: Indexes):
    fill(indexes, VECTORS)
    assert indexes.faults([c.id for c in CHUNKS]) == []
    assert indexes.nearest(VECTORS[1], 1, expected=lambda: 2)[0][0] == CHUNKS[1].id
    assert indexes.match(["公路"], 5, None, expected=lambda: 2)[0][0] == CHUNKS[0].id


def test_differences_are_counted_for_each_index(indexes: Indexes):
    assert indexes.faults(["x", "y", CHUNKS[0].id]) == [
        *("向量索引缺少 2 个片段", "向量索引多出 1 个片段"),
        *("词语索引缺少 2 个片段", "词语索引多出 1 个片段"),
    ]


def test_a_count_that_differs_stops_the_first_reading(indexes: Indexes):
    with pytest.raises(LibraryError, match="应有 9 个片段，实有 2 个"):
        indexes.nearest(VECTORS[0], 1, expected=lambda: 9)
    with pytest.raises(LibraryError, match="词语索引"):
        indexes.document_frequency("公路", expected=lambda: 9)


def test_a_count_that_is_changing_is_compared_later(indexes: Indexes):
    counts = iter([9, 10])
    assert indexes.nearest(VECTORS[0], 1, expected=lambda: next(counts))
    assert indexes.nearest(VECTORS[0], 1, expected=lambda: None)
    with pytest.raises(LibraryError, match="应有 9 个片段"):
        indexes.nearest(VECTORS[0], 1, expected=lambda: 9)


def test_cleared_indexes_are_made_anew_and_take_another_dimension(indexes: Indexes):
    for name in NAMES:
        indexes.clear(name)
    assert indexes.faults([]) == []
    fill(indexes, np.eye(2, 7, dtype=np.float32))
    assert indexes.faults([c.id for c in CHUNKS]) == []
