"""The order within prose that has no headings: where a paragraph turns to another kind, and leading sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.closings import is_appeal
from rag.kinds import passage_kind
from rag.model import Span

_TURN = re.compile(
    r"[。；](?=(?:下一?步|下一?阶段|明年|20\d\d年)[，,][^。；]{0,40}?(?:将|要|重点|继续|计划|打算|着力)"
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
        if about is None or about is not passage_kind(text[turn.end() : min(end, turn.end() + _OPENING)]):
            yield at, turn.end()
            at = turn.end()
    yield at, end


_NO_LEAD = (
    r"(?!各位|同志们|我们|同时|此外|在此|为此|对此|因此|当前|目前|总之|应当|应该|必须|要(?!素|闻|案)|[他她它]们?|这(?!是|[一几两三五]年)|那|去年|今年|明年|过去|近年|几年|但|而"
    r"|[一二]九|二〇|\S{0,30}百分之|\S{0,16}(?:说|指出|谈到)[，。])"
)
_LEAD = re.compile(rf"{_NO_LEAD}[^。；：！？\d\n]{{6,32}}。(?=[^\n]{{6}})")
"""The first sentence of a paragraph, where it says what the paragraph is about: `坚持项目为王，发展后劲增强。全年…`."""
_SURE_LEAD = re.compile(
    rf"{_NO_LEAD}(?![^。]{{0,44}}?(?:是|了|已|将|要|必须|应|我|[这那]|使|因|但|而|者|说))"
    r"[^。，；：！？\d\n]{5,20}(?:，[^。，；：！？\d\n]{4,20})?。(?=[^\n]{40})"
)
"""The same where it is a phrase as headings are: it is believed with other paragraphs between."""
_LEAD_LINE = re.compile(rf"{_NO_LEAD}[^。；：！？\d\n]{{4,32}}。")
"""The same on a line of its own, as newspapers print it in bold above the paragraph."""
_STATEMENT = re.compile(r"[^，。]{1,16}(?<![于但还凡可若要正就只总])是(?!否)[^。]{3,}。")
"""`改革是今年工作的首要任务。` opens what a section says before its first paragraph with a lead of its own."""
_FEWEST_LEADS, _FEWEST_LINES = 3, 2
_SHORTEST_PARAGRAPH, _MOST_BETWEEN = 40, 3


@dataclass(frozen=True, slots=True)
class Lead:
    """A leading sentence that ends at `end`; what it leads ends at `stop`; one of `run` that begin on line `first`."""

    end: int
    stop: int
    first: int
    run: int


def leads(text: str, lines: Sequence[Span], numbered: Collection[int]) -> dict[int, Lead]:
    """Lines that begin with a leading sentence, several in a row; those `numbered` begin with a mark."""
    return _scattered(text, lines, numbered) | _within_lines(text, lines, numbered) | _on_lines(text, lines, numbered)


def _scattered(text: str, lines: Sequence[Span], numbered: Collection[int]) -> dict[int, Lead]:
    """Leads with further paragraphs between them, where each is a phrase as headings are."""

    def lead_end(i: int) -> int | None:
        lead = _SURE_LEAD.match(text, *lines[i])
        return lead.end() if lead and not is_appeal(text[slice(*lines[i])]) else None

    return _in_runs(lines, numbered, lead_end, fewest=_FEWEST_LEADS, below=0)


def _within_lines(text: str, lines: Sequence[Span], numbered: Collection[int]) -> dict[int, Lead]:
    found: dict[int, Lead] = {}
    run: list[tuple[int, re.Match[str]]] = []
    for i, span in enumerate([*lines, (len(text), len(text))]):
        lead = _LEAD.match(text, *span) if i not in numbered else None
        if lead:
            run.append((i, lead))
            continue
        states = [_STATEMENT.match(m[0]) is not None for _, m in run]
        if run and run[0][0] - 1 in numbered and states[0] and not any(states[1:]):
            del run[0]
        if len(run) >= _FEWEST_LEADS:
            found |= {at: Lead(m.end(), lines[at][1], run[0][0], len(run)) for at, m in run}
        run = []
    return found


def _on_lines(text: str, lines: Sequence[Span], numbered: Collection[int]) -> dict[int, Lead]:
    """Leads that stand alone on their lines, each with the paragraphs below it up to the next."""

    def lead_end(i: int) -> int | None:
        return lines[i][1] if _leads_below(text, lines, numbered, i) else None

    return _in_runs(lines, numbered, lead_end, fewest=_FEWEST_LINES, below=1)


def _in_runs(
    lines: Sequence[Span],
    numbered: Collection[int],
    lead_end: Callable[[int], int | None],
    *,
    fewest: int,
    below: int,
) -> dict[int, Lead]:
    """Leads, where at least `fewest` follow each other with few lines between; the last ends `below` its own line."""
    found: dict[int, Lead] = {}
    run: list[tuple[int, int]] = []
    for i in range(len(lines) + 1):
        ended = i == len(lines) or i in numbered
        end = None if ended else lead_end(i)
        if end is not None:
            run.append((i, end))
        elif ended or (run and i - run[-1][0] > _MOST_BETWEEN):
            if len(run) >= fewest:
                stops = [*(lines[at - 1][1] for at, _ in run[1:]), lines[run[-1][0] + below][1]]
                found |= {at: Lead(end, stop, run[0][0], len(run)) for (at, end), stop in zip(run, stops, strict=True)}
            run = []
    return found


def _leads_below(text: str, lines: Sequence[Span], numbered: Collection[int], i: int) -> bool:
    if i + 1 >= len(lines) or i + 1 in numbered or lines[i + 1][1] - lines[i + 1][0] < _SHORTEST_PARAGRAPH:
        return False
    return _LEAD_LINE.fullmatch(text, *lines[i]) is not None
