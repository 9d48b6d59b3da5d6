"""The command line: grammar, exit statuses, output; through the real command."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from command import BAOGAO, Home, Result
from small_library import LetterEmbeddings

from rag.library import Library
from rag.settings import Settings
from ui.parser import build

COMMANDS = ("serve", "ingest", "ask", "reports", "show", "remove", "eval", "feedback", "doctor", "user")
HEAVY = (
    "torch", "sentence_transformers", "gradio", "chromadb", "tantivy", "rjieba", "opencc", "langchain_core", "numpy",
)  # fmt: skip


@pytest.fixture
def nowhere(tmp_path: Path) -> Home:
    """A home that need not be made for what is tested."""
    return Home(tmp_path / "home")


# --- grammar ---


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_each_command_explains_itself(nowhere: Home, command: str):
    got = nowhere.run(*filter(None, [command, "--help"]))
    assert got.status == 0
    assert "用法：baogao" in got.out and "选项" in got.out
    assert got.err == ""


def test_help_loads_nothing_heavy():
    lines = (
        "import sys, ui.cli",
        "try: ui.cli.main(['--help'])",
        "except SystemExit: pass",
        f"print(*set(sys.modules) & set({HEAVY}))",
    )
    out = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == ""


def test_help_comes_at_once(nowhere: Home):
    def seconds() -> float:
        start = time.perf_counter()
        nowhere.run("--help")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.5


def test_version(nowhere: Home):
    assert nowhere.run("--version").out.startswith("baogao ")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ([], "缺少 命令"),
        (["frob"], "frob"),
        (["ask"], "--batch"),
        (["ask", "问题", "--batch", "x.jsonl"], "--batch"),
        (["ask", "--explain", "--batch", "x.jsonl"], "--explain"),
        (["ask", "问题", "--year", "24"], "年份"),
        (["ask", "问题", "--nope"], "--nope"),
        (["ingest"], "PATH"),
        (["show"], "REPORT"),
        (["show", "a", "--section", "二"], "不是整数"),
        (["remove"], "REPORT|FILE"),
        (["serve", "--port", "99999"], "端口"),
        (["--home"], "缺一个值"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(nowhere: Home, args: list[str], why: str):
    got = nowhere.run(*args)
    assert got.status == 2
    assert got.err.startswith("用法不对：") and why in got.err
    assert len(got.err.splitlines()) == 1
    assert not nowhere.path.exists()


def test_common_options_stand_before_or_after_the_command():
    parser = build()
    assert parser.parse_args(["--home", "甲", "reports"]).home == "甲"
    assert parser.parse_args(["reports", "--home", "乙"]).home == "乙"
    assert parser.parse_args(["--home", "甲", "reports", "--home", "乙"]).home == "乙"
    assert parser.parse_args(["--debug", "reports"]).debug
    assert not parser.parse_args(["reports"]).debug


def test_output_is_utf8_in_the_c_locale(nowhere: Home):
    got = nowhere.run("--help", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "报告" in got.out


def test_a_reader_that_goes_away_is_no_error(nowhere: Home):
    command = f"'{BAOGAO}' ask --help | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=nowhere.environment(), check=True)
    assert (len(done.stdout), done.stderr) == (1, b"")


def test_a_setting_that_cannot_be_used_is_named(nowhere: Home):
    got = nowhere.run("reports", BAOGAO_THREADS="viele")
    assert got.status == 1
    assert "BAOGAO_THREADS" in got.err


def test_explaining_what_becomes_of_files_adds_none(nowhere: Home, tmp_path: Path):
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "页.txt").write_text("区水利局2024年工作总结\n一、成效\n建成業(yè)務站3座。\n" * 3, encoding="gb18030")
    got = nowhere.run("ingest", "--explain", tmp_path / "页.txt", tmp_path / "空.txt")
    assert got.status == 1
    assert "页.txt（GB18030）" in got.out and "拼音" in got.out and "份报告" in got.out
    assert "空.txt" in got.err and len(got.err.splitlines()) == 1
    [found] = nowhere.run("ingest", "--explain", "--json", tmp_path / "页.txt").json
    assert found["file"] == "页.txt" and found["rules"] and found["characters"] > found["kept"] > 0
    assert nowhere.run("ingest", "--explain", tmp_path).out.startswith("页.txt")
    assert not nowhere.path.exists()


# --- the library ---


@pytest.mark.slow
def test_adding_again_costs_nothing_and_says_so(home: Home):
    from ingest.pipeline import SAMPLES

    before = home.reports()
    got = home.run("ingest", SAMPLES)
    assert got.status == 0
    assert "无变化" in got.out and "已添加" not in got.out
    assert home.reports() == before


@pytest.mark.slow
def test_adding_says_what_became_of_each_file(empty: Home, tmp_path: Path):
    from ingest.pipeline import SAMPLES

    folder = tmp_path / "报告"
    folder.mkdir()
    sample = min(SAMPLES.glob("*.txt"), key=lambda p: p.stat().st_size)
    (folder / sample.name).write_bytes(sample.read_bytes())
    (folder / "图.png").write_bytes(b"\x89PNG\r\n")
    (folder / "空.txt").write_bytes(b"")
    got = empty.run("ingest", folder, "--json")
    assert got.status == 1
    assert {(o["file"], o["status"]) for o in got.json} == {
        (sample.name, "added"),
        ("图.png", "skipped"),
        ("空.txt", "failed"),
    }
    assert all(o["reason"] for o in got.json if o["status"] != "added")
    assert got.err.startswith("空.txt：") and len(got.err.splitlines()) == 1


@pytest.mark.slow
def test_reports_are_listed_for_people_and_programs(samples: Home):
    rows = samples.reports()
    assert len(rows) >= 7
    keys = {"id", "file", "title", "org", "years", "date", "sections", "chunks", "characters"}
    assert all(set(row) == keys and row["sections"] and row["chunks"] for row in rows)
    table = samples.run("reports").out.splitlines()
    assert len(table) == len(rows) + 2
    assert all(row["id"] in line for row, line in zip(rows, table[2:], strict=True))


@pytest.mark.slow
def test_an_outline_and_the_text_of_a_section(samples: Home):
    row = samples.reports()[0]
    full = samples.run("show", row["id"], "--json").json
    assert full["id"] == row["id"] and len(full["outline"]) == row["sections"]
    text = samples.run("show", row["id"]).out
    assert all(section["heading"] in text for section in full["outline"])
    section = samples.run("show", row["id"], "--section", "1", "--json").json
    assert section["heading"] == full["outline"][1]["heading"]
    assert samples.run("show", row["id"], "--section", "1").out.strip() == section["text"].strip()
    assert section["text"].startswith(section["heading"])


@pytest.mark.slow
def test_a_report_may_be_named_by_the_beginning_of_its_id(samples: Home):
    row = next(r for r in samples.reports() if sum(x["file"] == r["file"] for x in samples.reports()) == 1)
    assert samples.run("show", row["id"][:6], "--json").json["id"] == row["id"]


@pytest.mark.slow
def test_removing_a_report_and_a_file(home: Home):
    rows = home.reports()
    files = [row["file"] for row in rows]
    several = next(name for name in files if files.count(name) > 1)
    gone = next(row for row in rows if row["file"] == several)
    got = home.run("remove", gone["id"])
    assert got.status == 0 and gone["title"] in got.out
    assert [row["id"] for row in home.reports()] == [row["id"] for row in rows if row is not gone]
    assert home.run("remove", several).status == 0
    assert {row["file"] for row in home.reports()} == set(files) - {several}
    assert home.run("doctor").status == 0


@pytest.mark.slow
def test_removing_goes_on_after_what_is_not_there(home: Home):
    row = home.reports()[0]
    got = home.run("remove", "没有这份.txt", row["file"])
    assert got.status == 1
    assert "没有这份.txt" in got.err and len(got.err.splitlines()) == 1
    assert row["file"] not in {r["file"] for r in home.reports()}


# --- who may come in ---


def test_users_are_added_listed_and_removed(nowhere: Home, tmp_path: Path):
    users = tmp_path / "users.json"
    added = nowhere.run("user", "add", "王芳", "--role", "editor", "--auth", users, stdin="a-long-password\n")
    assert added.status == 0 and "已添加用户 王芳" in added.out
    again = nowhere.run("user", "add", "王芳", "--role", "reader", "--auth", users, stdin="a-long-password\n")
    assert again.status == 0 and "已更新用户 王芳" in again.out
    assert nowhere.run("user", "list", "--auth", users).out == "王芳\treader\n"
    assert nowhere.run("user", "remove", "王芳", "--auth", users).status == 0
    assert nowhere.run("user", "list", "--auth", users).out == ""
    assert "a-long-password" not in added.out + users.read_text("utf-8")
    assert not nowhere.path.exists()


@pytest.mark.parametrize(
    ("args", "status", "why"),
    [
        (["add", "王芳", "--role", "editor"], 1, "密码"),
        (["add", "王芳"], 2, "--role"),
        (["add", "--role", "editor"], 2, "NAME"),
        (["list", "王芳"], 2, "user list"),
        (["remove", "王芳", "--role", "editor"], 2, "--role"),
        (["remove", "王芳"], 1, "读不了用户文件"),
        (["list"], 1, "读不了用户文件"),
        (["frob"], 2, "frob"),
    ],
)
def test_what_is_wrong_with_users_is_one_line(nowhere: Home, tmp_path: Path, args: list[str], status: int, why: str):
    got = nowhere.run("user", *args, "--auth", tmp_path / "users.json", stdin="short\n")
    assert (got.status, len(got.err.splitlines())) == (status, 1)
    assert why in got.err


def test_other_machines_are_let_in_only_when_that_was_said(nowhere: Home, tmp_path: Path):
    got = nowhere.run("serve", "--host", "0.0.0.0")
    assert got.status == 1
    assert "--auth FILE" in got.err and "--open" in got.err
    missing = nowhere.run("serve", "--host", "0.0.0.0", "--auth", tmp_path / "users.json")
    assert missing.status == 1 and "baogao user add" in missing.err
    assert not nowhere.path.exists()


# --- asking ---

QUESTION = "交通局2025年有哪些打算？"


@pytest.mark.slow
def test_an_answer_for_a_person_has_its_sources_below(samples: Home):
    got = samples.run("ask", QUESTION)
    assert got.status == 0, got.err
    answer, _, sources = got.out.partition("\n引用\n")
    assert "[1]" in answer
    assert "[1] " in sources and ".txt › " in sources
    assert got.err == ""


@pytest.mark.slow
def test_an_answer_for_a_program_is_the_contract(samples: Home):
    reply = samples.run("ask", QUESTION, "--json").json
    assert list(reply) == [
        *("id", "question", "answer", "refused", "refusal", "mode", "scope", "citations", "timings_ms"),
    ]
    assert reply["question"] == QUESTION and not reply["refused"] and reply["refusal"] is None
    assert set(reply["scope"]) == {"orgs", "years", "kinds"}
    assert 1 <= len(reply["citations"]) <= 12
    for number, citation in enumerate(reply["citations"], 1):
        assert citation["n"] == number
        section = samples.run("show", citation["report_id"], "--section", str(citation["section_id"]), "--json").json
        assert section["text"][citation["start"] : citation["end"]] == citation["excerpt"]
        assert len(citation["excerpt"]) <= 900
    assert {"question", "retrieval", "answer", "total"} <= set(reply["timings_ms"])


@pytest.mark.slow
def test_an_answer_can_be_limited_to_an_organisation_and_a_year(samples: Home):
    row = next(row for row in samples.reports() if row["org"] and row["years"])
    reply = samples.run("ask", "下一步有哪些打算？", "--org", row["org"], "--year", str(row["years"][0]), "--json").json
    assert {citation["report_id"] for citation in reply["citations"]} == {row["id"]}


@pytest.mark.slow
def test_explaining_a_question_does_not_answer_it(samples: Home):
    got = samples.run("ask", QUESTION, "--explain")
    assert got.status == 0
    assert isinstance(got.json, dict) and "answer" not in got.json


@pytest.mark.slow
def test_a_batch_answers_every_line_that_can_be_read(samples: Home):
    lines = [
        json.dumps({"id": "a", "question": QUESTION}, ensure_ascii=False),
        "{不是 JSON",
        "",
        json.dumps({"id": "b", "question": ""}),
        '"文字"',
        json.dumps({"id": 7, "question": "存在哪些问题？", "history": [QUESTION]}),
        json.dumps({"id": "d", "question": QUESTION, "history": "x"}),
        '{"id": "e", "question": "\\ud800"}',
        json.dumps({"id": "f", "question": "教我做一道红烧肉"}),
    ]
    got = samples.run("ask", "--batch", "-", "--json", stdin="\ufeff" + "\n".join(lines))
    assert got.status == 1
    assert [line.split("：")[0] for line in got.err.splitlines()] == [f"- 第 {n} 行" for n in (2, 4, 5, 7, 8)]
    plain, followed, refused = got.lines
    assert [reply["id"] for reply in got.lines] == ["a", 7, "f"]
    assert not plain["refused"] and plain["citations"]
    assert any("交通" in name for name in followed["scope"]["orgs"])
    assert refused["refused"] and refused["refusal"] and refused["answer"] and not refused["citations"]


@pytest.mark.slow
def test_quality_on_a_question_file(samples: Home, tmp_path: Path):
    gold = [
        {"id": "1", "type": "plan_list", "question": QUESTION, "facts": [], "files": []},
        {"id": "2", "type": "unanswerable", "question": "教我做一道红烧肉"},
    ]
    file = tmp_path / "题.jsonl"
    file.write_text("\n".join(json.dumps(g, ensure_ascii=False) for g in gold), encoding="utf-8")
    got = samples.run("eval", file, "--json", "--baseline")
    assert got.status == 0, got.err
    assert (got.json["n"], got.json["true_refusals"], got.json["dangling"]) == (2, 1.0, 0.0)
    assert set(got.json["by_type"]) == set(got.json["baseline"]["by_type"]) == {"plan_list", "unanswerable"}
    assert got.json["baseline"]["true_refusals"] == 0.0


# --- care ---


@pytest.mark.slow
def test_what_people_think_of_answers_is_printed_beside_the_chat(tmp_path: Path):
    home = Home(tmp_path / "home")
    assert "还没有人评价" in home.run("feedback").out
    assert not home.path.exists()
    with Library.open(Settings.from_env({}, home=home.path), LetterEmbeddings()) as library:
        library.rate("交通局有哪些打算？", "修路。[1]\n建站。[2]", useful=False, comment="少了客运站")
        printed = home.run("feedback")  # the library is in use: by the chat, as a rule
        listed = home.run("feedback", "--json").json
    assert printed.status == 0
    assert "没用：少了客运站\n  问：交通局有哪些打算？\n  答：修路。[1] 建站。[2]" in printed.out
    assert [(f["useful"], f["comment"]) for f in listed] == [(False, "少了客运站")]


def test_the_doctor_finds_nothing_in_a_healthy_library(samples: Home):
    got = samples.run("doctor")
    assert (got.status, got.err) == (0, "")
    assert "torch" in got.out and "384 维" in got.out and str(samples.path) in got.out


@pytest.mark.slow
def test_the_doctor_repairs_what_was_lost(home: Home):
    import shutil

    shutil.rmtree(home.path / "lexical")
    sick: Result = home.run("doctor")
    assert sick.status == 1
    assert "--repair" in sick.err
    assert home.run("doctor", "--repair").status == 0
    assert home.run("doctor").status == 0


@pytest.mark.slow
def test_the_doctor_reads_anew_what_older_rules_have_read(home: Home):
    before = home.reports()
    with closing(sqlite3.connect(home.path / "library.sqlite")) as records:
        records.execute("UPDATE files SET reading = 0 WHERE name <> (SELECT min(name) FROM files)")
        records.commit()
        files = records.execute("SELECT count(*) FROM files").fetchone()[0]
    got = home.run("doctor")
    assert (got.status, got.err) == (0, "")
    assert f"有 {files - 1} 个文件的报告是由以前版本的规则读出的" in got.out and "doctor --repair" in got.out
    repaired = home.run("doctor", "--repair")
    assert (repaired.status, repaired.err) == (0, "")
    assert f"重新读取 {files - 1} 个文件" in repaired.out
    assert "以前版本" not in home.run("doctor").out
    assert home.reports() == before
