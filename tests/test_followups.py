"""What can be asked next: questions of different sorts, each of which the library answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.followups import MOST, follow_ups, question_about
from rag.model import Kind, Refusal, Reply, Report, Scope

PLANS = "交通局2025年有哪些打算？"

pytestmark = pytest.mark.slow


def test_a_list_is_gone_on_from_in_detail_in_other_sections_and_elsewhere(assistant: Assistant) -> None:
    offered = follow_ups(assistant.library, assistant.ask(PLANS))
    assert len(offered) == MOST
    assert offered[0].startswith("第")
    assert offered[1] == "砚溪区交通运输局2024年存在哪些问题？"
    assert offered[2] == "砚溪区交通运输局2024年有哪些打算？"  # the report of the year before


def test_what_was_asked_is_not_offered_again(assistant: Assistant) -> None:
    reply = assistant.ask(PLANS)
    first = follow_ups(assistant.library, reply)
    assert not set(first) & set(follow_ups(assistant.library, reply, first))


def test_limits_set_by_hand_hold_for_what_is_offered(assistant: Assistant) -> None:
    reply = assistant.ask(PLANS, years=[2025])
    assert not any("2024年有哪些打算" in q for q in follow_ups(assistant.library, reply, years=[2025]))


def test_a_refusal_offers_what_there_is(assistant: Assistant) -> None:
    unknown = assistant.ask("气象局2025年有哪些打算？")
    assert unknown.refusal is Refusal.UNKNOWN_ORG
    offered = follow_ups(assistant.library, unknown)
    assert offered
    assert all(q.endswith("有哪些打算？") for q in offered)
    year = assistant.ask("交通局2018年有哪些亮点？")
    assert year.refusal is Refusal.YEAR_NOT_COVERED
    assert any("交通" in q for q in follow_ups(assistant.library, year))


def test_whatever_is_offered_is_answered(assistant: Assistant) -> None:
    """Every kind of section of every sample report, and what is offered after it."""
    library, refused, asked = assistant.library, [], 0
    for report in library.reports():
        kinds = {section.kind for section in library.report(report.id).sections}
        for kind in (Kind.PLAN, Kind.PROBLEM):
            if kind in kinds and report.org:
                question = question_about(report, kind)
                for offered in follow_ups(library, assistant.ask(question)):
                    asked += 1
                    if assistant.ask(offered, history=[question]).refused:
                        refused.append((question, offered))
    assert asked > 40
    assert not refused


def test_questions_name_the_year_that_the_sections_are_about() -> None:
    report = Report("r", "f", "f.txt", 1, "总结", org="交通局", year=2024, plan_year=2025)
    assert question_about(report, Kind.PLAN) == PLANS
    assert question_about(report, Kind.SUMMARY) == "交通局2024年做了哪些工作？"
    assert question_about(replace(report, year=None), Kind.PROBLEM) == "交通局存在哪些问题？"


def test_an_empty_library_offers_nothing(assistant: Assistant) -> None:
    reply = Reply("今天天气怎么样？", "", Refusal.OUT_OF_DOMAIN, scope=Scope())
    assert all("打算" in q for q in follow_ups(assistant.library, reply))
