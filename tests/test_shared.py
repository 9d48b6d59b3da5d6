"""A library on a real PostgreSQL and a real Chroma server: several processes, and servers that go and come back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from servers import BINARIES, PASSWORD, Chroma, Postgres, free_port
from sharing import Process
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.errors import BaogaoError, LibraryError, ModelError
from rag.library import Library
from rag.settings import Settings
from rag.tokens import tokens

pytestmark = pytest.mark.skipif(not BINARIES.is_dir(), reason="PostgreSQL's server is not installed (apt: postgresql)")

TWO = small_file("两局.txt", TRANSPORT, COMMERCE)
ONE = small_file("临河.txt", TOWN)
QUESTION, ANSWER = "交通局有哪些计划？", "推进客运站建设"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # it runs as another user
        server = Postgres(Path(folder) / "postgres", free_port())
        server.create()
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    server = Chroma(tmp_path_factory.mktemp("chroma"), free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def processes(
    postgres: Postgres, chroma: Chroma, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Process, Process]]:
    """Two, each with a home of its own."""
    env = {"BAOGAO_DATABASE_URL": postgres.url, "BAOGAO_CHROMA_URL": chroma.url}
    both = [Process({**env, "BAOGAO_HOME": str(tmp_path_factory.mktemp("home"))}) for _ in range(2)]
    yield both[0], both[1]
    for process in both:
        process.stop()


@pytest.fixture
def empty(processes: tuple[Process, Process]) -> tuple[Process, Process]:
    """The two processes; what the test before left in their library is gone."""
    for name in processes[0]("files"):
        processes[1]("remove", name)
    return processes


@pytest.fixture
def settings(postgres: Postgres, chroma: Chroma, tmp_path: Path) -> Settings:
    """A library of the test's own, on the same servers."""
    name = f"t{abs(hash(tmp_path))}"
    postgres.query(f"CREATE DATABASE {name}")
    url = postgres.url.replace("/postgres", f"/{name}")
    return Settings.from_env({"BAOGAO_DATABASE_URL": url, "BAOGAO_CHROMA_URL": chroma.url}, home=tmp_path / "home")


def elsewhere(settings: Settings, name: str) -> Settings:
    return replace(settings, home=settings.home.with_name(name))


def test_what_one_process_adds_another_answers_from(empty: tuple[Process, Process]):
    one, other = empty
    assert other("ask", QUESTION) == []
    one("add", "两局.txt", TRANSPORT, COMMERCE)
    assert any(ANSWER in excerpt for excerpt in other("ask", QUESTION))
    other("remove", "两局.txt")
    assert one("ask", QUESTION) == []
    assert one("check") == other("check") == []


def test_processes_that_write_at_once_take_turns(empty: tuple[Process, Process]):
    for number in range(4):
        for process in empty:
            process.begin("add", f"{number}.txt", [f"交通局202{number}年工作总结", "一、修路。"])
        for process in empty:
            process.end()
        for process, own in zip(empty, "甲乙", strict=True):
            process.begin("add", f"{own}{number}.txt", [f"{own}局202{number}年工作总结", "一、种树。"])
        for process in empty:
            process.end()
    assert len(empty[0]("files")) == 12
    assert empty[0]("files") == empty[1]("files")
    assert empty[0]("check") == empty[1]("check") == []


def test_a_database_that_is_away_is_named_and_taken_up_again(empty: tuple[Process, Process], postgres: Postgres):
    one, other = empty
    one("add", "两局.txt", TRANSPORT, COMMERCE)
    postgres.stop()
    for process, *work in ((one, "add", "临河.txt", TOWN), (other, "ask", QUESTION), (one, "files")):
        with pytest.raises(
            BaogaoError, match=rf"数据库 127.0.0.1:{postgres.port}/postgres .*BAOGAO_DATABASE_URL"
        ) as said:
            process(*work)
        assert PASSWORD not in str(said.value)
    postgres.start()
    assert any(ANSWER in excerpt for excerpt in other("ask", QUESTION))
    one("add", "临河.txt", TOWN)
    assert other("files") == ["两局.txt", "临河.txt"]
    assert one("check") == other("check") == []


def test_a_chroma_server_that_is_away_is_named_and_taken_up_again(empty: tuple[Process, Process], chroma: Chroma):
    one, other = empty
    one("add", "两局.txt", TRANSPORT, COMMERCE)
    chroma.stop()
    for process, *work in (
        *((one, "add", "临河.txt", TOWN), (one, "remove", "两局.txt")),
        *((other, "nearest", "公路"), (other, "add", "临河.txt", TOWN)),
    ):
        with pytest.raises(BaogaoError, match=rf"Chroma 服务 127.0.0.1:{chroma.port} .*BAOGAO_CHROMA_URL"):
            process(*work)
    assert one("files") == other("files") == ["两局.txt"]
    assert any(ANSWER in excerpt for excerpt in other("ask", QUESTION))  # a narrow scope needs no index
    chroma.start()
    other("add", "临河.txt", TOWN)
    assert any(ANSWER in excerpt for excerpt in one("ask", QUESTION))
    assert one("check") == other("check") == []


CRASH = """
import os, sys
from rag import dense
from rag.library import Library
from rag.settings import Settings
from small_library import *
home, database, chroma = sys.argv[1:]
settings = Settings.from_env({"BAOGAO_DATABASE_URL": database, "BAOGAO_CHROMA_URL": chroma}, home=home)
library = Library.open(settings, LetterEmbeddings())
dense.DenseIndex.add = lambda *a, **k: os._exit(9)
library.add(*small_file("两局.txt", TRANSPORT, COMMERCE))
"""


def test_a_process_that_dies_in_a_write_holds_nobody_up(settings: Settings):
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*ONE)
        command = [sys.executable, "-c", CRASH, elsewhere(settings, "other").home]
        died = subprocess.run(
            [*command, settings.database_url, settings.chroma_url], cwd=Path(__file__).parent, check=False
        )
        assert died.returncode == 9
        assert len(library.reports()) == 3
        vector = LetterEmbeddings().query_vector("公路")
        assert {i for i, _ in library.nearest(vector, 9)} == {chunk.id for chunk in ONE[2]}
        library.remove_report(ONE[1][0].report.id)
        assert {i for i, _ in library.nearest(vector, 9)} == {chunk.id for chunk in TWO[2]}
        assert library.check() == []


def test_an_index_that_is_behind_gone_or_of_another_library_is_made_from_the_records(settings: Settings):
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*ONE)
    alone = Settings.from_env({}, home=elsewhere(settings, "alone").home)
    with Library.open(alone, LetterEmbeddings()) as library:
        library.add(*TWO)
    for home in (settings.home, elsewhere(settings, "new").home, alone.home):
        with Library.open(replace(settings, home=home), LetterEmbeddings()) as library:
            assert library.match(tokens("蔬菜"), 1)
            assert library.check() == []
        shutil.rmtree(settings.home, ignore_errors=True)
    with Library.open(alone, LetterEmbeddings()) as library:
        assert library.match(tokens("公路"), 1)
        assert library.check() == []


def test_one_home_serves_several_processes_where_both_stores_are_on_servers(settings: Settings):
    with Library.open(settings, LetterEmbeddings()) as one, Library.open(settings, LetterEmbeddings()) as other:
        one.add(*TWO)
        assert len(other.reports()) == 2
        assert other.match(tokens("公路"), 1)
        other.remove_file("两局.txt")
        other.add(*ONE)
        assert len(one.reports()) == 1
        assert one.match(tokens("蔬菜"), 1)
        assert one.check() == other.check() == []


def test_with_the_database_alone_each_process_keeps_both_indexes(settings: Settings):
    settings = replace(settings, chroma_url="")
    embedding = LetterEmbeddings()
    with Library.open(settings, embedding) as one, Library.open(elsewhere(settings, "other"), embedding) as other:
        with pytest.raises(LibraryError, match="另一个进程"):
            Library.open(settings, embedding)
        one.add(*TWO)
        other.add(*ONE)
        other.remove_report(TWO[1][0].report.id)
        vector = embedding.query_vector("消费节")
        for library in (one, other):
            assert len(library.reports()) == 2
            assert len(library.nearest(vector, 9)) == 4
            assert library.check() == []


def test_with_the_chroma_server_alone_one_process_at_a_time_has_the_library(settings: Settings):
    settings = replace(settings, database_url="")
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*TWO)
        with pytest.raises(LibraryError, match="另一个进程"):
            Library.open(settings, LetterEmbeddings())
        with Library.open(elsewhere(settings, "other"), LetterEmbeddings()) as stranger:
            stranger.add(*ONE)
        assert len(library.nearest(LetterEmbeddings().query_vector("公路"), 9)) == 4
        assert library.check() == []
    assert not (settings.home / "dense").exists()


def test_another_model_is_noticed_by_all(settings: Settings):
    other_model = LetterEmbeddings(10)
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*TWO)
        with Library.open(elsewhere(settings, "other"), other_model, for_repair=True) as repairing:
            repairing.repair()
            assert repairing.check() == []
        for _ in range(2):
            with pytest.raises(ModelError, match=r"letters:10.*letters:24"):
                library.reports()
    with Library.open(settings, other_model) as library:
        assert library.nearest(other_model.query_vector("公路"), 1)


def test_an_emptied_library_takes_another_model_everywhere(settings: Settings):
    with Library.open(settings, LetterEmbeddings(10)) as one:
        with Library.open(elsewhere(settings, "other"), LetterEmbeddings(10)) as other:
            other.add(*TWO)
            assert one.nearest(np.ones(10, np.float32) / 10**0.5, 1)
            other.remove_file("两局.txt")
        with Library.open(elsewhere(settings, "other"), LetterEmbeddings()) as other:
            other.add(*ONE)
            with pytest.raises(ModelError):
                one.reports()
            other.remove_file("临河.txt")
        one.add(*TWO)
        assert one.check() == []


def test_addresses_that_cannot_be_used_are_named_without_their_secrets(settings: Settings, postgres: Postgres):
    wrong = postgres.url.replace(PASSWORD, "geheim-2")
    closed = f"postgresql://baogao:{PASSWORD}@127.0.0.1:{free_port()}/x"
    for url in (wrong, closed):
        with pytest.raises(LibraryError, match=r"数据库 127\.0\.0\.1:\d+/") as said:
            Library.open(replace(settings, database_url=url), LetterEmbeddings())
        assert "geheim" not in str(said.value)
    away = replace(settings, chroma_url=f"http://user:{PASSWORD}@127.0.0.1:{free_port()}")
    with Library.open(away, LetterEmbeddings()) as library, pytest.raises(LibraryError, match=r"Chroma 服务") as said:
        library.add(*ONE)
    assert "geheim" not in str(said.value)
