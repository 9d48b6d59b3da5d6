"""The lexical index on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.lexical import LexicalIndex

ENTRIES = [
    ("c1", "r1", ["公路", "改造", "公路"]),
    ("c2", "r1", ["招商", "项目"]),
    ("c3", "r2", ["公路", "项目", "蔬菜", "蔬菜", "产值"]),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "lexical")
    index.write(add=ENTRIES)
    return index


def test_chunks_rank_by_their_terms(index: LexicalIndex):
    found = index.search(["公路", "改造"], 5)
    assert [chunk for chunk, _ in found] == ["c1", "c3"]
    assert found[0][1] > found[1][1] > 0
    assert len(index.search(["公路"], 1)) == 1


@pytest.mark.parametrize("terms", [[], ["没有"], ["AND", "-", '"', "公路:"]])
def test_nothing_is_found_where_nothing_matches(index: LexicalIndex, terms: list[str]):
    assert index.search(terms, 5) == []


def test_a_search_stays_within_reports(index: LexicalIndex):
    assert [chunk for chunk, _ in index.search(["公路"], 5, {"r2", "other"})] == ["c3"]
    assert index.search(["公路"], 5, set()) == []
    whole = dict(index.search(["公路"], 5))
    assert dict(index.search(["公路"], 5, ["r1"])) == {"c1": pytest.approx(whole["c1"])}


def test_counts(index: LexicalIndex):
    assert (index.count(), sorted(index.ids())) == (3, ["c1", "c2", "c3"])
    assert [index.document_frequency(term) for term in ("公路", "项目", "没有")] == [2, 2, 0]


def test_a_write_replaces_a_report_and_survives_reopening(index: LexicalIndex):
    index.write(delete=["r1"], add=[("c4", "r1", ["公路"])])
    again = LexicalIndex(index.folder)
    assert sorted(again.ids()) == ["c3", "c4"]
    assert again.document_frequency("公路") == 2
    assert again.document_frequency("招商") == 0


def test_a_broken_index_is_named(index: LexicalIndex):
    (index.folder / "meta.json").write_text("{")
    with pytest.raises(LibraryError, match=r"lexical.*doctor --repair"):
        LexicalIndex(index.folder)


def test_what_a_killed_writer_left_behind_is_in_nobodys_way(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    index.write(add=[("c1", "r1", ["甲"]), ("c2", "r2", ["乙"])])
    meta = json.loads((index.folder / "meta.json").read_text())
    managed = set(json.loads((index.folder / ".managed.json").read_text()))
    segment = meta["segments"][0]["segment_id"].replace("-", "")
    left = {f"{segment}.{stamp}.del" for stamp in range(meta["opstamp"] + 1, meta["opstamp"] + 20)}
    for name in left:
        (index.folder / name).write_bytes(b"")
    (index.folder / ".managed.json").write_text(json.dumps(sorted(managed | left)))

    again = LexicalIndex(tmp_path / "lexical")
    again.write(delete=["r1"], add=[("c3", "r3", ["丙"])])
    assert sorted(again.ids()) == ["c2", "c3"]
