"""A conversation as a document, its sources as footnotes."""

import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import read
from rag.model import Citation, Reply
from ui.export import as_docx, as_markdown
from ui.texts import Say
from ui.transcript import Turn

SAY = Say("zh")
CITATION = Citation(
    1,
    "r",
    "区交通局2023年工作总结",
    "区交通局",
    (2023, 2024),
    "汇编.txt",
    ("二、打算",),
    3,
    "新建公路××公里。",
    0,
    8,
    True,
)
TURNS = [
    Turn(
        "有哪些打算？", Reply("q", "有1项：\n\n- **修路**：新建 <公路>[1]，见[7]。", citations=(CITATION,)), done=True
    ),
    Turn("还有呢？", None, "已停止", done=True),
]
NOTE = "区交通局2023年工作总结 › 二、打算（区交通局，2023–2024，汇编.txt）：“新建公路××公里。”（原文数字已隐去）"


def test_markdown_has_footnotes() -> None:
    text = as_markdown(TURNS, SAY)
    assert "## 有哪些打算？\n\n有1项：\n\n- **修路**：新建 <公路>[^1-1]，见[7]。\n\n" in text
    assert f"\n\n[^1-1]: {NOTE}\n\n## 还有呢？\n\n已停止\n" in text


def test_word_reads_back_with_its_footnotes(tmp_path: Path) -> None:
    file = tmp_path / "问答.docx"
    file.write_bytes(as_docx(TURNS, SAY))
    (item,) = read(file)
    text = getattr(item, "text", "")
    for words in ("有哪些打算？", "有1项：", "修路：新建 <公路>", "还有呢？", "已停止", NOTE):
        assert words in text


def test_word_marks_bold_and_references() -> None:
    with zipfile.ZipFile(BytesIO(as_docx(TURNS, SAY))) as archive:
        assert archive.testzip() is None
        document = archive.read("word/document.xml").decode()
    assert '<w:b/></w:rPr><w:t xml:space="preserve">修路</w:t>' in document
    assert document.count('<w:footnoteReference w:id="1"/>') == 1
    assert "[7]" in document


def test_a_table_stays_one(tmp_path: Path) -> None:
    answer = "各年：\n\n| 年份 | 公路 |\n|---|---|\n| 2023年 | **12公里**[1] |\n\n就这些。"
    content = as_docx([Turn("多少？", Reply("q", answer, citations=(CITATION,)), done=True)], SAY)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        document = archive.read("word/document.xml").decode()
    assert document.count("<w:tc>") == 4
    assert document.count('<w:footnoteReference w:id="1"/>') == 1
    file = tmp_path / "问答.docx"
    file.write_bytes(content)
    (item,) = read(file)
    assert "12公里" in getattr(item, "text", "")


@given(st.text(), st.text())
def test_any_text_makes_well_formed_parts(question: str, answer: str) -> None:
    turns = [Turn(question, Reply(question, answer + "[1]", citations=(CITATION,)), done=True)]
    with zipfile.ZipFile(BytesIO(as_docx(turns, SAY))) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))


@pytest.mark.parametrize("turns", [[], [Turn("问")]])
def test_nothing_asked_or_answered(turns: list[Turn]) -> None:
    assert as_markdown(turns, SAY)
    assert as_docx(turns, SAY)
