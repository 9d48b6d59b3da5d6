"""A program that fills and empties a library until it is killed, and what must be true of the library afterwards.

Run with a home and a folder, it forks a process for each number that it reads, so that what takes seconds to import is
imported once.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from small_library import COMMERCE, TOWN, TRANSPORT, CountingEmbeddings

from ingest.pipeline import ingest
from rag.library import Library
from rag.settings import Settings
from rag.tokens import tokens

PROSE = "全区上下坚定信心，推进重点项目建设，着力保障和改善民生。" * 5
EVENTS, AFTER = 16, 0.3
"""A program is killed after at most so many of the things it tells, and so many seconds: a file is four, and the files
that an `ingest` stores together take 0.3 s."""


def write_files(folder: Path, number: int = 6) -> None:
    """Small reports that differ in body, year and wording."""
    folder.mkdir()
    for i in range(number):
        lines = [line.replace("2023", str(2015 + i)) + PROSE for line in (TRANSPORT, COMMERCE, TOWN)[i % 3][1:]]
        title = (TRANSPORT, COMMERCE, TOWN)[i % 3][0].replace("2023", str(2015 + i))
        (folder / f"报告{i}.txt").write_text("\n".join([title, *lines, f"共办结{i}件。"]), encoding="utf-8")


def open_library(home: Path) -> Library:
    return Library.open(Settings.from_env({}, home=home), CountingEmbeddings())


def contents(library: Library) -> dict[str, Any]:
    """By file, all that there is of it in the records."""
    found: dict[str, Any] = {}
    for file in library.files():
        reports = [library.report(r.id) for r in library.reports() if r.file_id == file.id]
        ids = [full.report.id for full in reports]
        texts = [(full.text, full.sections) for full in reports]
        found[file.name] = (file.id, texts, library.chunks(ids), len(library.source(file.id).text))
    return found


def faults(library: Library, whole: dict[str, Any]) -> list[str]:
    """What is not as it must be: stores that differ, files in part, answers about what is not there."""
    lines = library.check()
    lines += [f"{name} 不完整" for name, held in contents(library).items() if held != whole[name]]
    chunks = {chunk.id for held in contents(library).values() for chunk in held[2]}
    found = [i for i, _ in library.nearest(library.embedding.query_vector("公路"), 1000)]
    if sorted(found) != sorted(chunks):
        lines.append(f"按向量找到 {len(found)} 个片段，应有 {len(chunks)} 个")
    if not {i for i, _ in library.match(tokens("推进重点项目建设"), 1000)} <= chunks:
        lines.append("按词语找到的片段不在资料库里")
    return lines


def work(home: Path, folder: Path, seed: int, tell: Callable[[str], None]) -> None:
    """Add and remove for ever."""
    dice = random.Random(seed)
    tell("opening")
    with open_library(home) as library:
        while True:
            files = sorted(folder.iterdir())
            ingest(dice.sample(files, dice.randint(1, len(files))), library, progress=lambda step: tell(step.stage))
            for file in dice.sample(library.files(), dice.randint(0, len(library.files()))):
                tell("removing")
                library.remove_file(file.id)


class Program:
    """The program that is killed."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, home, folder],
            cwd=Path(__file__).parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def kill_at_random(self, seed: int) -> None:
        """Let it work for a random while, then SIGKILL; at times before the library is open."""
        dice = random.Random(f"{seed} moment")
        assert self._process.stdin and self._process.stdout
        print(seed, file=self._process.stdin, flush=True)
        pid = int(self._process.stdout.readline())
        for _ in range(dice.randint(1, EVENTS)):
            assert self._process.stdout.readline().strip()
        time.sleep(dice.uniform(0, AFTER))
        os.kill(pid, signal.SIGKILL)
        while (line := self._process.stdout.readline()) != "killed\n":
            assert line

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def program(home: Path, folder: Path) -> Iterator[Program]:
    running = Program(home, folder)
    try:
        yield running
    finally:
        running.close()


def _serve(home: Path, folder: Path) -> None:
    import chromadb
    import tantivy

    assert chromadb and tantivy  # imported before the fork
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            print(os.getpid(), flush=True)
            work(home, folder, int(line), lambda what: print(what, flush=True))
        os.waitpid(pid, 0)
        print("killed", flush=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Path(sys.argv[2]))
