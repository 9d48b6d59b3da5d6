"""Files stored together: each has the outcome that it would have alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from ingest import batch as batches
from ingest.batch import Batch
from ingest.outcome import Outcome, Progress
from rag.additions import Addition
from rag.library import Library
from rag.settings import Settings

FILES = {
    name: small_file(name, report)
    for name, report in (("交通.txt", TRANSPORT), ("商务.txt", COMMERCE), ("临河.txt", TOWN))
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(Settings.from_env({}, home=tmp_path / "home"), LetterEmbeddings()) as library:
        yield library


def ready(library: Library, name: str, replaces: str | None = None) -> Addition:
    addition = library.prepared(*FILES[name], replaces=replaces)
    assert addition is not None
    return addition


def names(library: Library) -> set[str]:
    return {file.name for file in library.files()}


def test_files_that_wait_are_stored_in_one_step(library: Library) -> None:
    told: list[Progress] = []
    batch, change = Batch(library, told.append), library.change
    for name in FILES:
        batch.add(ready(library, name), Outcome(name, "added", 1))
    assert (names(library), told) == (set(), [])
    waiting = batch.reports[0].report
    assert batch.holds(waiting.file_id) and batch.text(waiting) == batch.reports[0].text
    batch.store()
    assert library.change == change + 1
    assert told == [Progress(name, "存入") for name in FILES]
    assert batch.outcomes == [Outcome(name, "added", 1) for name in FILES]
    assert not batch.holds(waiting.file_id) and batch.text(waiting) == library.report(waiting.id).text
    assert (names(library), library.check()) == (set(FILES), [])


def test_one_that_cannot_be_stored_does_not_lose_the_others(library: Library) -> None:
    batch = Batch(library, lambda _: None)
    good, last = ready(library, "交通.txt"), ready(library, "临河.txt")
    bad = replace(ready(library, "商务.txt"), reports=good.reports, chunks=(), vectors=())
    for addition in (good, bad, last):
        batch.add(addition, Outcome(addition.file.name, "added", 1))
    batch.store()
    assert [outcome.status for outcome in batch.outcomes] == ["added", "failed", "added"]
    assert "UNIQUE" in batch.outcomes[1].reason
    assert (names(library), library.check()) == ({"交通.txt", "临河.txt"}, [])


def test_one_that_another_thread_stored_meanwhile_is_unchanged(library: Library) -> None:
    batch = Batch(library, lambda _: None)
    for name in FILES:
        batch.add(ready(library, name), Outcome(name, "added", 1))
    library.add(*FILES["商务.txt"])
    batch.store()
    assert [outcome.status for outcome in batch.outcomes] == ["added", "unchanged", "added"]


def test_one_that_replaces_another_does_not_wait(library: Library) -> None:
    library.add(*FILES["临河.txt"])
    batch = Batch(library, lambda _: None)
    batch.add(ready(library, "交通.txt"), Outcome("交通.txt", "added", 1))
    batch.add(ready(library, "商务.txt", FILES["临河.txt"][0].id), Outcome("商务.txt", "replaced", 1))
    assert names(library) == {"交通.txt", "商务.txt"}


@pytest.mark.parametrize(("bound", "value"), [("CHUNKS", 4), ("SECONDS", 0.0)])
def test_waiting_ends(library: Library, monkeypatch: pytest.MonkeyPatch, bound: str, value: float) -> None:
    monkeypatch.setattr(batches, bound, value)
    batch = Batch(library, lambda _: None)
    held = []
    for name in FILES:
        batch.tell(Progress(name, "读取"))
        held.append(len(names(library)))
        batch.add(ready(library, name), Outcome(name, "added", 1))
    assert held == ([0, 0, 2] if bound == "CHUNKS" else [0, 1, 2])
