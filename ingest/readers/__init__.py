"""Read files into text: one module per family of formats, one public door, `read`.

The text is as the file has it but for line ends (`\\n` only); cleaning is the next step's work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.readers.base import Parsed, check_size, check_text, load, normalise, shown
from rag.errors import FileError

__all__ = ["SUFFIXES", "ReadFile", "Unreadable", "is_readable", "read", "read_bytes"]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file's text, and what it was read from."""

    name: str
    """As shown to the person: the file's name, or the path inside its archive."""
    data_sha256: str
    """SHA-256 (hex) of the file's bytes: the same file under another name has the same one."""
    size: int
    """Bytes."""
    media: str
    encoding: str
    """How bytes became text, for the person: `UTF-8`, `GB18030`, `Big5`, `PDF`, …"""
    text: str
    pages: tuple[int, ...] = ()
    """Offsets in `text` where each page begins, when known."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file inside an archive that could not be read; the others of the archive still can."""

    name: str
    error: FileError


def _text(data: bytes, name: str) -> Parsed:
    from ingest.readers.encoding import decode

    return decode(data, name)


def _docx(data: bytes, name: str) -> Parsed:
    from ingest.readers.docx import read_docx

    return read_docx(data, name)


def _html(data: bytes, name: str) -> Parsed:
    from ingest.readers.html import read_html

    return read_html(data, name)


_READERS: dict[str, tuple[str, Callable[[bytes, str], Parsed]]] = {
    ".txt": ("text/plain", _text),
    ".md": ("text/markdown", _text),
    ".html": ("text/html", _html),
    ".htm": ("text/html", _html),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
}

SUFFIXES: frozenset[str] = frozenset(_READERS)
"""Lower-case name endings that can be read."""


def is_readable(path: Path | PurePosixPath) -> bool:
    """Whether the name ends as a readable file's does (a look at the name only)."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path, *, name: str | None = None) -> list[ReadFile | Unreadable]:
    """The text of a file, or of every file in an archive, under `name` (default: the file's own name).

    Raises FileError where the file, or the archive as a whole, cannot be read; a bad file inside an archive is an
    `Unreadable` among the others.
    """
    name = name or path.name
    check_suffix(name)
    return [read_bytes(load(path, name), name)]


def read_bytes(data: bytes, name: str) -> ReadFile:
    """The text of one file (no archive) given by its bytes; raises FileError."""
    check_suffix(name)
    check_size(len(data), name)
    media, reader = _READERS[PurePosixPath(name).suffix.lower()]
    parsed = reader(data, name)
    text = normalise(parsed.text)
    check_text(text, name)
    digest = hashlib.sha256(data).hexdigest()
    return ReadFile(name, digest, len(data), media, parsed.encoding, text, parsed.pages)


def check_suffix(name: str) -> None:
    """Raise FileError where the name's ending is not one that can be read."""
    if not is_readable(PurePosixPath(name)):
        kinds = "、".join(sorted(SUFFIXES))
        raise FileError(f"“{shown(name)}”的类型不支持", f"支持的类型：{kinds}")
