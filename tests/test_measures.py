"""What questions ask to be told."""

import pytest

from rag.measures import figure_asked, figure_count, has_measure, tells_asked
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


@pytest.mark.parametrize(
    ("asked", "figure"),
    [
        ("果园罚了几个亿", "12万元"),
        ("果园投资多少", "12万元"),
        ("帮果农拿到多少贷款", "12万元"),
        ("挂果率是多少", "87%"),
        ("哪个果园的挂果占比高", "百分之八十"),
        ("果树种了多少亿株", "1.2亿株"),
        ("雇了多少人", "60名"),
        ("产量排第几", "第三位"),
    ],
)
def test_the_measure_of_the_figure_that_is_asked_for(asked: str, figure: str) -> None:
    measure = figure_asked(asked).measure
    assert measure
    assert measure.search(figure)


@pytest.mark.parametrize("asked", ["引进几个亿元以上项目", "效率高不高", "果树长得怎么样"])
def test_no_money_and_no_share_is_asked_for(asked: str) -> None:
    measure = figure_asked(asked).measure
    assert not measure or not (measure.search("12万元") or measure.search("87%"))


@pytest.mark.parametrize(
    ("asked", "text", "told"),
    [
        ("挂果率是多少", "挂果率达到87%", True),
        ("挂果率是多少", "挂果率提高到87%", True),
        ("挂果率是多少", "挂果率提高3个百分点", False),
        ("挂果率提高了多少", "挂果率比上年提高3个百分点", True),
        ("挂果率提高了多少", "挂果率为87%", False),
        ("挂果率是多少", "施肥三次", None),
        ("种了几棵树", "种树7棵", None),
    ],
)
def test_a_level_or_a_change(asked: str, text: str, told: bool | None) -> None:
    assert tells_asked(asked, text) is told
