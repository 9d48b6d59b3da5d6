"""What is told of files on their way into the library: how far they are, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["added", "unchanged", "replaced", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come: `done` of `total` chunks in the stage 向量, pages in 读取 where that takes long."""

    file: str
    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    file: str
    status: Status
    reports: int = 0
    reason: str = ""


Tell = Callable[[Progress], None]
