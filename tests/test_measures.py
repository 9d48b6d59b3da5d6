"""What questions ask to be told."""

import pytest

from rag.measures import figure_count, has_measure
from rag.question import Intent


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("种了多少亩", "种植柑橘1200亩"),
        ("来了多少家企业", "共有20户企业参加"),
        ("占全部的百分之几", "完成投资8亿元，占年度任务的81%"),
        ("增长多少", "同比下降3.5%"),
        ("招了多少人", "招聘教师六十名"),
        ("投了多少钱", "总投资XX亿元"),
        ("占道经营整治多少起", "整治占道经营410起"),
    ],
)
def test_a_sentence_that_has_the_measure(asked: str, text: str) -> None:
    assert has_measure(text, asked, Intent.FIGURE)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("花了多少钱", "改造危桥9座"),
        ("占全部的百分之几", "完成投资8亿元"),
        ("比上年多多少", "种植柑橘1200亩"),
        ("亏损多少", "3.公交运营亏损加重"),
    ],
)
def test_a_sentence_of_other_measures(asked: str, text: str) -> None:
    assert not has_measure(text, asked, Intent.FIGURE)


@pytest.mark.parametrize(
    ("text", "count"), [("2.修路8公里、架桥3座", 2), ("2.抓好修路", 0), ("新建X座水库，投资XX万元", 2)]
)
def test_figures_are_counted_without_the_number_of_a_point(text: str, count: int) -> None:
    assert figure_count(text) == count
