"""The order within prose that has no headings: where a paragraph turns to another kind, and leading sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rag.kinds import passage_kind
from rag.model import Span

_TURN = re.compile(
    r"(?<=[。；])(?=(?:下一?步|下一?阶段|明年|20\d\d年)[，,][^。；]{0,40}?(?:将|要|重点|继续|计划|打算|着力)"
    r"|(?:虽然|尽管)[^。]{2,60}?但|(?:但是?|同时|当前|目前)[，,]?[^。]{0,40}?(?:存在|面临|[还仍]有)[^。]{0,20}?(?:问题|不足|困难|短板|差距)"
    r"|存在的?(?:主要)?(?:问题|困难|不足))"
)
"""Where a paragraph turns from what was done to troubles and plans: `…36场。下一步，我们将做好：一是…`."""

_OPENING = 160
"""Characters within which a paragraph says what it is about."""


def parts(text: str, line: Span) -> Iterator[Span]:
    """A line, cut where it turns to troubles or plans that are not what it is about from its beginning."""
    at, end = line
    for turn in _TURN.finditer(text, at, end):
        about = passage_kind(text[at : min(end, at + _OPENING)])
        if about is None or about is not passage_kind(text[turn.start() : min(end, turn.start() + _OPENING)]):
            yield at, turn.start()
            at = turn.start()
    yield at, end


_LEAD = re.compile(r"(?!各位|同志们|我们|同时|此外|在此|为此|当前|总之)[^。；：！？\d\n]{6,32}。(?=[^\n]{6})")
"""The first sentence of a paragraph, where it says what the paragraph is about: `坚持项目为王，发展后劲增强。全年…`."""
_FEWEST_LEADS = 3


def leads(text: str, lines: Sequence[Span], numbered: Collection[int]) -> dict[int, int]:
    """Lines in a row that each begin with a leading sentence, and where it ends; those `numbered` begin with a mark."""
    found: dict[int, int] = {}
    run: dict[int, int] = {}
    for i, span in enumerate(lines):
        lead = None if i in numbered else _LEAD.match(text, *span)
        if lead:
            run[i] = lead.end()
            continue
        if len(run) >= _FEWEST_LEADS:
            found |= run
        run = {}
    return found | run if len(run) >= _FEWEST_LEADS else found
