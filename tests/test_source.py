"""The panel of citations and the reader: the right words marked, and everything escaped."""

import re
from dataclasses import replace
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from rag.errors import NotFoundError
from rag.model import Citation, FullReport, Kind, Reply, Report, Section, SourceFile
from ui.source import LONG, panel, reader
from ui.texts import Say
from ui.transcript import Turn

SAY = Say("zh")
TEXT = "区交通局2023年总结\n开头。\n一、成效\n修路12公里。<b>造桥</b>。\n（一）公交\n新增3条。\n二、打算\n再修20公里。"


ORIGINAL = TEXT.replace("修路12公里", "修路(lù)12公里")


def report(text: str = TEXT) -> FullReport:
    def at(words: str) -> int:
        return text.index(words)

    sections = (
        Section(0, None, 0, "区交通局2023年总结", Kind.OTHER, 0, at("开头") - 1, len(text)),
        Section(1, 0, 1, "一、成效", Kind.SUMMARY, at("一、成效"), at("修路") - 1, at("二、打算")),
        Section(2, 1, 2, "（一）公交", Kind.SUMMARY, at("（一）公交"), at("新增") - 1, at("二、打算")),
        Section(3, 0, 1, "二、打算", Kind.PLAN, at("二、打算"), at("再修") - 1, len(text)),
    )
    return FullReport(
        Report("r1", "f1", "甲<乙>.txt", 1, "区交通局2023年总结", org="区交通局", year=2023), text, sections
    )


class Shelf:
    """The reports that a panel may look up."""

    def __init__(self, *reports: FullReport) -> None:
        self.reports = {full.report.id: full for full in reports}

    def report(self, id: str, /) -> FullReport:
        if id not in self.reports:
            raise NotFoundError(f"没有 {id}")
        return self.reports[id]

    def source(self, id: str, /) -> SourceFile:
        return SourceFile(id, "甲<乙>.txt", 0, "utf-8", "", text=ORIGINAL)


def cite(excerpt: str, section: int = 1, n: int = 1, full: FullReport | None = None) -> Citation:
    full = full or report()
    start = full.section_text(section).find(excerpt)
    return Citation(
        n,
        "r1",
        "区交通局2023年总结",
        "区交通局",
        (2023,),
        "甲<乙>.txt",
        ("一、成效",),
        section,
        excerpt,
        start,
        start + len(excerpt),
    )


def show(*citations: Citation, shelf: Shelf | None = None, number: int = 0) -> str:
    turn = Turn("问<i>？", Reply("问", "答[1]", citations=citations), done=True)
    return panel(turn, number, shelf or Shelf(report()), SAY)


def marked(html: str) -> str:
    return unescape("".join(re.findall(r"<mark>(.*?)</mark>", html)))


def test_a_citation_is_shown_in_its_whole_section() -> None:
    html = show(cite("修路12公里。"), number=3)
    assert 'id="cite-3-1"' in html
    assert marked(html) == "修路12公里。"
    assert "新增3条。" in html  # of the same section
    assert "再修20公里" not in html
    for fact in ("区交通局2023年总结", "区交通局 · 2023", "一、成效", "文件：甲&lt;乙&gt;.txt"):
        assert fact in html


def test_an_excerpt_over_several_paragraphs_is_marked_in_each() -> None:
    html = show(cite("<b>造桥</b>。\n（一）公交\n新增"))
    assert marked(html) == "<b>造桥</b>。（一）公交新增"


def test_wording_that_cleaning_changed_can_be_seen() -> None:
    at = TEXT.index("12公里")
    full = replace(report(), origin=((0, 0), (at, at + 4)))
    assert "<p>修路(lù)12公里。</p>" in show(cite("修路12公里。"), shelf=Shelf(full))
    assert "整理前的原文字句" not in show(cite("新增3条。"), shelf=Shelf(full))
    assert "整理前的原文字句" not in show(cite("修路12公里。"))


def test_masked_figures_are_said() -> None:
    assert "原文数字已隐去" in show(replace(cite("修路12公里。"), masked=True))
    assert "原文数字已隐去" not in show(cite("修路12公里。"))


def test_the_page_is_said_where_it_is_known() -> None:
    assert "文件：甲&lt;乙&gt;.txt，第 7 页" in show(replace(cite("修路12公里。"), page=7))
    assert "页</span>" not in show(cite("修路12公里。"))


def test_reports_are_never_markup() -> None:
    html = show(cite("修路12公里。")) + reader(report(), SAY)
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;造桥&lt;/b&gt;" in html


def test_a_removed_report_leaves_the_excerpt() -> None:
    html = show(cite("修路12公里。"), shelf=Shelf())
    assert marked(html) == "修路12公里。"
    assert "已经不在资料库里" in html
    assert "data-act" not in html


def test_an_excerpt_that_moved_is_found_again_and_one_that_is_gone_is_said() -> None:
    assert marked(show(replace(cite("修路12公里。"), start=0, end=7))) == "修路12公里。"
    html = show(replace(cite("修路12公里。"), excerpt="修路13公里。"))
    assert marked(html) == "修路13公里。"
    assert "报告的文字已更新" in html
    assert 'data-section="0">' in html
    assert marked(show(replace(cite("修路12公里。"), section_id=99))) == "修路12公里。"


def test_an_excerpt_is_found_in_another_section_of_a_report_that_was_read_anew() -> None:
    html = show(replace(cite("新增3条。"), section_id=3, heading_path=("二、打算",)))
    assert marked(html) == "新增3条。"
    assert '<span class="bg-path">一、成效 › （一）公交</span>' in html
    assert 'data-section="2" data-start="6" data-end="11"' in html


def test_a_long_section_is_cut_around_its_excerpt() -> None:
    full = report(TEXT.replace("修路12公里。", "空话。" * LONG + "修路12公里。" + "空话。" * LONG))
    html = show(cite("修路12公里。", full=full), shelf=Shelf(full))
    assert marked(html) == "修路12公里。"
    assert len(html) < LONG
    assert "只显示摘录前后" in html


def test_an_answer_without_citations_and_no_answer() -> None:
    assert "这条回答没有引用" in show()
    assert "这里显示回答的引用" in panel(None, -1, Shelf(), SAY)
    assert "这里显示回答的引用" in panel(Turn("问"), 0, Shelf(), SAY)


def test_a_report_reads_in_order_with_contents() -> None:
    html = reader(report(), SAY)
    words = unescape(re.sub(r"<[^>]+>", "\n", html))
    assert [words.index(w) for w in ("开头。", "修路", "新增3条", "再修")] == sorted(
        words.index(w) for w in ("开头。", "修路", "新增3条", "再修")
    )
    assert '<a href="#sec-2">（一）公交</a>' in html
    assert html.count("修路12公里") == 1


def test_the_reader_marks_what_was_cited() -> None:
    start = report().section_text(1).index("修路12公里。")
    html = reader(report(), SAY, section=1, span=(start, start + 7))
    assert marked(html) == "修路12公里。"
    assert 'data-target="1"' in html
    assert "data-target" not in reader(report(), SAY, section=99)


@given(st.integers(0, 60), st.integers(0, 60))
def test_marking_never_changes_the_words(a: int, b: int) -> None:
    def words(html: str) -> str:
        return re.sub(r"<[^>]+>", "", html.split("</ul></details>")[1])

    assert words(reader(report(), SAY, section=1, span=(min(a, b), max(a, b)))) == words(reader(report(), SAY))
