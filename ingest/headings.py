"""Where a heading ends, and which unnumbered lines are headings."""

from __future__ import annotations

import re

from ingest.markers import Mark, Marker, is_date, is_salutation, is_signature, marker_at

_STOP = re.compile(r"[。！？；;!?]|[：:](?!\S{0,3}$)")
_KIND_WORD = r"(?:总结|回顾|情况|成效|成绩|打算|安排|思路|计划|要点|问题|困难|不足|建议|举措|措施|重点工作|亮点)"
_BODY_OPENING = r"(?:(?:19|20)\d\d年|今年|去年|一年来|近年来|年初|按照|围绕|在[一-龥]{2,8}的(?:领导|指导))"
_RUN_IN = re.compile(rf"^.{{0,24}}?{_KIND_WORD}(?={_BODY_OPENING})")
"""`三、2024年工作安排和打算2024年，按照…`: a heading that ran into the paragraph below it."""

_COMMA = re.compile(r"[，,]")
_LONGEST_HEADING = 48
_LONGEST_BARE = 36
_FEWEST_BARE = 4
_ENDS = tuple("。！？；：，、!?;:,…")


def heading_end(text: str, marker: Marker, line_end: int) -> int:
    """Where the heading that begins with `marker` ends: at its full stop, its colon, or the end of its line.

    A first sentence too long for a heading gives its first clause, by which the section can be recognised.
    """
    rest = text[marker.end : line_end]
    run_in = _RUN_IN.match(rest) if marker.mark <= Mark.ARABIC else None
    stop = _STOP.search(rest)
    if run_in and (stop is None or run_in.end() <= stop.start()):
        return marker.end + run_in.end()
    if stop is not None and stop.start() <= _LONGEST_HEADING:
        return marker.end + stop.end()
    if stop is None and len(rest) <= _LONGEST_HEADING:
        return line_end
    comma = _COMMA.search(rest, 2, _LONGEST_HEADING)
    return marker.end + (comma.end() if comma else 0)


def label(heading: str) -> str:
    """A heading as printed, without the mark that ends it."""
    return heading.strip().rstrip("。；;：:，, ")


def is_bare_heading(line: str, following: str) -> bool:
    """Whether an unnumbered line is a heading: short, no final mark, and longer text or a numbered list below."""
    line = line.strip()
    if not _FEWEST_BARE <= len(line) <= _LONGEST_BARE or line.endswith(_ENDS) or not following:
        return False
    if is_date(line) or is_signature(line) or is_salutation(line) or re.search(r"[。；！？]", line):
        return False
    if re.fullmatch(r"[一-龥]{2,4}(?:\s+[一-龥]{2,4})*", line) and len(line) < _FEWEST_BARE + 2:
        return False
    return len(following) > len(line) + 12 or marker_at(following.strip(), 0) is not None
