"""Which reports a question is about."""

from pathlib import Path
from typing import Any

import pytest
from asking import asking

from rag.assistant import Assistant
from rag.model import Kind, Refusal, Report
from rag.question import parse
from rag.resolved import Resolved
from rag.scope import resolve

pytestmark = pytest.mark.slow


def scope(assistant: Assistant, *questions: str, **options: Any) -> Resolved:
    """The last of the questions, each asked after the one before."""
    before: Resolved | None = None
    for question in questions[:-1]:
        before = resolve(assistant.library, parse(question), before)
    return resolve(assistant.library, parse(questions[-1]), before, **options)


def orgs(resolved: Resolved) -> set[str]:
    return {report.org for report in resolved.reports}


def years(resolved: Resolved) -> set[int | None]:
    return {report.year for report in resolved.reports}


@pytest.mark.parametrize(
    ("question", "org"),
    [
        ("交通局有哪些打算", "砚溪区交通运输局"),
        ("交通运输局有哪些打算", "砚溪区交通运输局"),
        ("区教育局存在哪些问题", "砚溪区教育局"),
        ("城管局拆了多少", "区城市管理局"),
        ("城管2025年有哪些打算", "区城市管理局"),
        ("水务局完成投资多少", "岚川市砚溪区水利局"),
        ("农业局有哪些困难", "岚川市农业农村局"),
        ("经开区有哪些困难", "砚溪经济开发区"),
        ("開發區有哪些困難", "砚溪经济开发区"),
        ("应急局罚款多少", "砚溪区应急管理局"),
        ("柚坪镇有哪些打算", "柚坪镇"),
        ("霁云乡有哪些亮点", "霁云乡"),
    ],
)
def test_an_organisation_by_what_people_call_it(assistant: Assistant, question: str, org: str) -> None:
    resolved = scope(assistant, question)
    assert resolved.named == (org,)
    assert orgs(resolved) == {org}
    assert resolved.refusal is None


def test_two_organisations(assistant: Assistant) -> None:
    assert orgs(scope(assistant, "交通局和教育局的问题对比")) == {"砚溪区交通运输局", "砚溪区教育局"}


def test_nobody_named_means_all_reports_but_masked_versions(assistant: Assistant) -> None:
    resolved = scope(assistant, "红心柚的产量是多少")
    everything = assistant.library.reports()
    assert resolved.named == ()
    assert {r.id for r in resolved.reports} == {r.id for r in everything if not r.version_of}


def test_a_name_is_no_topic(assistant: Assistant) -> None:
    resolved = scope(assistant, "交通局2024年查处超限车辆多少")
    assert not any("交通局" in term or "2024" in term for term in resolved.terms)
    assert "超限" in resolved.text


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("交通局2025年有哪些打算", 2024),
        ("交通局2024年有哪些打算", 2023),
        ("交通局2024年做了哪些工作", 2024),
        ("交通局2024年完成投资多少", 2024),
        ("交通局2023年完成投资多少", 2023),
        ("交通局今年完成投资多少", 2024),
        ("交通局去年完成投资多少", 2023),
        ("交通局明年有哪些打算", 2024),
    ],
)
def test_results_are_of_their_year_and_plans_of_the_year_before(assistant: Assistant, question: str, year: int) -> None:
    assert years(scope(assistant, question)) == {year}


def test_what_only_the_plan_for_a_year_speaks_of_is_looked_for_there(assistant: Assistant) -> None:
    assert years(scope(assistant, "交通局2024年的灾毁保险")) == {2023}
    assert years(scope(assistant, "交通局2024年的护学专线")) == {2024}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("交通局查处的超限车辆比2023年少多少", {2023, 2024}),
        ("交通局固定资产投资比2023年增长多少", {2024}),
        ("交通局2023年查处了多少超限车辆", {2023}),
        ("教育局的学位比2021年多多少", {2024}),
    ],
)
def test_a_year_to_compare_with_is_not_the_one_asked_about(assistant: Assistant, question: str, told: set[int]) -> None:
    assert years(scope(assistant, question)) == told


def test_a_year_said_of_one_body_alone(assistant: Assistant) -> None:
    both = {"砚溪区交通运输局", "砚溪区教育局"}
    assert orgs(scope(assistant, "交通局2023年和教育局的困难对比")) == both
    resolved = scope(assistant, "2023年交通局和教育局的困难对比")
    assert (orgs(resolved), resolved.of_other_years) == ({"砚溪区交通运输局"}, ("砚溪区教育局",))


def test_where_reports_are_of_a_year_none_counts_that_only_plans_for_it(assistant: Assistant) -> None:
    assert years(scope(assistant, "2024年各单位存在哪些问题？")) == {2024}
    assert 2023 in years(scope(assistant, "2024年各单位有哪些打算？"))


def test_a_year_that_is_only_planned_for_asks_for_plans(assistant: Assistant) -> None:
    assert scope(assistant, "教育局2025年的公办幼儿园").question.kinds == (Kind.PLAN,)


def test_reports_by_a_description(assistant: Assistant) -> None:
    assert orgs(scope(assistant, "有云雾茶的那个乡有哪些打算")) == {"霁云乡"}
    assert orgs(scope(assistant, "做光电显示的那个开发区有哪些困难")) == {"砚溪经济开发区"}


@pytest.mark.parametrize(
    ("question", "refusal", "missing"),
    [
        ("财政局有哪些打算", Refusal.UNKNOWN_ORG, "财政局"),
        ("交通局2019年有哪些打算", Refusal.YEAR_NOT_COVERED, "2019年"),
        ("各局有哪些打算", None, ""),
    ],
)
def test_what_the_library_lacks(assistant: Assistant, question: str, refusal: Refusal | None, missing: str) -> None:
    resolved = scope(assistant, question)
    assert (resolved.refusal, resolved.missing) == (refusal, missing)


class TestConversation:
    def test_the_organisation_stays(self, assistant: Assistant) -> None:
        assert orgs(scope(assistant, "教育局有哪些亮点", "还有哪些困难？")) == {"砚溪区教育局"}

    def test_the_topic_stays_for_another_organisation(self, assistant: Assistant) -> None:
        resolved = scope(assistant, "教育局存在哪些问题？", "那城管局呢？")
        assert orgs(resolved) == {"区城市管理局"}
        assert resolved.question.kinds == (Kind.PROBLEM,)

    @pytest.mark.parametrize("question", ["那前一年呢？", "上一年呢？", "那2023年呢？"])
    def test_the_year_before(self, assistant: Assistant, question: str) -> None:
        resolved = scope(assistant, "交通局2024年查处了多少辆超限车辆？", question)
        assert (orgs(resolved), years(resolved)) == ({"砚溪区交通运输局"}, {2023})
        assert "超限" in resolved.terms

    def test_the_year_before_where_nobody_was_named(self, assistant: Assistant) -> None:
        resolved = scope(assistant, "2024年公交专线每天运送学生多少名？", "2023年呢？")
        assert (orgs(resolved), years(resolved)) == ({"砚溪区交通运输局"}, {2023})

    def test_the_report_of_a_year_stays_where_no_other_year_is_asked_for(self, assistant: Assistant) -> None:
        resolved = scope(assistant, "交通局2023年查处了多少辆超限车辆？", "改造了多少座危桥？")
        assert (orgs(resolved), years(resolved)) == ({"砚溪区交通运输局"}, {2023})

    def test_what_says_nothing_itself_asks_for_the_chapter_before(self, assistant: Assistant) -> None:
        resolved = scope(assistant, "教育局存在哪些问题？", "最突出的是哪个？")
        assert (orgs(resolved), resolved.question.kinds) == ({"砚溪区教育局"}, (Kind.PROBLEM,))

    def test_a_new_question_starts_afresh(self, assistant: Assistant) -> None:
        resolved = scope(assistant, "交通局2025年有哪些打算？", "教育局有哪些亮点？")
        assert orgs(resolved) == {"砚溪区教育局"}
        assert resolved.question.kinds == (Kind.HIGHLIGHT,)
        assert resolved.question.years == ()


class TestByHand:
    def test_an_organisation_wins_over_the_words(self, assistant: Assistant) -> None:
        assert orgs(scope(assistant, "教育局存在哪些问题", orgs=["区商务局"])) == {"区商务局"}

    def test_a_short_name_will_do(self, assistant: Assistant) -> None:
        assert orgs(scope(assistant, "存在哪些问题", orgs=["交通局"])) == {"砚溪区交通运输局"}

    def test_years(self, assistant: Assistant) -> None:
        assert years(scope(assistant, "交通局完成投资多少", years=[2023])) == {2023}
        assert scope(assistant, "交通局完成投资多少", years=[2019]).refusal is Refusal.YEAR_NOT_COVERED

    def test_a_masked_version_when_it_is_chosen(self, assistant: Assistant) -> None:
        masked: Report = next(r for r in assistant.library.reports() if r.version_of)
        assert [r.id for r in scope(assistant, "罚款多少", report_ids=[masked.id]).reports] == [masked.id]

    def test_a_stranger(self, assistant: Assistant) -> None:
        resolved = scope(assistant, "有哪些打算", orgs=["财政局"])
        assert (resolved.refusal, resolved.missing) == (Refusal.UNKNOWN_ORG, "财政局")


def test_the_place_in_the_name_asked_about_before_is_not_the_topic_of_the_next(assistant: Assistant) -> None:
    resolved = scope(assistant, "砚溪区应急管理局2025年有哪些打算？", "区城市管理局2025年有哪些打算？")
    assert not resolved.terms
    assert scope(assistant, "应急局的危化品检查了几次", "城管局呢？").terms


def test_years_set_by_hand_hold_for_a_misspelt_name_too(assistant: Assistant) -> None:
    assert years(scope(assistant, "教玉局有哪些打算？", years=[2024])) == years(
        scope(assistant, "教育局有哪些打算？", years=[2024])
    )
    assert scope(assistant, "教玉局有哪些打算？", years=[2012]).refusal is Refusal.YEAR_NOT_COVERED


def test_a_place_that_no_report_speaks_of_is_unknown(assistant: Assistant) -> None:
    resolved = scope(assistant, "青海省2024年的增长目标是多少")
    assert (resolved.refusal, resolved.missing) == (Refusal.UNKNOWN_ORG, "青海省")


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("交通局最近一份总结里有哪些困难", 2024),
        ("交通局最新的报告", 2024),
        ("交通局上一份总结有哪些亮点", 2023),
        ("交通局上一年那份里有哪些困难", 2023),
    ],
)
def test_the_latest_report_and_the_one_before(assistant: Assistant, question: str, year: int) -> None:
    assert years(scope(assistant, question)) == {year}


def test_the_latest_report_of_each_body_where_none_is_named(assistant: Assistant) -> None:
    assert years(scope(assistant, "最近一份总结里有哪些困难")) == {2023, 2024}
    reports = scope(assistant, "最近一份总结里有哪些困难").reports
    assert [r.year for r in reports if r.org == "砚溪区交通运输局"] == [2024]


@pytest.mark.parametrize("question", ["砚溪应急局有哪些困难", "砚溪区应急管理局的困难", "柚坪镇明年打算"])
def test_the_place_in_a_name_is_no_topic(assistant: Assistant, question: str) -> None:
    resolved = scope(assistant, question)
    assert resolved.terms == ()
    assert "砚溪" not in resolved.text


def test_a_place_that_a_report_is_of_chooses_it(assistant: Assistant) -> None:
    resolved = scope(assistant, "柚坪镇红心柚产量多少")
    assert orgs(resolved) == {"柚坪镇"}
    assert resolved.terms


def test_the_subject_of_the_title_is_no_topic_where_a_chapter_is_asked_for(assistant: Assistant) -> None:
    assert scope(assistant, "交通运输工作的困难").terms == ()


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("2023年上半年水库除险做了哪些工作", ("水库", "除险")),
        ("2023年下半年水库除险有哪些打算", ("下半年", "水库", "除险")),
        ("2023年上半年水库除险花了多少钱", ("上半年", "水库", "除险")),
    ],
)
def test_the_half_of_a_year_that_all_reports_are_of_chooses_no_chapter(
    tmp_path: Path, question: str, topic: tuple[str, ...]
) -> None:
    texts = (
        "水利局2023年上半年工作总结和下半年计划",
        "一、上半年总结。水库除险加固三座。",
        "二、下半年计划。再加固两座。",
    )
    with asking(tmp_path / "home", *texts) as small:
        assert scope(small, question).terms == topic
