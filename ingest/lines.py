"""Lines of a text as spans."""

from __future__ import annotations

from collections.abc import Iterator

from rag.model import Span


def line_spans(text: str, start: int = 0) -> Iterator[Span]:
    """Where each line that is not blank stands, without its outer blanks.

    A regular expression for this (`[^\\n]*\\S[^\\n]*`) takes quadratic time on a long blank line.
    """
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        stripped = line.strip()
        if stripped:
            first = start if len(stripped) == len(line) else start + len(line) - len(line.lstrip())
            yield first, first + len(stripped)
        start = end + 1


def whole_line(text: str, span: Span) -> Span:
    """The line that `span` lies in, with its outer blanks and its end."""
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end + 1
