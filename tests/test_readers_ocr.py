"""Scanned reports are read by OCR, where the extra `ocr` is installed."""

from difflib import SequenceMatcher

import pytest
from readers_samples import LINES, save_pdf, scanned

from ingest.readers import ocr, read_bytes


@pytest.mark.slow
@pytest.mark.skipif(not ocr.installed(), reason="the extra `ocr` is not installed")
def test_a_scanned_report_gives_nearly_the_same_text():
    found = read_bytes(scanned(save_pdf()), "扫描.pdf")
    want, have = "".join(LINES), "".join(found.text.split())
    same = sum(block.size for block in SequenceMatcher(None, want, have, autojunk=False).get_matching_blocks())
    assert same / len(want) >= 0.95
    assert found.encoding == "OCR"
    assert len(found.pages) == 2
    assert "".join(LINES[5:8]) in have, "paragraphs run over lines"
