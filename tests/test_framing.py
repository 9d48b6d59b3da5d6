"""What stands around a question and is no part of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.framing import without_frame
from rag.question import parse


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("列个表，省长在会上讲了哪些困难（原文没写年份）", "哪些困难"),
        ("2019年两会上总理提到哪些成绩", "2019年哪些成绩"),
        ("吴振东总理1993年说机构有什么毛病", "机构有什么毛病"),
        ("沈县长在会上讲了哪些困难", "哪些困难"),
        ("金沙江市长承认的困难", "金沙江困难"),
        ("报告里承认了哪些不足", "哪些不足"),
        ("总结里坦言还有什么短板", "还有什么短板"),
        ("会上说了哪几件事", "哪几件事"),
        ("县长承认的困难", "困难"),
        ("简单说说城管局的打算", "城管局的打算"),
        ("详细说明扶贫措施", "扶贫措施"),
        ("教育局2024年打算，列个清单，谢谢", "教育局2024年打算"),
        ("列表说明三年的财政收入", "三年的财政收入"),
        ("列个表看看各镇的养路里程", "各镇的养路里程"),
        ("帮我做一张表看一下养路里程", "养路里程"),
        ("水利局三年投资分别多少？列表看看", "水利局三年投资分别多少？"),
        ("用一句话概括交通局的工作", "交通局的工作"),
        ("交通局明年打算（报告里没写年份）怎么修路", "交通局明年打算怎么修路"),
        ("教育局最近一份总结有哪些亮点", "教育局总结有哪些亮点"),
    ],
)
def test_the_question_alone(question: str, bare: str) -> None:
    assert without_frame(question) == bare


@pytest.mark.parametrize(
    "question",
    [
        "局长叫什么名字",
        "现场会上签了多少项目",
        "招聘会来了多少企业",
        "权责清单公布了几项",
        "负面清单列了多少条",
        "做清单管理的是哪个局",
        "书记项目完成几个",
        "财政局（预算、国库那些）去年做了什么",
        "列表",
        "谢谢",
    ],
)
def test_what_is_asked_stays(question: str) -> None:
    assert without_frame(question) == question


def test_who_speaks_is_no_topic() -> None:
    assert parse("2019年两会期间省长说了哪些困难").terms == ()
    assert parse("局长叫什么名字").terms == ("局长",)


@given(st.text("市长会上讲了列个表，（没写）简单说说报告里承认哪些困难", max_size=24))
def test_something_is_left_of_any_question(question: str) -> None:
    assert without_frame(question) or not question
