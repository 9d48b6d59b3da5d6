"""Questions of several parts, over reports by hand and the sample reports."""

import re

import pytest
from asking import asking
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.parts import parts_of

REPORT = (
    "林业局2023年工作总结和2024年工作计划",
    "一、2023年工作总结。城区绿道建成12公里，占年度任务的96%。沿线栽植香樟树3000株。"
    "古树名木挂牌保护210株。护林员巡山4100人次。",
    "二、2024年工作计划。林区道路再修8公里。",
)


@pytest.fixture(scope="module")
def forestry(tmp_path_factory: pytest.TempPathFactory):
    with asking(tmp_path_factory.mktemp("parts") / "home", *REPORT) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("引进多少个项目？总投资多少亿元？", 2),
        ("引进多少个项目，什么时候开工，谁负责", 3),
        ("交通局2024年，新建公路多少公里？", 1),
        ("什么时候动工？那配套管网呢，要等到几时", 2),
        ("上线多少人？上线率呢？就业率呢？", 3),
        ("有哪些打算？", 1),
    ],
)
def test_parts_that_each_ask_for_something(question: str, parts: int) -> None:
    assert len(parts_of(question)) == parts


@given(st.text(alphabet="，。？多少几呢谁的项目", max_size=30))
def test_any_text_has_a_part(question: str) -> None:
    assert parts_of(question)


def bold(assistant: Assistant, question: str) -> list[str]:
    return re.findall(r"\*\*([^*]+)\*\*", assistant.ask(question).answer)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("林业局城区绿道建成多少公里，占年度任务的百分之几？", ["12公里"]),
        ("林业局城区绿道建成多少公里，沿线栽植香樟树多少株？", ["12公里", "3000株"]),
    ],
)
def test_each_part_has_its_sentence_once(forestry: Assistant, question: str, figures: list[str]) -> None:
    assert bold(forestry, question) == figures


def test_what_no_sentence_tells_is_said_to_be_missing(forestry: Assistant) -> None:
    reply = forestry.ask("林业局沿线栽植香樟树多少株，花了多少钱？")
    assert "**3000株**" in reply.answer
    assert reply.answer.endswith("花了多少钱：\n- 没有找到相关内容")


def test_a_first_part_that_nothing_tells_is_refused_with_all_others(forestry: Assistant) -> None:
    assert forestry.ask("林业局卖了多少辆汽车，挂牌保护多少株？").refused


# --- over the sample reports ---


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("城管局整治占道经营多少起，安置流动摊贩多少户？", ["4820起"]),
        ("霁云乡民宿几家，床位多少张，淡季入住率多少？", ["28家", "26%"]),
        ("城管局新改建公厕几座，明年打算建几座？", ["16座", "10座"]),
        ("高考本科上线多少人？上线率呢？职高就业率呢？", ["1123人", "91%"]),
    ],
)
def test_parts_of_questions_to_the_samples(assistant: Assistant, question: str, figures: list[str]) -> None:
    assert bold(assistant, question) == figures


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "told", "missing"),
    [
        ("柚坪镇红心柚种了多少亩，比上年多多少？", "**8600亩**", "比上年多多少"),
        ("交通局2024年查处超限车辆多少辆，罚了多少钱？", "**937辆**", "罚了多少钱"),
        ("特大桥什么时候合龙，由谁施工？", "9月28日合龙", "由谁施工"),
    ],
)
def test_parts_that_the_samples_do_not_tell(assistant: Assistant, question: str, told: str, missing: str) -> None:
    answer = assistant.ask(question).answer
    assert told in answer
    assert answer.endswith(f"{missing}：\n- 没有找到相关内容")
