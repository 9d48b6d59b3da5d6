"""Runs the real `baogao` as a person would, for the tests of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BAOGAO = Path(sys.executable).with_name("baogao")


@dataclass(frozen=True, slots=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Home:
    """A library in a folder, reached only through the command."""

    path: Path

    def run(self, *args: str | Path, stdin: str | bytes = b"", **env: str) -> Result:
        done = subprocess.run(
            [BAOGAO, *map(str, args)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=self.environment(**env),
            timeout=300,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def environment(self, **env: str) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("BAOGAO_")}
        return {**mine, "BAOGAO_HOME": str(self.path), **env}

    def reports(self) -> list[dict[str, Any]]:
        """What the library holds."""
        return self.run("reports", "--json").json
