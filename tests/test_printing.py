"""How things look in a terminal."""

import dataclasses

from rag.evaluation import Score
from rag.model import Citation, FullReport, Kind, Reply, Report, Section
from ui import printing
from ui.tables import width

TEXT = "区水利局工作总结\n一、工作成效\n建成泵站3座。\n二、存在问题\n人手不足。"
REPORT = Report("ab12-1", "f1", "水利.txt", 1, "区水利局工作总结", "区水利局", year=2024, characters=35, masked=2)
SECTIONS = (
    Section(0, None, 0, "区水利局工作总结", Kind.OTHER, 0, 8, 35),
    Section(1, 0, 1, "一、工作成效", Kind.SUMMARY, 9, 16, 24),
    Section(2, 0, 1, "二、存在问题", Kind.PROBLEM, 24, 31, 36),
)


def citation(excerpt: str) -> Citation:
    return Citation(
        1, "ab12-1", "区水利局工作总结", "区水利局", (2024,), "水利.txt", ("一、工作成效",), 1, excerpt, 0, 1
    )


def test_a_reply_shows_the_answer_then_each_citation_in_its_place():
    text = printing.reply(Reply("？", "建成泵站3座。[1]", citations=(citation("建成泵站3座。"),)), 80)
    assert text == (
        "建成泵站3座。[1]\n\n引用\n\n"
        "[1] 区水利局工作总结（区水利局，2024）\n    水利.txt › 一、工作成效\n    建成泵站3座。"
    )


def test_the_page_is_said_where_it_is_known():
    paged = dataclasses.replace(citation("建成泵站3座。"), page=7)
    assert "水利.txt › 一、工作成效（第 7 页）\n" in printing.reply(Reply("？", "好。[1]", citations=(paged,)), 80)


def test_a_report_is_named_once_for_citations_in_a_row():
    second = dataclasses.replace(citation("建成泵站3座。"), n=2, heading_path=("二、存在问题",))
    text = printing.reply(Reply("？", "好。[1][2]", citations=(citation("建成泵站3座。"), second)), 80)
    assert text.count("区水利局工作总结") == 1
    assert "\n\n[2] 二、存在问题\n    建成泵站3座。" in text


def test_emphasis_is_bold_in_a_terminal_and_markdown_elsewhere():
    answer = Reply("？", "建成泵站**3座**。[1]")
    assert printing.reply(answer, 80) == "建成泵站\x1b[1m3座\x1b[0m。[1]"
    assert printing.reply(answer, 0) == "建成泵站**3座**。[1]"


def test_a_long_excerpt_is_cut_and_stays_within_the_terminal():
    text = printing.reply(Reply("？", "好。[1]", citations=(citation("建成泵站，" * 60),)), 60)
    lines = text.splitlines()
    assert lines[-1].endswith("…")
    assert len(lines) < 12
    assert all(width(line) <= 60 for line in lines)


def test_a_reply_without_citations_is_only_its_answer():
    assert printing.reply(Reply("？", "没有找到。\n"), 80) == "没有找到。"


def test_an_outline_is_a_tree_with_numbers_kinds_and_sizes():
    lines = printing.outline(FullReport(REPORT, TEXT, SECTIONS)).splitlines()
    assert lines[1] == "区水利局 · 2024 · 35 字 · 隐去数字 2 处"
    assert lines[4].split() == ["0", "其他", "35", "字", "区水利局工作总结"]
    assert lines[5].endswith("    一、工作成效") and "总结" in lines[5]
    assert lines[6].endswith("    二、存在问题") and "问题" in lines[6]


def test_measures_are_shown_by_type_and_over_all():
    lines = printing.evaluation([Score("1", "howto", True, False, 1, 0.5, True, 1, 1)]).splitlines()
    assert lines[0].split()[:3] == ["类型", "题数", "正确"]
    assert lines[2].split()[:4] == ["howto", "1", "1.00", "1.00"]
    assert lines[3].split()[-2:] == ["–", "0.00"]
