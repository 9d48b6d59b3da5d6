"""Text that remembers where each of its characters came from while rules rewrite it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from rag.model import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `text[start:end]` by `new`; a new text of the same length maps character by character."""

    start: int
    end: int
    new: str = ""


class AlignedText:
    """A text and, for each of its characters, the offset it had in the original.

    A replacement of another length points at the start of what it replaced.
    """

    def __init__(self, text: str, origin: array | None = None) -> None:
        self.text = text
        self.origin = array("l", range(len(text))) if origin is None else origin

    def edited(self, edits: Iterable[Edit]) -> AlignedText:
        """Apply edits given in ascending order; one that overlaps its predecessor is passed over."""
        parts: list[str] = []
        origin = array("l")
        at = 0
        for edit in edits:
            if edit.start < at:
                continue
            parts.append(self.text[at : edit.start])
            origin += self.origin[at : edit.start]
            parts.append(edit.new)
            if len(edit.new) == edit.end - edit.start:
                origin += self.origin[edit.start : edit.end]
            elif edit.new:
                origin += array("l", [self._origin_at(edit.start)] * len(edit.new))
            at = edit.end
        parts.append(self.text[at:])
        origin += self.origin[at:]
        return AlignedText("".join(parts), origin)

    def part(self, start: int, end: int) -> AlignedText:
        return AlignedText(self.text[start:end], self.origin[start:end])

    def runs(self) -> tuple[Span, ...]:
        """`(offset here, offset in the original)` wherever the distance between the two changes."""
        runs: list[Span] = []
        distance: int | None = None
        for here, there in enumerate(self.origin):
            if there - here != distance:
                distance = there - here
                runs.append((here, there))
        return tuple(runs)

    def _origin_at(self, offset: int) -> int:
        if offset < len(self.origin):
            return self.origin[offset]
        return self.origin[-1] + 1 if self.origin else 0


def original_span(runs: tuple[Span, ...], start: int, end: int) -> Span:
    """Where `text[start:end]` stands in the original text; `runs` as `AlignedText.runs` gives them."""
    if not runs or start >= end:
        return (start, end)

    def there(offset: int) -> int:
        here, origin = runs[max(0, bisect_right(runs, (offset, float("inf"))) - 1)]
        return origin + offset - here

    return (there(start), there(end - 1) + 1)
