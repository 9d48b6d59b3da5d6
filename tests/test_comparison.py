"""Several reports in one answer, over the sample reports."""

import re

import pytest

from rag.assistant import Assistant
from rag.citation import MOST
from rag.model import Reply

pytestmark = pytest.mark.slow


def blocks(reply: Reply) -> list[str]:
    """An answer's parts, one for each report or organisation."""
    assert not reply.refused, reply.answer
    return reply.answer.split("\n\n")


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("交通局2023年和2024年分别完成多少交通固定资产投资？", ["9.37亿元", "11.82亿元"]),
        ("交通局2023年和2024年农村公路提质改造各多少公里？", ["62.4公里", "71.8公里"]),
        ("交通局2023年和2024年分别查处超限车辆多少辆？", ["1126辆", "937辆"]),
    ],
)
def test_a_figure_of_several_years_is_a_table(assistant: Assistant, question: str, figures: list[str]) -> None:
    reply = assistant.ask(question)
    source, table = blocks(reply)
    assert source == "据砚溪区交通运输局各年报告："
    assert table.splitlines()[2:] == [
        f"| {year} | **{figure}**[{n}] |" for n, (year, figure) in enumerate(zip((2023, 2024), figures, strict=True), 1)
    ]
    for citation, year, figure in zip(reply.citations, (2023, 2024), figures, strict=True):
        assert figure in citation.excerpt
        assert citation.report.startswith(f"砚溪区交通运输局{year}年工作总结")


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("交通局2023年和应急管理局2024年查处的违法行为，哪个多", {"684件", "43起"}),
        ("柚坪镇和霁云乡哪个接待游客多一些？", {"4.6万人次", "13.7万人次"}),
        ("2024年教育局公办园占比和交通局新能源公交占比哪个高", {"61.4%", "96.8%"}),
    ],
)
def test_which_of_two_is_more_is_told_by_a_figure_of_each(
    assistant: Assistant, question: str, figures: set[str]
) -> None:
    answer = assistant.ask(question).answer
    assert set(re.findall(r"\*\*([^*]+)\*\*", answer)) == figures
    assert len(answer.split("\n\n")) == len(figures)


def test_a_year_that_no_report_covers_is_said(assistant: Assistant) -> None:
    reply = assistant.ask("交通局2021年和2024年分别查处超限车辆多少辆？")
    assert "937辆" in reply.answer
    assert blocks(reply)[-1] == "没有2021年的报告。"


def test_the_reports_of_one_body_are_told_apart(assistant: Assistant) -> None:
    answer = assistant.ask("红心柚在哪几年的总结里出现过？").answer
    assert [f"《砚溪区交通运输局{year}年" in answer for year in (2023, 2024)] == [True, True]


def test_a_body_without_a_report_is_said_beside_the_others(assistant: Assistant) -> None:
    *answered, missing = blocks(assistant.ask("交通局、卫健局和教育局2025年各有什么打算？"))
    assert len(answered) == 2
    assert missing == "资料库里没有“卫健局”的报告。"


def test_each_of_several_bodies_is_told_of_by_its_newest_report(assistant: Assistant) -> None:
    reply = assistant.ask("教育局、交通局、商务局、城管局的主要问题")
    assert len({c.org for c in reply.citations}) == len({c.report for c in reply.citations}) == 4


def test_the_problems_of_two_years(assistant: Assistant) -> None:
    first, second = blocks(assistant.ask("交通局2023年和2024年的困难有什么变化？"))
    assert "治超形势依然复杂" in first
    assert "公交运营亏损加重" in second


def test_the_problems_of_two_bodies(assistant: Assistant) -> None:
    reply = assistant.ask("柚坪镇和霁云乡存在的困难对比")
    assert {c.org for c in reply.citations} == {"柚坪镇", "霁云乡"}
    assert "产业链条不长" in reply.answer
    assert "山高路远" in reply.answer


def test_a_topic_of_two_bodies(assistant: Assistant) -> None:
    reply = assistant.ask("柚坪镇和霁云乡在集体经济上的做法有什么不同？")
    assert {c.org for c in reply.citations} == {"柚坪镇", "霁云乡"}


@pytest.mark.parametrize(
    ("question", "orgs"),
    [
        ("哪些报告提到红心柚？", {"区商务局", "柚坪镇", "砚溪区交通运输局", "岚川市农业农村局"}),
        ("哪些报告提到“路管员”？", {"砚溪区交通运输局"}),
        ("哪些报告提到“板凳会”？", {"霁云乡"}),
    ],
)
def test_the_reports_that_speak_of_something(assistant: Assistant, question: str, orgs: set[str]) -> None:
    reply = assistant.ask(question)
    assert {c.org for c in reply.citations} == orgs
    named = re.findall(r"^- \*\*", reply.answer, re.MULTILINE)
    assert reply.answer.startswith(f"以下 {len(named)} 份报告提到")
    assert len(reply.citations) <= MOST


def test_each_report_is_named_with_the_words_that_speak_of_it(assistant: Assistant) -> None:
    lines = assistant.ask("哪些报告提到红心柚？").answer.splitlines()[1:]
    assert all(line.startswith("- **") for line in lines[::2])
    assert all("红心柚" in line for line in lines[1::2])


def test_a_word_of_the_topic_alone_does_not_make_a_report_speak_of_it(assistant: Assistant) -> None:
    answer = assistant.ask("农村公路养护在哪几家的材料里说到过？").answer
    lines = answer.splitlines()[2::2]
    assert lines
    assert all("公路" in line and "养护" in line for line in lines)


def test_a_topic_that_no_report_has_is_in_none(assistant: Assistant) -> None:
    assert assistant.ask("哪几个单位讲到了征兵服务？").refused
    assert not assistant.ask("哪几个单位讲到了政务服务？").refused


def test_a_report_and_its_masked_version_are_one(assistant: Assistant) -> None:
    reply = assistant.ask("哪些报告提到“应急广播”？")
    assert reply.answer.count("应急管理局**") == 1


def test_several_things_of_one_body_stand_under_its_report(assistant: Assistant) -> None:
    (told,) = blocks(assistant.ask("柚坪镇的红心柚、粮食、渠道分别有多少？"))
    source, *lines = told.splitlines()
    assert source == "据《柚坪镇2024年工作总结》："
    assert [figure in line for figure, line in zip(("8600亩", "3.1万亩", "17.8公里"), lines, strict=True)] == [True] * 3


def test_a_table_names_what_it_counts(assistant: Assistant) -> None:
    assert "| 年份 | 改造危桥 |" in assistant.ask("交通局2023年和2024年各改造了多少座危桥？").answer


def test_a_body_that_says_nothing_of_the_topic_is_not_made_to(assistant: Assistant) -> None:
    said = blocks(assistant.ask("霁云乡和应急管理局的茶园面积各多少亩？"))
    (tea,) = (block for block in said if "7400亩" in block)
    (none,) = (block for block in said if block is not tea)
    assert "应急管理局" in none.splitlines()[0]
    assert none.splitlines()[1:] == ["- 没有找到相关内容"]
