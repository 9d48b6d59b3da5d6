"""The folder that a library lives in, and who may use it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import LibraryError

_PATIENCE = 600
"""Seconds that a process waits for another to finish with what they share in a home."""
_MOMENT = 1.0
"""Seconds that a process waits for a home of its own: a program that was killed while it started another leaves it the
lock until that one is up."""


@dataclass(frozen=True, slots=True)
class Occupied:
    """A home in use; `writing` is to be held while a file in it is written."""

    writing: AbstractContextManager[Any]
    release: Callable[[], None]


def occupy(home: Path, *, alone: bool) -> Occupied:
    """Take the home for this process, unless several may use it (`alone` false) and only take turns at writing.

    Raises LibraryError if it cannot be written or another process has it.
    """
    from filelock import FileLock, Timeout

    owner = home / "process"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not alone:
            return Occupied(FileLock(home / "lock", timeout=_PATIENCE, thread_local=False), lambda: None)
        guard = FileLock(home / "lock", timeout=_MOMENT, thread_local=False)
        guard.acquire()
        owner.write_text(str(os.getpid()))
    except Timeout as error:
        number = owner.read_text() if owner.is_file() else "?"
        raise LibraryError(
            f"资料库 {home} 正被另一个进程使用（进程号 {number}）",
            "先结束那个进程（例如停掉 baogao serve），或用 BAOGAO_HOME 另指一个资料库",
        ) from error
    except OSError as error:
        raise LibraryError(
            f"资料库 {home} 无法写入：{error.strerror}", "检查目录权限，或用 BAOGAO_HOME 另指一个文件夹"
        ) from error
    return Occupied(nullcontext(), guard.release)
