"""The contents page of a report: its lines repeat the headings, and are no sections themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.alignment import Edit
from ingest.lines import line_spans, whole_line
from ingest.titles import contents_title

_HEAD = re.compile(r"\W*目\s*[录次]\W*")
_WITHIN = 60
"""Lines from the top of a report in which a contents page may begin."""
_FEWEST_ENTRIES = 2


def contents_page(text: str, title_end: int) -> Iterator[Edit]:
    """Deletes the contents page below the title: `目录` and the entries after it, or entries with page numbers.

    An entry has a page number, or stands in the text once more as a line of its own.
    """
    spans = [span for _, span in zip(range(_WITHIN), line_spans(text, title_end), strict=False)]
    headed = False
    entries = []
    for span in spans:
        line = text[span[0] : span[1]]
        if _HEAD.fullmatch(line):
            headed = True
            entries.append(span)
        elif contents_title(line) is not None or (headed and f"\n{line}\n" in text[span[1] :]):
            entries.append(span)
        elif entries:
            break
    if len(entries) > _FEWEST_ENTRIES:
        for span in entries:
            yield Edit(*whole_line(text, span))
