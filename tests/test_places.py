"""Names of places in a question."""

import pytest

from rag.places import places_in


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
