"""Years that a question asks of bodies apart, and those of a five-year plan."""

import pytest

from rag.model import Report
from rag.periods import own_years, plan_years

BODIES = [Report(name, "f", "a.txt", 1, name, org=name) for name in ("林业局", "渔业局")]


def years_of(text: str) -> dict[str, int]:
    named = [((text.index(r.org), text.index(r.org) + len(r.org)), [r]) for r in BODIES if r.org in text]
    return own_years(text, named)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("林业局2022年和渔业局2023年哪个执法案件多", {"林业局": 2022, "渔业局": 2023}),
        ("2022年的林业局和2023年的渔业局比，谁的案件多", {"林业局": 2022, "渔业局": 2023}),
        ("2023年林业局和渔业局各办案多少件", {}),
        ("林业局2022年和2023年、渔业局2023年各办案多少件", {}),
        ("林业局2022年和2023年各办案多少件", {}),
    ],
)
def test_each_body_has_its_own_year(text: str, years: dict[str, int]) -> None:
    assert years_of(text) == years


@pytest.mark.parametrize(
    ("name", "first"),
    [("一五", 1953), ("二五", 1958), ("三五", 1966), ("七五", 1986), ("十五", 2001), ("十四五", 2021)],
)
def test_the_years_of_a_five_year_plan(name: str, first: int) -> None:
    assert list(plan_years(name)) == list(range(first, first + 5))
