"""A full disk, a folder that cannot be written, files that rot: said clearly, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from crashing import contents
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.errors import LibraryError
from rag.library import Library
from rag.settings import Settings
from rag.tokens import tokens

TWO = small_file("两局.txt", TRANSPORT, COMMERCE)
ONE = small_file("临河.txt", (*TOWN, "三、修路架桥。" + "修建道路。" * 300))
NEWER = small_file("临河.txt", (*TOWN, "三、架桥修路。" + "架设桥梁。" * 300))


def open_library(home: Path, *, for_repair: bool = False) -> Library:
    return Library.open(Settings.from_env({}, home=home), LetterEmbeddings(), for_repair=for_repair)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    home, padding = small_disk / "home", small_disk / "padding"
    failed = 0
    with open_library(home) as library:
        for left in range(0, 240, 20):  # kilobytes: full before, in the middle of and after a write
            for file in library.files():
                library.remove_file(file.id)
            library.add(*TWO)
            library.add(*ONE)
            before = contents(library)
            free = os.statvfs(small_disk)
            padding.write_bytes(bytes(max(0, free.f_bavail * free.f_bsize - left * 1024)))
            try:
                library.add(*NEWER, replaces=ONE[0].id)
            except LibraryError as error:
                failed += 1
                assert str(home) in str(error)
            padding.unlink()
            held = contents(library)
            assert held == before or (held.keys() == before.keys() and held["临河.txt"][0] == NEWER[0].id)
            assert library.check() == [], left
            assert len(library.nearest(library.embedding.query_vector("公路"), 99)) == library.size().chunks
    assert failed > 2
    with open_library(home) as library:
        assert library.check() == []


def test_a_folder_that_cannot_be_written(small_disk: Path) -> None:
    home = small_disk / "home"
    with open_library(home) as library:
        library.add(*TWO)
        before = contents(library)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(LibraryError, match=str(home)):
        open_library(home)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with open_library(home) as library:
        assert contents(library) == before


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        ("lexical/*.store", "half"),
        ("lexical/*.term", "half"),
        ("lexical/*.pos", "gone"),
        ("lexical/meta.json", "half"),
        ("dense/chroma.sqlite3", "half"),
        ("dense", "gone"),
        ("lexical", "gone"),
    ],
)
def test_an_index_that_rots_is_found_and_rebuilt(tmp_path: Path, pattern: str, damage: str) -> None:
    home = tmp_path / "home"
    with open_library(home) as library:
        library.add(*TWO)
        library.add(*ONE)
        before, found = contents(library), library.match(tokens("公路改造"), 3)
    for path in home.glob(pattern):
        if path.is_dir():
            shutil.rmtree(path)
        elif damage == "gone":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LibraryError, match="doctor --repair"), open_library(home) as library:
        library.nearest(library.embedding.query_vector("公路"), 1)
        library.match(tokens("公路改造"), 1)
    with open_library(home, for_repair=True) as library:
        assert library.check()
        library.repair()
        assert library.check() == []
        assert (contents(library), library.match(tokens("公路改造"), 3)) == (before, found)


def test_records_that_rot_are_not_made_worse(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_library(home) as library:
        library.add(*TWO)
    records = home / "library.sqlite"
    data = records.read_bytes()
    records.write_bytes(data[: len(data) // 2])
    with pytest.raises(LibraryError, match=r"library\.sqlite.*malformed"):
        open_library(home, for_repair=True)
    records.write_bytes(data)
    with open_library(home) as library:
        assert library.check() == []
