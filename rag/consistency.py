"""Several reads that must all see the same library, without keeping writes waiting for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rag.library import Library

T = TypeVar("T")

TRIES = 3
"""Reads in the hope that nothing is written meanwhile; an answer takes 0.1 s, files come seconds apart."""


def consistent(library: Library, read: Callable[[], T]) -> T:
    """What `read()` gives, from one state of the library: optimistic concurrency control (Kung & Robinson 1981).

    Repeated where a write came in between, whatever the mixture made of it; at last with writes waiting. By then the
    model has been asked, and has what it said in its cache.
    """
    for _ in range(TRIES):
        change = library.change
        try:
            result = read()
        except Exception:
            if library.change == change:
                raise
            continue
        if library.change == change:
            return result
    with library.reading():
        return read()
