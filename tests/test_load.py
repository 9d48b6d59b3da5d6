"""Many people at once for half an hour: ten ask, one adds, one removes; no error, no growth, nothing left open."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command import Home
from crashing import write_files

from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.embedding import ReportEmbeddings
from rag.library import Library
from rag.settings import Settings

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
WARM_UP = 0.3
"""Share of the time before the first measure: models load, caches fill, the allocator settles."""
QUESTIONS = (
    "交通局2025年有哪些打算？",
    "教育局2024年新增义务教育学位多少个？",
    "存在哪些问题？",
    "新建公路多少公里？",
    "举办消费节的是哪个局？",
    "水利局有哪些亮点？",
    "2019年有哪些打算？",
    "今天天气怎么样？",
)

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory and open files are read from /proc"),
]


@pytest.fixture
def library(samples: Home, real_embedding: ReportEmbeddings, tmp_path: Path) -> Iterator[Library]:
    home = tmp_path / "home"
    shutil.copytree(samples.path, home, ignore=shutil.ignore_patterns("models", "lock", "process"))
    with Library.open(Settings.from_env({}, home=home), real_embedding) as library:
        yield library


def test_mixed_load(library: Library, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 30)
    files = sorted((tmp_path / "files").iterdir())
    assistant = Assistant(library, library.settings)
    stop = threading.Event()

    def ask(dice: random.Random) -> None:
        reply = assistant.ask(dice.choice(QUESTIONS))
        assert reply.answer
        assert reply.refused or reply.citations

    def add(dice: random.Random) -> None:
        (outcome,) = ingest([dice.choice(files)], library)
        assert outcome.status in ("added", "unchanged"), outcome

    def remove(dice: random.Random) -> None:
        names = {file.name for file in files}
        held = [file for file in library.files() if file.name in names]
        if held:
            library.remove_file(dice.choice(held).id)

    def repeat(number: int, act: Callable[[random.Random], None], pause: float) -> int:
        dice, times = random.Random(number), 0
        while not stop.wait(dice.uniform(0, 2 * pause)):
            act(dice)
            times += 1
        return times

    with ThreadPoolExecutor(12) as threads:
        work = [threads.submit(repeat, number, ask, 0.5) for number in range(10)]
        work += [threads.submit(repeat, 10, add, 3.0), threads.submit(repeat, 11, remove, 3.0)]
        before, after = [], []
        began, length = time.monotonic(), MINUTES * 60
        while (at := (time.monotonic() - began) / length) < 1 and not any(one.done() for one in work):
            time.sleep(length / 200)
            if WARM_UP < at < WARM_UP + 0.1:
                before.append(_held())
            elif at > 0.9:
                after.append(_held())
        stop.set()
        times = [one.result() for one in work]
    first, last = ([statistics.median(values) for values in zip(*held, strict=True)] for held in (before, after))
    print(
        f"{MINUTES:g} minutes: {sum(times[:10])} questions, {times[10]} added, {times[11]} removed; "
        f"MB and handles after warm-up {first}, at the end {last}"
    )
    assert library.check() == []
    assert last[0] <= 1.1 * first[0]
    assert last[1] <= first[1] + 5


def _held() -> tuple[float, int]:
    """Resident memory in MB, and open files."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return kilobytes / 1024, len(list(Path("/proc/self/fd").iterdir()))
