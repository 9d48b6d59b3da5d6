"""Reports as they were written once: a whole report on one line, chapters of prose, figures in Chinese numerals."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Home

from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.embedding import ReportEmbeddings
from rag.library import Library
from rag.model import Refusal
from rag.settings import Settings

pytestmark = pytest.mark.slow

PARAGRAPHS = (
    "1983年沧河省政府工作报告——1983年4月6日在沧河省第六届人民代表大会第一次会议上",
    "现在，我代表沧河省人民政府向大会报告政府工作。",
    "一、过去五年的回顾",
    "五年来，全省连年好收成。一九八二年粮食总产量达到一百二十六亿斤，比一九七八年增长百分之三十四点五。"
    "棉花总产量达到三百一十万担。社员从集体分得的收入平均每人一百四十八元。",
    "工业生产稳步上升。一九八二年工业总产值达到八十七亿元，其中轻工业增长百分之十一点二。"
    "钢产量四十六万吨，原煤产量一千八百万吨，发电量六十二亿度。",
    "我们的工作中还有许多缺点。眼前面临的主要困难是，能源供应紧张，全省有三成工厂开工不足。"
    "交通运输落后，山区还有九个公社不通公路。企业管理混乱，亏损企业占两成。商品流通不畅，农民卖粮难。",
    "二、今后的建设",
    "实现工农业总产值翻一番，关键在于抓好农业和能源。全省粮食产量到一九九〇年要达到一百六十亿斤。"
    "必须坚持计划经济为主、市场调节为辅。要下决心把落后的交通运输搞上去。一定要节约能源，降低消耗。",
    "振兴全省经济，要做好以下三件大事。",
    "第一、办好农业，稳定和完善联产承包责任制。要兴修水利，扩大灌溉面积八十万亩。必须保护耕地。",
    "第二、加快能源建设，建成青石电站。要改造老煤矿，必须把电网连接起来。",
    "第三、整顿企业，提高经济效益。要扭转企业亏损，必须精简机构，减少会议。",
    "乱砍滥伐必须坚决制止。盗伐国家林木情节严重的，要依法惩办。干部批条子要木材的，要追究责任。各地要封山育林。",
)


@pytest.fixture(scope="module")
def prose(
    samples: Home, real_embedding: ReportEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("prose")
    (folder / "1983.txt").write_text("1983\t" + "　　".join(PARAGRAPHS), encoding="utf-8")
    home = folder / "home"
    shutil.copytree(samples.path, home, ignore=shutil.ignore_patterns("lock", "process", "chroma", "tantivy"))
    settings = Settings.from_env({}, home=_with_models(samples, folder / "own"))
    with Library.open(settings, real_embedding) as library:
        ingest([folder / "1983.txt"], library)
        yield Assistant(library, settings)


def _with_models(samples: Home, home: Path) -> Path:
    home.mkdir()
    (home / "models").symlink_to(samples.path / "models")
    return home


def test_the_report_is_known_by_its_name(prose: Assistant) -> None:
    (report,) = prose.library.reports()
    assert (report.org, report.year, report.plan_year) == ("沧河省人民政府", 1982, 1983)


def test_an_announced_list_is_given(prose: Assistant) -> None:
    answer = prose.ask("83年振兴经济要做好哪几件大事？").answer
    assert all(word in answer for word in ("办好农业", "加快能源建设", "整顿企业"))


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("1982年粮食总产量多少？", "一百二十六亿斤"),
        ("1990年粮食产量要达到多少？（83年报告）", "一百六十亿斤"),
        ("沧河省钢产量多少吨", "四十六万吨"),
    ],
)
def test_figures_in_words(prose: Assistant, question: str, figure: str) -> None:
    assert figure in prose.ask(question).answer


def test_all_of_the_problems_are_told(prose: Assistant) -> None:
    answer = prose.ask("沧河省当时面临哪些主要困难？").answer
    assert all(word in answer for word in ("能源供应紧张", "不通公路", "管理混乱", "卖粮难"))


def test_the_paragraph_that_answers_and_not_the_chapter(prose: Assistant) -> None:
    answer = prose.ask("乱砍滥伐、批条子要木材，怎么处理？").answer
    assert "依法惩办" in answer
    assert "追究责任" in answer
    assert "翻一番" not in answer


@pytest.mark.parametrize("question", ["青石电站要搬迁多少户移民？", "山区修公路花了多少钱？"])
def test_a_figure_of_another_measure_is_no_answer(prose: Assistant, question: str) -> None:
    assert prose.ask(question).refused


def test_another_government_is_unknown(prose: Assistant) -> None:
    reply = prose.ask("云泽省1983年政府工作报告的主要任务有哪些？")
    assert reply.refusal is Refusal.UNKNOWN_ORG
    assert "云泽省" in reply.answer


def test_a_name_with_a_slip_of_one_character(assistant: Assistant) -> None:
    right, slip = assistant.ask("教育局2025年有哪些打算？"), assistant.ask("教玉局2025年有哪些打算？")
    assert not right.refused
    assert slip.answer == right.answer


def test_a_figure_asked_for_alone_follows_the_question_before(prose: Assistant) -> None:
    assert "一百六十亿斤" in prose.ask("到1990年打算提到多少？", history=["沧河省粮食总产量多少？"]).answer
