"""The library as a person sees it."""

import pytest

from ingest.pipeline import Outcome, Progress
from rag.model import Feedback, Report
from ui.listing import LATEST, findable, finished, glance, listing, opinions, under_way
from ui.texts import Say

SAY = Say("zh")
REPORTS = [
    Report("a", "f", "汇编.txt", 1, "区交通局2023年总结", org="区交通局", year=2023, plan_year=2024, characters=900),
    Report("b", "f", "汇编.txt", 2, "区交通局2022年总结", org="区交通局", year=2022, masked=3),
    Report("c", "g", "<x>.txt", 1, "<b>某镇</b>总结"),
]


def test_what_the_library_holds_at_a_glance() -> None:
    html = glance(REPORTS, SAY)
    assert "共 3 份报告，1 个单位，2022–2023 年" in html
    assert 'data-words="区交通局 2023"' in html
    assert "未注明单位" in html
    assert "资料库里还没有报告" in glance([], SAY)


def test_reports_are_listed_with_what_tells_them_apart() -> None:
    html = listing([(report, 5) for report in REPORTS], SAY)
    assert 'data-act="open" data-report="a"' in html
    assert "区交通局 · 2023–2024 · 5 节 · 900 字 · 汇编.txt" in html
    assert "隐去数字 3 处" in html
    assert "&lt;b&gt;某镇&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "没有符合的报告" in listing([], SAY)


def test_one_year_is_one_year() -> None:
    assert "，2023 年" in glance(REPORTS[:1], SAY)
    assert "Reports: 1 · organisations: 1 · 2023" in glance(REPORTS[:1], Say("en"))


def test_opinions_are_listed_newest_first_and_hold_no_markup() -> None:
    found = [Feedback(n, f"2026-01-{n % 28 + 1:02}T08:00:00", f"问{n}", "答", n % 2 == 0) for n in range(LATEST + 5)]
    found.append(Feedback(99, "2026-02-01T08:00:00", "<b>问</b>", "<i>答</i>", False, "<u>少了</u>"))
    html = opinions(found, SAY)
    assert html.count("<li") == LATEST
    assert html.index("&lt;b&gt;问&lt;/b&gt;") < html.index(f"问{LATEST + 4}") < html.index(f"问{LATEST + 3}")
    assert "2026-02-01 · 没用" in html
    assert "&lt;u&gt;少了&lt;/u&gt;" in html
    assert "&lt;i&gt;答&lt;/i&gt;" in html
    assert "baogao feedback" in html
    assert "还没有人评价" in opinions([], SAY)


def test_a_search_looks_at_title_organisation_file_and_year() -> None:
    for word in ("总结", "区交通局", "汇编", "2024"):
        assert word in findable(REPORTS[0])


def test_progress_shows_each_file_and_those_inside_an_archive() -> None:
    html = under_way(
        ["a.zip", "b.txt"], {"a.zip": Progress("a.zip", "读取"), "内.txt": Progress("内.txt", "向量", 3, 4)}, SAY
    )
    assert "建立索引 3/4" in html
    assert 'value="0.75"' in html
    assert html.index("a.zip") < html.index("b.txt") < html.index("内.txt")
    assert "等待处理" in html


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome("a.txt", "added", 2), "已加入，2 份报告"),
        (Outcome("a.txt", "replaced", 1), "已替换旧的，1 份报告"),
        (Outcome("a.txt", "unchanged"), "资料库里已有，没有变化"),
        (Outcome("a.txt", "skipped", reason="空文件夹"), "已跳过：空文件夹"),
        (Outcome("a.txt", "failed", reason="<空>"), "没有加入：&lt;空&gt;"),
    ],
)
def test_every_outcome_is_said(outcome: Outcome, text: str) -> None:
    assert text in finished([outcome], SAY)


def test_failures_are_counted() -> None:
    outcomes = [Outcome("a.txt", "added", 1), Outcome("b.txt", "failed", reason="空")]
    assert "处理完成，有 1 个文件没有加入" in finished(outcomes, SAY)
    assert "处理完成<" in finished(outcomes[:1], SAY)
