"""Files into the library: each whole or not at all, the same one once, and what happened is said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from readers_samples import LINES, save_pdf
from small_library import CountingEmbeddings

from ingest.chunking import chunk
from ingest.explain import explain
from ingest.pipeline import SAMPLES, Outcome, Progress, ingest, outdated, reread
from rag.errors import FileError
from rag.library import Library
from rag.model import FullReport
from rag.settings import Settings

PROSE = "全县上下坚定信心，推进重点项目建设，着力保障和改善民生。" * 6


def report(figures: str = "12", title: str = "某县教育局2023年工作总结") -> str:
    return (
        f"{title}\n一、总结\n新建学校{figures}所，新增学位{figures}个，消除了大班额。{PROSE}\n二、2024年打算\n再建学校{figures}所。"
        + PROSE
    )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    settings = Settings.from_env({}, home=tmp_path.parent / f"{tmp_path.name}-home")
    with Library.open(settings, CountingEmbeddings()) as library:
        yield library


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_samples(library: Library) -> None:
    outcomes = ingest([SAMPLES], library)
    assert {outcome.status for outcome in outcomes} == {"added"}
    assert sum(outcome.reports for outcome in outcomes) == len(library.reports()) == 12
    masked = [r for r in library.reports() if r.version_of]
    assert [library.report(r.version_of).report.masked < r.masked for r in masked] == [True]


def test_the_same_file_again_costs_nothing(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "教育局.txt", report())
    assert ingest([path], library) == [Outcome("教育局.txt", "added", 1)]
    assert isinstance(library.embedding, CountingEmbeddings)
    embedded = library.embedding.passages
    copy = write(tmp_path, "副本.txt", report())
    assert ingest([path, copy], library) == [Outcome("教育局.txt", "unchanged"), Outcome("副本.txt", "unchanged")]
    assert library.embedding.passages == embedded


def test_a_changed_file_takes_the_place_of_the_old_one(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "教育局.txt", report())
    ingest([path], library)
    write(tmp_path, "教育局.txt", report("15"))
    assert ingest([path], library) == [Outcome("教育局.txt", "replaced", 1)]
    (kept,) = library.reports()
    assert "新建学校15所" in library.report(kept.id).text and kept.version_of == ""


def test_files_of_one_name_in_different_folders_stay_apart(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "甲/总结.txt", report(title="甲县教育局2023年工作总结"))
    write(tmp_path, "乙/总结.txt", report(title="乙县水利局2023年工作总结"))
    names = [outcome.file for outcome in ingest([tmp_path], library)]
    assert sorted(names) == ["乙/总结.txt", "甲/总结.txt"]
    assert len(library.reports()) == 2
    one, other = tmp_path / "甲" / "总结.txt", tmp_path / "乙" / "总结.txt"
    write(tmp_path, "甲/总结.txt", report("3", title="甲县教育局2023年工作总结"))
    write(tmp_path, "乙/总结.txt", report("3", title="乙县水利局2023年工作总结"))
    assert [outcome.status for outcome in ingest([one, other], library)] == ["added", "added"]


def test_pages_of_a_pdf_are_kept(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "交通.pdf"
    path.write_bytes(save_pdf([*LINES[:-2], *LINES[2:-2], "严防事故。", *LINES[-2:]]))
    assert [outcome.status for outcome in ingest([path], library)] == ["added"]
    full = library.report(library.reports()[0].id)
    assert [full.page_at(full.text.index(words)) for words in ("一、2023年", "严防事故")] == [1, 3]


def test_a_folder_is_searched_and_what_cannot_be_read_is_said(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "好.txt", report())
    write(tmp_path, "深/空.txt", "")
    write(tmp_path, "图.png", "x")
    write(tmp_path, ".隐藏.txt", report())
    outcomes = {outcome.file: outcome for outcome in ingest([tmp_path], library)}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "好.txt": "added",
        "深/空.txt": "failed",
        "图.png": "skipped",
    }
    assert "空" in outcomes["深/空.txt"].reason


@pytest.mark.parametrize("name", ["没有.txt", "图.png", "空文件夹"])
def test_what_the_person_names_must_be_readable(library: Library, tmp_path: Path, name: str) -> None:
    if name == "图.png":
        write(tmp_path, name, "x")
    elif name == "空文件夹":
        (tmp_path / name).mkdir()
    (outcome,) = ingest([tmp_path / name], library)
    assert outcome.status == "failed" and outcome.reason
    assert library.reports() == []


def test_a_file_without_a_report(library: Library, tmp_path: Path) -> None:
    (outcome,) = ingest([write(tmp_path, "空页.txt", "首页 | 网站地图 | 联系我们\n版权所有\n")], library)
    assert (outcome.status, library.files()) == ("failed", [])
    assert "没有报告正文" in outcome.reason


def test_the_fuller_version_is_preferred_whichever_comes_first(library: Library, tmp_path: Path) -> None:
    ingest([write(tmp_path, "隐去.txt", report("xx"))], library)
    ingest([write(tmp_path, "隐去二.txt", report("×"))], library)
    ingest([write(tmp_path, "全.txt", report("12"))], library)
    roots = {r.file: r.version_of for r in library.reports()}
    full = next(r.id for r in library.reports() if r.file == "全.txt")
    assert roots == {"隐去.txt": full, "隐去二.txt": full, "全.txt": ""}


def test_versions_of_a_report_that_goes_come_forward(library: Library, tmp_path: Path) -> None:
    for name, figures in (("全.txt", "12"), ("隐去.txt", "xx"), ("隐去二.txt", "×")):
        ingest([write(tmp_path, name, report(figures))], library)
    library.remove_file("全.txt")
    first, second = library.reports()
    assert (first.version_of, second.version_of) == ("", first.id)
    ingest([write(tmp_path, "全.txt", report("12"))], library)
    again = next(r.id for r in library.reports() if r.file == "全.txt")
    assert {r.version_of for r in library.reports() if r.id != again} == {again}


def test_a_changed_file_stays_the_fuller_one(library: Library, tmp_path: Path) -> None:
    ingest([write(tmp_path, "隐去.txt", report("xx"))], library)
    ingest([write(tmp_path, "全.txt", report("12"))], library)
    ingest([write(tmp_path, "全.txt", report("13"))], library)
    masked, full = sorted(library.reports(), key=lambda r: -r.masked)
    assert (masked.version_of, full.version_of) == (full.id, "")


def test_files_of_one_run_know_of_each_other(library: Library, tmp_path: Path) -> None:
    files = [write(tmp_path, f"{n}.txt", report(figures)) for n, figures in enumerate(("xx", "12", "×", "12"))]
    statuses = [outcome.status for outcome in ingest(files, library)]
    assert statuses == ["added", "added", "added", "unchanged"]
    (full,) = [r.id for r in library.reports() if r.file == "1.txt"]
    assert [r.version_of for r in library.reports()] == [full, "", full]


def test_what_was_ready_is_stored_where_a_run_is_broken_off(library: Library, tmp_path: Path) -> None:
    files = [write(tmp_path, f"{n}.txt", report(str(n), f"某县{n}局2023年工作总结")) for n in "甲乙丙"]

    def stop(progress: Progress) -> None:
        if progress.file == "丙.txt" and progress.stage == "向量":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(files, library, progress=stop)
    assert {file.name for file in library.files()} == {"甲.txt", "乙.txt"}
    assert library.check() == []
    assert [outcome.status for outcome in ingest(files, library)] == ["unchanged", "unchanged", "added"]


def test_progress(library: Library, tmp_path: Path) -> None:
    seen: list[Progress] = []
    ingest([write(tmp_path, "教育局.txt", report())], library, progress=seen.append)
    assert [p.stage for p in seen[:3]] == ["读取", "拆分", "向量"]
    assert seen[-2].done == seen[-2].total > 0
    assert seen[-1] == Progress("教育局.txt", "存入")


def test_what_cleaning_did_is_explained(tmp_path: Path) -> None:
    path = write(tmp_path, "教育局.txt", report().replace("推进", "推进##paidbegin##", 1))
    (explanation,) = explain(path)
    assert explanation.reports == (("某县教育局2023年工作总结", explanation.kept),)
    (use,) = explanation.rules
    assert (use.rule, use.times, use.removed) == ("付费标记", 1, 13)
    assert use.samples == ("心，推进【##paidbegin##】重点项目建设，着",) or "##paidbegin##" in use.samples[0]
    assert explanation.characters - explanation.kept == 13
    with pytest.raises(FileError):
        explain(tmp_path / "没有.txt")


def age(library: Library, name: str) -> list[FullReport]:
    """Make of a file what an older version might have: reports without an outline; what they were."""
    (file,) = [file for file in library.files() if file.name == name]
    new = [library.report(report.id) for report in library.reports() if report.file_id == file.id]
    old = [replace(full, sections=(replace(full.sections[0], end=len(full.text)),)) for full in new]
    source = replace(library.source(file.id), reading=0)
    chunks = [c for full in old for c in chunk(full, library.embedding, window=400)]
    assert library.add(source, old, chunks, replaces=file.id)
    return new


def test_a_file_read_by_older_rules_is_read_again(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "教育局.txt", report())
    other = write(tmp_path, "水利局.txt", report(title="某县水利局2023年工作总结"))
    ingest([path, other], library)
    files = library.files()
    (new,) = age(library, "教育局.txt")
    assert [file.name for file in outdated(library)] == ["教育局.txt"]
    copy = write(tmp_path, "副本.txt", report())
    assert ingest([copy, other], library) == [
        Outcome("副本.txt", "replaced", 1, "按新的规则重新读取"),
        Outcome("水利局.txt", "unchanged"),
    ]
    assert library.report(new.report.id) == new
    assert (library.files(), outdated(library), library.check()) == (files, [], [])


def test_older_files_are_read_again_from_their_texts_in_the_library(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "交通.pdf"
    path.write_bytes(save_pdf([*LINES[:-2], *LINES[2:-2], "严防事故。", *LINES[-2:]]))
    two = write(
        tmp_path,
        "两局.txt",
        report(title="一、某县教育局2023年工作总结") + "\n" + report("9", "二、某县水利局2023年工作总结"),
    )
    ingest([path, two], library)
    new = [full for name in ("交通.pdf", "两局.txt") for full in age(library, name)]
    path.unlink()
    assert [(o.status, o.reason) for o in reread(library)] == [("replaced", "按新的规则重新读取")] * 2
    assert [library.report(full.report.id) for full in new] == new
    assert (outdated(library), reread(library), library.check()) == ([], [], [])


def test_what_people_did_to_reports_survives_when_they_are_read_anew(library: Library, tmp_path: Path) -> None:
    titles = [f"{n}、某县{body}局2023年工作总结" for n, body in zip("一二三", ("教育", "水利", "民政"), strict=True)]
    ingest([write(tmp_path, "三局.txt", "\n".join(report(str(n), title) for n, title in enumerate(titles)))], library)
    first, second, third = age(library, "三局.txt")
    library.remove_report(third.report.id)
    library.update_report(second.report.id, org="某县水务局", year=2022)
    reread(library)
    kept, corrected = (library.report(report.id) for report in library.reports())
    assert kept == first
    assert corrected.sections == second.sections
    assert (corrected.report.org, corrected.report.year, corrected.report.title) == (
        "某县水务局",
        2022,
        second.report.title,
    )
    assert library.chunks([corrected.report.id])[0].header.startswith("某县水务局")
    age(library, "三局.txt")
    reread(library)
    assert library.report(corrected.report.id) == corrected  # for good


def test_a_file_in_which_the_rules_find_nothing_stays_as_it_was(library: Library, tmp_path: Path) -> None:
    ingest([write(tmp_path, "教育局.txt", report())], library)
    source = replace(library.source(library.files()[0].id), reading=0, text="首页 | 网站地图 | 联系我们\n版权所有\n")
    full = library.report(library.reports()[0].id)
    library.add(source, [full], library.chunks([full.report.id]), replaces=source.id)
    (outcome,) = reread(library)
    assert (outcome.status, library.report(full.report.id)) == ("failed", full)
    assert "没有报告正文" in outcome.reason


def test_a_link_that_leads_out_of_the_folder_is_passed_over(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "外.txt", report())
    write(tmp_path, "里/好.txt", report("15"))
    (tmp_path / "里/出.txt").symlink_to(tmp_path / "外.txt")
    (tmp_path / "里/内.txt").symlink_to("好.txt")
    (tmp_path / "里/断.txt").symlink_to("没有.txt")
    (tmp_path / "里/环").symlink_to(tmp_path / "里")
    outcomes = {outcome.file: outcome for outcome in ingest([tmp_path / "里"], library)}
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "出.txt": "skipped",
        "内.txt": "added",
        "好.txt": "unchanged",
    }
    assert "链接" in outcomes["出.txt"].reason


@pytest.mark.parametrize("name", ["长" * 4000 + ".txt", "零\0字.txt"])
def test_a_name_that_no_file_can_have(library: Library, tmp_path: Path, name: str) -> None:
    (outcome,) = ingest([tmp_path / name], library)
    assert (outcome.status == "failed" and "文件名" in outcome.reason) or "读不出" in outcome.reason
    assert len(outcome.reason) < 200


def test_a_file_that_takes_too_much_memory_does_not_stop_the_next(tmp_path: Path) -> None:
    settings = Settings.from_env({"BAOGAO_READ_MEMORY": "256"}, home=tmp_path / "home")
    write(tmp_path, "大.txt", report() + "新" * 50_000_000)
    write(tmp_path, "好.txt", report())
    with Library.open(settings, CountingEmbeddings()) as library:
        outcomes = ingest([tmp_path / "大.txt", tmp_path / "好.txt"], library)
    assert [outcome.status for outcome in outcomes] == ["failed", "added"]
    assert "大.txt" in outcomes[0].reason


def test_a_report_stands_for_itself_whose_fuller_version_left_meanwhile(library: Library, tmp_path: Path) -> None:
    ingest([write(tmp_path, "全.txt", report("12"))], library)

    def remove(progress: Progress) -> None:
        if progress.stage == "向量" and not progress.done:
            library.remove_file("全.txt")

    (outcome,) = ingest([write(tmp_path, "隐去.txt", report("xx"))], library, progress=remove)
    assert (outcome.status, [r.version_of for r in library.reports()]) == ("added", [""])


def test_two_uploads_of_a_file_at_once_make_one(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "教育局.txt", report())
    both = threading.Barrier(2)

    def wait(progress: Progress) -> None:
        if progress.stage == "拆分":
            both.wait(30)

    with ThreadPoolExecutor() as threads:
        outcomes = [one.result() for one in [threads.submit(ingest, [path], library, progress=wait) for _ in "12"]]
    assert sorted(outcome.status for (outcome,) in outcomes) == ["added", "unchanged"]
    assert (len(library.reports()), library.check()) == (1, [])
