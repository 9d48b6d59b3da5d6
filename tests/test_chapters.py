"""A topic in several chapters at once, over the sample reports."""

import pytest

from rag.assistant import Assistant
from rag.model import Kind

pytestmark = pytest.mark.slow


def test_results_and_plans_on_one_topic(assistant: Assistant) -> None:
    reply = assistant.ask("交通局2024年安全生产做了什么，2025年打算怎么做？")
    done, planned = reply.answer.split("\n\n")
    assert "隐患清零" in done
    assert "灾害风险点" in planned
    kinds = [assistant.library.report(c.report_id).sections[c.section_id].kind for c in reply.citations]
    assert (kinds[0], kinds[-1]) == (Kind.SUMMARY, Kind.PLAN)


@pytest.mark.parametrize("question", ["公交公司的亏损问题，交通局是怎么解决的", "交通局2025年安全生产有哪些打算"])
def test_one_clause_that_asks_is_one_chapter(assistant: Assistant, question: str) -> None:
    assert "\n\n" not in assistant.ask(question).answer
