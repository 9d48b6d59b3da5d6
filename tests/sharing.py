"""A process of its own on a shared library, which does what it is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from small_library import LetterEmbeddings, small_file

from rag.assistant import Assistant
from rag.errors import BaogaoError
from rag.library import Library
from rag.settings import Settings


class Process:
    """Runs this file; a call names one of `Work`'s methods there, and gives its arguments."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, json.dumps(env)],
            cwd=Path(__file__).parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.id = self._process.pid

    def begin(self, *call: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        """What the call that was begun returned; raises BaogaoError with its message."""
        assert self._process.stdout is not None
        returned, error = json.loads(self._process.stdout.readline())
        if error:
            raise BaogaoError(error)
        return returned

    def __call__(self, *call: Any) -> Any:
        self.begin(*call)
        return self.end()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Work:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.assistant = Assistant(library, library.settings)

    def add(self, name: str, *reports: list[str]) -> None:
        self.library.add(*small_file(name, *reports))

    def remove(self, name: str) -> None:
        self.library.remove_file(name)

    def ask(self, question: str) -> list[str]:
        """The excerpts that the answer cites."""
        return [citation.excerpt for citation in self.assistant.ask(question).citations]

    def nearest(self, text: str) -> int:
        return len(self.library.nearest(self.library.embedding.query_vector(text), 9))

    def files(self) -> list[str]:
        return sorted(file.name for file in self.library.files())

    def check(self) -> list[str]:
        return self.library.check()


def main() -> None:
    settings = Settings.from_env(json.loads(sys.argv[1]))
    with Library.open(settings, LetterEmbeddings()) as library:
        work = Work(library)
        for line in sys.stdin:
            what, *args = json.loads(line)
            try:
                said = (getattr(work, what)(*args), "")
            except BaogaoError as error:
                said = (None, str(error))
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
