"""Files of every format, damaged at random from a seed."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from readers_samples import LINES, REPORT, save_docx, save_html, save_pdf

MARKS = "\u202e\u200b\u2066\ufeff\0\x1b\u0085\u2028"
"""Direction marks, characters without width, line ends of other systems, and what terminals obey."""


def sound_files(*, libreoffice: bool) -> dict[str, bytes]:
    """One report in every format by the ending of its name; those that need LibreOffice only if asked for."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("汇编/一.txt", REPORT)
        package.writestr("汇编/二.docx", save_docx())
        package.writestr("汇编/三.html", save_html())
    files = {
        ".txt": REPORT.encode(),
        ".md": REPORT.encode("gb18030"),
        ".html": save_html(),
        ".htm": save_html().decode().replace("utf-8", "gbk").encode("gbk"),
        ".docx": save_docx(),
        ".pdf": save_pdf(),
        ".zip": archive.getvalue(),
    }
    if libreoffice:
        escaped = "\\par ".join("".join(c if c.isascii() else f"\\u{ord(c)}?" for c in line) for line in LINES)
        files |= {".rtf": f"{{\\rtf1\\ansi {escaped}}}".encode(), ".odt": _open_document(), ".doc": save_html()}
        files[".wps"] = files[".rtf"]
    return files


def mutants(seed: int, number: int, files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of damaged files, the formats in turn."""
    dice = random.Random(seed)
    kinds = sorted(files)
    for n in range(number):
        kind = kinds[n % len(kinds)]
        data = files[kind]
        for _ in range(dice.choice((1, 1, 2, 4))):
            change = dice.choice(IN_ZIP if kind in (".docx", ".odt", ".zip") and dice.random() < 0.6 else CHANGES)
            data = change(data, dice, files)
        yield f"{n:03}-{change.__name__}{kind}", data


Change = Callable[[bytes, random.Random, dict[str, bytes]], bytes]


def flip(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 8, 64)) if changed else 0):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def truncate(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def splice(data: bytes, dice: random.Random, files: dict[str, bytes]) -> bytes:
    other = files[dice.choice(sorted(files))]
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other)) :]


def repeat(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    start, end = _block(data, dice)
    return data[:end] + data[start:end] * dice.choice((1, 10, 100)) + data[end:]


def blank(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    start, end = _block(data, dice)
    return data[:start] + dice.choice((b"\0", b"\xff", b" ", b"(", b"<")) * (end - start) + data[end:]


def insert(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.randbytes(dice.choice((1, 16, 4096))) + data[at:]


def mark(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    for _ in range(20):
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(MARKS).encode() + data[at:]
    return data


def number(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    """Numbers in text formats (lengths, offsets, widths) become extreme ones."""
    digits = [i for i, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    for at in sorted(dice.sample(digits, min(5, len(digits))), reverse=True):
        data = data[:at] + dice.choice((b"-1", b"0", b"4294967296", b"99999999999999999999")) + data[at + 1 :]
    return data


def member(data: bytes, dice: random.Random, files: dict[str, bytes]) -> bytes:
    """One member changed and packed again, so that the damage is inside."""
    return _repacked(data, dice, lambda name, content: (name, dice.choice(CHANGES)(content, dice, files)))


def rename(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    names = (
        "../../外.txt",
        "/etc/外.txt",
        "C:\\外.txt",
        "长" * 4000 + ".txt",
        "里.zip",
        "\u202etxt.exe",
        "",
        "甲\n乙.txt",
    )
    return _repacked(data, dice, lambda name, content: (dice.choice(names), content))


def double(data: bytes, dice: random.Random, _files: dict[str, bytes]) -> bytes:
    return _repacked(data, dice, lambda name, content: (name, content * dice.choice((2, 50))))


CHANGES: Sequence[Change] = (flip, truncate, splice, repeat, blank, insert, mark, number)
IN_ZIP: Sequence[Change] = (member, member, member, rename, double)


def _block(data: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(data) + 1)
    return start, min(len(data), start + dice.choice((4, 64, 1024)))


def _repacked(data: bytes, dice: random.Random, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The zip with one member changed; as it is where it is no longer one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = [(info.filename, package.read(info)) for info in package.infolist()]
    except Exception:
        return data
    if not members:
        return data
    at = dice.randrange(len(members))
    members[at] = change(*members[at])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name or "无名", content)
    return packed.getvalue()


def _open_document() -> bytes:
    body = "".join(f"<text:p>{line}</text:p>" for line in LINES)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:text="{space}:text:1.0" '
        f'office:version="1.2"><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.text"
    entries = (("/", kind), ("content.xml", "text/xml"))
    listed = "".join(f'<m:file-entry m:full-path="{path}" m:media-type="{media}"/>' for path, media in entries)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}:manifest:1.0">{listed}</m:manifest>')
    return packed.getvalue()


def write(folder: Path, files: Iterator[tuple[str, bytes]]) -> list[Path]:
    paths = []
    for name, data in files:
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    return paths
