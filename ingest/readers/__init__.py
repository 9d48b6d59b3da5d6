"""Read files into text: one module per family of formats, one public door, `read`.

The text is as the file has it but for line ends (`\\n` only); cleaning is the next step's work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath

from ingest.readers.base import Parsed, check_size, check_text, load, normalise, shown
from rag.errors import FileError

__all__ = ["SUFFIXES", "ReadFile", "Unreadable", "is_readable", "read", "read_bytes", "read_each"]


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


# Media type, module and function by name ending; the module is loaded when the first such file comes.
_READERS = {
    ".txt": ("text/plain", "encoding", "decode"),
    ".md": ("text/markdown", "encoding", "decode"),
    ".html": ("text/html", "html", "read_html"),
    ".htm": ("text/html", "html", "read_html"),
    ".pdf": ("application/pdf", "pdf", "read_pdf"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "office", "read_office"),
    ".doc": ("application/msword", "office", "read_office"),
    ".wps": ("application/vnd.ms-works", "office", "read_office"),
    ".rtf": ("application/rtf", "office", "read_office"),
    ".odt": ("application/vnd.oasis.opendocument.text", "office", "read_office"),
}

_ARCHIVE = ".zip"

SUFFIXES = frozenset([*_READERS, _ARCHIVE])
"""Lower-case name endings that can be read."""


def is_readable(path: Path | PurePosixPath) -> bool:
    """Whether the name ends as a readable file's does (a look at the name only)."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path, *, name: str | None = None) -> list[ReadFile | Unreadable]:
    """The text of a file, or of every file in an archive, under `name` (default: the file's own name).

    Raises FileError where the file, or the archive as a whole, cannot be read; a bad file inside an archive is an
    `Unreadable` among the others.
    """
    return list(read_each(path, name or path.name))


def read_each(path: Path, name: str) -> Iterator[ReadFile | Unreadable]:
    """As `read`, one file of an archive after the other."""
    _check_suffix(name)
    data = load(path, name)
    if PurePosixPath(name).suffix.lower() != _ARCHIVE:
        yield read_bytes(data, name)
        return
    from ingest.readers.archive import members

    yield from (_member(member, data) for member, data in members(data, name, check=_check_suffix))


def _member(name: str, data: bytes | FileError) -> ReadFile | Unreadable:
    try:
        return Unreadable(name, data) if isinstance(data, FileError) else read_bytes(data, name)
    except FileError as error:
        return Unreadable(name, error)


def read_bytes(data: bytes, name: str) -> ReadFile:
    """The text of one file (no archive) given by its bytes; raises FileError."""
    _check_suffix(name)
    check_size(len(data), name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == _ARCHIVE:
        raise FileError(f"“{shown(name)}”是压缩包", "请先解开，再添加里面的文件")
    media, module, function = _READERS[suffix]
    reader: Callable[[bytes, str], Parsed] = getattr(import_module(f"ingest.readers.{module}"), function)
    parsed = reader(data, name)
    text = normalise(parsed.text)
    check_text(text, name)
    digest = hashlib.sha256(data).hexdigest()
    return ReadFile(name, digest, len(data), media, parsed.encoding, text, parsed.pages)


def _check_suffix(name: str) -> None:
    """Raise FileError where the name's ending is not one that can be read."""
    if not is_readable(PurePosixPath(name)):
        kinds = "、".join(sorted(SUFFIXES))
        raise FileError(f"“{shown(name)}”的类型不支持", f"支持的类型：{kinds}")
