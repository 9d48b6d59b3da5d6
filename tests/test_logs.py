"""The log: JSON lines, without questions and keys, in files that rotate."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError, ModelError
from rag.model import Refusal, Reply
from rag.settings import Settings
from ui import logs

QUESTION = "县长为什么辞职？"
KEY = 'sk-"secret"-key'


def written(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.usefixtures("own_logs")
def test_each_line_is_an_object_and_holds_no_question(tmp_path: Path) -> None:
    env = {"BAOGAO_LLM_API_KEY": KEY, "BAOGAO_DATABASE_URL": "postgresql://u:pa55word@127.0.0.1/b"}
    file = logs.start(Settings.from_env(env, home=tmp_path))
    log = logging.getLogger("ui.test")
    logs.answered(log, Reply(QUESTION, "答", refusal=Refusal.NO_EVIDENCE, timings_ms={"total": 12.4}))
    log.warning("two\nlines %s", KEY, extra={"user": "王芳", "header": f"Bearer {KEY}", "at": "u:pa55word@"})
    log.debug("not this")
    logging.getLogger("httpx").warning(QUESTION)
    answered, warned = written(file)
    assert {k: answered[k] for k in ("level", "logger", "message", "refusal", "ms", "citations", "mode")} == {
        **{"level": "INFO", "logger": "ui.test", "message": "answered", "refusal": "no_evidence"},
        **{"ms": 12, "citations": 0, "mode": "extractive"},
    }
    assert warned["message"] == "two\nlines ***"
    assert warned["user"] == "王芳"
    assert answered["time"].endswith("+00:00")
    assert QUESTION not in file.read_text("utf-8")
    assert "secret" not in file.read_text("utf-8")
    assert warned["at"] == "u:***@"
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("own_logs")
def test_a_fault_says_where_and_not_what_was_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = logs.start(Settings.from_env({}, home=tmp_path))
    log = logging.getLogger("rag.test")
    for error in (ValueError(QUESTION), ModelError("模型不在"), OSError(28, "No space left on device")):
        try:
            raise error
        except type(error):
            log.exception("failed")
    first, second, third = written(file)
    assert first["error"] == "ValueError"
    assert "test_logs.py" in first["where"][0]
    assert second["error"] == "ModelError: 模型不在"
    assert "No space left" in third["error"]
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 3
    assert str(file) in said
    assert QUESTION not in said + file.read_text("utf-8")


@pytest.mark.usefixtures("own_logs")
def test_questions_are_written_down_when_asked_for(tmp_path: Path) -> None:
    env = {"BAOGAO_LOG_QUESTIONS": "1", "BAOGAO_LOG_LEVEL": "debug"}
    file = logs.start(Settings.from_env(env, home=tmp_path))
    log = logging.getLogger("ui.test")
    logs.answered(log, Reply(QUESTION, "答"))
    log.debug("this too")
    answered, other = written(file)
    assert answered["question"] == QUESTION
    assert other["level"] == "DEBUG"


@pytest.mark.usefixtures("own_logs")
def test_files_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "SIZE", 1000)
    file = logs.start(Settings.from_env({}, home=tmp_path))
    for n in range(100):
        logging.getLogger("ui.test").info("line %d %s", n, "x" * 50)
    files = sorted(path.name for path in file.parent.iterdir())
    assert files == ["baogao.jsonl", *(f"baogao.jsonl.{n}" for n in range(1, logs.KEPT + 1))]
    assert all(path.stat().st_size <= 1000 for path in file.parent.iterdir())


@pytest.mark.usefixtures("own_logs")
def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("")
    with pytest.raises(LibraryError, match="写不了日志"):
        logs.start(Settings.from_env({}, home=tmp_path))
