"""Short work goes before long work that shares the processor with it: questions before the embedding of a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Precedence:
    """How much short work is under way. Safe to share between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0

    @contextmanager
    def short(self) -> Iterator[None]:
        """Work that others let pass."""
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def let_pass(self, patience: float) -> None:
        """Between two steps of long work: wait until no short work is under way, at most `patience` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._under_way, patience)
