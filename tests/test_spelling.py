"""Slips of one character in a question."""

import pytest

from rag.spelling import corrections, misspelt_name

TEXTS = ["青溪区统计局按月发布统计数据。", "云岭杜鹃景区全年接待游客百万人次，云岭杜鹃景区门票收入增长。"]


@pytest.mark.parametrize(("wrong", "meant"), [("统记", "统计"), ("云岭杜娟", "云岭杜鹃"), ("接待游課", "接待游客")])
def test_a_slip_is_put_right(wrong: str, meant: str) -> None:
    assert corrections([wrong], TEXTS) == {wrong: meant}


@pytest.mark.parametrize("word", ["统计", "景区", "股票", "天气", "gdp", "2024"])
def test_what_is_there_or_is_a_word_stays(word: str) -> None:
    assert corrections([word], TEXTS) == {}


def test_a_short_word_that_sounds_different_stays() -> None:
    assert corrections(["统鸡蛋", "务计"], ["统计"]) == {}


def test_a_name_with_a_slip_is_put_right_but_never_to_another_place() -> None:
    names = ["抚州市教育局", "云湖区应急管理局"]
    assert misspelt_name("应急管里局", names) == "应急管理局"
    assert misspelt_name("抚州市教玉局", names) == "抚州市教育局"
    assert misspelt_name("福州市教育局", names) == ""
    assert misspelt_name("教育局", ["教遇局", *names]) == ""
