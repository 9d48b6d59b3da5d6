"""Questions while the library changes: each answer is of the library before or after, never of a mixture."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.assistant import Assistant
from rag.consistency import TRIES, consistent
from rag.errors import NotFoundError
from rag.library import Library
from rag.settings import Settings

TWO = small_file("两局.txt", TRANSPORT, COMMERCE)
ONE = small_file("临河.txt", TOWN)
QUESTIONS = ("有哪些打算？", "交通局2024年有哪些打算？", "2024年有哪些计划？")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(Settings.from_env({}, home=tmp_path / "home"), LetterEmbeddings()) as library:
        library.add(*ONE)
        yield library


def test_a_read_that_a_write_comes_between_is_repeated(library: Library) -> None:
    seen = []

    def read() -> int:
        seen.append(library.size().files)
        if len(seen) == 1:
            library.add(*TWO)
            raise NotFoundError("half of it is gone")
        return library.size().files

    assert consistent(library, read) == 2
    assert seen == [1, 2]


def test_a_read_that_fails_by_itself_fails_at_once(library: Library) -> None:
    times = []

    def read() -> None:
        times.append(1)
        library.report("没有")

    with pytest.raises(NotFoundError):
        consistent(library, read)
    assert len(times) == 1


def test_writes_wait_where_they_never_cease(library: Library) -> None:
    seen: list[int] = []

    def read() -> int:
        seen.append(library.change)
        if len(seen) <= TRIES:
            library.update_report(ONE[1][0].report.id, tag=str(len(seen)))
        else:
            writer.start()
            writer.join(0.1)
        return library.change

    writer = threading.Thread(target=library.remove_file, args=("临河.txt",))
    assert consistent(library, read) == seen[-1]
    writer.join()
    assert library.files() == []


def test_answers_are_of_the_library_before_or_after(library: Library) -> None:
    assistant = Assistant(library, library.settings)
    possible = {question: {assistant.ask(question).answer} for question in QUESTIONS}
    library.add(*TWO)
    for question in QUESTIONS:
        possible[question].add(assistant.ask(question).answer)
        assert len(possible[question]) == 2
    stop = threading.Event()

    def ask(number: int) -> int:
        asked = 0
        while not stop.is_set():
            question = QUESTIONS[(number + asked) % len(QUESTIONS)]
            reply = assistant.ask(question)
            assert reply.answer in possible[question]
            asked += 1
        return asked

    with ThreadPoolExecutor() as threads:
        asking = [threads.submit(ask, number) for number in range(4)]
        for _ in range(8):
            library.remove_file("两局.txt")
            library.add(*TWO)
        stop.set()
        assert all(one.result() for one in asking)
