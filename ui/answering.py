"""Answers for many people at once: a few are computed at a time, first come first served; any can be broken off."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import closing
from typing import Any, Generic, TypeVar

from anyio import CapacityLimiter, to_thread

from rag.settings import Settings

WAITING = 8
"""Answers at a time where a language model writes them: what takes the time is done elsewhere."""

Step = TypeVar("Step")


def at_a_time(settings: Settings) -> CapacityLimiter:
    """As many answers as there are processors: fewer leave some idle, more gain nothing (measured with two)."""
    return CapacityLimiter(WAITING if settings.llm_base_url else os.cpu_count() or 1)


class Run(Generic[Step]):
    """What a thread computes step by step; made and followed in one event loop."""

    def __init__(self, steps: Callable[[], Generator[Step, None, None]], limiter: CapacityLimiter) -> None:
        self._steps = steps
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._newest: list[Step] = []
        self._ended = False
        self._work = asyncio.ensure_future(to_thread.run_sync(self._compute, limiter=limiter))
        self._work.add_done_callback(lambda _: self._news.set())

    async def __aiter__(self) -> AsyncIterator[Step]:
        """The newest step whenever there is one, up to the last; raises what the thread raised."""
        while not self._ended:
            await self._news.wait()
            self._news.clear()
            done = self._work.done()
            if self._newest and not self._ended:
                yield self._newest.pop()
            if done:
                self._work.result()
                return

    def end(self) -> None:
        """No further step from now on; the thread stops at its next one. For any thread."""
        self._ended = True
        self._loop.call_soon_threadsafe(self._news.set)

    def _compute(self) -> None:
        if self._ended:  # while it waited
            return
        with closing(self._steps()) as steps:
            for step in steps:
                if self._ended:
                    break
                self._loop.call_soon_threadsafe(self._take, step)

    def _take(self, step: Step) -> None:
        self._newest = [step]
        self._news.set()


class Floor:
    """Of one visitor's conversation: the answer under way, of which there is at most one. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: Run[Any] | None = None
        self._next: Any = None

    def __deepcopy__(self, _: Any) -> Floor:
        return Floor()  # gradio copies it for each visitor

    @property
    def taken(self) -> bool:
        return self._run is not None

    def take(self, run: Run[Any]) -> None:
        """Let the steps of `run` be the answer under way."""
        self._run = run

    def end(self) -> None:
        """Break off the answer under way."""
        self.give_to(None)

    def give_to(self, what: Any) -> bool:
        """Break off the answer under way, to be followed by `what`; False where there is none."""
        with self._lock:
            if self._run is None:
                return False
            self._next = what
            self._run.end()
            return True

    def leave(self) -> Any:
        """The answer under way has ended; what is to follow it, or None."""
        with self._lock:
            self._run, what = None, self._next
            self._next = None
            return what
