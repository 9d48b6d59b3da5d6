"""Contents pages: what they list, and deleting them, for their lines repeat headings and are no sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.alignment import Edit
from ingest.lines import line_spans, whole_line
from ingest.markers import marker_at
from ingest.titles import Strength, contents_title, piece_number, strength, title_key

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


_LONGEST_ENTRY = 120


def listed_titles(lines: Sequence[str]) -> set[str]:
    """Keys of the titles that a contents page lists; none where it lists the parts of a single report."""
    entries = [title for line in lines if len(line) <= _LONGEST_ENTRY and (title := contents_title(line))]
    entries = [piece[1] if (piece := piece_number(title)) and piece[1] else title for title in entries]
    entries = [title for title in entries if marker_at(title, 0) is None]
    titles = sum(strength(title) >= Strength.MEDIUM for title in entries)
    return {title_key(title) for title in entries} if titles * 2 >= len(entries) else set()
