"""What goes wrong through the real command: one clear line, the right status, the library as it was."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import BAOGAO, Home

pytestmark = pytest.mark.slow

BAD_FILES = {
    "数据.xyz": b"\x00\x01",
    "图片.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "空.txt": b"",
    "空白.txt": " \n　\n".encode(),
    "程序.txt": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_report(home: Home, tmp_path: Path, name: str):
    file = tmp_path / name
    file.write_bytes(BAD_FILES[name])
    _is_refused_in_one_line(home, file, name)


def test_a_file_that_is_not_there(home: Home, tmp_path: Path):
    _is_refused_in_one_line(home, tmp_path / "没有.txt", "没有.txt")


def test_a_file_that_may_not_be_read(home: Home, tmp_path: Path):
    if os.geteuid() == 0:  # root may read everything, but not a directory's bytes nor a link that leads nowhere
        file = tmp_path / "断.txt"
        file.symlink_to(tmp_path / "没有这个文件.txt")
    else:
        file = tmp_path / "禁.txt"
        file.write_text("一、工作总结", encoding="utf-8")
        file.chmod(0)
    _is_refused_in_one_line(home, file, file.name)


def test_a_folder_without_reports(home: Home, tmp_path: Path):
    folder = tmp_path / "资料"
    folder.mkdir()
    _is_refused_in_one_line(home, folder, "资料")
    (folder / "图片.png").write_bytes(BAD_FILES["图片.png"])
    _is_refused_in_one_line(home, folder, "资料")


def test_bad_files_do_not_stop_the_good_ones(empty: Home, tmp_path: Path):
    from ingest.pipeline import SAMPLES

    for name, data in BAD_FILES.items():
        (tmp_path / name).write_bytes(data)
    good = min(SAMPLES.glob("*.txt"), key=lambda path: path.stat().st_size)
    got = empty.run("ingest", *(tmp_path / name for name in BAD_FILES), good, "--json")
    assert got.status == 1
    assert [outcome["status"] for outcome in got.json] == ["failed"] * len(BAD_FILES) + ["added"]
    assert {row["file"] for row in empty.reports()} == {good.name}


def test_a_report_that_the_library_does_not_have(home: Home):
    before = home.reports()
    for args in (["show", "ffffffff"], ["remove", "ffffffff"]):
        got = home.run(*args)
        assert got.status == 1
        assert "ffffffff" in got.err and "baogao reports" in got.err and len(got.err.splitlines()) == 1
    assert home.reports() == before


def test_a_section_that_the_report_does_not_have(samples: Home):
    row = samples.reports()[0]
    got = samples.run("show", row["id"], "--section", "999")
    assert got.status == 1
    assert "999" in got.err and str(row["sections"] - 1) in got.err and len(got.err.splitlines()) == 1


@pytest.mark.parametrize("args", [["ask", "--batch"], ["eval"]])
def test_a_question_file_that_cannot_be_read(samples: Home, tmp_path: Path, args: list[str]):
    missing = samples.run(*args, tmp_path / "没有.jsonl")
    folder = samples.run(*args, tmp_path)
    for got, name in ((missing, "没有.jsonl"), (folder, str(tmp_path))):
        assert got.status == 1
        assert name in got.err and len(got.err.splitlines()) == 1 and got.out == ""


def test_an_empty_question(samples: Home):
    got = samples.run("ask", "  ")
    assert got.status == 1
    assert "问题是空的" in got.err and len(got.err.splitlines()) == 1


def test_questions_to_an_empty_library(empty: Home):
    got = empty.run("ask", "交通局2025年有哪些打算？", "--json")
    assert got.status == 0
    assert got.json["refused"] and got.json["answer"]


# --- serving ---


def test_a_port_in_use(home: Home):
    before = home.reports()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        got = home.run("serve", "--port", str(port))
    assert got.status == 1
    assert str(port) in got.err and "--port" in got.err and len(got.err.splitlines()) == 1
    assert home.reports() == before


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_an_address_that_others_can_reach(home: Home, host: str):
    got = home.run("serve", "--host", host)
    assert got.status == 1
    assert host in got.err and len(got.err.splitlines()) == 1


def test_a_second_process_on_the_same_home(home: Home):
    before = home.reports()
    with _serving(home) as process:
        for args in (["reports"], ["ask", "有哪些打算？"], ["serve", "--port", str(_free_port())], ["doctor"]):
            got = home.run(*args)
            assert got.status == 1
            assert str(home.path) in got.err and str(process.pid) in got.err and len(got.err.splitlines()) == 1
    assert home.reports() == before


# --- models ---


def test_a_model_of_another_dimension(home: Home, tmp_path: Path):
    before = home.reports()
    other = _small_model(tmp_path / "小模型")
    for args in (["reports"], ["ask", "有哪些打算？"], ["ingest", tmp_path]):
        got = home.run(*args, BAOGAO_EMBEDDING_MODEL=str(other))
        assert got.status == 1
        assert "小模型" in got.err and "doctor --repair" in got.err and len(got.err.splitlines()) == 1
    assert home.reports() == before
    assert home.run("doctor").status == 0


def test_a_folder_that_is_no_model(home: Home, tmp_path: Path):
    got = home.run("ask", "有哪些打算？", BAOGAO_EMBEDDING_MODEL=str(tmp_path))
    assert got.status == 1
    assert str(tmp_path) in got.err and "BAOGAO_EMBEDDING_MODEL" in got.err and len(got.err.splitlines()) == 1
    assert home.run("doctor").status == 0


def test_a_home_that_cannot_be_written(tmp_path: Path):
    file = tmp_path / "文件"
    file.write_text("")
    got = Home(file / "资料库").run("reports")
    assert got.status == 1
    assert str(file) in got.err and len(got.err.splitlines()) == 1


# --- helpers ---


def _is_refused_in_one_line(home: Home, path: Path, name: str) -> None:
    before = home.reports()
    got = home.run("ingest", path)
    assert got.status == 1
    assert "Traceback" not in got.out + got.err
    lines = [line for line in (got.out + got.err).splitlines() if name in line]
    assert len(lines) == 1 and "。" in lines[0], got.out + got.err
    [outcome] = home.run("ingest", path, "--json").json
    assert (outcome["file"], outcome["status"], outcome["reports"]) == (name, "failed", 0)
    assert home.reports() == before


@contextmanager
def _serving(home: Home) -> Iterator[subprocess.Popen[str]]:
    command = [BAOGAO, "serve", "--port", str(_free_port())]
    with subprocess.Popen(command, env=home.environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert any("http://127.0.0.1" in line for line in process.stdout)
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _small_model(folder: Path) -> Path:
    """A BERT of 32 dimensions with random weights, as a sentence-transformers folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    base = folder / "base"
    base.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"一二三工作总结打算"]
    (base / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(base / "vocab.txt")).save_pretrained(base)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(base)
    SentenceTransformer(modules=[Transformer(str(base)), Pooling(32)]).save(str(folder))
    return folder
