"""Lines of a text as spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.model import Span


@lru_cache(maxsize=1)
def line_spans(text: str, start: int = 0) -> tuple[Span, ...]:
    """Where each line that is not blank stands, without its outer blanks; the last text's are kept for the next rule.

    A regular expression for this (`[^\\n]*\\S[^\\n]*`) takes quadratic time on a long blank line.
    """
    spans = []
    for line in text[start:].split("\n"):
        stripped = line.strip()
        if stripped:
            first = start if len(stripped) == len(line) else start + len(line) - len(line.lstrip())
            spans.append((first, first + len(stripped)))
        start += len(line) + 1
    return tuple(spans)


def lines_with(text: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    """Those of `line_spans` that a pattern is found in, asked of the whole text at once; it matches no line end."""
    at = 0
    while found := pattern.search(text, at):
        start = max(at, text.rfind("\n", at, found.start()) + 1)
        end = text.find("\n", found.end())
        at = end if end >= 0 else len(text)
        line = text[start:at]
        if stripped := line.strip():
            first = start + len(line) - len(line.lstrip())
            yield first, first + len(stripped)


def whole_line(text: str, span: Span) -> Span:
    """The line that `span` lies in, with its outer blanks and its end."""
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end + 1
