"""The road of a question over the sample reports, with the real model: what is answered, and how it is cited."""

import json
import re
from typing import Any

import pytest

from rag.assistant import Assistant
from rag.citation import LONGEST, MARKER, MOST, unsupported
from rag.model import Kind, Refusal, Reply
from rag.retrieval import ReportRetriever

pytestmark = pytest.mark.slow

PLANS_2025 = [
    "大干重点工程",
    "提升农村公路",
    "做优公共交通",
    "降低物流成本",
    "强化法治监管",
    "筑牢安全屏障",
    "建强交通队伍",
]
PLANS_2024 = [
    "更大力度抓项目",
    "更实举措惠民生",
    "更高标准强养护",
    "更严要求管行业",
    "更强定力保安全",
    "更优作风带队伍",
]
QUESTIONS = [
    ("交通局2025年有哪些打算？", {}),
    ("教育局有哪些亮点？", {}),
    ("柚坪镇存在哪些问题？", {}),
    ("交通局2024年查处了多少辆超限车辆？", {}),
    ("商务局2024年外贸进出口总额是多少？", {}),
    ("交通局2023年和2024年分别完成多少交通固定资产投资？", {}),
    ("哪些报告提到红心柚？", {}),
    ("交通局与教育局存在的问题对比", {}),
    ("为什么采茶工不够？", {}),
    ("那前一年呢？", {"history": ["交通局2024年查处了多少辆超限车辆？"]}),
    ("有哪些打算", {"orgs": ["霁云乡"]}),
]


def answered(assistant: Assistant, question: str, **options: Any) -> Reply:
    reply = assistant.ask(question, **options)
    assert not reply.refused, reply.answer
    return reply


def cited_orgs(reply: Reply) -> set[str]:
    return {citation.org for citation in reply.citations}


def cited_years(reply: Reply) -> set[int]:
    """The years that the cited reports report on."""
    return {citation.years[0] for citation in reply.citations}


def assert_in_order(answer: str, points: list[str]) -> None:
    """All points, in this order, none twice."""
    assert [answer.count(point) for point in points] == [1] * len(points)
    assert sorted(points, key=answer.index) == points


# --- one organisation, one section or figure ---


def test_a_plan_is_given_point_by_point(assistant: Assistant) -> None:
    reply = answered(assistant, "交通局2025年有哪些打算？")
    assert_in_order(reply.answer, PLANS_2025)
    assert len(re.findall(r"^- ", reply.answer, re.MULTILINE)) == len(reply.citations) == 7
    assert reply.scope.orgs == ("砚溪区交通运输局",)
    assert (reply.scope.years, reply.scope.kinds) == ((2025,), (Kind.PLAN,))


def test_plans_for_a_year_come_from_the_report_before(assistant: Assistant) -> None:
    for year, points, others in ((2024, PLANS_2024, PLANS_2025), (2025, PLANS_2025, PLANS_2024)):
        reply = answered(assistant, f"交通局{year}年有哪些打算？")
        assert_in_order(reply.answer, points)
        assert cited_years(reply) == {year - 1}
        assert not any(point in reply.answer for point in others)


def test_results_of_a_year_come_from_its_own_report(assistant: Assistant) -> None:
    reply = answered(assistant, "交通局2024年做了哪些工作？")
    assert cited_years(reply) == {2024}
    points = [
        "攻坚重点项目",
        "建好农村公路",
        "优化公交服务",
        "打通物流末梢",
        "从严行业监管",
        "深化改革创新",
        "守牢安全底线",
    ]
    assert_in_order(reply.answer, points)
    assert not any(point in reply.answer for point in [*PLANS_2024, *PLANS_2025])


@pytest.mark.parametrize(
    ("question", "points"),
    [
        ("教育局有哪些亮点？", ["专递课堂", "家校共育站”把服务", "田间课堂"]),
        (
            "商务局存在哪些问题？",
            ["消费复苏基础不牢", "项目落地速度不快", "外贸结构较为单一", "流通设施存在短板", "电商人才留不住"],
        ),
        (
            "柚坪镇下一步要抓哪七项工作",
            [
                "做强柚产业",
                "稳住粮食生产",
                "壮大村级集体经济",
                "推进水网改造",
                "深化环境整治",
                "加强基层治理",
                "锤炼干部作风",
            ],
        ),
        ("霁云乡有什么困难？", ["山高路远", "采茶工平均年龄", "夏秋茶利用率", "民宿同质化", "产业准入受限"]),
        ("商务局有哪些建议？", ["电商人才公寓", "水电、冷链费用"]),
        (
            "開發區有哪些困難？",
            [
                "骨干企业支撑不足",
                "土地空间日趋紧张",
                "创新能力还不够强",
                "用工结构矛盾突出",
                "生活配套不够完善",
                "体制机制有待理顺",
            ],
        ),
    ],
)
def test_a_section_is_given_whole(assistant: Assistant, question: str, points: list[str]) -> None:
    assert_in_order(answered(assistant, question).answer, points)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("交通局2024年查处了多少辆超限车辆？", "937辆"),
        ("交通局2023年查处了多少辆超限车辆？", "1126辆"),
        ("交通局二〇二四年完成交通固定资产投资多少亿元", "11.82亿元"),
        ("城管局拆除违法建设多少平方米？", "1.86万平方米"),
        ("应急管理局2024年罚款多少万元？", "187.5万元"),
    ],
)
def test_a_figure_stands_in_bold_with_its_citation(assistant: Assistant, question: str, figure: str) -> None:
    reply = answered(assistant, question)
    line = next(line for line in reply.answer.splitlines() if f"**{figure}**" in line)
    (number,) = MARKER.findall(line)
    assert figure in reply.citations[int(number) - 1].excerpt
    assert not reply.citations[int(number) - 1].masked


def test_a_figure_of_a_year_is_not_taken_from_a_report_that_only_plans_for_it(assistant: Assistant) -> None:
    reply = answered(assistant, "2024年粮食总产多少？")
    assert "总产1.36万吨" in reply.answer.replace("*", "")
    assert cited_orgs(reply) == {"柚坪镇"}


def test_the_figure_of_another_thing_is_no_answer(assistant: Assistant) -> None:
    reply = answered(assistant, "粮食产量多少万吨？")
    assert "总产**118.6万吨**" in reply.answer
    assert "蔬菜" not in reply.answer


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("应急局怎么抓安全生产的？", "检查企业1286家次", "暴雨"),
        ("教育局如何缓解大班额？", "起始年级大班额全部消除", "37个"),
    ],
)
def test_a_way_is_told_by_its_section_and_not_by_the_problem(
    assistant: Assistant, question: str, told: str, untold: str
) -> None:
    answer = answered(assistant, question).answer
    assert told in answer
    assert untold not in answer


def test_a_date(assistant: Assistant) -> None:
    assert "9月28日合龙" in answered(assistant, "砚江特大桥什么时候合龙？").answer


def test_a_reason(assistant: Assistant) -> None:
    reply = answered(assistant, "为什么采茶工不够？")
    assert "平均年龄58岁" in reply.answer
    assert cited_orgs(reply) == {"霁云乡"}


@pytest.mark.parametrize(
    ("question", "hidden"),
    [("商务局2024年外贸进出口总额是多少？", "xxxxxx万元"), ("开发区固定资产投资完成多少亿元？", "固定资产投资*亿元")],
)
def test_a_hidden_figure_is_said_to_be_hidden(assistant: Assistant, question: str, hidden: str) -> None:
    reply = answered(assistant, question)
    first = reply.answer.splitlines()[1]
    assert "原文此处数字已隐去" in first
    assert hidden in first
    assert reply.citations[0].masked


def test_a_masked_version_is_not_used_where_the_fuller_is_there(assistant: Assistant) -> None:
    masked = [r for r in assistant.library.reports() if r.version_of]
    assert len(masked) == 1
    for question in ("应急管理局有哪些打算？", "应急管理局检查企业多少家次？"):
        reply = answered(assistant, question)
        assert masked[0].id not in {c.report_id for c in reply.citations}
        assert "隐去" not in reply.answer


# --- several reports ---


def test_two_years_in_a_table(assistant: Assistant) -> None:
    reply = answered(assistant, "交通局2023年和2024年分别完成多少交通固定资产投资？")
    assert "| 2023 | **9.37亿元**[1] |\n| 2024 | **11.82亿元**[2] |" in reply.answer
    assert [c.years[0] for c in reply.citations] == [2023, 2024]


def test_which_reports_speak_of_something(assistant: Assistant) -> None:
    reply = answered(assistant, "哪些报告提到红心柚？")
    named = {"区商务局", "柚坪镇", "砚溪区交通运输局", "岚川市农业农村局"}
    assert named <= cited_orgs(reply)
    assert all(f"**{org}**" in reply.answer for org in named)
    assert all(f"**砚溪区交通运输局**《砚溪区交通运输局{year}年" in reply.answer for year in (2023, 2024))
    assert reply.answer.startswith("以下 5 份报告提到")
    assert cited_orgs(answered(assistant, "哪些报告提到“路管员”？")) == {"砚溪区交通运输局"}


def test_a_word_and_its_official_form_are_one_topic(assistant: Assistant) -> None:
    reply = answered(assistant, "哪些单位有罚款？")
    assert {"砚溪区应急管理局", "岚川市砚溪区水利局"} <= cited_orgs(reply)


def test_which_body_has_most_is_told_by_the_figures_of_all(assistant: Assistant) -> None:
    answer = answered(assistant, "哪个局的罚款最多？").answer
    assert "罚款187.5万元" in answer
    assert "罚款73.5万元" in answer


def test_two_bureaus_compared(assistant: Assistant) -> None:
    reply = answered(assistant, "交通局与教育局存在的问题对比")
    assert cited_orgs(reply) == {"砚溪区交通运输局", "砚溪区教育局"} == set(reply.scope.orgs)
    assert "公交运营亏损加重" in reply.answer
    assert "城区学位依然紧张" in reply.answer


# --- a conversation ---


def test_the_year_before(assistant: Assistant) -> None:
    reply = answered(assistant, "那前一年呢？", history=["交通局2024年查处了多少辆超限车辆？"])
    assert "**1126辆**" in reply.answer
    assert reply.scope.years == (2023,)


def test_another_year_by_its_number(assistant: Assistant) -> None:
    before = "交通局2024年完成交通固定资产投资多少亿元？"
    assert "**9.37亿元**" in answered(assistant, "那2023年呢", history=[before]).answer
    assert assistant.ask("那2019年呢", history=[before]).refusal is Refusal.YEAR_NOT_COVERED


def test_the_same_of_another_bureau(assistant: Assistant) -> None:
    reply = answered(assistant, "那城管局呢？", history=["教育局存在哪些问题？"])
    assert cited_orgs(reply) == {"区城市管理局"}
    assert reply.scope.kinds == (Kind.PROBLEM,)
    assert "停车泊位缺口约6800个" in reply.answer


def test_two_steps_back(assistant: Assistant) -> None:
    history = ["交通局2025年有哪些打算？", "教育局呢？"]
    reply = answered(assistant, "那商务局呢？", history=history)
    assert cited_orgs(reply) == {"区商务局"}
    assert_in_order(reply.answer, ["全力提振消费", "突出精准招商", "稳住外贸外资", "壮大电商产业", "完善商贸流通"])


def test_how_far_a_point_of_the_list_before_goes(assistant: Assistant) -> None:
    reply = answered(assistant, "养护力量弱到什么程度？", history=["交通局有哪些问题？"])
    assert "专职养护员只有143人" in reply.answer
    reply = answered(assistant, "基层人才少到什么程度？", history=["应急管理局有哪些短板？"])
    assert "专职人员平均不到3人" in reply.answer


def test_a_verb_alone_is_asked_of_the_topic_before(assistant: Assistant) -> None:
    reply = answered(assistant, "2025年呢，打算怎么建？", history=["城管局2024年新建了多少公厕？"])
    assert "新改建公厕10座" in reply.answer


def test_a_question_that_stands_by_itself_leaves_the_one_before(assistant: Assistant) -> None:
    question = "教育局有哪些亮点？"
    assert assistant.ask(question, history=["交通局2025年有哪些打算？"]).answer == assistant.ask(question).answer


# --- a scope set by hand ---


def test_organisations_set_by_hand(assistant: Assistant) -> None:
    reply = answered(assistant, "存在哪些问题", orgs=["区商务局"])
    assert cited_orgs(reply) == {"区商务局"}
    assert reply.scope.orgs == ("区商务局",)
    assert cited_orgs(answered(assistant, "教育局存在哪些问题", orgs=["区商务局"])) == {"区商务局"}


def test_years_set_by_hand(assistant: Assistant) -> None:
    for year, figure in ((2023, "62.4公里"), (2024, "71.8公里")):
        reply = answered(assistant, "农村公路提质改造了多少公里", orgs=["交通局"], years=[year])
        assert f"**{figure}**" in reply.answer
        assert cited_years(reply) == {year}


def test_reports_set_by_hand(assistant: Assistant) -> None:
    township = next(r for r in assistant.library.reports() if r.org == "霁云乡")
    reply = answered(assistant, "有哪些打算", reports=[township.id])
    assert {c.report_id for c in reply.citations} == {township.id}
    assert_in_order(reply.answer, ["做精一片叶", "做旺一方景", "做美一个家", "做实一张网"])


# --- the shape of a reply ---


@pytest.mark.parametrize(("question", "options"), QUESTIONS, ids=[q for q, _ in QUESTIONS])
class TestReply:
    def test_citations_are_word_for_word(self, assistant: Assistant, question: str, options: dict) -> None:
        reply = answered(assistant, question, **options)
        assert [c.n for c in reply.citations] == list(range(1, len(reply.citations) + 1))
        assert 1 <= len(reply.citations) <= MOST
        for citation in reply.citations:
            full = assistant.library.report(citation.report_id)
            assert full.section_text(citation.section_id)[citation.start : citation.end] == citation.excerpt
            assert len(citation.excerpt) <= LONGEST
            assert citation.heading_path == full.heading_path(citation.section_id)
            assert (citation.report, citation.file) == (full.report.name, full.report.file)

    def test_every_claim_is_carried(self, assistant: Assistant, question: str, options: dict) -> None:
        reply = answered(assistant, question, **options)
        assert unsupported(reply.answer, reply.citations) == []
        assert {int(n) for n in MARKER.findall(reply.answer)} == {c.n for c in reply.citations}

    def test_the_last_of_a_stream_is_the_answer(self, assistant: Assistant, question: str, options: dict) -> None:
        *growing, last = assistant.stream(question, **options)
        reply = assistant.ask(question, **options)
        assert (last.answer, last.citations) == (reply.answer, reply.citations)
        assert all(last.answer.startswith(part.answer) for part in growing)


def test_the_json_of_a_reply_is_the_contract(assistant: Assistant) -> None:
    made = json.loads(json.dumps(assistant.ask("交通局2025年有哪些打算？").to_json(), ensure_ascii=False))
    assert list(made) == [
        "id",
        "question",
        "answer",
        "refused",
        "refusal",
        "mode",
        "scope",
        "citations",
        "timings_ms",
    ]
    assert made["scope"] == {"orgs": ["砚溪区交通运输局"], "years": [2025], "kinds": ["plan"]}
    assert (made["mode"], made["refused"], made["refusal"]) == ("extractive", False, None)
    assert set(made["timings_ms"]) == {"question", "retrieval", "answer", "total"}
    assert set(made["citations"][0]) == {
        "n",
        "report_id",
        "report",
        "org",
        "years",
        "file",
        "heading_path",
        "section_id",
        "excerpt",
        "start",
        "end",
        "masked",
        "page",
    }
    assert assistant.ask("财政局2025年有哪些打算？").to_json()["refusal"] == "unknown_org"


def test_examples_are_answered(assistant: Assistant) -> None:
    examples = assistant.examples()
    assert len(set(examples)) == 4
    assert not [question for question in examples if assistant.ask(question).refused]


def test_how_a_question_was_understood(assistant: Assistant) -> None:
    explained = assistant.explain("交通局2024年有哪些打算？")
    assert json.dumps(explained)
    assert (explained["intent"], explained["kinds"], explained["orgs"]) == ("list", ["plan"], ["砚溪区交通运输局"])
    assert explained["reports"] == ["砚溪区交通运输局2023年工作总结和2024年工作打算"]
    assert explained["refusal"] is None


def test_the_retriever_for_langchain(assistant: Assistant) -> None:
    documents = ReportRetriever(library=assistant.library, k=3).invoke("超限超载治理查处了多少车辆")
    assert len(documents) == 3
    assert documents[0].metadata["org"] == "砚溪区交通运输局"
    assert "超限" in documents[0].page_content


@pytest.mark.parametrize(
    ("before", "question", "told"),
    [
        ("水利局2024年水库除险加固几座", "2025年呢", "6座"),
        ("城管局2024年公共停车泊位新增多少", "那2025年呢", "3000个"),
        ("商务局2024年消费券发了多少", "那下一年准备发多少", "400万元"),
        ("交通局2024年做了哪些工作", "那2025年呢", "大干重点工程"),
        ("交通局2025年打算做什么", "2024年呢", "攻坚重点项目"),
    ],
)
def test_a_year_ahead_is_told_by_plans_and_a_past_one_by_results(
    assistant: Assistant, before: str, question: str, told: str
) -> None:
    assert told in assistant.ask(question, history=[before]).answer


def test_what_no_plan_speaks_of_is_not_told_by_results(assistant: Assistant) -> None:
    assert assistant.ask("那明年呢", history=["城管局拆违多少"]).refused


def test_the_period_of_a_plan_is_that_of_its_years(assistant: Assistant) -> None:
    assert "2160个" in answered(assistant, "十四五期间教育局新增了多少学位？").answer
    reply = assistant.ask("“十二五”期间交通局改造的农村公路有几公里？")
    assert reply.refusal is Refusal.YEAR_NOT_COVERED
    assert "没有“十二五”时期的报告" in reply.answer
