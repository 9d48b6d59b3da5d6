"""Damaged files of every format: each is read, or refused with a reason, within its limits; nothing breaks down."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from fuzzing import mutants, sound_files, write

from ingest.readers import ReadFile, Unreadable, read_each
from ingest.reports import reports_in
from ingest.worker import GRACE_SECONDS, Limits, Worker
from rag.errors import FileError
from rag.model import SourceFile

LIMITS = Limits(seconds=30.0, megabytes=1024)
BROKEN = ("程序出错", "异常退出")
"""What the worker says where a reader failed to see that a file is bad."""
AT_MOST = LIMITS.seconds + GRACE_SECONDS + 5


@pytest.mark.parametrize(
    ("number", "libreoffice"),
    [
        pytest.param(40, False, id="40"),
        pytest.param(500, False, id="500", marks=pytest.mark.soak),
        pytest.param(60, True, id="60 with LibreOffice", marks=pytest.mark.soak),
    ],
)
def test_damaged_files(tmp_path: Path, number: int, libreoffice: bool) -> None:
    if libreoffice and not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    files = sound_files(libreoffice=libreoffice)
    paths = write(tmp_path, mutants(number, number, files))
    found: Counter[str] = Counter()
    broken: dict[str, str] = {}
    longest = 0.0
    with Worker(LIMITS) as worker:
        for path in paths:
            began = time.monotonic()
            outcomes = _outcomes(path, worker)
            longest = max(longest, time.monotonic() - began)
            for outcome in outcomes:
                assert outcome and outcome.isprintable() and len(outcome) < 400, path.name
                found[outcome if outcome == "read" else "refused"] += 1
                if any(word in outcome for word in BROKEN):
                    broken[path.name] = outcome
        for kind, data in files.items():
            sound = tmp_path / f"好{kind}"
            sound.write_bytes(data)
            assert set(_outcomes(sound, worker)) == {"read"}
    print(f"{number} files: {dict(found)}, longest {longest:.1f} s")
    assert broken == {}


def _outcomes(path: Path, worker: Worker) -> list[str]:
    """For each file in it `read`, or the reason why not."""
    outcomes = []
    try:
        for item in list(worker.each(path.name, read_each, path, path.name)):
            if isinstance(item, Unreadable):
                outcomes.append(str(item.error))
            else:
                worker.call(item.name, reports_in, _source(item), item.pages)
                outcomes.append("read")
    except FileError as error:
        outcomes.append(str(error))
    return outcomes


def _source(item: ReadFile) -> SourceFile:
    return SourceFile(item.data_sha256, item.name, item.size, item.encoding, "", item.text)
