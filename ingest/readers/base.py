"""What all readers share: their result, their limits with the reasons, and loading bytes from disk."""

from __future__ import annotations

import errno
import re
import stat
import unicodedata
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from rag.errors import FileError
from rag.rows import CELL_SEPARATOR

MAX_BYTES = 200 * 1024 * 1024
"""Largest file read. A scanned report of 300 pages is ~60 MB; a file is held in memory while it is parsed."""

MAX_CHARACTERS = 20_000_000
"""Longest text taken from one file: about 1,000 reports. Cleaning and outlining hold a few copies of it in memory."""

MAX_PAGES = 3_000
"""Most pages read from one PDF: a thick yearbook has ~1,500."""

Step = Callable[[int, int], None]
"""Called with how many pages are done and how many there are."""

steps: ContextVar[Step] = ContextVar("steps", default=lambda done, total: None)
"""Who is told by readers that may take minutes that they are still at work."""

NAME_SHOWN = 80
"""Characters of a file name that a message shows; names may be thousands of characters long."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one reader makes of a file's bytes."""

    text: str
    encoding: str
    """For the person: how the bytes became text, e.g. `GB18030`, `PDF`, `OCR`."""
    pages: tuple[int, ...] = ()
    """Offsets in `text` where each page begins, when known."""


def load(path: Path, name: str) -> bytes:
    """All bytes of an ordinary file of at most MAX_BYTES; raises FileError otherwise."""
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise FileError(f"“{shown(name)}”是文件夹，不是文件", "请选择其中的文件")
        if not stat.S_ISREG(info.st_mode):  # reading a pipe or a device could last for ever
            raise FileError(f"“{shown(name)}”不是普通文件", "请把内容存成普通文件再添加")
        check_size(info.st_size, name)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise FileError(f"找不到文件“{shown(name)}”", "它可能已被移动、改名或删除，请核对路径") from error
    except PermissionError as error:
        raise FileError(f"没有权限读取“{shown(name)}”", "请修改文件权限，或复制到有权限的位置再添加") from error
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ENAMETOOLONG:
            raise FileError(f"“{shown(name)}”的文件名太长，系统打不开", "请改短文件名再添加") from error
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"读不出“{shown(name)}”：{reason}", "请检查磁盘和路径，或复制一份再添加") from error
    check_size(len(data), name)
    return data


def check_size(size: int, name: str) -> None:
    """Raise FileError where a file of `size` bytes is empty or too large."""
    if size == 0:
        raise FileError(f"“{shown(name)}”是空文件（0 字节）", "请检查是否下载或保存完整")
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise FileError(f"“{shown(name)}”有 {size / 1024**2:.0f} MB，超过上限 {limit} MB", "请拆成几个文件再添加")


_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def normalise(text: str) -> str:
    r"""Line ends as `\n` only, and nothing that a database or JSON refuses: U+0000, lone surrogates, BOM."""
    text = _LINE_ENDS.sub("\n", text).replace("\0", "").removeprefix("\ufeff")
    return _SURROGATES.sub("\ufffd", text)


def check_text(text: str, name: str) -> None:
    """Raise FileError where a text has nothing to read in it, or too much."""
    if len(text) > MAX_CHARACTERS:
        have, limit = f"{len(text) / 10_000:.0f} 万字", f"{MAX_CHARACTERS // 10_000} 万字"
        raise FileError(f"“{shown(name)}”有 {have}，超过上限 {limit}", "请拆成几个文件再添加")
    if not any(visible(char) for char in text):
        raise FileError(f"“{shown(name)}”里没有文字，只有空白", "请检查是否选错了文件")


def visible(char: str) -> bool:
    """Whether a character shows something: not blank, not a control or zero-width character."""
    return not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf", "Cn")


def shown(name: str) -> str:
    """A file name fit for one line of a message: no control or direction characters, not too long."""
    name = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN // 2]}…{name[-NAME_SHOWN // 2 + 1 :]}"


LONG_CELL = 300
"""Characters from which a table is taken to lay out a page rather than to list things."""


def table_lines(rows: list[list[list[str]]]) -> list[str]:
    """A table (rows of cells of lines) as one line a row, cells joined by ` | `.

    A row with text in one cell only (a caption, a frame around the whole report) and a row with a long cell keep
    their lines as they are.
    """
    lines: list[str] = []
    for row in rows:
        filled = [cell for cell in row if any(line.strip() for line in cell)]
        if len(filled) < 2 or any(sum(map(len, cell)) > LONG_CELL for cell in filled):
            lines += [line for cell in filled for line in cell if line.strip()]
        else:
            lines.append(CELL_SEPARATOR.join(" ".join(" ".join(cell).split()) for cell in row).strip())
    return lines
