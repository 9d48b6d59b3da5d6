"""Text that remembers where each of its characters came from while rules rewrite it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.model import Span


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`; a new text of the same length maps character by character."""

    start: int
    end: int
    new: str = ""


@dataclass(frozen=True, slots=True)
class AlignedText:
    """A text and its runs `(offset here, offset in the original)`, ascending, one wherever the distance changes.

    Runs and not an offset per character, so that memory and time grow with the edits. A replacement of another
    length points at the start of what it replaced.
    """

    text: str
    runs: tuple[Span, ...] = ((0, 0),)

    def edited(self, edits: Iterable[Edit]) -> AlignedText:
        """Apply edits given in ascending order; one that overlaps its predecessor is passed over."""
        parts: list[str] = []
        runs = _Runs(self.runs)
        at = kept = 0
        for start, end, new in edits:
            if start < at:
                continue
            parts += (self.text[at:start], new)
            if len(new) != end - start:
                runs.keep(kept, start)
                runs.insert(start, len(new))
                kept = end
            at = end
        if not parts:
            return self
        parts.append(self.text[at:])
        runs.keep(kept, len(self.text))
        return AlignedText("".join(parts), runs.finished())

    def part(self, start: int, end: int) -> AlignedText:
        """`text[start:end]`, still mapped to the same original."""
        runs = _Runs(self.runs)
        runs.keep(start, end)
        return AlignedText(self.text[start:end], runs.finished())


class _Runs:
    """Builds the runs of a new text from kept and inserted stretches of an old one, in ascending order."""

    def __init__(self, old: Sequence[Span]) -> None:
        self.old = old
        self.at = 0  # the old run that the last offset lies in
        self.length = 0  # of the new text
        self.new: list[Span] = []

    def keep(self, start: int, end: int) -> None:
        """The old characters `[start, end)` go on unchanged, or one by one for others."""
        if start >= end:
            return
        self._append(self._origin(start))
        shift = self.length - start
        last = bisect_left(self.old, (end, -1), self.at + 1)
        between = self.old[self.at + 1 : last]
        self.new += [(here + shift, there) for here, there in between] if shift else between
        self.at = last - 1
        self.length += end - start

    def insert(self, offset: int, characters: int) -> None:
        """New characters that all come from the old character at `offset`."""
        there = self._origin(offset) if characters else 0
        for _ in range(characters):
            self._append(there)
            self.length += 1

    def finished(self) -> tuple[Span, ...]:
        return tuple(self.new) or ((0, 0),)

    def _origin(self, offset: int) -> int:
        if self.at + 1 < len(self.old) and self.old[self.at + 1][0] <= offset:
            self.at = bisect_right(self.old, (offset, float("inf")), self.at) - 1
        here, there = self.old[self.at]
        return there + offset - here

    def _append(self, there: int) -> None:
        if not self.new or there - self.length != self.new[-1][1] - self.new[-1][0]:
            self.new.append((self.length, there))


def first_from(runs: Sequence[Span], origin: int) -> int:
    """Offset in the text of the first character that comes from `origin` or from behind it; the reverse of the runs."""
    after = bisect_left(runs, origin, key=lambda run: run[1])
    if after == 0:
        return 0
    here, there = runs[after - 1]
    offset = here + origin - there
    return min(offset, runs[after][0]) if after < len(runs) else offset


def original_span(runs: Sequence[Span], start: int, end: int) -> Span:
    """Where `text[start:end]` stands in the original text; `runs` as `AlignedText.runs` gives them."""
    if not runs or start >= end:
        return (start, end)

    def there(offset: int) -> int:
        here, origin = runs[max(0, bisect_right(runs, (offset, float("inf"))) - 1)]
        return origin + offset - here

    return (there(start), there(end - 1) + 1)
