"""Lines of a text as spans."""

from __future__ import annotations

from functools import lru_cache

from rag.model import Span


@lru_cache(maxsize=1)
def line_spans(text: str, start: int = 0) -> tuple[Span, ...]:
    """Where each line that is not blank stands, without its outer blanks; the last text's are kept for the next rule.

    A regular expression for this (`[^\\n]*\\S[^\\n]*`) takes quadratic time on a long blank line.
    """
    spans = []
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        stripped = line.strip()
        if stripped:
            first = start if len(stripped) == len(line) else start + len(line) - len(line.lstrip())
            spans.append((first, first + len(stripped)))
        start = end + 1
    return tuple(spans)


def whole_line(text: str, span: Span) -> Span:
    """The line that `span` lies in, with its outer blanks and its end."""
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end + 1
