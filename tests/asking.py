"""Questions to a library of one report by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from small_library import LetterEmbeddings, small_file

from rag.assistant import Assistant
from rag.library import Library
from rag.settings import Settings


@contextmanager
def asking(home: Path, *texts: str) -> Iterator[Assistant]:
    """An assistant over a new library of one report, given as its sections' texts."""
    settings = Settings.from_env({}, home=home)
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*small_file("报告.txt", texts))
        yield Assistant(library, settings)
