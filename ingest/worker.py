"""Parsing in a process of its own, which is stopped where a file takes too long, too much, or brings it down.

Files come from anywhere. A fault in PDFium, a picture that unfolds to gigabytes or a pattern that never ends must cost
that file, not the program that holds the library.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ingest.readers.base import Step, shown, steps
from rag.errors import BaogaoError, FileError

T = TypeVar("T")

STEP_SECONDS = 30.0
"""After a page is read by OCR there is at least so much time for the next; one takes 2 to 6 s."""

START_SECONDS = 60.0
"""Time for the process to come up: 0.2 s, more where the machine is starting everything else too."""

GRACE_SECONDS = 2.0
"""Between asking the process to end, so that it takes LibreOffice along, and ending it."""

CALLS = 2000
"""Calls, two for each file, after which the process is replaced, so that what libraries leak does not add up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take."""

    seconds: float = 120.0
    """For one item: a file, or one file of an archive."""
    megabytes: int = 2048
    """Memory of the process, data and stacks; 0 for no limit. Held on Linux only."""


class Worker:
    """Runs functions on files, one at a time, in a process that starts when first needed. Not for several threads.

    Not `multiprocessing`: that would have the process import the caller's script, which may do its work when imported.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._calls = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and what it has started."""
        if self._pipe:
            self._pipe.close()
        if self._process:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
            self._process.kill()
            self._process.wait()
        self._process = self._pipe = None
        self._calls = 0

    def call(self, name: str, function: Callable[..., T], *args: Any) -> T:
        """What `function(*args)` returns; see `each`."""
        [result] = self.each(name, _one, function, *args)
        return result

    def each(
        self, name: str, function: Callable[..., Iterable[T]], *args: Any, step: Step = lambda done, total: None
    ) -> Iterator[T]:
        """What `function(*args)` yields, one after the other; `function` is one that a module has by name.

        Raises what it raises where that is a BaogaoError, else a FileError about the file `name`: it took too long, too
        much memory, or brought the process down. `step` hears of pages done.
        """
        pipe = self._ready()
        pipe.send((function, args))
        kind, deadline = "", time.monotonic() + self._limits.seconds
        try:
            while kind in ("", "item", "step"):
                kind, value = self._receive(pipe, deadline, name)
                if kind == "item":
                    yield value
                    deadline = time.monotonic() + self._limits.seconds
                elif kind == "step":
                    step(*value)
                    deadline = max(deadline, time.monotonic() + STEP_SECONDS)
                elif kind != "end":
                    raise self._error(name, kind, value)
        finally:
            if kind not in ("end", "error", "fault") or self._calls >= CALLS:
                self.close()

    def _receive(self, pipe: Connection, deadline: float, name: str) -> tuple[str, Any]:
        """The next message. Raises FileError where there is none in time, or the process has died."""
        try:
            if pipe.poll(max(0.0, deadline - time.monotonic())):
                return pipe.recv()
        except (EOFError, OSError) as error:
            code = self._exit_status()
            how = f"信号 {-code}" if code is not None and code < 0 else f"状态 {code}"
            message = f"读取“{shown(name)}”的进程异常退出（{how}），文件可能已损坏"
            raise FileError(message, "请用原来的软件另存后再添加") from error
        message = f"读取“{shown(name)}”超过 {self._limits.seconds:g} 秒，已停止"
        raise FileError(message, "请拆成几个文件，或用 BAOGAO_READ_SECONDS 放宽")

    def _error(self, name: str, kind: str, value: Any) -> BaogaoError:
        if kind == "error":
            return value
        what, details = value
        if kind == "memory":
            message = f"读取“{shown(name)}”需要的内存超过上限 {self._limits.megabytes} MB，已停止"
            error = FileError(message, "请拆成几个文件，或用 BAOGAO_READ_MEMORY 放宽")
        else:
            error = FileError(f"读取“{shown(name)}”时程序出错（{what}）", "请用原来的软件另存后再添加")
        error.__cause__ = RuntimeError(details)  # for --debug
        return error

    def _ready(self) -> Connection:
        """The pipe to a process that waits for work."""
        if self._pipe and self._process and self._process.poll() is None:
            self._calls += 1
            return self._pipe
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-c", _PROGRAM, *sys.path]
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
        self._pipe = Connection(ours.detach())
        with suppress(EOFError, OSError):
            self._pipe.send(self._limits)
            if self._pipe.poll(START_SECONDS):
                self._pipe.recv()
                self._calls = 1
                return self._pipe
        self.close()
        raise BaogaoError("读取文件的进程启动不了", "检查内存，或放宽 BAOGAO_READ_MEMORY")

    def _exit_status(self) -> int | None:
        """What the process ended with; less than 0 for a signal."""
        assert self._process
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        return self._process.returncode


_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from ingest.worker import work; work()"

# --- in the process ---


def work() -> None:
    """Do what comes through the socket that is the standard input, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which then ends this process
    signal.signal(signal.SIGTERM, _leave)
    pipe = Connection(os.dup(0))
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    steps.set(lambda done, total: pipe.send(("step", (done, total))))
    with suppress(EOFError, OSError):  # the program has gone, or needs this process no longer
        _limit_memory(pipe.recv().megabytes)
        pipe.send(("ready", None))
        while True:
            function, args = pipe.recv()
            _run(pipe, function, args)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _leave(*_: object) -> NoReturn:
    """End on SIGTERM with everything put away, once."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def _run(pipe: Connection, function: Callable[..., Iterable[Any]], args: tuple[Any, ...]) -> None:
    """Send what the function yields, and how it ended; raises OSError where nobody listens any more."""
    try:
        for item in function(*args):
            pipe.send(("item", item))
        pipe.send(("end", None))
    except BaogaoError as error:
        pipe.send(("error", error))
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        pipe.send(("memory" if isinstance(error, MemoryError) else "fault", (what, traceback.format_exc())))


def _one(function: Callable[..., T], *args: Any) -> Iterator[T]:
    yield function(*args)


def _limit_memory(megabytes: int) -> None:
    if sys.platform != "linux" or not megabytes:
        return
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))


def _end_with(pipe: Connection) -> None:
    """End, with what was started, when the other side of the pipe is gone: the program may have been killed."""
    hung_up = select.poll()
    hung_up.register(pipe.fileno(), 0)
    hung_up.poll()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
