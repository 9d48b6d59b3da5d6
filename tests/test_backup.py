"""A library goes into a file and comes out of it the same; what is damaged or in the way is said, and left alone."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import Home
from crashing import contents
from servers import Chroma, free_port
from serving import serving
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.backup import MANIFEST, RECORDS, backup, restore
from rag.errors import LibraryError
from rag.library import Library
from rag.schema import SCHEMA
from rag.settings import Settings
from rag.tokens import tokens

TWO = small_file("两局.txt", TRANSPORT, COMMERCE)
ONE = small_file("临河.txt", TOWN)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({}, home=tmp_path / "home")


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*TWO)
        library.add(*ONE)
        yield library


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings.from_env({}, home=tmp_path / "elsewhere")


def test_there_and_back_while_the_library_is_open(
    settings: Settings, library: Library, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "备份.zip"
    manifest = backup(settings, file)
    assert (manifest.files, manifest.reports, manifest.chunks, manifest.model) == (2, 3, 6, "letters:24")
    assert restore(elsewhere, file) == manifest
    embedding = LetterEmbeddings()
    with Library.open(elsewhere, embedding, for_repair=True) as other:
        other.repair()
    with Library.open(elsewhere, embedding) as other:
        assert contents(other) == contents(library)
        assert other.check() == []
        assert other.match(tokens("公路改造"), 3) == library.match(tokens("公路改造"), 3)
    assert embedding.passages == 0


def test_another_process_backs_up_what_this_one_holds(settings: Settings, library: Library, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from rag.backup import backup; from rag.settings import Settings;"
        "print(backup(Settings.from_env({}, home=sys.argv[1]), Path(sys.argv[2])).files)"
    )
    command = [sys.executable, "-c", script, settings.home, tmp_path / "备份.zip"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
    library.remove_file("两局.txt")  # still ours


def test_a_backup_is_of_one_moment(settings: Settings, library: Library, tmp_path: Path) -> None:
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            library.remove_file("两局.txt")
            library.add(*TWO)

    writer = threading.Thread(target=change)
    writer.start()
    found = [backup(settings, tmp_path / f"{n}.zip") for n in range(6)]
    stop.set()
    writer.join()
    assert {(m.files, m.reports, m.chunks) for m in found} <= {(2, 3, 6), (1, 1, 2)}


def test_an_empty_library_is_no_hindrance(
    settings: Settings, library: Library, elsewhere: Settings, tmp_path: Path
) -> None:
    backup(settings, tmp_path / "备份.zip")
    with Library.open(elsewhere, LetterEmbeddings(10)) as other:
        other.add(*ONE)
        other.remove_file("临河.txt")
    (elsewhere.home / "models").mkdir()
    restore(elsewhere, tmp_path / "备份.zip")
    with Library.open(elsewhere, LetterEmbeddings(), for_repair=True) as other:
        other.repair()
        assert contents(other) == contents(library)


def test_what_is_there_is_never_overwritten(
    settings: Settings, library: Library, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "备份.zip"
    backup(settings, file)
    data = file.read_bytes()
    with pytest.raises(LibraryError, match="已经存在"):
        backup(settings, file)
    assert file.read_bytes() == data
    with pytest.raises(LibraryError, match="正被另一个进程使用"):
        restore(settings, file)
    with Library.open(elsewhere, LetterEmbeddings()) as other:
        other.add(*ONE)
    with pytest.raises(LibraryError, match="1 个文件"):
        restore(elsewhere, file)
    (elsewhere.home / RECORDS).write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryError, match="打不开的资料库"):
        restore(elsewhere, file)
    assert (elsewhere.home / RECORDS).read_bytes() == b"not a database" * 100


def _change(of: Callable[[dict], object] = lambda m: None, records: Callable[[bytes], bytes] = bytes) -> Callable:
    def rewrite(file: Path) -> None:
        with zipfile.ZipFile(file) as package:
            manifest, data = json.loads(package.read(MANIFEST)), package.read(RECORDS)
        of(manifest)
        with zipfile.ZipFile(file, "w") as package:
            package.writestr(MANIFEST, json.dumps(manifest))
            package.writestr(RECORDS, records(data))

    return rewrite


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-200]), "读不了备份"),
        (lambda file: file.write_bytes(b"PK"), "读不了备份"),
        (lambda file: file.unlink(), "读不了备份"),
        (lambda file: zipfile.ZipFile(file, "w").close(), "已损坏"),
        (_change(lambda m: m.pop("sha256")), "已损坏"),
        (_change(lambda m: m.update(format="x")), "已损坏"),
        (_change(lambda m: m.update(files=9)), "已损坏"),
        (_change(records=lambda data: data[:-1] + b"x"), "已损坏"),
        (_change(records=lambda data: data + bytes(1000)), "已损坏"),
        (_change(lambda m: m.update(format=99, baogao="9.9")), "更新版本的 baogao（9.9）"),
        (_change(lambda m: m.update(schema=SCHEMA + 1)), "更新版本"),
    ],
)
def test_a_backup_that_cannot_be_restored(
    settings: Settings, library: Library, elsewhere: Settings, tmp_path: Path, damage: Callable, reason: str
) -> None:
    file = tmp_path / "备份.zip"
    backup(settings, file)
    damage(file)
    with pytest.raises(LibraryError, match=reason):
        restore(elsewhere, file)
    assert not (elsewhere.home / RECORDS).exists()
    assert not list(elsewhere.home.glob("*.restoring"))


def test_no_half_backup_is_left(settings: Settings, library: Library, elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="没有资料库"):
        backup(elsewhere, tmp_path / "备份.zip")
    with pytest.raises(LibraryError, match="写不了备份"):
        backup(settings, tmp_path / "没有/备份.zip")
    library.close()
    records = settings.home / RECORDS
    records.write_bytes(records.read_bytes()[:4096] + bytes(8192))
    with pytest.raises(LibraryError, match="没有写成"):
        backup(settings, tmp_path / "备份.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.slow
def test_a_restored_library_beside_the_first_has_vectors_of_its_own_on_their_server(tmp_path: Path) -> None:
    server = Chroma(tmp_path / "chroma", free_port())
    server.start()
    first, second = (Settings.from_env({"BAOGAO_CHROMA_URL": server.url}, home=tmp_path / home) for home in "12")
    vector = LetterEmbeddings().query_vector("公路")
    try:
        with Library.open(first, LetterEmbeddings()) as library:
            library.add(*TWO)
            library.add(*ONE)
            backup(first, tmp_path / "备份.zip")
            restore(second, tmp_path / "备份.zip")
            with Library.open(second, LetterEmbeddings(), for_repair=True) as other:
                other.repair()
                assert contents(other) == contents(library)
                other.remove_file("两局.txt")
                assert (len(library.nearest(vector, 9)), len(other.nearest(vector, 9))) == (6, 2)
                assert (library.check(), other.check()) == ([], [])
            library.remove_file("临河.txt")
        with Library.open(second, LetterEmbeddings()) as other:
            assert (len(other.nearest(vector, 9)), other.check()) == (2, [])
    finally:
        server.stop()


@pytest.mark.slow
def test_by_command_beside_the_chat(home: Home, empty: Home, tmp_path: Path) -> None:
    file = tmp_path / "备份.zip"
    before = home.reports()
    with serving(home):
        done = home.run("backup", file)
    assert done.status == 0 and "12 份报告" in done.out, done.err
    restored = empty.run("restore", file)
    assert restored.status == 0 and "12 份报告" in restored.out, restored.err
    assert empty.reports() == before
    again = empty.run("restore", file)
    assert again.status == 1 and "已有资料库" in again.err and len(again.err.splitlines()) == 1
    assert empty.run("doctor").status == 0
