"""Zip containers (archives, .docx, .odt) opened within limits, and their XML parsed without entities."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from ingest.readers.base import shown
from ingest.readers.magic import ZIP, what_is
from rag.errors import FileError

MAX_PARTS = 5_000
"""Members of one container; a document with 1,000 pictures has about 1,100."""

MAX_UNPACKED = 500 * 1024 * 1024
"""Bytes of all members together."""

MAX_RATIO = 200
"""Unpacked size over packed. Text packs 4 to 20 times, XML up to ~60; bombs 1,000 and more."""

SMALL = 1024 * 1024
"""Members below this size may pack as well as they like (blank pictures, empty styles)."""

MAX_XML = 64 * 1024 * 1024
"""Bytes of one XML part: a document of 3,000 pages has ~40 MB, and its tree takes some ten times as much memory."""


def open_package(data: bytes, name: str) -> zipfile.ZipFile:
    """The container, its directory checked for size, count and ratio; raises FileError."""
    magic = what_is(data)
    if magic and magic is not ZIP:
        raise FileError(f"“{shown(name)}”其实是{magic.what}，打不开", "请按内容改正扩展名，或换成支持的格式再添加")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
        raise broken(name) from error
    infos = package.infolist()
    if len(infos) > MAX_PARTS:
        raise FileError(f"“{shown(name)}”里有 {len(infos)} 个文件，超过上限 {MAX_PARTS}", "请拆成几个再添加")
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED // 1024**2} MB"
        raise FileError(f"“{shown(name)}”解开后有 {total / 1024**2:.0f} MB，超过上限 {limit}", "请拆成几个再添加")
    if any(i.file_size > SMALL and i.file_size > MAX_RATIO * max(1, i.compress_size) for i in infos):
        raise FileError(f"“{shown(name)}”的压缩率异常高，像是压缩炸弹，没有解开", "请核对文件来源")
    return package


def read_member(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """A member's bytes, never more than its directory entry says; raises FileError."""
    if info.flag_bits & 1:
        raise FileError(f"“{shown(name)}”有密码", "请去掉密码后再添加")
    try:
        return package.read(info)
    except NotImplementedError as error:
        raise FileError(f"“{shown(name)}”用了不支持的压缩方法", "请解开后用普通方式重新压缩") from error
    # zlib.error, lzma.LZMAError and others of the decompressors have no common base class but Exception.
    except Exception as error:
        raise broken(name) from error


def parse_xml(package: zipfile.ZipFile, part: str, name: str) -> etree._Element | None:
    """The root of an XML part, None where there is no such part; raises FileError, also for any DTD or entity.

    Office formats have no document type declaration; one can only be there to expand entities or to fetch files.
    """
    try:
        info = package.getinfo(part)
    except KeyError:
        return None
    if info.file_size > MAX_XML:
        limit = f"{MAX_XML // 1024**2} MB"
        raise FileError(
            f"“{shown(name)}”的正文有 {info.file_size / 1024**2:.0f} MB，超过上限 {limit}", "请拆成几个文件再添加"
        )
    data = read_member(package, info, name)
    refusal = FileError(f"“{shown(name)}”含有文档类型声明（可能是实体炸弹），没有读取", "请用 Word 或 WPS 另存后再添加")
    if b"<!DOCTYPE" in data.replace(b"\0", b""):  # before libxml2 sees it; UTF-16 has a zero byte between
        raise refusal
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken(name) from error
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that the look above does not see through
        raise refusal
    return root


def broken(name: str) -> FileError:
    """The error of a container or part that is damaged."""
    return FileError(f"“{shown(name)}”已损坏或不完整，打不开", "请重新下载，或用原来的软件另存后再添加")
