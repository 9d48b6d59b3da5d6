"""Word-processor files (.docx, .doc, .wps, .rtf, .odt), told apart by content; the older ones go through LibreOffice.

Names lie: many a `.doc` of a web site is a saved page, and WPS writes Word's format under `.wps`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.readers.base import Parsed, shown
from ingest.readers.docx import read_docx
from ingest.readers.encoding import decode
from ingest.readers.html import looks_like_html, read_html
from ingest.readers.magic import OLE, RTF, ZIP, what_is
from ingest.readers.package import open_package
from rag.errors import FileError

CONVERSION_SECONDS = 100
"""Time for LibreOffice on one file, less than a file has in all. It starts in 2 to 10 s; a 300-page .doc takes 20."""

# No macros, no linked pictures or sections fetched, and for what may still try: a proxy that is not there.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop>
</item>
</oor:items>
"""

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read_office(data: bytes, name: str) -> Parsed:
    """The text of a word-processor file, whichever it is by its content; raises FileError."""
    magic = what_is(data)
    if magic is ZIP:
        parts = open_package(data, name).namelist()
        return _through_libreoffice(data, name, ".odt") if "content.xml" in parts else read_docx(data, name)
    if magic is OLE:
        if _ENCRYPTED_PACKAGE in data:
            raise FileError(f"“{shown(name)}”有打开密码", "请在 Word 或 WPS 里去掉密码后再添加")
        return _through_libreoffice(data, name, ".doc")
    if magic is RTF:
        return _through_libreoffice(data, name, ".rtf")
    if looks_like_html(data):
        return read_html(data, name)
    return decode(data, name)


def _through_libreoffice(data: bytes, name: str, suffix: str) -> Parsed:
    parsed = read_docx(to_docx(data, name, suffix), name)
    return Parsed(parsed.text, f"{suffix[1:].upper()}（经 LibreOffice）")


def to_docx(data: bytes, name: str, suffix: str, *, program: str | None = None) -> bytes:
    """The same document as .docx by LibreOffice, in a profile of its own that is thrown away afterwards.

    `program` is the path of `soffice` (default: the one that is installed). Raises FileError where there is none, it
    fails or it takes longer than CONVERSION_SECONDS.
    """
    program = program or shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise FileError(
            f"读取“{shown(name)}”（{suffix[1:]} 格式）需要 LibreOffice，本机没有安装",
            "请另存为 .docx 再添加，或安装 LibreOffice",
        )
    with tempfile.TemporaryDirectory(prefix="baogao-office-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        source = folder / f"input{suffix}"
        source.write_bytes(data)
        settings = folder / "profile/user/registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")
        command = [program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
        command += [f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(source)]
        with _process(command, folder) as process:
            try:
                process.wait(CONVERSION_SECONDS)
            except subprocess.TimeoutExpired as error:
                reason = f"LibreOffice 转换“{shown(name)}”超过 {CONVERSION_SECONDS} 秒，已停止"
                raise FileError(reason, "请在 Word 或 WPS 里另存为 .docx 再添加") from error
        result = folder / "out/input.docx"
        if not result.is_file():
            raise FileError(
                f"LibreOffice 打不开“{shown(name)}”，文件可能已损坏或有密码", "请在 Word 或 WPS 里另存为 .docx 再添加"
            )
        return result.read_bytes()


@contextlib.contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen]:
    """LibreOffice in a process group of its own, which is gone afterwards in any case (soffice starts others)."""
    environment = {**os.environ, "HOME": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
