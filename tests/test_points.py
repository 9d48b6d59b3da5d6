"""Lists without a language model: which points are given, over reports by hand."""

from pathlib import Path

import pytest
from asking import asking

from rag.citation import MARKER


def points(home: Path, question: str, *texts: str) -> list[str]:
    """The items of an answer, without their markers."""
    with asking(home, *texts) as assistant:
        lines = assistant.ask(question).answer.split("\n")
    return [MARKER.sub("", line.removeprefix("- ")) for line in lines if line.startswith("- ")]


@pytest.mark.parametrize(("asked", "shown"), [("哪三件", ["一", "二", "三"]), ("哪些", ["—", "—", "一", "二", "三"])])
def test_of_several_series_the_one_of_as_many_points_as_asked_for(tmp_path: Path, asked: str, shown: list[str]) -> None:
    texts = (
        "体育局2023年工作总结",
        "——设施更新。改造球场五片。",
        "——活动丰富。办赛九场。",
        "一是抓训练。组建三支队伍。",
        "二是抓场馆。开放两座体育馆。",
        "三是抓培训。培训教练。",
    )
    found = points(tmp_path / "home", f"体育局2024年打算办{asked}事", *texts)
    assert [point.strip("*")[0] for point in found] == shown


def test_a_sentence_that_opens_a_report_is_no_point(tmp_path: Path) -> None:
    texts = (
        "档案局2023年工作总结",
        "获奖情况。获评全省档案工作先进集体。现将档案工作情况汇报如下。",
        "库房建设。新建库房一座。",
    )
    found = points(tmp_path / "home", "档案局获评了哪些先进集体", *texts)
    assert "获评全省档案工作先进集体" in found
    assert not any("汇报如下" in point for point in found)
