"""Names of places in a question."""

import pytest

from rag.places import leading_place, places_in


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("温州市2022年修路多少", ["温州"]),
        ("杭州和宁波的做法", ["杭州", "宁波"]),
        ("全国和我国的情况", []),
        ("开发区存在哪些问题", []),
    ],
)
def test_places_by_the_dictionary(question: str, places: list[str]) -> None:
    assert places_in(question) == places


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("青海省2026年增长目标是多少", "青海省"),
        ("温州市的公路有多长", "温州市"),
        ("浙江2026年的目标", "浙江"),
        ("2026年青海省增长多少", ""),
        ("教育2026年的目标", ""),
        ("全区2024年有哪些打算", ""),
        ("高新区2024年有哪些打算", ""),
    ],
)
def test_the_place_that_a_question_begins_with(question: str, place: str) -> None:
    assert leading_place(question) == place
