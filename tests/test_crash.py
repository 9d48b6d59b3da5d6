"""Killed at any moment, the library opens, holds each file in whole or not at all, and goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from crashing import contents, faults, open_library, program, write_files

from ingest.pipeline import ingest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


QUICK = pytest.param(range(8), id="8")
MANY = [pytest.param(range(n, n + 50), id=f"50 from {n}", marks=pytest.mark.soak) for n in (100, 200, 300, 400)]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [QUICK, *MANY])
def test_killed_at_any_moment(tmp_path: Path, seeds: range) -> None:
    home, folder = tmp_path / "home", tmp_path / "files"
    write_files(folder)
    with open_library(tmp_path / "whole") as library:
        ingest([folder], library)
        whole = contents(library)
    assert len(whole) == 6
    held = []
    with program(home, folder) as running:
        for seed in seeds:
            running.kill_at_random(seed)
            with open_library(home) as library:
                assert faults(library, whole) == [], seed
                held.append(len(library.files()))
    with open_library(home) as library:
        ingest([folder], library)
        assert contents(library) == whole
        assert faults(library, whole) == []
    print(f"{len(seeds)} kills; files held after each: {held}")
