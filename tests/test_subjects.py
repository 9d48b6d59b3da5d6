"""Questions about several things at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.subjects import subjects


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("农业和林业各增长多少？", ["农业", "林业"]),
        ("重点项目里水利和交通，哪个进度快？", ["水利", "交通"]),
        ("东岭、西岭两家合作社各自种什么", ["东岭", "西岭"]),
        ("各乡：柳河、青溪、石桥种的果树有啥不同", ["柳河", "青溪", "石桥"]),
        ("教育局的入学率和医院的床位使用率放一起看，各是多少", ["教育局", "医院"]),
        ("东岭、西岭两家法院各自有什么新做法", ["东岭", "西岭"]),
        ("工商联和教育局发放的奖金各是多少", ["工商联", "教育局"]),
        ("省外参观团和省内参观团，停留时间哪个长", ["省外", "省内"]),
        ("全县小麦、玉米、大豆、油菜、花生、芝麻分别种了多少亩", ["小麦", "玉米", "大豆", "油菜", "花生", "芝麻"]),
    ],
)
def test_the_things_that_a_question_sets_side_by_side(question: str, names: list[str]) -> None:
    assert [thing.name for thing in subjects(question)] == names


@pytest.mark.parametrize("question", ["交通局2025年有哪些打算？", "各局的问题是什么", "修了多少公里路和桥", ""])
def test_a_question_about_one_thing(question: str) -> None:
    assert subjects(question) == []


def test_each_thing_is_asked_for_with_what_is_asked_of_all() -> None:
    first, second = subjects("重点项目里水利和交通，哪个进度快？")
    assert first.question.startswith("重点项目 水利")
    assert second.question.startswith("重点项目 交通")
    assert all("进度快" in thing.question for thing in (first, second))


def test_a_body_that_is_only_named_is_asked_what_the_last_one_is_asked() -> None:
    first, _ = subjects("农业局和教育局发放的奖金各是多少")
    assert "农业局发放的奖金" in first.question


@given(st.text(alphabet="甲乙丙和、与的各分别哪个：里中，有什么不同", max_size=30))
def test_any_text_gives_distinct_names(text: str) -> None:
    names = [thing.name for thing in subjects(text)]
    assert len(names) == len(set(names)) != 1
