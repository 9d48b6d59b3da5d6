"""PDF files: the same text as was printed, and every reason why there is none."""

import io
import sys

import pytest
from readers_samples import LINES, save_pdf, scanned
from reportlab.pdfgen.canvas import Canvas

from ingest.readers.base import MAX_PAGES
from ingest.readers.pdf import read_pdf
from rag.errors import FileError


def drawn(*pages, **options) -> bytes:
    """A PDF of pages, each drawn by a function of the canvas."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=0, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_printed_report_comes_back_paragraph_by_paragraph(rotate):
    parsed = read_pdf(save_pdf(LINES * 3, rotate=rotate), "x.pdf")
    assert parsed.text.split("\n") == LINES * 3
    assert parsed.encoding == "PDF"
    assert len(parsed.pages) == 4 and parsed.pages[0] == 0


def test_page_offsets_point_at_what_begins_the_page():
    # Every page but the first begins where the one before ended; together they are the text.
    data = save_pdf(LINES * 3)
    parsed = read_pdf(data, "x.pdf")
    ends = [*parsed.pages[1:], len(parsed.text)]
    parts = [parsed.text[a:b] for a, b in zip(parsed.pages, ends, strict=True)]
    assert "".join(parts) == parsed.text
    assert all(400 < len(part) < 700 for part in parts)


def test_two_columns():
    lines = [*LINES[:2], *LINES[2:-2] * 5, *LINES[-2:]]
    assert read_pdf(save_pdf(lines, columns=2), "x.pdf").text.split("\n") == lines


def text(canvas, x, y, words):
    canvas.setFont("STSong-Light", 14)
    canvas.drawString(x, y, words)


def test_watermarks_across_the_page_are_no_text():
    def page(canvas):
        text(canvas, 80, 700, "正文的第一行有许多字")
        canvas.rotate(40)
        text(canvas, 300, 100, "内部资料严禁外传")

    save_pdf(LINES)  # registers the font
    assert read_pdf(drawn(page), "x.pdf").text == "正文的第一行有许多字"


@pytest.mark.parametrize("turn", [90, -90])
def test_text_that_stands_turned_on_the_page(turn):
    def page(canvas):
        canvas.rotate(turn)
        x, y = (80, -100) if turn == 90 else (-700, 400)
        text(canvas, x, y, "横排的表格第一行有字")
        text(canvas, x, y - 30, "横排的表格第二行有字")

    save_pdf(LINES)
    assert read_pdf(drawn(page), "x.pdf").text.replace("\n", "") == "横排的表格第一行有字横排的表格第二行有字"


def test_passwords():
    with pytest.raises(FileError, match="密码"):
        read_pdf(save_pdf(password="secret"), "密.pdf")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\n", "损坏"),
        (b"%PDF-1.7\n" + b"garbage " * 500, "损坏"),
        (b"PK\x03\x04" + bytes(100), "zip"),
        ("一、总结".encode(), "不是 PDF"),
    ],
)
def test_what_is_no_pdf(data, word):
    with pytest.raises(FileError, match=word):
        read_pdf(data, "坏.pdf")


def test_too_many_pages():
    with pytest.raises(FileError, match=f"上限 {MAX_PAGES} 页"):
        read_pdf(drawn(*[lambda canvas: None] * (MAX_PAGES + 1)), "长.pdf")


def test_a_scan_without_ocr_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(FileError) as caught:
        read_pdf(scanned(save_pdf()), "扫描.pdf")
    assert "扫描件" in caught.value.message
    assert 'pip install "baogao[ocr]"' in caught.value.hint


def test_scanned_pages_among_others_are_named_when_they_are_not_read(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    save_pdf(LINES)

    def picture(canvas):
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(io.BytesIO(PIXEL)), 0, 0, 500, 700)

    def words(canvas):
        text(canvas, 80, 700, "有文字的一页上有许多字")

    parsed = read_pdf(drawn(picture, words, picture, picture), "x.pdf")
    assert parsed.text == "有文字的一页上有许多字"
    assert parsed.encoding == "PDF（第 1、3–4 页是图片，没有读取）"


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
