"""Word documents: what a person sees in the body becomes text, and hostile containers are refused."""

import io
import zipfile
from typing import Any

import docx
import pytest
from readers_samples import LINES, add_list, add_numbered, docx_bytes, numbered_by, save_docx

from ingest.readers.docx import read_docx
from ingest.readers.numbering import chinese, number_text
from rag.errors import FileError

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def text_of(document: Any) -> list[str]:
    return read_docx(docx_bytes(document), "x.docx").text.split("\n")


def raw_docx(body: str, *, prolog: str = "", **parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", f"{prolog}<w:document {WORD}><w:body>{body}</w:body></w:document>")
        for part, text in parts.items():
            package.writestr(f"word/{part}.xml", text)
    return stream.getvalue()


def test_paragraphs():
    parsed = read_docx(save_docx(), "x.docx")
    assert parsed.text.split("\n") == LINES
    assert parsed.encoding == "DOCX"


def test_automatic_numbering_becomes_text():
    document = docx.Document()
    num = add_list(
        document,
        [
            ("chineseCountingThousand", "%1、"),
            ("japaneseCounting", "（%2）"),
            ("decimal", "%3."),
            ("decimalEnclosedCircleChinese", "%4"),
        ],
    )
    for depth, text in [
        *[(0, "总结"), (1, "项目"), (2, "公路"), (2, "2023年桥梁"), (3, "甲桥"), (3, "乙桥"), (1, "服务"), (2, "公交")],
        *[(0, "问题"), (1, "资金")],
    ]:
        add_numbered(document, text, num, depth)
    document.add_paragraph("不编号")
    add_numbered(document, "打算", num)
    assert text_of(document) == [
        *["一、总结", "（一）项目", "1.公路", "2. 2023年桥梁", "①甲桥", "②乙桥", "（二）服务", "1.公交"],
        *["二、问题", "（一）资金", "不编号", "三、打算"],
    ]


def test_levels_named_together_and_a_list_that_starts_elsewhere():
    document = docx.Document()
    num = add_list(document, [("decimal", "%1"), ("decimal", "%1.%2")], start=3)
    add_numbered(document, "甲", num)
    add_numbered(document, "乙", num, 1)
    add_numbered(document, "丙", num, 1)
    assert text_of(document) == ["3甲", "3.1乙", "3.2丙"]


def test_numbering_by_style_bullets_and_numbering_switched_off():
    document = docx.Document()
    num = add_list(document, [("chineseCounting", "第%1章")])
    numbered_by(document.styles["Heading 1"].element, num)
    document.add_heading("总则", 1)
    document.add_heading("附则", 1)
    document.add_paragraph("要点", style="List Bullet")
    numbered_by(document.add_heading("不编号", 1)._p, 0)
    assert text_of(document) == ["第一章总则", "第二章附则", "要点", "不编号"]


def test_tables_are_rows_in_their_place():
    document = docx.Document()
    document.add_paragraph("前")
    table = document.add_table(3, 3)
    for row, values in zip(
        table.rows, [("区域", "项目", "投资"), ("东区", "甲路", "1亿元"), ("", "乙桥", "2亿元")], strict=True
    ):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("后")
    assert text_of(document) == ["前", "区域 | 项目 | 投资", "东区 | 甲路 | 1亿元", "东区 | 乙桥 | 2亿元", "后"]


def test_a_table_around_the_whole_report_is_no_table():
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "\n".join(LINES)
    assert text_of(document) == LINES


def test_headers_and_footers_are_left_out():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    document.add_paragraph("正文")
    assert text_of(document) == ["正文"]


def test_text_box_once_although_it_is_there_for_old_and_new_programs():
    box = "<w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    drawing = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    data = raw_docx(
        f"<w:p><w:r><w:t>锚</w:t></w:r><w:r>{drawing}</w:r></w:p><w:p><w:r><w:pict>{box}</w:pict></w:r></w:p>"
    )
    assert read_docx(data, "x").text == "锚\n框内文字\n框内文字"


def test_tracked_changes_fields_hidden_text_content_controls_and_glosses():
    data = raw_docx(
        "<w:p><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>yè</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>业</w:t></w:r></w:rubyBase></w:ruby>"
        "<w:tab/><w:br/><w:t>下行</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert read_docx(data, "x").text == "新增业\t\n下行\n控件"


def test_footnote_follows_its_paragraph():
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>指主次干道。</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {WORD}>{note}</w:footnotes>"
    body = '<w:p><w:r><w:t>路网</w:t><w:footnoteReference w:id="2"/></w:r></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>'
    assert read_docx(raw_docx(body, footnotes=notes), "x").text == "路网\n注：指主次干道。\n后"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"), (105, "一百零五")],
        *[(110, "一百一十"), (1001, "一千零一"), (1010, "一千零一十"), (10_000, "10000"), (0, "0")],
    ],
)
def test_chinese_counting(value, text):
    assert chinese(value) == text


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        *[("chineseLegalSimplified", 12, "壹拾贰"), ("ideographDigital", 12, "一二"), ("decimalZero", 3, "03")],
        *[("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircle", 21, "21"), ("decimalEnclosedParen", 2, "⑵")],
        *[("decimalFullWidth", 12, "１２"), ("upperRoman", 14, "XIV"), ("lowerLetter", 28, "bb")],
        *[("ideographTraditional", 2, "乙"), ("ideographZodiac", 1, "子"), ("bullet", 1, ""), ("unheard-of", 7, "7")],
    ],
)
def test_number_formats(kind, value, text):
    assert number_text(value, kind) == text


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (raw_docx("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", prolog=BOMB), "实体炸弹"),
        (raw_docx("<w:p>" + " " * 60_000_000 + "</w:p>"), "压缩炸弹"),
        (raw_docx("<w:p><w:r>"), "损坏"),
        (save_docx()[:-500], "损坏"),
        (b"PK\x03\x04", "损坏"),
    ],
    ids=["entities", "ratio", "xml", "cut", "stub"],
)
def test_hostile_and_damaged_documents_are_refused(data, word):
    with pytest.raises(FileError, match=word):
        read_docx(data, "x.docx")


def test_entities_in_utf16_are_refused_too():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        prolog = BOMB.replace("?>", ' encoding="utf-16"?>', 1)
        xml = f"{prolog}<w:document {WORD}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
        package.writestr("word/document.xml", xml.encode("utf-16"))
    with pytest.raises(FileError, match="实体炸弹"):
        read_docx(stream.getvalue(), "x.docx")


def test_deep_nesting_ends_in_text_or_a_file_error():
    for depth in (60, 2_000):
        data = raw_docx(
            "<w:tbl><w:tr><w:tc>" * depth + "<w:p><w:r><w:t>底</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * depth
        )
        try:
            assert read_docx(data, "x").text == "底"
        except FileError as error:
            assert depth > 100 and "损坏" in error.message
