"""Files that are ready are stored together: what a write costs by itself is shared by the files in it."""

from __future__ import annotations

import time

from ingest.outcome import Outcome, Progress, Tell
from rag.additions import Addition
from rag.errors import BaogaoError
from rag.library import Library
from rag.model import FullReport, Report

CHUNKS = 200
"""As many are stored at once: ten files of 12 KB. Questions wait for it 0.3 s, and vectors take 4 MB meanwhile."""
SECONDS = 2.0
"""So long a file waits for others, or until something is next told of one: it was embedded, which takes seconds, and is
to be found soon."""


class Batch:
    """Files that wait to be stored, and the outcomes of all so far. Not for several threads."""

    def __init__(self, library: Library, tell: Tell) -> None:
        self.outcomes: list[Outcome] = []
        self._library = library
        self._tell = tell
        self._waiting: dict[int, Addition] = {}  # by the place of their outcomes
        self._since = 0.0

    @property
    def reports(self) -> list[FullReport]:
        """Those of the files that wait."""
        return [full for addition in self._waiting.values() for full in addition.reports]

    def text(self, report: Report) -> str:
        """The text of a report that waits, or that the library holds."""
        waiting = (full.text for full in self.reports if full.report.id == report.id)
        return next(waiting, None) or self._library.report(report.id).text

    def holds(self, file_id: str) -> bool:
        return any(addition.file.id == file_id for addition in self._waiting.values())

    def tell(self, progress: Progress) -> None:
        """Pass on how far a file is; those that have waited long enough are stored meanwhile."""
        self._tell(progress)
        if self._waiting and time.monotonic() - self._since >= SECONDS:
            self.store()

    def add(self, addition: Addition, outcome: Outcome) -> None:
        """Let a file wait, or store it with those that do; `outcome` is what comes of it if nothing goes wrong.

        What changes something that is stored already does not wait, so that the library is as those after it find it.
        """
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting[len(self.outcomes)] = addition
        self.outcomes.append(outcome)
        chunks = sum(len(one.chunks) for one in self._waiting.values())
        if addition.replaces or addition.fuller or chunks >= CHUNKS:
            self.store()

    def store(self) -> None:
        """Store all that wait; one by one where they cannot be stored together, so that each has its own outcome."""
        waiting, self._waiting = self._waiting, {}
        for place in waiting:
            self._tell(Progress(self.outcomes[place].file, "存入"))
        if waiting and not self._stored(waiting):
            for place, addition in waiting.items():
                self._stored({place: addition})

    def _stored(self, waiting: dict[int, Addition]) -> bool:
        """Store files; whether that, or what became of the only one, is settled."""
        try:
            new = self._library.store(list(waiting.values()))
        except BaogaoError as error:
            if len(waiting) > 1:
                return False
            for place in waiting:
                self.outcomes[place] = Outcome(self.outcomes[place].file, "failed", reason=str(error))
            return True
        for place, is_new in zip(waiting, new, strict=True):
            if not is_new:  # another thread was quicker
                self.outcomes[place] = Outcome(self.outcomes[place].file, "unchanged")
        return True
