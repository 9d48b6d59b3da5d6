"""The library: what goes in comes out, writes are whole, and what is wrong is said."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.errors import LibraryError, ModelError, NotFoundError
from rag.library import Library
from rag.settings import Settings
from rag.tokens import tokens

TWO = small_file("两局.txt", TRANSPORT, COMMERCE)
ONE = small_file("临河.txt", TOWN)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({}, home=tmp_path / "home")


@pytest.fixture
def embedding() -> LetterEmbeddings:
    return LetterEmbeddings()


@pytest.fixture
def library(settings: Settings, embedding: LetterEmbeddings):
    with Library.open(settings, embedding) as library:
        yield library


def everything(library: Library) -> tuple:
    ids = [report.id for report in library.reports()]
    chunks = library.chunks(ids)
    vectors = library.chunk_vectors([chunk.id for chunk in chunks])
    return library.files(), [library.report(i) for i in ids], chunks, vectors.tolist(), library.check()


def test_what_goes_in_comes_out(library: Library, embedding: LetterEmbeddings):
    file, reports, chunks = TWO
    seen = []
    library.add(file, reports, chunks, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4, 4)
    assert library.source(file.id) == file
    assert [library.report(full.report.id) for full in reports] == reports
    assert library.reports() == [full.report for full in reports]
    assert library.chunks([full.report.id for full in reports]) == chunks
    assert library.chunk(chunks[1].id) == chunks[1]
    assert library.chunks_by_id([chunks[3].id, chunks[0].id]) == [chunks[3], chunks[0]]
    expected = embedding.embed_documents([chunks[1].embedded])
    assert np.allclose(library.chunk_vectors([chunks[1].id, chunks[0].id])[0], expected[0])
    assert library.sentence_vectors(chunks[1].id).shape == (len(chunks[1].sentences), 24)
    size = library.size()
    assert (size.files, size.reports, size.sections, size.chunks) == (1, 2, 6, 4)
    assert library.check() == []


def test_sentence_vectors_belong_to_their_sentences(library: Library, embedding: LetterEmbeddings):
    library.add(*TWO)
    full, chunk = TWO[1][0], TWO[2][0]
    start, end = chunk.sentences[1]
    alone = embedding.embed_passages([full.text[start:end]], [()])[0][0]
    assert library.sentence_vectors(chunk.id)[1] @ alone == pytest.approx(1, abs=1e-3)


def test_chunks_are_found_by_vector_and_by_words(library: Library, embedding: LetterEmbeddings):
    library.add(*TWO)
    wanted = TWO[2][0]
    assert library.nearest(embedding.query_vector(wanted.embedded), 2)[0] == (wanted.id, pytest.approx(1, abs=1e-5))
    assert library.match(tokens("农村公路改造"), 3)[0][0] == wanted.id
    assert library.match(tokens("农村公路改造"), 3, [TWO[1][1].report.id]) == []
    assert library.document_frequency("公路") == 1


def test_a_file_that_is_there_costs_nothing(library: Library, embedding: LetterEmbeddings):
    library.add(*TWO)
    change = library.change
    library.add(*TWO)
    assert (embedding.passages, library.change) == (4, change)


def test_everything_survives_reopening(settings: Settings, embedding: LetterEmbeddings):
    with Library.open(settings, embedding) as library:
        library.add(*TWO)
        before, change = everything(library), library.change
    with Library.open(settings, embedding) as library:
        assert everything(library) == before
        assert library.change == change
        assert library.match(tokens("消费节"), 1)


def test_a_report_goes_alone_and_its_file_with_the_last(library: Library):
    library.add(*TWO)
    library.add(*ONE)
    first, second = (full.report for full in TWO[1])
    assert library.remove_report(first.id[:12]).id == first.id
    assert [r.title for r in library.reports()] == [second.title, TOWN[0]]
    assert library.match(tokens("公路"), 5) == []
    library.remove_report(second.id)
    assert [file.name for file in library.files()] == ["临河.txt"]
    assert library.size().chunks == 2
    assert library.check() == []


@pytest.mark.parametrize("name", ["两局.txt", TWO[0].id, TWO[0].id[:10]])
def test_a_file_goes_by_name_or_id(library: Library, name: str):
    library.add(*TWO)
    library.add(*ONE)
    assert library.remove_file(name).id == TWO[0].id
    assert everything(library)[2] == ONE[2]
    assert library.check() == []


def test_an_emptied_library_takes_another_model(settings: Settings, library: Library):
    library.add(*ONE)
    library.remove_file("临河.txt")
    library.close()
    with Library.open(settings, LetterEmbeddings(10)) as other:
        other.add(*ONE)
        assert other.chunk_vectors([ONE[2][0].id]).shape == (1, 10)
        assert other.check() == []


def test_a_file_replaces_another_in_one_step(library: Library):
    library.add(*TWO)
    change = library.change
    newer = small_file("两局.txt", (*TRANSPORT, "三、新增内容。"), COMMERCE)
    library.add(*newer, replaces=TWO[0].id)
    assert library.change == change + 1
    assert [file.id for file in library.files()] == [newer[0].id]
    assert library.size().chunks == 5
    assert library.check() == []


def test_a_file_replaces_itself(settings: Settings, library: Library, embedding: LetterEmbeddings):
    library.add(*TWO)
    file, reports, chunks = TWO
    again = replace(file, reading=1)
    fewer = [chunk for chunk in chunks if chunk is not chunks[1]]
    assert not library.add(again, reports, fewer)
    assert library.add(again, reports, fewer, replaces=file.id)
    assert embedding.passages == len(chunks)  # all of them known
    assert [f.reading for f in library.files()] == [1]
    assert library.chunks([full.report.id for full in reports]) == fewer
    library.close()
    with Library.open(settings, embedding) as library:
        assert library.check() == []


def test_a_report_is_corrected(settings: Settings, library: Library):
    library.add(*TWO)
    report = TWO[1][0].report
    change = library.change
    corrected = library.update_report(report.id, org="区交通运输局", year=None, tag="客运站")
    assert (corrected.org, corrected.year, corrected.name) == ("区交通运输局", None, "交通局2023年工作总结（客运站）")
    assert library.report(report.id).report == corrected == library.reports()[0]
    assert corrected.corrected == "org year tag"
    assert library.update_report(report.id, title="总结", org="区交通运输局").corrected == "org year tag title"
    assert library.change > change
    with pytest.raises(ValueError, match="file_id"):
        library.update_report(report.id, file_id="x")


def test_unknown_and_ambiguous_names_are_refused(library: Library):
    library.add(*TWO)
    library.add(*small_file("两局.txt", TOWN))
    for ask in (library.report, library.source, library.chunk, library.remove_report, library.remove_file):
        for name in ("不存在", ""):
            with pytest.raises(NotFoundError):
                ask(name)
    with pytest.raises(NotFoundError, match="不止一个文件"):
        library.remove_file("两局.txt")
    with pytest.raises(NotFoundError):
        library.chunk_vectors(["x"])
    assert library.chunk_vectors([]).shape[0] == 0
    assert library.size().files == 2


def test_readers_never_see_half_a_write(library: Library, embedding: LetterEmbeddings):
    library.add(*ONE)
    sizes, faults, stop = set(), [], threading.Event()
    vector = embedding.query_vector("公路")

    def read() -> None:
        try:
            while not stop.is_set():
                with library.reading():
                    found = library.nearest(vector, 50)
                    sizes.add(len(found))
                    for chunk_id, _ in found + library.match(tokens("一、二、"), 50):
                        library.chunk(chunk_id)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        library.add(*TWO)
        library.remove_file("两局.txt")
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert sizes <= {2, 6}


def test_several_files_go_in_with_one_write(library: Library):
    library.add(*ONE)
    change = library.change
    newer = small_file("临河.txt", (*TOWN, "三、新增内容。"))
    ready = [library.prepared(*newer, replaces=ONE[0].id), library.prepared(*TWO), library.prepared(*TWO)]
    assert library.store([addition for addition in ready if addition]) == [True, False, True]
    assert library.change == change + 1
    assert {file.id for file in library.files()} == {newer[0].id, TWO[0].id}
    assert library.check() == []
    assert library.prepared(*TWO) is None
    assert library.store([addition for addition in ready if addition]) == [False] * 3


def test_threads_that_add_the_same_file_add_it_once(library: Library):
    threads = [threading.Thread(target=library.add, args=TWO) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.size().chunks == 4
    assert library.check() == []


CRASH = """
import os, sys
from dataclasses import replace
from rag import dense, lexical
from rag.library import Library
from rag.settings import Settings
from small_library import *
settings = Settings.from_env({{}}, home=sys.argv[1])
library = Library.open(settings, LetterEmbeddings())
library.add(*small_file("临河.txt", TOWN))
file, reports, chunks = small_file("两局.txt", TRANSPORT, COMMERCE)
library.add(file, reports, chunks) if "{action}" != "add" else None
{module}.{target} = lambda *a, **k: os._exit(9)
library.remove_file("两局.txt") if "{action}" == "remove" else None
library.add(replace(file, reading=1), reports, chunks[:-1], replaces=file.id if "{action}" == "again" else None)
"""


@pytest.mark.parametrize("action", ["add", "again", "remove"])
@pytest.mark.parametrize("target", ["dense.DenseIndex.delete", "lexical.LexicalIndex.write"])
def test_a_write_cut_short_is_finished_at_the_next_open(settings: Settings, action: str, target: str):
    module, _, method = target.partition(".")
    script = CRASH.format(action=action, module=module, target=method)
    died = subprocess.run([sys.executable, "-c", script, settings.home], cwd=Path(__file__).parent, check=False)
    assert died.returncode == 9
    with Library.open(settings, LetterEmbeddings()) as library:
        assert library.check() == []
        assert [file.reading for file in library.files() if file.name == "两局.txt"] == [1] * (action != "remove")
        assert bool(library.match(tokens("公路改造"), 1)) == (action != "remove")
        assert not library.match(tokens("消费节"), 1)


def test_a_second_process_is_told_who_has_the_library(settings: Settings, library: Library):
    script = (
        "import sys; from rag.library import Library; from rag.settings import Settings;"
        "from small_library import LetterEmbeddings;"
        "Library.open(Settings.from_env({}, home=sys.argv[1]), LetterEmbeddings())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script, settings.home],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"进程号 {os.getpid()}" in other.stderr
    library.add(*ONE)  # still ours


def test_vectors_of_another_model_are_refused_until_repaired(settings: Settings, library: Library):
    library.add(*TWO)
    library.close()
    other = LetterEmbeddings(10)
    with pytest.raises(ModelError, match=r"letters:24.*letters:10.*doctor --repair"):
        Library.open(settings, other)
    seen = []
    with Library.open(settings, other, for_repair=True) as broken:
        assert any("letters:24" in line for line in broken.check())
        broken.repair(lambda done, total: seen.append((done, total)))
        assert broken.check() == []
    assert seen[-1] == (4, 4)
    with Library.open(settings, other) as repaired:
        assert repaired.nearest(other.query_vector(TWO[2][0].embedded), 1)[0][0] == TWO[2][0].id


@pytest.mark.parametrize("folder", ["dense", "lexical"])
@pytest.mark.parametrize("damage", ["gone", "overwritten"])
def test_a_lost_index_is_named_and_rebuilt(settings: Settings, library: Library, folder: str, damage: str):
    library.add(*TWO)
    library.close()
    for file in list((settings.home / folder).rglob("*")):
        if file.is_file() and damage == "overwritten":
            file.write_bytes(b"\0" * 100)
        elif file.is_file():
            file.unlink()
    embedding = LetterEmbeddings()
    with Library.open(settings, embedding) as broken, pytest.raises(LibraryError, match=r"doctor --repair"):
        broken.nearest(embedding.query_vector("公路"), 1)
        broken.match(["公路"], 1)
    with Library.open(settings, embedding, for_repair=True) as broken:
        assert broken.check()
        broken.repair()
        assert broken.check() == []
        assert embedding.passages == 0
        assert broken.nearest(embedding.query_vector("公路"), 1)
        assert broken.match(["公路"], 1)


def test_a_file_that_an_index_cannot_take_is_not_added(
    settings: Settings, library: Library, embedding: LetterEmbeddings
):
    library.add(*ONE)
    before = everything(library)
    lexical = settings.home / "lexical"
    lexical.rename(settings.home / "elsewhere")
    lexical.write_text("a file in the way")
    with pytest.raises(LibraryError, match="词语索引"):
        library.add(*TWO)
    lexical.unlink()
    (settings.home / "elsewhere").rename(lexical)
    assert everything(library) == before
    assert {i for i, _ in library.nearest(embedding.query_vector("公路"), 9)} == {chunk.id for chunk in ONE[2]}
    library.add(*TWO)
    assert library.size().files == 2
    assert library.check() == []


def test_a_home_that_cannot_be_used_is_named(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("")
    for home in (file, file / "below", Path("/proc/nowhere")):
        with pytest.raises(LibraryError, match=str(home)):
            Library.open(Settings.from_env({}, home=home), LetterEmbeddings())


def test_a_broken_records_file_is_named(settings: Settings):
    settings.home.mkdir()
    (settings.home / "library.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryError, match=r"library\.sqlite"):
        Library.open(settings, LetterEmbeddings())
    (settings.home / "library.sqlite").unlink()
    Library.open(settings, LetterEmbeddings()).close()  # the failure let go of the lock


@pytest.mark.slow
def test_with_the_real_model(tmp_path: Path, real_embedding):
    with Library.open(Settings.from_env({}, home=tmp_path), real_embedding) as library:
        library.add(*TWO)
        library.add(*ONE)
        best, similarity = library.nearest(real_embedding.query_vector("明年要修什么路？"), 1)[0]
        assert library.chunk(best).report_id == TWO[1][0].report.id
        assert 0.7 < similarity < 1


def test_what_people_think_of_answers_is_kept_and_can_be_thought_again(settings: Settings, embedding: LetterEmbeddings):
    with Library.open(settings, embedding) as library:
        before = library.change
        first = library.rate("问", "答[1]", useful=True)
        second = library.rate("问", "答[1]", useful=False, comment="没有说 2024 年")
        assert library.rate("问", "答[1]", useful=False, comment="少了一条", instead_of=first) == first
        assert library.change == before  # nothing that was read has become stale
    with Library.open(settings, embedding) as library:
        kept = library.feedback()
    assert [(f.id, f.useful, f.comment) for f in kept] == [
        (first, False, "少了一条"),
        (second, False, "没有说 2024 年"),
    ]
    assert (kept[0].question, kept[0].answer) == ("问", "答[1]")
    assert kept[0].time.endswith("+00:00")
