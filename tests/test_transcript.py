"""What the chat shows of an answer: markers that lead to their own citations, and nothing of a report as markup."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.model import Citation, Kind, Refusal, Reply, Scope
from ui.texts import Say
from ui.transcript import Turn, from_json, literal, messages, safe_markdown, spoken, to_json, with_sources

SAY = Say("zh")
CITATION = Citation(
    n=1,
    report_id="r1",
    report="区交通局2023年工作总结",
    org="区交通局",
    years=(2023, 2024),
    file="汇编.txt",
    heading_path=("二、打算", "（一）修路"),
    section_id=4,
    excerpt="新建公路*12公里*。",
    start=6,
    end=16,
)
REPLY = Reply(
    question="有哪些打算？",
    answer="有1项：\n\n- **修路**：新建公路*12公里*。[1]",
    scope=Scope(("区交通局",), (2024,), (Kind.PLAN,)),
    citations=(CITATION, replace(CITATION, n=2, masked=True)),
    timings_ms={"total": 12.5},
)

nasty = st.text(alphabet="甲乙 12.<>*_`[]()!#|~&$@:/\\-+w\n")


@given(nasty)
def test_what_was_escaped_can_be_edited_as_it_was(text: str) -> None:
    assert spoken(literal(text)) == text


@given(nasty)
def test_nothing_that_markdown_reads_stays_bare(text: str) -> None:
    bare = re.sub(r"\\[\W_]", " ", literal(text))
    assert not re.search(r"[<>*_`\[\]|~&$@]|://|www\.", bare)


@given(nasty, st.lists(st.integers(1, 3), max_size=4))
def test_only_markers_become_links(text: str, numbers: list[int]) -> None:
    answer = text + "".join(f"[{n}]" for n in numbers)
    shown = safe_markdown(answer, [CITATION], 0)
    links = re.findall(r"(?<!\\)\]\((#[^ ]*)", shown)
    assert set(links) <= {"#cite-0-1"}
    assert len(links) == len(re.findall(r"\[1\]", answer))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("- 第一\n- 第二", "- 第一\n- 第二"),
        ("1. 第一", "1. 第一"),
        ("**修路**：好", "<strong>修路</strong>：好"),
        ("投资*亿元，**2021年增长", r"投资\*亿元，\*\*2021年增长"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("![图](http://a.example/x.png)", r"!\[图\](http\://a.example/x.png)"),
        ("见 www.example.com 或 a@b.com", r"见 www\.example.com 或 a\@b.com"),
        ("没有的编号[7]", r"没有的编号\[7\]"),
    ],
)
def test_answers_keep_their_lists_and_bold_and_nothing_else(answer: str, shown: str) -> None:
    assert safe_markdown(answer, [CITATION], 0) == shown


def test_a_marker_belongs_to_its_own_answer() -> None:
    turns = [Turn("甲", REPLY, done=True), Turn("乙", REPLY, done=True)]
    shown = messages(turns, SAY)
    assert [message["role"] for message in shown] == ["user", "assistant"] * 2
    assert "(#cite-0-1 " in shown[1]["content"]
    assert "(#cite-1-1 " in shown[3]["content"]
    assert r"新建公路\*12公里\*" in shown[1]["content"]  # in the marker's hint too


def test_an_answer_under_way_has_no_foot() -> None:
    (_, answer) = messages([Turn("甲", REPLY)], SAY)
    assert "#copy-" not in answer["content"]
    (_, answer) = messages([Turn("甲", REPLY, done=True)], SAY)
    assert "[复制回答和引用](#copy-0)" in answer["content"]
    assert "[2 处引用](#cite-0-0)" in answer["content"]


def test_a_question_that_failed_says_why() -> None:
    (_, answer) = messages([Turn("甲", None, "没有答成：模型不在", done=True)], SAY)
    assert answer["content"] == "*没有答成：模型不在*"


def test_copied_text_names_every_source() -> None:
    text = with_sources(Turn("甲", REPLY, done=True), SAY)
    assert text.startswith("有1项：")
    assert (
        "[1] 区交通局，2023–2024，汇编.txt：区交通局2023年工作总结 › 二、打算 › （一）修路：“新建公路*12公里*。”"
        in text
    )


@pytest.mark.parametrize(
    "turn",
    [
        Turn("甲", REPLY, done=True),
        Turn("乙", Reply("乙", "没有。", refusal=Refusal.UNKNOWN_ORG), done=True),
        Turn("丙", None, "已停止", done=True),
    ],
)
def test_the_browser_gives_back_what_it_kept(turn: Turn) -> None:
    assert from_json(json.loads(json.dumps(to_json(turn)))) == turn


@pytest.mark.parametrize("broken", [{}, {"question": "甲"}, {"question": "甲", "reply": {"answer": 1}, "note": ""}, []])
def test_what_is_not_a_turn_is_refused(broken: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json(broken)  # pyright: ignore[reportArgumentType]


TABLE = "各年：\n\n| 年份 | 公路 |\n|---|---|\n| 2023年 | 12公里<b>[1] |\n| 2024年 | 15公里[7] |"


def test_a_table_of_figures_stays_one_and_gets_its_picture_when_it_is_whole() -> None:
    turn = Turn("各年修了多少公里？", replace(REPLY, answer=TABLE))
    (_, growing), (_, whole) = messages([turn], SAY), messages([replace(turn, done=True)], SAY)
    assert "<svg" not in growing["content"]
    assert '<a href="#cite-0-1">' in whole["content"]
    for message in (growing, whole):
        assert "\n| 年份 | 公路 |\n| --- | --- |\n" in message["content"]
        assert re.search(r"\| 2023年 \| 12公里\\<b\\>\u2060\[1\]\(#cite-0-1 ", message["content"])
        assert r"| 2024年 | 15公里\[7\] |" in message["content"]


def test_an_answer_can_be_judged_and_gone_on_from() -> None:
    turn = Turn("问", REPLY, done=True, useful=False, follow_ups=("还有哪些问题？",))
    earlier, shown = messages([turn, turn], SAY)[1::2]
    assert "[有用](#rate-1-1) [✓ 没用](#rate-1-0)" in shown["content"]
    assert shown["options"] == [{"value": "还有哪些问题？"}]
    assert "options" not in earlier
    assert from_json(json.loads(json.dumps(to_json(turn)))) == turn


def test_a_conversation_kept_by_an_earlier_version_can_be_read() -> None:
    value = to_json(Turn("问", REPLY, done=True))
    del value["useful"], value["follow_ups"]
    assert from_json(value) == Turn("问", REPLY, done=True)
