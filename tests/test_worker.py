"""The process that reads files: what comes back is what a call gives; what goes wrong costs one file, and is said."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.readers.base import steps
from ingest.worker import Limits, Worker
from rag.errors import FileError, NotFoundError

# What runs in the process must be importable there; the limits are for tests.


def pid() -> int:
    return os.getpid()


def count(to: int, pause: float = 0.0) -> Iterator[int]:
    for number in range(to):
        steps.get()(number, to)
        time.sleep(pause)
        yield number


def refuse() -> None:
    raise NotFoundError("没有这一节", "写全编号")


def fail() -> None:
    raise KeyError("键")


def grow(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def spin() -> None:
    while True:
        pass


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(7)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(Limits(seconds=1.0, megabytes=512)) as worker:
        yield worker


def test_results_and_their_order(worker: Worker) -> None:
    seen = []
    assert list(worker.each("甲.txt", count, 3, step=lambda *pages: seen.append(pages))) == [0, 1, 2]
    assert seen == [(0, 3), (1, 3), (2, 3)]
    assert worker.call("甲.txt", grow, 1) == 2**20


def test_one_process_for_many_files(worker: Worker) -> None:
    pids = {worker.call("甲.txt", pid) for _ in range(20)}
    assert len(pids) == 1 and os.getpid() not in pids


def test_an_error_comes_back_as_it_is(worker: Worker) -> None:
    before = worker.call("甲.txt", pid)
    with pytest.raises(NotFoundError) as raised:
        worker.call("甲.txt", refuse)
    assert (raised.value.message, raised.value.hint) == ("没有这一节", "写全编号")
    assert worker.call("甲.txt", pid) == before


def test_a_fault_of_the_program_is_the_files_reason(worker: Worker) -> None:
    with pytest.raises(FileError, match=r"“甲\.txt”.*KeyError") as raised:
        worker.call("甲.txt", fail)
    assert "in fail" in str(raised.value.__cause__)


@pytest.mark.parametrize(
    ("function", "args", "reason"),
    [
        (spin, (), "超过 1 秒，已停止"),
        (crash, (), "异常退出（信号 11）"),
        (leave, (), "异常退出（状态 7）"),
        pytest.param(
            grow,
            (1024,),
            "内存超过上限 512 MB",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only"),
        ),
    ],
)
def test_a_file_that_ends_the_process(worker: Worker, function, args, reason: str) -> None:
    before = worker.call("好.txt", pid)
    began = time.monotonic()
    with pytest.raises(FileError, match=reason) as raised:
        worker.call("坏" * 4000, function, *args)
    assert time.monotonic() - began < 30
    assert len(str(raised.value)) < 200
    assert worker.call("好.txt", pid) != before


def test_the_time_is_for_each_item(worker: Worker) -> None:
    assert len(list(worker.each("包.zip", count, 4, 0.4))) == 4


def test_leaving_early_leaves_nothing_behind(worker: Worker) -> None:
    for item in worker.each("包.zip", count, 1000):
        assert item == 0
        break
    assert worker.call("好.txt", grow, 1) == 2**20


def test_a_script_of_any_kind_may_use_it() -> None:
    script = "from ingest.worker import *; worker = Worker(Limits()); print(worker.call('甲.txt', len, 'abc'))"
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("3\n", "")


KILLED = """
import sys, time
from ingest.worker import Limits, Worker
from test_worker import pid, spin
worker = Worker(Limits())
print(worker.call("甲.txt", pid), flush=True)
worker.call("甲.txt", spin)
"""


def test_the_process_ends_with_a_killed_program(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        child = int(program.stdout.readline())
        program.kill()
    deadline = time.monotonic() + 20
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _alive(child)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{process}/stat").exists() or " Z " not in Path(f"/proc/{process}/stat").read_text()
