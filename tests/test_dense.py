"""The dense index on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.dense import DenseIndex
from rag.errors import LibraryError

VECTORS = np.eye(3, 8, dtype=np.float32)


@pytest.fixture
def index(tmp_path: Path):
    index = DenseIndex(tmp_path / "dense")
    index.add(["c0", "c1", "c2"], VECTORS)
    yield index
    index.close()


def test_the_nearest_come_first_with_their_cosine(index: DenseIndex):
    asked = np.array([0.6, 0.8, 0, 0, 0, 0, 0, 0], np.float32)
    found = index.nearest(asked, 2)
    assert [chunk for chunk, _ in found] == ["c1", "c0"]
    assert [similarity for _, similarity in found] == pytest.approx([0.8, 0.6], abs=1e-6)


def test_more_than_there_are_and_none_at_all(index: DenseIndex):
    assert len(index.nearest(VECTORS[0], 50)) == 3
    assert index.nearest(VECTORS[0], 0) == []
    index.delete(["c0", "c1", "c2", "c9"])
    assert index.nearest(VECTORS[0], 5) == []


def test_adding_again_changes_nothing_and_survives_reopening(index: DenseIndex, tmp_path: Path):
    index.add(["c1"], VECTORS[1:2])
    index.close()
    again = DenseIndex(tmp_path / "dense")
    assert (again.count(), sorted(again.ids())) == (3, ["c0", "c1", "c2"])
    assert again.nearest(VECTORS[2], 1)[0][0] == "c2"
    again.close()


def test_large_additions_go_in_batches(index: DenseIndex):
    index._batch = 2
    index.add([f"d{i}" for i in range(5)], np.eye(5, 8, dtype=np.float32))
    index.delete(["d0", "d1", "d2"])
    assert sorted(index.ids()) == ["c0", "c1", "c2", "d3", "d4"]


def test_another_dimension_is_refused(index: DenseIndex):
    with pytest.raises(LibraryError, match=r"dimension.*doctor --repair"):
        index.add(["x"], np.ones((1, 9), np.float32))


@pytest.mark.parametrize("content", [b"", b"not a database" * 50])
def test_a_broken_store_is_named_each_time(tmp_path: Path, content: bytes):
    folder = tmp_path / "dense"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(content)
    if not content:
        (folder / "chroma.sqlite3").unlink()
        (folder / "chroma.sqlite3").mkdir()
    for _ in range(2):
        with pytest.raises(LibraryError, match=r"dense.*doctor --repair"):
            DenseIndex(folder)
