from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quantities import plain, quantities, same, years


def read(text: str) -> list[tuple[float, str, str]]:
    return [(float(q.value), q.unit, q.bound) for q in quantities(plain(text))]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("投资１,530万元", [(15_300_000, "元", "")]),
        ("产值1.02亿元", [(102_000_000, "元", "")]),
        ("同比增长百分之十二", [(12, "%", "")]),
        ("夏秋茶利用率不到三成", [(30, "%", "<")]),
        ("提高2.9个百分点", [(2.9, "个百分点", "")]),
        ("1—11月", [(1, "月", ""), (11, "月", "")]),
        ("9月28日合龙", [(9, "月", ""), (28, "天", "")]),
        ("三千余亩", [(3000, "亩", ">")]),
        ("百余家企业", [(100, "家", ">")]),
        ("一亿元", [(100_000_000, "元", "")]),
        ("改造十二座、两处", [(12, "座", ""), (2, "处", "")]),
        ("超10亿元企业仅有2家", [(1_000_000_000, "元", ">"), (2, "家", "")]),
        ("不超过5%", [(5, "%", "<")]),
        ("控制在1.5%以内", [(1.5, "%", "<")]),
        ("缺口约6800个", [(6800, "个", "~")]),
        ("全年签约8个", [(8, "个", "")]),
        ("面积2000㎡、长12km", [(2000, "平方米", ""), (12, "公里", "")]),
        ("日处理1-2万吨", [(10_000, "吨", ""), (20_000, "吨", "")]),
    ],
)
def test_figures_are_read_with_value_unit_and_bound(text: str, figures: list[tuple[float, str, str]]) -> None:
    assert read(text) == figures


@pytest.mark.parametrize(
    "text", ["省道S586线", "5G基站", "千家万户", "党的三中全会", "十分重要", "一个项目、一名领导", "B2C"]
)
def test_codes_and_idioms_are_no_figures(text: str) -> None:
    assert read(text) == []


def test_years_are_apart_from_figures() -> None:
    assert [y for y, _ in years(plain("2021—2023年、二〇二四年和比2020年多20年"))] == [2021, 2023, 2024, 2020]
    assert read("2024年") == []


@pytest.mark.parametrize(
    ("said", "written", "agree"),
    [
        ("1.2亿元", "12000万元", True),
        ("三成", "30%", True),
        ("118人", "118名", True),
        ("17个", "17项", True),
        ("12亿元", "12万元", False),
        ("1.42万辆", "1.42万台", False),
        ("2.9%", "2.9个百分点", False),
        ("1200人", "1200余人", False),
        ("约1200人", "1200余人", True),
        ("超过三成", "不足三成", False),
    ],
)
def test_two_spellings_of_one_figure_agree(said: str, written: str, agree: bool) -> None:
    (one,), (other,) = quantities(plain(said)), quantities(plain(written))
    assert same(one, other) is agree


@given(st.integers(2, 99_999), st.sampled_from(["家", "万吨", "亿元", "%", "个百分点", "公里"]))
def test_a_figure_is_read_whole_wherever_it_stands(number: int, unit: str) -> None:
    (found,) = quantities(plain(f"全年完成{number}{unit}，"))
    assert found.value == number * {"万吨": 10**4, "亿元": 10**8}.get(unit, 1)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    once = plain(text)
    for figure in quantities(once):
        assert isinstance(figure.value, Fraction)
        assert 0 <= figure.start < figure.end <= len(once)
