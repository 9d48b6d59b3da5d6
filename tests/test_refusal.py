"""When no answer is given, and what is said instead: what is missing, and what the library does have."""

from pathlib import Path

import pytest
from asking import asking

from rag.assistant import Assistant
from rag.model import Refusal
from rag.vocabulary import NAMED_OFFICER

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("question", ["财政局2025年有哪些打算？", "公安局去年做了哪些工作？", "南岭镇有哪些亮点？"])
def test_an_organisation_without_a_report(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert reply.refusal is Refusal.UNKNOWN_ORG
    assert "资料库里没有" in reply.answer
    assert question[:3] in reply.answer
    assert any(report.org in reply.answer for report in assistant.library.reports() if report.org)


@pytest.mark.parametrize(
    "question", ["交通局2019年有哪些打算？", "教育局2018年的亮点是什么", "商务局2012年存在哪些问题？"]
)
def test_a_year_without_a_report(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert reply.refusal is Refusal.YEAR_NOT_COVERED
    assert question[3:8] in reply.answer
    assert "2024年" in reply.answer


@pytest.mark.parametrize("question", ["教育局买了多少台直升机？", "交通局的地铁三号线建了多少公里？"])
def test_something_that_a_report_does_not_say(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert reply.refusal is Refusal.NO_EVIDENCE
    assert "没有找到" in reply.answer
    assert reply.scope.orgs[0] in reply.answer


@pytest.mark.parametrize("question", ["教育局局长叫什么名字？", "霁云乡的书记是谁"])
def test_a_name_that_no_report_gives(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).refusal is Refusal.NO_EVIDENCE


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("临江街道党工委书记  周小岚", True),
        ("县长：王某某，副县长：李某", True),
        ("本人张大山同志任乡长", True),
        ("党委书记带头讲党课，局长专题研究三次", False),
        ("团区委在区委领导下开展工作", False),
    ],
)
def test_a_person_named_by_an_office(text: str, named: bool) -> None:
    assert bool(NAMED_OFFICER.search(text)) is named


@pytest.mark.parametrize("question", ["怎么做红烧肉？", "今天天气怎么样", "谢谢"])
def test_something_that_is_not_about_reports(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert reply.refusal is Refusal.OUT_OF_DOMAIN
    assert "可以问" in reply.answer


def test_what_the_reports_of_a_year_do_not_say(assistant: Assistant) -> None:
    reply = assistant.ask("2023年全国造了多少艘远洋货轮？")
    assert reply.refusal is Refusal.NO_EVIDENCE
    assert reply.answer.startswith("资料库2023年的报告里没有找到")


def test_of_two_bodies_one_has_no_report_of_the_year(assistant: Assistant) -> None:
    answer = assistant.ask("交通局和教育局2023年分别存在哪些困难？").answer
    assert "据《砚溪区交通运输局2023年" in answer
    assert answer.endswith("砚溪区教育局：\n- 没有2023年的报告")


def test_how_much_is_not_answered_without_a_figure(tmp_path: Path) -> None:
    texts = ("财政局2023年工作总结", "一、财政收支。财政收支矛盾突出，保障压力较大。偿还借款本息十四亿零六百万卢布。")
    with asking(tmp_path / "home", *texts) as assistant:
        ask = assistant.ask
        assert ask("财政局的财政收支矛盾增长多少").refusal is Refusal.NO_EVIDENCE
        assert "十四亿" in ask("财政局偿还借款本息多少").answer


PARK = (
    "园林局2023年工作总结",
    "一、公园建设。翠湖乐园总投资XX万元，建成码头2座。翠湖乐园新增游船18艘，停车费由5元降到3元。",
    "二、绿化。栽植垂柳900株，绿道长6公里。",
)


@pytest.mark.parametrize("question", ["翠湖乐园门票多少钱？", "翠湖乐园一共有多少张长椅？", "翠湖乐园一年收多少租金？"])
def test_another_sum_is_no_price_of_what_the_report_never_names(tmp_path: Path, question: str) -> None:
    with asking(tmp_path / "home", *PARK) as assistant:
        assert assistant.ask(question).refused


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("翠湖乐园总投资多少钱？", "XX万元"),
        ("翠湖乐园停车费多少钱？", "**3元**"),
        ("翠湖乐园有多少艘游船？", "**18艘**"),
    ],
)
def test_what_the_report_names_is_told(tmp_path: Path, question: str, told: str) -> None:
    with asking(tmp_path / "home", *PARK) as assistant:
        assert told in assistant.ask(question).answer


def test_a_hidden_length_is_no_hidden_price(tmp_path: Path) -> None:
    texts = (
        "城管局2023年工作总结",
        "一、公园。改造临溪公园，新建步道XX米。",
        "二、路灯。更换路灯，投入资金XX万元。",
        "三、环卫。保洁。",
    )
    with asking(tmp_path / "home", *texts) as assistant:
        assert assistant.ask("城管局改造临溪公园花了多少钱？").refusal is Refusal.NO_EVIDENCE
        assert "XX万元" in assistant.ask("城管局更换路灯花了多少钱？").answer


def test_a_place_alone_is_no_evidence(tmp_path: Path) -> None:
    texts = ("商务局2023年工作总结", "一、招商引资。赴杭州开展推介活动6场，签约项目9个。")
    with asking(tmp_path / "home", *texts) as assistant:
        ask = assistant.ask
        assert ask("今天杭州天气怎么样").refused
        assert "6场" in ask("在杭州开展了多少场推介活动").answer


@pytest.mark.parametrize(("told", "refusal"), [("由长河建工集团承建", None), ("四月开工", Refusal.NO_EVIDENCE)])
def test_a_company_is_not_answered_without_one(tmp_path: Path, told: str, refusal: Refusal | None) -> None:
    texts = (
        "水利局2023年工作总结",
        f"一、水库建设。石门水库{told}。",
        "二、农村供水。改造管网12公里。",
        "三、防汛。备勤。",
    )
    with asking(tmp_path / "home", *texts) as assistant:
        reply = assistant.ask("水利局的石门水库是哪家公司承建的？")
    assert reply.refusal is refusal
    assert reply.refused or told in reply.answer


def test_a_scope_set_by_hand_that_holds_nothing(assistant: Assistant) -> None:
    stranger = assistant.ask("有哪些打算", orgs=["财政局"])
    assert stranger.refusal is Refusal.UNKNOWN_ORG
    assert "财政局" in stranger.answer
    assert assistant.ask("有哪些打算", orgs=["交通局"], years=[2019]).refusal is Refusal.YEAR_NOT_COVERED


@pytest.mark.parametrize("question", ["财政局2025年有哪些打算？", "教育局买了多少台直升机？", "怎么做红烧肉？"])
def test_a_refusal_cites_nothing(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)
    assert reply.refused
    assert reply.citations == ()
    assert "[" not in reply.answer


def test_what_is_hidden_is_no_refusal(assistant: Assistant) -> None:
    assert not assistant.ask("商务局2024年外贸进出口总额是多少？").refused
