"""Answers computed in threads, a few at a time, and broken off."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator
from copy import deepcopy

import pytest
from anyio import CapacityLimiter

from rag.settings import Settings
from ui.answering import WAITING, Floor, Run, at_a_time


def counting(end: int, pause: float = 0.0) -> Generator[int, None, None]:
    for number in range(end):
        yield number
        time.sleep(pause)


def test_the_newest_step_and_the_last_are_seen() -> None:
    async def follow() -> list[int]:
        seen = []
        async for number in Run(lambda: counting(1000), CapacityLimiter(1)):
            seen.append(number)
            await asyncio.sleep(0.01)
        return seen

    seen = asyncio.run(follow())
    assert seen == sorted(seen)
    assert seen[-1] == 999


def test_nothing_to_say_and_a_fault() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no")

    async def follow(steps: Generator[int, None, None]) -> list[int]:
        return [number async for number in Run(lambda: steps, CapacityLimiter(1))]

    assert asyncio.run(follow(counting(0))) == []
    with pytest.raises(ValueError, match="no"):
        asyncio.run(follow(failing()))


def test_what_is_broken_off_ends_at_once_and_its_steps_are_closed() -> None:
    going, closed = threading.Event(), threading.Event()

    def slowly() -> Generator[int, None, None]:
        try:
            yield 1
            going.wait(5)
            yield 2
        finally:
            closed.set()

    async def follow() -> list[int]:
        run, seen = Run(slowly, CapacityLimiter(1)), []
        async for number in run:
            seen.append(number)
            threading.Timer(0.05, run.end).start()
        assert not closed.is_set()
        going.set()
        return seen

    assert asyncio.run(follow()) == [1]
    assert closed.wait(5)


def test_answers_wait_for_each_other_in_the_order_they_came() -> None:
    began: list[int] = []

    def answer(number: int) -> Generator[int, None, None]:
        began.append(number)
        time.sleep(0.01)
        yield number

    async def ask() -> list[int]:
        limiter = CapacityLimiter(1)
        runs = [Run(lambda n=n: answer(n), limiter) for n in range(5)]
        return [number for run in runs async for number in run]

    assert asyncio.run(ask()) == began == [0, 1, 2, 3, 4]


def test_what_is_broken_off_while_it_waits_never_begins() -> None:
    began: list[int] = []

    def second() -> Generator[int, None, None]:
        began.append(2)
        yield 2

    async def ask() -> list[int]:
        limiter = CapacityLimiter(1)
        runs = [Run(lambda: counting(3, 0.02), limiter), Run(second, limiter), Run(lambda: counting(1), limiter)]
        runs[1].end()
        return [number for run in runs async for number in run]

    assert asyncio.run(ask())[-1] == 0
    assert began == []


def test_a_floor_is_given_to_what_follows_once_its_answer_has_ended() -> None:
    async def talk() -> list[object]:
        floor = Floor()
        assert not floor.give_to("nobody speaks")
        run = Run(lambda: counting(1000, 0.01), CapacityLimiter(1))
        floor.take(run)
        assert floor.taken
        assert not deepcopy(floor).taken
        followed = [floor.give_to("the next") async for _ in run]
        return [*followed, floor.leave(), floor.taken, floor.leave()]

    assert asyncio.run(talk()) == [True, "the next", False, None]


def test_more_at_a_time_where_a_model_writes_elsewhere(tmp_path) -> None:
    assert at_a_time(Settings(home=tmp_path)).total_tokens >= 1
    assert at_a_time(Settings(home=tmp_path, llm_base_url="http://127.0.0.1:1/v1")).total_tokens == WAITING
