"""Files on their way into the library: read and embedded, not stored yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.model import Chunk, FullReport, SourceFile
from rag.vectors import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Addition:
    """A file with all that the stores want of it."""

    file: SourceFile
    reports: Sequence[FullReport]
    chunks: Sequence[Chunk]
    """In reading order."""
    vectors: Sequence[Vectors]
    """One for each chunk."""
    terms: Mapping[str, list[str]]
    """By chunk id."""
    replaces: str | None
    """Id of the file, which may be its own, that goes in the same step."""
    fuller: Mapping[str, str]
    """Reports of the library → the report that they become versions of."""
