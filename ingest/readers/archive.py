"""Archives (.zip): each file inside by itself, within limits, so that a bad one does not cost the others."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from ingest.readers.base import MAX_BYTES, shown
from ingest.readers.package import open_package, read_member
from rag.errors import FileError

MAX_MEMBERS = 500
"""Files in one archive: the reports of all offices of a city over some years."""

# What file managers leave in archives, without being asked for and without anything to read.
_LEFTOVERS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

_UTF8_NAME = 0x800
_ARCHIVES = frozenset([".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar"])


def members(data: bytes, name: str, *, check: Callable[[str], None]) -> Iterator[tuple[str, bytes | FileError]]:
    """Name and bytes of each file in an archive, or why it is not read; in the archive's order.

    `check` raises FileError for a name that is of no use, so that it is not even unpacked. `members` itself raises
    FileError, before the first member, where the archive as a whole is damaged, too large or a bomb.
    """
    package = open_package(data, name)
    infos = [info for info in package.infolist() if not _left_over(info.filename)]
    if not infos:
        raise FileError(f"压缩包“{shown(name)}”里没有文件", "请检查是否打包完整")
    if len(infos) > MAX_MEMBERS:
        raise FileError(f"压缩包“{shown(name)}”里有 {len(infos)} 个文件，超过上限 {MAX_MEMBERS}", "请拆成几个再添加")
    return _each(package, infos, check)


def _each(
    package: zipfile.ZipFile, infos: list[zipfile.ZipInfo], check: Callable[[str], None]
) -> Iterator[tuple[str, bytes | FileError]]:
    for info in infos:
        member = _name(info)
        try:
            _check(info, member)
            check(member)
            yield member, read_member(package, info, member)
        except FileError as error:
            yield member, error


def _check(info: zipfile.ZipInfo, member: str) -> None:
    """Raise FileError for a member that must not be opened. Nothing is written to disk; a name that leads outside
    the archive, or a link, is refused all the same: whoever made it meant no good."""
    path = PurePosixPath(member)
    if path.is_absolute() or ".." in path.parts or ":" in member:
        raise FileError(f"压缩包里的“{shown(member)}”指向压缩包以外的位置，没有读取", "请核对文件来源")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise FileError(f"压缩包里的“{shown(member)}”是链接，不是文件，没有读取", "请把它指向的文件放进压缩包")
    if path.suffix.lower() in _ARCHIVES:
        raise FileError(f"压缩包里的“{shown(member)}”又是压缩包，没有读取", "请先解开，再添加里面的文件")
    if info.file_size > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024**2} MB"
        raise FileError(f"压缩包里的“{shown(member)}”超过上限 {limit}", "请拆成几个文件再添加")


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; those that are not marked UTF-8 are in the code page of the machine that packed them.

    zipfile reads them as code page 437. Chinese Windows writes GBK, macOS and Linux tools unmarked UTF-8.
    """
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name.replace("\\", "/")
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _left_over(name: str) -> bool:
    if not name or name.endswith("/"):  # a folder
        return True
    last = PurePosixPath(name).name
    return name.startswith(_LEFTOVERS) or last in _LEFTOVERS or last.startswith(("._", "~$"))
