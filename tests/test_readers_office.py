"""Word-processor files are told apart by content; the older formats go through LibreOffice, within limits."""

import io
import os
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import docx
import pytest
from readers_samples import LINES, REPORT, add_list, add_numbered, docx_bytes, save_docx, save_html

from ingest.readers import office, read_bytes
from ingest.readers.magic import OLE
from rag.errors import FileError

needs_libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


def convert(data: bytes, folder: Path, kind: str) -> bytes:
    (folder / "a.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(folder), str(folder / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / f"a.{kind.split(':')[0]}").read_bytes()


@pytest.mark.slow
@needs_libreoffice
@pytest.mark.parametrize(("kind", "suffix"), [("doc:MS Word 97", ".doc"), ("odt", ".odt")])
def test_older_formats_give_the_same_text(tmp_path, kind, suffix):
    document = docx.Document()
    num = add_list(document, [("chineseCountingThousand", "%1、"), ("japaneseCounting", "（%2）")])
    add_numbered(document, "总结", num)
    add_numbered(document, "项目", num, 1)
    table = document.add_table(1, 2, style="Table Grid")
    table.cell(0, 0).text, table.cell(0, 1).text = "甲路", "1亿元"
    for line in LINES:
        document.add_paragraph(line)
    found = read_bytes(convert(docx_bytes(document), tmp_path, kind), "x" + suffix)
    assert found.text.split("\n") == ["一、总结", "（一）项目", "甲路 | 1亿元", *LINES]
    assert "LibreOffice" in found.encoding


@pytest.mark.slow
@needs_libreoffice
def test_rtf(tmp_path):
    assert read_bytes(convert(save_docx(), tmp_path, "rtf"), "x.rtf").text.split("\n") == LINES


@pytest.mark.slow
@needs_libreoffice
def test_a_damaged_document_is_an_error():
    with pytest.raises(FileError, match="损坏或有密码"):
        read_bytes(OLE.start + bytes(5000), "坏.doc")


def test_a_doc_that_is_really_something_else():
    assert read_bytes(save_docx(), "x.doc").text.split("\n") == LINES
    assert read_bytes(save_docx(), "x.wps").encoding == "DOCX"
    assert "临江区交通运输局" in read_bytes(save_html(), "x.doc").text
    assert read_bytes(REPORT.encode("gb18030"), "x.doc").text == REPORT


def test_without_libreoffice_the_way_out_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileError) as caught:
        read_bytes(OLE.start + bytes(5000), "旧.doc")
    assert "LibreOffice" in caught.value.message
    assert ".docx" in caught.value.hint


def test_a_password_is_said():
    with pytest.raises(FileError, match="密码"):
        read_bytes(OLE.start + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密.docx")


def test_an_image_with_a_documents_name():
    with pytest.raises(FileError, match="PNG"):
        read_bytes(b"\x89PNG\r\n" + bytes(20), "图.doc")


def test_a_zip_that_is_no_document():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a.txt", "x")
    with pytest.raises(FileError, match="损坏"):
        read_bytes(stream.getvalue(), "x.docx")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell script")
def test_a_conversion_that_hangs_is_stopped_with_all_it_started(monkeypatch, tmp_path):
    program, child = tmp_path / "soffice", tmp_path / "child"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {child}\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "CONVERSION_SECONDS", 1)
    with pytest.raises(FileError, match="超过 1 秒"):
        office.to_docx(b"x", "慢.doc", ".doc", program=str(program))
    deadline = time.monotonic() + 5
    while _alive(int(child.read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(int(child.read_text()))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False
