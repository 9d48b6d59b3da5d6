"""Line breaks: those that cut a sentence, those that end a paragraph, those that are missing."""

import pytest

from ingest.alignment import AlignedText
from ingest.glued import glued_titles
from ingest.joining import broken_lines


def joined(text: str) -> str:
    return AlignedText(text).edited(broken_lines(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推广应用全程代办服务，\n累计办件三万余件。", "推广应用全程代办服务，累计办件三万余件。"),
        ("四是稳步推进\n“双提升”工作。", "四是稳步推进\n“双提升”工作。"),
        ("召开会议。四是稳步推进各项\n“双提升”工作。", "召开会议。四是稳步推进各项“双提升”工作。"),
        ("（见附件一、\n附件二）", "（见附件一、附件二）"),
        ("新建学校\n。", "新建学校。"),
        ("——2016年2月5日在某区第七届\n\n人民代表大会第一次会议上",
         "——2016年2月5日在某区第七届人民代表大会第一次会议上"),
        ("——2016年2月5日在某区第七届人民代表大会\n第一次会议上",
         "——2016年2月5日在某区第七届人民代表大会第一次会议上"),
        ("全县全年共实施各类重点项目一百余个，计划总投资较上年稳步增长，其中产业类项目的\n\n占比过半。",
         "全县全年共实施各类重点项目一百余个，计划总投资较上年稳步增长，其中产业类项目的占比过半。"),
        ("推广 Internet of\nThings 应用，取得成效，覆盖全县各乡镇和街道社区，惠及群众",
         "推广 Internet of\nThings 应用，取得成效，覆盖全县各乡镇和街道社区，惠及群众"),
    ],
)  # fmt: skip
def test_breaks_within_a_sentence(text: str, expected: str) -> None:
    assert joined(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一、2023年工作总结\n今年以来，全局上下团结奋进。",
        "推进城乡建设，\n（二）改善民生。",
        "全面完成目标任务。\n下一步将继续努力",
        "某县水利局2023年工作总结\n2023年，县水利局围绕中心工作",
        "各位代表：\n现在报告工作",
        "某县水利局\n2023年12月3日",
        "发挥带头作用。 张 三\n下一篇报道，",
        "指标，不含农户 | 亿元 | 134.7\n固定资产投资 | 亿元 | 286.4",
    ],
)
def test_breaks_between_paragraphs_stay(text: str) -> None:
    assert joined(text) == text


def test_text_wrapped_at_a_column_is_joined() -> None:
    paragraph = "全县上下坚定信心迎难而上深入实施创新驱动发展战略扎实推进重点项目建设着力保障和改善民生" * 9
    wrapped = "\n".join(paragraph[i : i + 38] for i in range(0, len(paragraph), 38))
    assert joined(wrapped) == paragraph


def test_paragraphs_that_blank_lines_part() -> None:
    paragraph = "今年以来，全县上下坚定信心、迎难而上，推进重点项目建设，着力保障和改善民生，各项工作取得新成效。"
    wrapped = "\n".join(paragraph[i : i + 24] for i in range(0, len(paragraph), 24))
    assert joined("\n\n".join([wrapped] * 4)) == "\n\n".join([paragraph] * 4)


def broken(text: str) -> list[str]:
    return AlignedText(text).edited(glued_titles(text)).text.split("\n")


def test_a_title_at_the_start_that_ran_into_the_text() -> None:
    assert broken("某县水利局2008年工作总结一年来，全局上下") == ["某县水利局2008年工作总结", "一年来，全局上下"]


def test_titles_in_the_glued_contents_and_before_their_reports() -> None:
    first, second = "甲开发区2022年工作总结", "乙开发区2022年工作总结和2023年工作思路"
    text = f"{first}{second}{first}今年以来，经济向好。{second}2022年，项目增多。"
    lines = [line for line in broken(text) if line]
    assert lines == [first, second, first, "今年以来，经济向好。", second, "2022年，项目增多。"]


def test_a_title_that_stands_alone_elsewhere() -> None:
    title = "某县水利局半年度工作总结"
    assert broken(f"{title}\n{title} 2024年以来，全局上下") == [title, title, "2024年以来，全局上下"]


def test_parts_within_a_paragraph() -> None:
    text = "请提出意见。2022年工作回顾2022年极为不易，全市上下奋进。2023年工作安排今年是开局之年，任务艰巨。"
    assert broken(text) == [
        "请提出意见。",
        "2022年工作回顾",
        "2022年极为不易，全市上下奋进。",
        "2023年工作安排",
        "今年是开局之年，任务艰巨。",
    ]


def test_a_title_that_is_mentioned_is_not_cut_out() -> None:
    text = "印发甲局2022年工作总结，学习甲局2022年工作总结。" * 2
    assert broken(text) == [text]


def test_a_joined_line_goes_on_in_one_look() -> None:
    text = "全县全年共实施各类重点项目一百余个，计划总投资较上年稳步增长，其中产业类项目\n持续\n增加。"
    assert joined(text) == text.replace("\n", "")
