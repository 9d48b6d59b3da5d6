"""Archives: every file gets its text or its reason; hostile ones are refused."""

import io
import stat
import zipfile

import pytest
from readers_samples import LINES, REPORT, save_docx, save_html

from ingest.readers import ReadFile, Unreadable, read
from ingest.readers.archive import MAX_MEMBERS
from rag.errors import FileError


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def unpack(tmp_path):
    def read_all(data: bytes) -> list[ReadFile | Unreadable]:
        path = tmp_path / "合集.zip"
        path.write_bytes(data)
        return read(path)

    return read_all


def reasons(found: list[ReadFile | Unreadable]) -> dict[str, str]:
    return {f.name: str(f.error) for f in found if isinstance(f, Unreadable)}


def test_every_file_is_read_by_its_own_format(unpack):
    found = unpack(
        packed(
            ("2023年/交通局.txt", REPORT.encode("gb18030")),
            ("2023年/交通局.docx", save_docx()),
            ("网页.HTML", save_html()),
            ("说明.md", REPORT.encode()),
        )
    )
    assert [f.name for f in found] == ["2023年/交通局.txt", "2023年/交通局.docx", "网页.HTML", "说明.md"]
    for file in found:
        assert isinstance(file, ReadFile)
        assert [line.strip() for line in file.text.strip().split("\n")] == LINES


def test_a_bad_file_has_its_reason_and_the_others_are_read(unpack):
    found = unpack(
        packed(
            ("好.txt", REPORT.encode()),
            ("空.txt", b""),
            ("图.png", b"\x89PNG"),
            ("假.txt", b"%PDF-1.7 not text"),
            ("坏.docx", b"PK\x03\x04 broken"),
            ("套.zip", packed(("里.txt", REPORT.encode()))),
            ("也好.txt", REPORT.encode("gb18030")),
        )
    )
    assert [f.name for f in found if isinstance(f, ReadFile)] == ["好.txt", "也好.txt"]
    why = reasons(found)
    assert list(why) == ["空.txt", "图.png", "假.txt", "坏.docx", "套.zip"]
    for name, word in [
        ("空.txt", "空文件"),
        ("图.png", "不支持"),
        ("假.txt", "PDF"),
        ("坏.docx", "损坏"),
        ("套.zip", "又是压缩包"),
    ]:
        assert word in why[name]


@pytest.mark.parametrize("name", ["../外.txt", "/etc/外.txt", "a/../../外.txt", "..\\外.txt", "C:\\外.txt"])
def test_names_that_lead_outside_are_refused(unpack, name):
    (found,) = unpack(packed((name, REPORT.encode())))
    assert isinstance(found, Unreadable) and "以外" in found.error.message


def test_links_are_refused(unpack):
    link = zipfile.ZipInfo("链接.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (found,) = unpack(packed((link, b"/etc/passwd")))
    assert isinstance(found, Unreadable) and "链接" in found.error.message


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_names_without_a_mark_of_their_encoding(unpack, codec):
    # zipfile marks every name that is not ASCII as UTF-8; so write ASCII of the same length, and put the name there.
    name = "总结.txt".encode(codec)
    data = packed(("x" * len(name[:-4]) + ".txt", REPORT.encode())).replace(b"x" * len(name[:-4]) + b".txt", name)
    assert [f.name for f in unpack(data)] == ["总结.txt"]


def test_what_file_managers_leave_is_passed_over(unpack):
    found = unpack(
        packed(
            ("a/", b""), ("__MACOSX/._a.txt", b"x"), ("a/.DS_Store", b"x"), ("~$报告.docx", b"x"), ("a/a.txt", b"text")
        )
    )
    assert [f.name for f in found] == ["a/a.txt"]


def encrypted() -> bytes:
    data = bytearray(packed(("密.txt", REPORT.encode())))
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1  # flag of the local header
    data[directory + 8] |= 1
    return bytes(data)


def test_a_file_with_a_password(unpack):
    (found,) = unpack(encrypted())
    assert isinstance(found, Unreadable) and "密码" in found.error.message


def test_a_damaged_file_does_not_cost_the_others(unpack):
    data = bytearray(packed(("甲.txt", REPORT.encode()), ("乙.txt", REPORT.encode())))
    data[60] ^= 0xFF  # inside the first file's packed bytes
    first, second = unpack(bytes(data))
    assert isinstance(first, Unreadable) and "损坏" in first.error.message
    assert isinstance(second, ReadFile)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (packed(), "没有文件"),
        (packed(("a/", b"")), "没有文件"),
        (packed(("bomb.txt", bytes(50_000_000))), "压缩炸弹"),
        (packed(*((f"{i}.txt", b"x") for i in range(MAX_MEMBERS + 1))), str(MAX_MEMBERS)),
        (packed(("a.txt", REPORT.encode()))[:-30], "损坏"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"text", "损坏"),
    ],
    ids=["empty", "folder", "bomb", "many", "cut", "rar", "text"],
)
def test_archives_that_are_refused_as_a_whole(unpack, data, word):
    with pytest.raises(FileError, match=word):
        unpack(data)


def test_a_size_that_lies_gives_no_more_than_it_says(unpack):
    data = bytearray(packed(("a.txt", b"text" * 1000)))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")  # unpacked size in the directory
    (found,) = unpack(bytes(data))
    assert isinstance(found, Unreadable) and "损坏" in found.error.message
