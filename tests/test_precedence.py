"""Long work lets short work pass, but not for ever."""

from __future__ import annotations

import threading
import time

from rag.precedence import Precedence


def waited(precedence: Precedence, patience: float) -> float:
    began = time.monotonic()
    precedence.let_pass(patience)
    return time.monotonic() - began


def test_nothing_to_wait_for() -> None:
    assert waited(Precedence(), 10) < 1


def test_long_work_goes_on_once_the_last_short_work_has_ended() -> None:
    precedence, ends = Precedence(), [threading.Event(), threading.Event()]
    begun = threading.Barrier(3)

    def short(end: threading.Event) -> None:
        with precedence.short():
            begun.wait()
            end.wait(10)

    threads = [threading.Thread(target=short, args=(end,)) for end in ends]
    for thread in threads:
        thread.start()
    begun.wait()
    ends[0].set()
    threads[0].join()
    threading.Timer(0.3, ends[1].set).start()
    assert 0.2 < waited(precedence, 10) < 5


def test_patience_ends_and_a_fault_ends_short_work() -> None:
    precedence = Precedence()
    with precedence.short():
        assert 0.1 <= waited(precedence, 0.1) < 5
    try:
        with precedence.short():
            raise ValueError
    except ValueError:
        assert waited(precedence, 10) < 1
