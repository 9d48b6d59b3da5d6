"""PDF: the text layer in reading order by PDFium; pages that are pictures go to OCR where it is installed."""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from ingest.readers.base import MAX_CHARACTERS, MAX_PAGES, Parsed, shown, steps
from ingest.readers.encoding import PLAUSIBLE, score
from ingest.readers.layout import Glyph, Page, regions_of
from ingest.readers.magic import PDF, what_is
from ingest.readers.paragraphs import running_text
from ingest.readers.running_heads import without_running_heads
from rag.errors import FileError

FEW_CHARACTERS = 10
"""A page with a picture and fewer characters than this (a stamp, a page number) is a scanned one."""

HEADER_WITHIN = 1024
"""Bytes in which the mark `%PDF-` must come; some mail programs put a few in front."""

MANY_PATHS = 50
"""Drawn lines from which on a page without text is taken for letters turned into outlines."""

UPRIGHT = 0.1
"""Radians that a character may lean; watermarks stand across the page at 0.5 to 0.8."""

MAX_SCANNED = 300
"""Most pages that are read by OCR: about half an hour on two cores."""

_PDFIUM = threading.RLock()
"""PDFium may be used by one thread at a time; never held while OCR reads."""


def read_pdf(data: bytes, name: str) -> Parsed:
    """The running text of a PDF with page offsets; raises FileError."""
    if PDF.start not in data[:HEADER_WITHIN]:
        magic = what_is(data)
        what = f"其实是{magic.what}" if magic else "不是 PDF"
        raise FileError(f"“{shown(name)}”{what}", "请按内容改正扩展名再添加")
    with _opened(data, name) as document:
        if len(document) > MAX_PAGES:
            raise FileError(f"“{shown(name)}”有 {len(document)} 页，超过上限 {MAX_PAGES} 页", "请拆成几个文件再添加")
        pages, scanned = _text_layer(document, name)
        encoding = "PDF"
        if scanned:
            pages, encoding = _with_scanned(document, pages, scanned, name)
    text, offsets = running_text(without_running_heads(pages))
    return Parsed(text, encoding, offsets)


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Any]:
    import pypdfium2 as pdfium

    try:
        with _PDFIUM:
            document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise FileError(f"“{shown(name)}”有打开密码", "请去掉密码（例如在浏览器里打印成 PDF）后再添加") from error
        raise FileError(f"“{shown(name)}”已损坏或不完整，打不开", "请重新下载，或用原来的软件重新导出") from error
    try:
        yield document
    finally:
        with _PDFIUM:
            document.close()


@contextmanager
def _page(document: Any, index: int, name: str) -> Iterator[Any]:
    """A page, with PDFium held for this thread."""
    import pypdfium2 as pdfium

    with _PDFIUM:
        try:
            page = document[index]
        except pdfium.PdfiumError as error:
            raise FileError(f"“{shown(name)}”第 {index + 1} 页已损坏，打不开", "请用原来的软件重新导出") from error
        with closing(page):
            yield page


def _text_layer(document: Any, name: str) -> tuple[list[Page], list[int]]:
    """Every page's lines, and the indexes of the pages that are pictures or whose text cannot be made out."""
    pages: list[Page] = []
    scanned: list[int] = []
    characters = 0
    for index in range(len(document)):
        with _page(document, index, name) as page:
            glyphs, height = _glyphs(page)
            characters += len(glyphs)
            if characters > MAX_CHARACTERS:
                limit = f"{MAX_CHARACTERS // 10_000} 万字"
                raise FileError(f"“{shown(name)}”超过上限 {limit}", "请拆成几个文件再添加")
            if _is_scanned(page, "".join(glyph.text for glyph in glyphs)):
                scanned.append(index)
                glyphs = []
        pages.append(Page(height, regions_of(glyphs)))
    return pages, scanned


def _glyphs(page: Any) -> tuple[list[Glyph], float]:
    """The page's characters, turned so that most of them stand upright, and the height of the page seen so."""
    import pypdfium2.raw as raw

    with closing(page.get_textpage()) as textpage:
        box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        found: dict[int, list[Glyph]] = {0: [], 1: [], 2: [], 3: []}
        left, bottom, right, top = page.get_bbox()
        for index in range(textpage.count_chars()):
            angle = raw.FPDFText_GetCharAngle(textpage, index)  # clockwise; negative on failure
            quarters = round(angle / (math.pi / 2))
            turns = -quarters % 4
            leaning = angle < 0 or abs(angle - quarters * math.pi / 2) > UPRIGHT
            if leaning or raw.FPDFText_IsGenerated(textpage, index) == 1:
                continue
            text = chr(raw.FPDFText_GetUnicode(textpage, index))
            if text in "\r\n\0\ufeff\ufffe\uffff" or not raw.FPDFText_GetLooseCharBox(textpage, index, box):
                continue
            raw.FPDFText_GetCharOrigin(textpage, index, x, y)
            corners = (box.left - left, box.bottom - bottom, box.right - left, box.top - bottom)
            turned = _turned(corners, (x.value - left, y.value - bottom), turns, (right - left, top - bottom))
            found[turns].append(_glyph(text, *turned))
    turns = max(found, key=lambda t: len(found[t]))
    return found[turns], top - bottom if turns % 2 == 0 else right - left


def _turned(
    box: tuple[float, float, float, float], origin: tuple[float, float], turns: int, size: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Left, right, baseline and height of a character that is turned `turns` times 90° to the left, turned back."""
    left, bottom, right, top = box
    x, y = origin
    width, height = size
    if turns == 0:
        return left, right, y, top - bottom
    if turns == 1:
        return bottom, top, width - x, right - left
    if turns == 2:
        return width - right, width - left, height - y, top - bottom
    return height - top, height - bottom, x, right - left


def _glyph(text: str, left: float, right: float, base: float, height: float) -> Glyph:
    """Full-width characters are as wide as they are high, which is surer than the height that a font declares."""
    return Glyph(text, left, right, base, right - left if text >= "\u2e80" and right > left else height)


def _is_scanned(page: Any, text: str) -> bool:
    """Whether a page is a picture, or its text layer nothing but wrong characters (fonts without a Unicode table)."""
    import pypdfium2.raw as raw

    shown_text = "".join(text.split())
    foreign = sum(char > "\x7f" for char in shown_text)
    if foreign >= FEW_CHARACTERS and score(shown_text) < PLAUSIBLE / 2:
        return True
    if len(shown_text) >= FEW_CHARACTERS:
        return False
    kinds = [item.type for item in page.get_objects(max_depth=3)]
    return raw.FPDF_PAGEOBJ_IMAGE in kinds or kinds.count(raw.FPDF_PAGEOBJ_PATH) >= MANY_PATHS


def _with_scanned(document: Any, pages: list[Page], scanned: list[int], name: str) -> tuple[list[Page], str]:
    """The pages with those that are pictures read by OCR; without OCR only a file that has text besides is read."""
    from ingest.readers import ocr

    numbers = _numbers(scanned)
    if not ocr.installed():
        if not any(page.regions for page in pages):
            raise FileError(f"“{shown(name)}”是扫描件，没有文字层", '请安装文字识别：pip install "baogao[ocr]"')
        return pages, f"PDF（第 {numbers} 页是图片，没有读取）"
    if len(scanned) > MAX_SCANNED:
        raise FileError(f"“{shown(name)}”有 {len(scanned)} 页扫描页，超过上限 {MAX_SCANNED} 页", "请拆成几个文件再添加")
    pages = list(pages)
    for done, index in enumerate(scanned):
        steps.get()(done, len(scanned))
        with _page(document, index, name) as page:
            scale = min(ocr.DPI / 72, math.sqrt(ocr.MAX_PIXELS / (page.get_width() * page.get_height())))
            image = page.render(scale=scale).to_numpy()[:, :, :3].copy()
        pages[index] = ocr.read_page(image)
    return pages, "OCR" if len(scanned) == len(pages) else f"PDF（第 {numbers} 页由 OCR 识别）"


def _numbers(indexes: list[int]) -> str:
    """Page numbers as people write them: `1、3–7、9`."""
    runs: list[list[int]] = []
    for number in (index + 1 for index in indexes):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
