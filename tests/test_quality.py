"""Quality over the sample reports: floors a little under what was measured when they were set."""

from functools import cache
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.evaluation import Score, read_gold, score, summary

pytestmark = pytest.mark.slow

GOLD = Path(__file__).parent / "data" / "questions.jsonl"
FLOORS = {"correct": 0.80, "facts": 0.82, "evidence": 0.84, "source": 0.88, "cited": 0.93, "supported": 0.93}
"""Measured: correct 0.85, facts 0.87, evidence 0.89, source 0.93, cited 0.96, supported 0.96."""


@cache
def scores(assistant: Assistant) -> list[Score]:
    with GOLD.open("rb") as lines:
        questions = read_gold(lines, GOLD.name)
    return [score(gold, assistant.ask(gold.question, history=gold.history)) for gold in questions]


@pytest.mark.parametrize(("measure", "floor"), FLOORS.items())
def test_a_measure_stays_above_its_floor(assistant: Assistant, measure: str, floor: float) -> None:
    wrong = [s.id for s in scores(assistant) if not s.correct]
    value = summary(scores(assistant))[measure]
    assert value is not None
    assert value >= floor, f"not answered right: {wrong}"


def test_no_marker_leads_nowhere(assistant: Assistant) -> None:
    assert summary(scores(assistant))["dangling"] == 0


def test_what_cannot_be_answered_is_refused(assistant: Assistant) -> None:
    """Measured: 14 of 15 refused, and 2 of 45 answerable questions refused as well."""
    got = summary(scores(assistant))
    assert (got["true_refusals"] or 0) >= 0.9
    assert (got["false_refusals"] or 0) <= 0.08
