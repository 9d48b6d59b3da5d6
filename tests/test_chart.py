"""Pictures of tables of figures: what is drawn, what is left a gap, where points lead."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ui.chart import charts, series
from ui.markdown import Table, blocks

YEARS = """据各年报告：

| 年份 | 改造农村公路 | 出处 |
|---|---|---|
| 2022年 | 约**40公里** | [1] |
| 2024年 | 65公里 | [2] |
| 2025年 | XX公里 | [3] |
| 2021年 | 0.3万公里 | [9] |

以上是全部。"""
ORGS = """| 单位 | 招商签约 | 增幅 |
| --- | ---: | --- |
| 区商务局 | 1.2亿元[1] | 增长8.5% |
| <b>开发区</b> | 9500万元[2] | 下降3% |
| 柚坪镇 | 未提及 | — |"""


def table_of(text: str) -> Table:
    return next(block for block in blocks(text) if isinstance(block, Table))


def test_a_table_is_told_from_other_lines() -> None:
    found = list(blocks(YEARS))
    assert [block for block in found if isinstance(block, str)] == ["据各年报告：", "", "", "以上是全部。"]
    assert table_of(YEARS).head == ("年份", "改造农村公路", "出处")
    assert len(table_of(YEARS).rows) == 4
    assert list(blocks("| 不是表格 |\n| 没有横线 |")) == ["| 不是表格 |", "| 没有横线 |"]
    assert table_of("| a | b |\n|---|---|\n| x\\|y |").rows == (("x|y", ""),)


def test_years_are_in_order_and_what_is_missing_is_a_gap() -> None:
    (drawn,) = series(table_of(YEARS), {1, 2, 3})
    assert drawn.yearly
    assert [(p.label, p.value, p.n) for p in drawn.points] == [
        ("2021", 3000.0, None),
        ("2022", 40.0, 1),
        ("2023", None, None),
        ("2024", 65.0, 2),
        ("2025", None, 3),
    ]
    html = charts(table_of(YEARS), {1, 2, 3}, 4)
    assert re.findall(r'href="(.+?)"', html) == ["#cite-4-1", "#cite-4-2"]
    assert html.count('class="bg-line"') == 1  # 2021 to 2022; there is nothing to join across 2023
    assert "<title>2022：约40公里</title>" in html


def test_organisations_are_compared_by_bars_and_units_are_not_mixed() -> None:
    signed, growth = series(table_of(ORGS), {1, 2})
    assert [p.value for p in signed.points] == [120_000_000.0, 95_000_000.0, None]
    assert [p.value for p in growth.points] == [8.5, -3.0, None]
    assert [p.n for p in growth.points] == [1, 2, None]
    html = charts(table_of(ORGS), {1, 2}, 0)
    assert "&lt;b&gt;开发区" in html
    assert "未提及" in html
    assert 'width="78.00%"' in html


def test_words_are_not_drawn() -> None:
    assert not charts(table_of("| 单位 | 打算 |\n|---|---|\n| 甲 | 修路 [1] |\n| 乙 | 建站 [2] |"), {1, 2}, 0)
    assert not charts(table_of("| 单位 | 公里 |\n|---|---|\n| 甲 | 12公里 [1] |\n| 乙 | 9个 [2] |"), {1, 2}, 0)
    assert not charts(Table(("年份", "数"), ()), set(), 0)


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3).map(tuple), max_size=6))
def test_whatever_the_cells_hold_the_picture_is_well_formed(rows: list[tuple[str, ...]]) -> None:
    drawn = charts(Table(("年份", "数", "率"), tuple(rows)), {1, 2}, 0)
    printable = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", drawn)
    ElementTree.fromstring(f"<div>{printable}</div>")


@given(
    st.lists(
        st.tuples(st.sampled_from(["2021年", "2022", "甲局", "乙局"]), st.text("0123456789.%万公里下降", max_size=8))
    )
)
def test_figures_of_any_size_stay_inside(rows: list[tuple[str, str]]) -> None:
    drawn = charts(Table(("单位", "数"), tuple(rows)), {1}, 0)
    assert all(0 <= float(share) <= 100 for share in re.findall(r'"(-?[\d.]+)%"', drawn))
