"""What is written down: JSON lines under `$BAOGAO_HOME/logs`, rotating, without questions and without keys."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Collection
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import BaogaoError, LibraryError

if TYPE_CHECKING:
    from rag.model import Reply
    from rag.settings import Settings

OURS = ("rag", "ingest", "ui")
"""What others log is not written down: at their finer levels it holds questions and excerpts."""
SIZE, KEPT = 5_000_000, 5
"""Bytes of a log file, and how many older ones are kept."""
HIDDEN = "***"

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and what `extra` added."""

    def __init__(self, secrets: Collection[str] = (), *, questions: bool = False) -> None:
        super().__init__()
        self._secrets = [json.dumps(secret)[1:-1] for secret in secrets if secret]
        self._questions = questions

    def format(self, record: logging.LogRecord) -> str:
        """The line; a question only where asked for, an error's own words only where they cannot hold one."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {key: value for key, value in vars(record).items() if key not in _KNOWN}
        if not self._questions:
            entry.pop("question", None)
        if record.exc_info and record.exc_info[1]:
            entry |= self._fault(record.exc_info[1])
        line = json.dumps(entry, ensure_ascii=False, default=str)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line

    def _fault(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)
        told = self._questions or isinstance(error, BaogaoError | OSError)
        return {
            "error": f"{type(error).__name__}: {error}" if told else type(error).__name__,
            "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }


def start(settings: Settings) -> Path:
    """Write the log of this process to a file of the library; its path. Warnings also go to the error stream."""
    file = settings.home / "logs" / "baogao.jsonl"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        to_file = RotatingFileHandler(file, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8")
    except OSError as error:
        raise LibraryError(f"写不了日志 {file}（{error.strerror}）", "检查文件夹的权限和剩余空间") from error
    to_file.setFormatter(JsonLines(_secrets(settings), questions=settings.log_questions))
    to_person = logging.StreamHandler(sys.stderr)
    to_person.setLevel(logging.ERROR)
    to_person.setFormatter(_Brief(f"%(levelname)s %(name)s: %(message)s（详情见 {file}）"))
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(settings.log_level)
        logger.handlers = [to_file, to_person]
        logger.propagate = False
    return file


def _secrets(settings: Settings) -> list[str]:
    """The key of the language model, and the passwords that addresses hold."""
    addresses = (settings.llm_base_url, settings.database_url, settings.chroma_url)
    return [settings.llm_api_key, *(urlsplit(address).password or "" for address in addresses)]


class _Brief(logging.Formatter):
    """The line only: what went wrong in detail is in the file."""

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return ""


def answered(log: logging.Logger, reply: Reply | None) -> None:
    """Note that a question was answered, how and how fast; the question itself is left out unless asked for."""
    if reply is None:
        return
    log.info(
        "answered",
        extra={
            "question": reply.question,
            "mode": reply.mode,
            "refusal": reply.refusal and reply.refusal.value,
            "citations": len(reply.citations),
            "ms": round(reply.timings_ms.get("total", 0)),
        },
    )
