"""Running heads, feet and page numbers are told from a page's text by their coming back at the same place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.layout import Line, Page

MARGIN = 0.12
"""Share of the page's height, at the top and at the bottom, where running heads and page numbers stand."""

RUN = 3
"""Pages in a row, or every other of them (odd and even pages differ), on which a head comes back. The titles of
reports that are all called the same do not: each has several pages."""

SMALL = 0.9
"""Two pages make no row; there a head must be of smaller characters than the text."""

_DIGITS = re.compile(r"[0-9０-９]+")
_PAGE_NUMBER = re.compile(
    r"[-—–―·.\s]*\d{1,4}[-—–―·.\s]*|第\s*\d+\s*页([\s,，/]*共\s*\d+\s*页)?|\d{1,4}\s*/\s*\d{1,4}|page\s*\d+(\s*of\s*\d+)?",
    re.IGNORECASE,
)

_Place = tuple[int, Line]
"""A line, and the index of its page."""


def without_running_heads(pages: Sequence[Page]) -> list[Page]:
    """The pages without what comes back at the top or bottom, the same but for digits, and without page numbers."""
    by_words: dict[str, list[_Place]] = defaultdict(list)
    for index, page in enumerate(pages):
        for line in _at_the_edges(page):
            by_words[_DIGITS.sub("#", "".join(line.text.split()))].append((index, line))
    lines = [line for page in pages for region in page.regions for line in region]
    usual = median(line.size for line in lines) if lines else 0.0
    gone = {id(line) for places in by_words.values() for line in _coming_back(places, len(pages), usual)}
    gone |= {id(line) for page in pages for line in _outermost(page) if _PAGE_NUMBER.fullmatch(line.text)}
    kept: list[Page] = []
    for page in pages:
        regions = (tuple(line for line in region if id(line) not in gone) for region in page.regions)
        kept.append(Page(page.height, tuple(region for region in regions if region)))
    return kept


def _at_the_edges(page: Page) -> list[Line]:
    edge = MARGIN * page.height
    return [line for region in page.regions for line in region if not edge < line.base < page.height - edge]


def _outermost(page: Page) -> list[Line]:
    """The highest and the lowest line at the edges."""
    lines = sorted(_at_the_edges(page), key=lambda line: line.base)
    return [lines[0], lines[-1]] if lines else []


def _coming_back(places: list[_Place], pages: int, usual: float) -> Iterator[Line]:
    """Those of the lines of the same words that come back at the same height."""
    by_height = sorted(places, key=lambda place: place[1].base)
    for same_height in _parted(by_height, lambda a, b: b[1].base - a[1].base > a[1].size / 2):
        by_page = sorted(same_height, key=lambda place: place[0])
        for row in _parted(by_page, lambda a, b: b[0] - a[0] > 2):
            on = len({index for index, _ in row})
            if on >= RUN or (on == pages == 2 and all(line.size < SMALL * usual for _, line in row)):
                yield from (line for _, line in row)


def _parted(places: list[_Place], apart: Callable[[_Place, _Place], bool]) -> Iterator[list[_Place]]:
    """Runs of neighbours that are not `apart`."""
    run = places[:1]
    for before, place in pairwise(places):
        if apart(before, place):
            yield run
            run = []
        run.append(place)
    yield run
