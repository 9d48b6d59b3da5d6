"""Scanned pages: drawings of pages become lines by RapidOCR, with the models in its wheel (extra `ocr`).

Measured on 2 cores, A4 at 200 dpi: 2 to 6 s a page, 600 MB.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

from ingest.readers.layout import Glyph, Page, regions_of

DPI = 200
"""Below 150 small print is misread; above 200 pages only take longer."""

MAX_PIXELS = 12_000_000
"""Largest drawing: A3 at 200 dpi has 7.7 million; a poster is drawn coarser."""
_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # finds single lines that stand on their heads; pages of reports have none
    # Lines are found in a drawing made smaller and read one by one: 590 MB instead of 880, with the same result.
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,
    "Rec.rec_batch_num": 1,
}

BOX = 0.88
"""Size of characters over the height of the box that is found around their line."""


def installed() -> bool:
    """Whether the extra `ocr` is there."""
    return find_spec("rapidocr") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params=_PARAMETERS)


def read_page(image: Any) -> Page:
    """A page's lines in reading order; `image` is an array of height × width × 3 (BGR). Lengths are pixels."""
    result = _engine()(image)
    height = float(image.shape[0])
    boxes = [] if result.boxes is None else result.boxes
    glyphs = [_glyph(text, box, height) for text, box in zip(result.txts or (), boxes, strict=True) if text.strip()]
    return Page(height, regions_of(glyphs))


def _glyph(text: str, box: Any, page_height: float) -> Glyph:
    """A piece of a line; `box` is its four corners, y downwards."""
    left, top = (float(min(corner[axis] for corner in box)) for axis in (0, 1))
    right, bottom = (float(max(corner[axis] for corner in box)) for axis in (0, 1))
    width = sum(0.5 if char.isascii() else 1 for char in text)
    return Glyph(text, left, right, page_height - bottom, min(BOX * (bottom - top), (right - left) / width))
