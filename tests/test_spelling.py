"""Slips of one character in a question."""

import pytest

from rag.spelling import corrections

TEXTS = ["青溪区统计局按月发布统计数据。", "云岭杜鹃景区全年接待游客百万人次，云岭杜鹃景区门票收入增长。"]


@pytest.mark.parametrize(("wrong", "meant"), [("统记", "统计"), ("云岭杜娟", "云岭杜鹃"), ("接待游課", "接待游客")])
def test_a_slip_is_put_right(wrong: str, meant: str) -> None:
    assert corrections([wrong], TEXTS) == {wrong: meant}


@pytest.mark.parametrize("word", ["统计", "景区", "股票", "天气", "gdp", "2024"])
def test_what_is_there_or_is_a_word_stays(word: str) -> None:
    assert corrections([word], TEXTS) == {}


def test_a_short_word_that_sounds_different_stays() -> None:
    assert corrections(["统鸡蛋", "务计"], ["统计"]) == {}
