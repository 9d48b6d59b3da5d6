"""Tables in a report's text: rows under the names of their columns, and rows of one cell a line."""

import time
from pathlib import Path

import pytest
from asking import asking
from hypothesis import given
from hypothesis import strategies as st

from rag.rows import CELL_SEPARATOR, flat_row, row_at

TABLE = "附表 各镇排查情况\n镇 | 排查（条） | 演练（场）\n石坳镇 | 174 | 3\n合计 | 361 | xx\n县应急局"
CELL = st.text("镇路亩0123456789", min_size=1, max_size=6)


def test_a_row_knows_its_columns_and_the_caption() -> None:
    row = row_at(TABLE, TABLE.index("174"))
    assert row is not None
    assert row.cells == ("石坳镇", "174", "3")
    assert row.names == ("镇", "排查（条）", "演练（场）")
    assert row.caption == "附表 各镇排查情况"
    assert TABLE[slice(*row.head)].startswith("镇 | ")


@pytest.mark.parametrize("place", ["附表", "镇 |", "县应急局"])
def test_what_is_no_row_under_a_head(place: str) -> None:
    assert row_at(TABLE, TABLE.index(place)) is None


def test_rows_of_figures_only_have_no_head() -> None:
    assert row_at("一季度 | 12\n二季度 | 15", 9) is None


def test_a_row_of_one_cell_a_line() -> None:
    assert flat_row("石坳镇\n174\n3\n下湾镇\n96\n2", 0) == ["石坳镇", "174", "3"]
    assert flat_row("石坳镇排查174条。\n3", 0) == []


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=5), st.integers(0, 80))
def test_any_offset_gives_a_row_of_its_own_line(rows: list[list[str]], offset: int) -> None:
    text = "\n".join(CELL_SEPARATOR.join(row) for row in rows)
    row = row_at(text, min(offset, len(text)))
    assert row is None or (len(row.cells) == len(row.names) and row.head[1] < row.span[0] <= row.span[1])


def test_a_figure_of_a_table_is_given_under_its_column(tmp_path: Path) -> None:
    with asking(tmp_path / "home", "应急局2023年工作总结", *TABLE.splitlines()) as assistant:
        ask = assistant.ask
        told, hidden = ask("应急局石坳镇排查多少条"), ask("应急局合计演练多少场")
    assert "镇 | 排查（条） | 演练（场）：石坳镇 | **174** | 3[1]" in told.answer
    assert "镇 | 排查（条） | 演练（场）\n石坳镇 | 174 | 3" in told.citations[0].excerpt
    assert "**" not in hidden.answer
    assert "已隐去" in hidden.answer


def test_a_row_far_below_the_head_of_its_table_is_soon_given_up() -> None:
    text = "镇 | 亩\n" + "甲 | 1\n" * 50_000
    began = time.process_time()
    assert [row_at(text, len(text) - n) for n in range(2, 40)] == [None] * 38
    assert time.process_time() - began < 1
