"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Magic:
    """A format told by its first bytes."""

    start: bytes
    what: str
    suffix: str = ""
    """The name ending to use instead, where the format can be read."""


ZIP = Magic(b"PK\x03\x04", "压缩包或 Office 文档（zip）", ".zip 或 .docx")
PDF = Magic(b"%PDF-", "PDF", ".pdf")
OLE = Magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文档", ".doc 或 .wps")
RTF = Magic(b"{\\rtf", "RTF 文档", ".rtf")

_ALL = (
    *(ZIP, PDF, OLE, RTF),
    Magic(b"\x89PNG", "PNG 图片"),
    Magic(b"\xff\xd8\xff", "JPEG 图片"),
    Magic(b"GIF8", "GIF 图片"),
    Magic(b"Rar!", "RAR 压缩包"),
    Magic(b"7z\xbc\xaf", "7z 压缩包"),
    Magic(b"\x1f\x8b\x08", "gzip 压缩包"),
    Magic(b"\x7fELF", "程序"),
    Magic(b"MZ\x90\x00", "程序"),
    Magic(b"SQLite format 3\x00", "数据库"),
)


def what_is(data: bytes) -> Magic | None:
    """The format that the first bytes tell, or None for text and what is not known."""
    return next((magic for magic in _ALL if data.startswith(magic.start)), None)
