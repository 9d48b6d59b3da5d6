"""Numbering: what counts as a mark, and which marks begin a section."""

import pytest

from ingest.candidates import Counter, candidates
from ingest.lines import line_spans
from ingest.markers import Mark, marker_at


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("第一部分 工作回顾", Mark.PART, 1),
        ("第二章、任务", Mark.PART, 2),
        ("一、总结", Mark.HAN, 1),
        ("十二、总结", Mark.HAN, 12),
        ("二.总结", Mark.HAN, 2),
        ("一、2023年总结", Mark.HAN, 1),
        ("（三）抓项目", Mark.HAN_BRACKET, 3),
        ("( 二 )抓项目", Mark.HAN_BRACKET, 2),
        ("㈣抓项目", Mark.HAN_BRACKET, 4),
        ("1.抓项目", Mark.ARABIC, 1),
        ("2、抓项目", Mark.ARABIC, 2),
        ("3、2020年计划", Mark.ARABIC, 3),
        ("1,某公司新建生产线", Mark.ARABIC, 1),
        ("⒊抓项目", Mark.ARABIC, 3),
        ("1.2 抓项目", Mark.DECIMAL, 2),
        ("1.2.3抓项目", Mark.SUBDECIMAL, 3),
        ("（4）抓项目", Mark.ARABIC_BRACKET, 4),
        ("4）抓项目", Mark.ARABIC_BRACKET, 4),
        ("⑵抓项目", Mark.ARABIC_BRACKET, 2),
        ("③抓项目", Mark.CIRCLED, 3),
        ("——经济稳中向好。", Mark.DASH, 1),
        ("第三，抓项目", Mark.ORDINAL, 3),
        ("其次，抓项目", Mark.ORDINAL, 2),
        ("其二是抓项目", Mark.ORDINAL, 2),
        ("二是抓项目", Mark.POINT, 2),
        ("三要抓项目", Mark.POINT, 3),
        ("四是一些企业经营困难", Mark.POINT, 4),
    ],
)
def test_marks(text: str, mark: Mark, number: int) -> None:
    marker = marker_at(text, 0)
    assert marker is not None
    assert (marker.mark, marker.number) == (mark, number)


@pytest.mark.parametrize(
    "text",
    [
        "三、四级公路",
        "一、二产业融合",
        "3.5亿元",
        "1.5万吨",
        "2023年",
        "一是一、二是二",
        "——2019年3月5日在会议上",
        "一流水平",
        "（某）局",
        "",
    ],
)
def test_what_numbers_nothing(text: str) -> None:
    assert marker_at(text, 0) is None


def accepted(text: str) -> list[str]:
    """The marks that begin a section, as printed."""
    found = candidates(text, list(line_spans(text)))
    counter = Counter(found)
    marks = []
    for candidate in found:
        if counter.accepts(candidate):
            counter.accept(candidate)
            marks.append(text[candidate.marker.start : candidate.marker.end])
    return marks


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("抓项目。一是投资。二是招商；三是服务。", ["一是", "二是", "三是"]),
        ("抓项目。一是投资增长较快。", []),
        (
            "完成。一、总结（一）抓项目。甲。（二）抓民生。乙。二、计划。丙。",
            ["一、", "（一）", "（二）", "二、"],
        ),
        ("按照第三条（一）项规定执行", []),
        ("全年完成。三、四级公路建设提速。", []),
        ("1.1 做强农业\n1.2 做优旅游", ["1.1 ", "1.2 "]),
        ("2.5 平方公里起步区开工建设", []),
        ("——经济向好。\n——民生改善。", ["——", "——"]),
        ("——写在岁末。", []),
        ("首先，抓项目。其次，抓民生。最后，抓安全。", ["首先，", "其次，", "最后，"]),
    ],
)
def test_in_mid_line_a_mark_must_count(text: str, marks: list[str]) -> None:
    assert accepted(text) == marks
