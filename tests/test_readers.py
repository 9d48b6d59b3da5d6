"""The public door: what a file becomes, and what a person is told where it cannot be read."""

import hashlib
import os
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers_samples import LINES, REPORT, save_docx, save_html, save_pdf

from ingest.readers import SUFFIXES, ReadFile, is_readable, read, read_bytes
from ingest.readers.base import MAX_BYTES, MAX_CHARACTERS
from rag.errors import FileError


def save(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def only(path: Path, **options) -> ReadFile:
    (found,) = read(path, **options)
    assert isinstance(found, ReadFile)
    return found


def refusal(path: Path, **options) -> FileError:
    with pytest.raises(FileError) as caught:
        read(path, **options)
    assert caught.value.hint, "a refusal says what to do"
    return caught.value


def test_a_text_file(tmp_path):
    data = REPORT.replace("\n", "\r\n").encode("gb18030")
    found = only(save(tmp_path, "总结.txt", data))
    assert (found.name, found.encoding, found.media, found.size) == ("总结.txt", "GB18030", "text/plain", len(data))
    assert found.text == REPORT
    assert found.data_sha256 == hashlib.sha256(data).hexdigest()


def test_the_given_name_wins(tmp_path):
    path = save(tmp_path, "upload-1", REPORT.encode())
    found = only(path, name="总结.MD")
    assert (found.name, found.media) == ("总结.MD", "text/markdown")
    refusal(path)


def test_text_is_kept_but_for_line_ends_and_what_no_database_holds():
    found = read_bytes(("\ufeff业(yè)务\r一行\u2028XX万元##paidbegin##\x0c末行\0。" + REPORT * 9).encode(), "x.txt")
    assert found.text == "业(yè)务\n一行\nXX万元##paidbegin##\n末行。" + REPORT * 9


def test_one_very_long_line(tmp_path):
    found = only(save(tmp_path, "long.txt", "全年完成投资，".encode() * 500_000))
    assert len(found.text) == 3_500_000


@pytest.mark.parametrize("data", [b"", b" \n\t \r\n", "　\n\u200b\u2060\ufeff".encode()])
def test_nothing_to_read(tmp_path, data):
    assert "空" in refusal(save(tmp_path, "空.txt", data)).message


@pytest.mark.parametrize("name", ["报告.xlsx", "报告", "报告.txt.exe", ".txt"])
def test_unknown_kind(tmp_path, name):
    error = refusal(save(tmp_path, name, REPORT.encode()))
    assert "不支持" in error.message and ".txt" in error.hint


def test_renamed_binary(tmp_path):
    assert "PNG" in refusal(save(tmp_path, "图.txt", b"\x89PNG\r\n\x1a\n" + bytes(50))).message


def test_vanished_file(tmp_path):
    assert "找不到" in refusal(tmp_path / "没有.txt").message


def test_folder(tmp_path):
    (tmp_path / "夹.txt").mkdir()
    assert "文件夹" in refusal(tmp_path / "夹.txt").message


def test_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "p.txt")
    assert "不是普通文件" in refusal(tmp_path / "p.txt").message


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_no_permission(tmp_path):
    path = save(tmp_path, "密.txt", REPORT.encode())
    path.chmod(0)
    assert "权限" in refusal(path).message


def test_too_large_is_told_before_it_is_read(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse
    assert "200 MB" in refusal(path).message


def test_too_many_characters(tmp_path):
    path = save(tmp_path, "长.txt", b"x" * (MAX_CHARACTERS + 1))
    assert "2000 万字" in refusal(path).message


def test_a_monstrous_name_makes_a_short_message(tmp_path):
    error = refusal(save(tmp_path, "x", b""), name="\u202e\n" + "长" * 4000 + ".txt")
    assert len(str(error)) < 300
    assert "\n" not in str(error) and "\u202e" not in str(error)
    assert "文件名" in refusal(tmp_path / ("长" * 4000 + ".txt")).message


def test_is_readable_looks_at_the_name_only():
    assert is_readable(Path("/nowhere/A.TXT"))
    assert not is_readable(Path("a.png"))


def fresh(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", REPORT.encode("utf-8-sig")),
        ("a.txt", REPORT.encode("gb18030")),
        ("a.txt", REPORT.encode("utf-16")),
        ("a.md", REPORT.encode()),
        ("a.docx", save_docx()),
        ("a.html", save_html()),
        ("a.pdf", save_pdf()),
    ],
)
def test_one_report_in_every_format_is_the_same_text(name, data):
    found = read_bytes(data, name)
    matching = SequenceMatcher(None, fresh(REPORT), fresh(found.text), autojunk=False).get_matching_blocks()
    assert sum(block.size for block in matching) / len(fresh(REPORT)) >= 0.99
    assert [line.strip() for line in found.text.strip().split("\n")] == LINES


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(sorted(SUFFIXES - {".zip"})))
def test_arbitrary_bytes_never_raise_anything_but_a_file_error(data, suffix):
    text_or_refusal(data, "x" + suffix)


SAMPLES = {
    "a.txt": REPORT.encode("gb18030"),
    "a.html": save_html(),
    "a.docx": save_docx(),
    "a.pdf": save_pdf(),
}
changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255), st.integers(0, 40)), max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), changes)
def test_damaged_files_never_raise_anything_but_a_file_error(name, damage):
    data = bytearray(SAMPLES[name])
    for place, byte, cut in damage:
        at = int(place * len(data))
        data[at : at + cut] = bytes([byte])
    text_or_refusal(bytes(data), name)


def text_or_refusal(data: bytes, name: str) -> None:
    try:
        found = read_bytes(data, name)
    except FileError as error:
        assert error.message and error.hint
    else:
        found.text.encode()  # no lone surrogates
        assert not set("\r\0") & set(found.text)
        assert all(0 <= page <= len(found.text) for page in found.pages)
