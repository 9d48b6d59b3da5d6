"""Encodings are told by strict decoding and plausibility; what is not text is refused with its reason."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.encoding import PLAUSIBLE, decode, score
from rag.errors import FileError

SIMPLIFIED = (
    "一、2023年工作总结\n（一）夯实项目基础。全年完成固定资产投资12.5亿元，同比增长8.3%，新开工项目36个。\n"
    "二是加强队伍建设，“放管服”改革不断深入；存在的问题：人才短缺、资金不足。\n"
)
TRADITIONAL = (
    "一、2023年工作總結\n（一）夯實項目基礎。全年完成固定資產投資12.5億元，同比增長8.3%，新開工項目36個。\n"
    "二是加強隊伍建設，「放管服」改革不斷深入；存在的問題：人才短缺、資金不足。\n"
)

SIMPLIFIED_CODECS = ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "utf-16-le", "utf-16-be"]
TRADITIONAL_CODECS = [*SIMPLIFIED_CODECS, "big5", "cp950", "big5hkscs"]


@pytest.mark.parametrize("codec", SIMPLIFIED_CODECS)
def test_simplified_report_in_each_encoding(codec):
    assert decode(SIMPLIFIED.encode(codec), "报告.txt").text == SIMPLIFIED


@pytest.mark.parametrize("codec", TRADITIONAL_CODECS)
def test_traditional_report_in_each_encoding(codec):
    assert decode(TRADITIONAL.encode(codec), "報告.txt").text == TRADITIONAL


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (SIMPLIFIED.encode(), "UTF-8"),
        (SIMPLIFIED.encode("utf-8-sig"), "UTF-8 BOM"),
        (SIMPLIFIED.encode("utf-16"), "UTF-16"),
        (SIMPLIFIED.encode("gb2312"), "GB18030"),
        (TRADITIONAL.encode("big5"), "Big5"),
        (b"plain ASCII, 2023\n", "UTF-8"),
    ],
)
def test_encoding_is_reported(data, label):
    assert decode(data, "x.txt").encoding == label


def test_right_and_wrong_decoding_are_far_apart():
    assert score(SIMPLIFIED) > 2 * PLAUSIBLE
    assert score(TRADITIONAL) > 2 * PLAUSIBLE
    assert score(SIMPLIFIED.encode("gb18030").decode("big5hkscs", "replace")) < PLAUSIBLE / 3
    assert score(TRADITIONAL.encode("big5").decode("gb18030", "replace")) < PLAUSIBLE / 3
    assert score(SIMPLIFIED.encode().decode("gb18030", "replace")) < PLAUSIBLE / 3


def test_short_gb18030_that_is_valid_utf8_by_chance():
    assert decode("联通".encode("gb18030"), "x.txt").text == "联通"


def test_long_ascii_before_the_first_chinese_character():
    text = "x" * 200_001 + SIMPLIFIED
    assert decode(text.encode("gb18030"), "x.txt").text == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_lost_byte_costs_a_character_and_is_said(codec):
    data = (SIMPLIFIED * 20).encode(codec)[:-2]  # cut inside the last full stop
    parsed = decode(data, "x.txt")
    assert parsed.text.startswith(SIMPLIFIED * 19)
    assert "1 处损坏" in parsed.encoding


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04" + bytes(200), "zip"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "旧版 Office"),
        (b"MZ\x90\x00" + bytes(100), "程序"),
        (bytes(range(256)) * 20, "二进制"),
        (b"\x00" * 1000, "二进制"),
        (b"\x01\x02 text \x03\x04" * 50, "二进制"),
        ("Ünïcödé ö ä ü ß é".encode("latin-1") * 9, "编码"),
        (b"\xef\xbb\xbf" + SIMPLIFIED.encode("gb18030"), "对不上"),
    ],
)
def test_what_is_not_text_is_refused_with_its_reason(data, word):
    with pytest.raises(FileError, match=word) as caught:
        decode(data, "renamed.txt")
    assert "renamed.txt" in caught.value.message
    assert caught.value.hint


def shuffled(text: str) -> st.SearchStrategy[str]:
    """Texts of at least eight different pieces of `text`: enough characters to tell an encoding by."""
    pieces = sorted(set(re.findall("[^\\W\\d]{1,3}|[\\d.]+|.|\n", text)))
    return st.lists(st.sampled_from(pieces), min_size=8, unique=True).map("".join)


@given(shuffled(SIMPLIFIED), st.sampled_from(SIMPLIFIED_CODECS))
def test_any_simplified_text_comes_back(text, codec):
    assert decode(text.encode(codec), "x.txt").text == text


@given(shuffled(TRADITIONAL), st.sampled_from(TRADITIONAL_CODECS))
def test_any_traditional_text_comes_back(text, codec):
    assert decode(text.encode(codec), "x.txt").text == text


@settings(max_examples=300)
@given(st.binary(max_size=400) | st.binary(max_size=40).map(lambda b: SIMPLIFIED.encode("gb18030") + b))
def test_arbitrary_bytes_give_text_or_a_file_error(data):
    try:
        assert isinstance(decode(data, "x.txt").text, str)
    except FileError as error:
        assert error.message and error.hint
