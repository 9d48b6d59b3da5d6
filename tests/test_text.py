"""Sentences, years, masks, numerals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import fold, is_masked, numeral, sentence_spans, to_simplified, years_in


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成投资3.5亿元。新增企业12家；", ["完成投资3.5亿元。", "新增企业12家；"]),
        ("一是抓项目，二是抓落实", ["一是抓项目，", "二是抓落实"]),
        ("他说：“好。”就走了", ["他说：“好。”", "就走了"]),
        ("改造小区（甲；乙）3个。", ["改造小区（甲；乙）3个。"]),
        ("没有闭合（的一句。下一句。", ["没有闭合（的一句。", "下一句。"]),
        ("第一行\n\n  第二行  ", ["第一行", "第二行"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_bracket_open_for_long_protects_nothing() -> None:
    text = "（" + "推进项目建设。" * 30 + "）"
    assert len(sentences(text)) == 30


@given(st.text("一二是，。；“”（）\n a（", max_size=80))
def test_sentences_are_ordered_and_cover_all_but_blanks(text: str) -> None:
    at = 0
    for start, end in sentence_spans(text):
        assert start >= at and text[start:end] == text[start:end].strip() != ""
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023年工作总结和2024年工作计划", [2023, 2024]),
        ("2021—2023年", [2021, 2023]),
        ("2023、2024年", [2023, 2024]),
        ("一九五四年九月", [1954]),
        ("二〇二四年", [2024]),
        ("二○二三年、二00七年", [2023, 2007]),
        ("23年工作总结", [2023]),
        ("2023 年", [2023]),
        ("近20年、30年一遇、10年来、第15年", []),
        ("20年度", [2020]),
        ("12023年", []),
    ],
)
def test_years(text: str, years: list[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["XX亿元", "xx.x%", "×－×月", "*万元", "__县", "x个", "×××项目", "xxxx余㎡"])
def test_hidden_figures(text: str) -> None:
    assert is_masked(text)


@pytest.mark.parametrize("text", ["4×4米", "B2C", "VOCS", "TOP50", "砚政e点通", "1+1+N"])
def test_letters_and_signs_that_hide_nothing(text: str) -> None:
    assert not is_masked(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31), ("7", 7), ("", 0), ("百", 0), ("一二", 0)],
)
def test_numerals(text: str, value: int) -> None:
    assert numeral(text) == value


def test_one_form() -> None:
    assert fold("ＶＯＣＳ１２％") == "vocs12%"
    assert to_simplified("經濟開發區") == "经济开发区"


@given(st.text(max_size=60))
def test_simplifying_keeps_the_length(text: str) -> None:
    assert len(to_simplified(text)) == len(text)
