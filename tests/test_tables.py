"""Tables and wrapping where a Chinese character is two columns wide."""

from hypothesis import given
from hypothesis import strategies as st

from ui.tables import cut, table, width, wrap

MIXED = st.text(alphabet="报告abc 1，。（）é…", max_size=60)


def test_a_chinese_character_is_two_columns_wide():
    assert width("报告ab") == 6
    assert width("（1）") == 5
    assert width("e\u0301") == 1


def test_columns_line_up_whatever_is_in_them():
    text = table(("名称", "数"), [("交通运输局", 7), ("abc", 12)], right=(1,))
    assert text == "名称        数\n----------  --\n交通运输局   7\nabc         12"


def test_the_widest_column_gives_way_when_room_is_short():
    text = table(("编号", "标题", "字数"), [("a1", "某区交通运输局二〇二四年工作总结", 1234)], columns=30, right=(2,))
    assert all(width(line) <= 30 for line in text.splitlines())
    assert "1234" in text and "…" in text


def test_a_cell_is_one_line():
    assert len(table(("名称",), [("第一行\n第二行",)]).splitlines()) == 3


def test_a_closing_mark_never_begins_a_line():
    assert wrap("建成公路，验收。", 8) == ["建成公", "路，验", "收。"]


def test_latin_words_stay_whole():
    assert wrap("用 baogao doctor 检查", 12) == ["用 baogao", "doctor 检查"]


@given(MIXED, st.integers(4, 40))
def test_cutting_never_exceeds_the_room(text: str, columns: int):
    assert width(cut(text, columns)) <= columns


@given(MIXED, st.integers(4, 40))
def test_wrapping_keeps_every_character_but_blanks(text: str, columns: int):
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
