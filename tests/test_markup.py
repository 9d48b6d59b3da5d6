from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.markup import cited_as_markers, lines, neutral, visible


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("<think>先想想[1]</think>答案", "答案"),
        ("先想想</think>答案", "答案"),
        ("答案<thinking>没完", "答案"),
        ("<think>一</think>答<THINK>二</THINK>案", "答案"),
        ("◁think▷想◁/think▷答案", "答案"),
        ("不到5%<6%", "不到5%<6%"),
    ],
)
def test_reasoning_is_not_for_the_reader(raw: str, seen: str) -> None:
    assert visible(raw) == seen


@pytest.mark.parametrize(
    ("raw", "marked"),
    [
        ("甲【1】", "甲[1]"),
        ("甲［１］", "甲[1]"),
        ("甲[1,2]", "甲[1][2]"),
        ("甲[1、3]", "甲[1][3]"),
        ("甲[1-3]", "甲[1][2][3]"),
        ("甲[2至4]", "甲[2][3][4]"),
        ("甲[1][2]", "甲[1][2]"),
        ("甲[1]、[2]", "甲[1][2]"),
        ("甲[^1]", "甲[1]"),
        ("甲[[1]]", "甲[1]"),
        ("甲[摘录1]", "甲[1]"),
        ("甲[来源：2]", "甲[2]"),
        ("甲【1†source】", "甲[1]"),
        ("甲\n[1]", "甲[1]"),
        ("甲[1-900]", "甲[1][900]"),
        ("依据〔2011〕5号", "依据〔2011〕5号"),
        ("甲[2023]5号", "甲[2023]5号"),
    ],
)
def test_every_way_to_cite_becomes_a_marker(raw: str, marked: str) -> None:
    assert cited_as_markers(raw) == marked


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("见[通知](http://x.example/a)", "见通知"),
        ("甲[1](http://x.example)", "甲[1]"),
        ("![图](http://x.example/p.png)甲", "图甲"),
        ("甲<img src=x onerror=alert(1)>乙", "甲乙"),
        ("甲&lt;script&gt;乙", "甲乙"),
        ("甲<!-- 乙 -->丙", "甲丙"),
        ("见 https://x.example/a?b=1。", "见 。"),
        ("[1]: http://x.example\n甲", "\n甲"),
        ("```\n甲\n```", "\n甲\n"),
        ("降到5%<6%", "降到5%＜6%"),
        ("| 年份 | 投资 |\n|---|---|\n| 2023年 | 12亿元 |", "- 年份，投资\n- 2023年，12亿元"),
    ],
)
def test_links_pictures_and_html_are_taken_out(raw: str, safe: str) -> None:
    assert neutral(raw) == safe


def test_a_reply_is_read_as_lines_of_statements() -> None:
    raw = (
        "打算有：\n1. **加快建设**：新建公路12公里。[1][2] 改造危桥8座[3]；\n## 其他\n甲事办成。乙事办成。[4]丙事没有。"
    )
    read = [(line.prefix, [(s.text, s.cited, s.lead) for s in line.statements]) for line in lines(raw, done=True)]
    assert read == [
        ("", [("打算有：", (), True)]),
        ("1. ", [("**加快建设**：新建公路12公里。", (1, 2), False), ("改造危桥8座；", (3,), False)]),
        ("", [("**其他**", (), True)]),
        ("", [("甲事办成。", (4,), False), ("乙事办成。", (4,), False), ("丙事没有。", (), False)]),
    ]


def test_what_may_go_on_is_held_back() -> None:
    raw = "甲事办成[1]。乙事办"
    assert [s.text for line in lines(raw, done=False) for s in line.statements] == ["甲事办成。"]
    assert [s.text for line in lines("甲事办成。", done=False) for s in line.statements] == []
    assert [s.text for line in lines("甲事办成。\n", done=False) for s in line.statements] == ["甲事办成。"]


def test_a_figure_at_the_head_of_a_line_is_no_list_number() -> None:
    (line,) = lines("12.5公里公路通车[1]", done=True)
    assert line.prefix == ""
    assert line.statements[0].text == "12.5公里公路通车"


@pytest.mark.parametrize("glued", ["1http://x.example", "见http://x.example", "2www.x.example", "看javascript:run()"])
def test_an_address_glued_to_what_stands_before_it(glued: str) -> None:
    (line,) = lines(f"甲事办成{glued}。", done=True)
    assert not re.search(r"://|www|javascript", "".join(statement.text for statement in line.statements))


@given(
    st.lists(st.sampled_from([*"[]()<>!|#*-1甲。：\n【】［］^", "http://x.example", "<b>", "&lt;", "[1]", "<think>"]))
)
def test_nothing_that_a_page_could_follow_or_run_is_left(parts: list[str]) -> None:
    for line in lines("".join(parts), done=True):
        for statement in line.statements:
            assert not re.search(r"[<>\[\]【】［］`\\]|://", statement.text)


@given(st.text(alphabet="甲乙。；\n[1]【2】 <think>/：*"))
def test_what_is_shown_while_it_comes_in_is_of_whole_statements(raw: str) -> None:
    whole = [s.text for line in lines(raw, done=True) for s in line.statements]
    so_far = [s.text for line in lines(raw, done=False) for s in line.statements]
    assert so_far == whole[: len(so_far)]
