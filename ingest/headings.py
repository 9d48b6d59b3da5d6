"""Where a heading ends, and which unnumbered lines are headings."""

from __future__ import annotations

import re

from ingest.markers import POINTS, Mark, Marker, marker_at
from ingest.titles import is_date, is_frame

_STOP = re.compile(r"[。！？；;!?：:]")
_SENTENCE = re.compile(r"[。！？!?]")
_GAP = re.compile(r"[ \t](?<=[一-龥”）)].)[ \t]*(?=[一-龥“（(])")
_LONG_REST = 40
_CLAUSE = re.compile(r"[，,；;]")
_LIST_COMMA = re.compile(r"[、，,]")

LONGEST_HEADING = 48
_SHORTEST_CLAUSE = 4
_TIME_CLAUSE = re.compile(
    r"(?:今年|去年|近年来?|一年来|目前|当前|截[至止].{0,10}|.{0,8}以来|(?:19|20)\d\d年.{0,6}|\d{1,2}月.{0,6})[，,]"
)
"""A clause that tells when does not tell what a section is about."""
_LONGEST_LABEL = 30
"""Characters kept of a first sentence that has neither an end nor a comma within a heading's length."""

_KIND_WORD = (
    r"(?:总结|回顾|情况|成效|成绩|打算|安排|思路|计划|要点|问题|困难|不足|建议|举措|措施|重点工作|亮点|主要工作)"
)
_BODY_OPENING = (
    r"(?:(?:19|20)\d\d年|今年|去年|一年来|近年来|过去[的一五]|年初|我们|按照|围绕|在[一-龥]{2,8}的(?:领导|指导))"
)
_RUN_IN = re.compile(
    rf"[^。；！？：:]{{0,24}}?(?:工作|主要|重点|存在的?|年度?|任务|目标)[^。；！？：:]{{0,6}}?{_KIND_WORD}(?={_BODY_OPENING})"
)
"""`三、2022年工作安排2022年，围绕…`: a heading that ran into the paragraph below it."""

_SLOGAN_RUN_IN = re.compile(
    r"[^。；！？：:，,]{4,20}[，,][^。；！？：:，,]{6,20}?(?<![终要须续直期是都])(?=坚持[^。；！？：:，,、]{2,12}[、，,])"
)
"""`（二）做强园区，加快推动提档升级坚持项目为王、…`: the same with a heading of two halves."""


def heading_end(text: str, marker: Marker, line_end: int) -> int:
    """Where the heading that begins with `marker` ends: at its full stop, its colon, or the end of its line.

    A first sentence too long for a heading gives its first clause, by which the section can be recognised.
    """
    start = marker.end
    limit = min(line_end, start + LONGEST_HEADING + 1)
    stop = _first_stop(text, marker, limit, line_end)
    gap = _GAP.search(text, start + 4, limit)
    if gap and line_end - gap.end() >= _LONG_REST and (stop is None or gap.start() <= stop):
        return gap.start()  # `一、绿化美化社区 社区是居民的生活地，…`: a line break that became a space
    if marker.mark <= Mark.ARABIC:
        for pattern in (_RUN_IN, _SLOGAN_RUN_IN):
            run_in = pattern.match(text, start, line_end if line_end - start < 400 else limit + 40)
            if run_in and (stop is None or run_in.end() <= stop):
                return run_in.end()
    if stop is not None:
        return stop + 1
    if line_end - start <= LONGEST_HEADING:
        return line_end
    return _first_clause(text, start, limit)


def _first_stop(text: str, marker: Marker, limit: int, line_end: int) -> int | None:
    """Offset of the mark that ends the heading, if one stands before `limit`."""
    quotes = 0
    at = marker.end
    for match in _STOP.finditer(text, marker.end, limit):
        stop = match.start()
        quotes += text.count("“", at, stop) - text.count("”", at, stop)
        at = stop
        if quotes > 0 and text.find("”", stop, limit) >= 0:
            continue
        if match[0] in "：:" and _goes_on(text, stop + 1, line_end, most=20):
            continue
        if match[0] in "；;" and marker.mark <= Mark.ARABIC and _goes_on(text, stop + 1, line_end, most=12):
            continue
        return stop
    return None


_EXPLAINS = re.compile(r"\s*(?:是?指|即)")
"""`“一楼一码”：指每幢楼挂一个二维码。`"""


def _goes_on(text: str, start: int, line_end: int, *, most: int) -> bool:
    """Whether a short second half of the heading follows: `生态篇：绘就绿水青山新画卷。`"""
    end = min(line_end, start + most + 1)
    sentence = _SENTENCE.search(text, start, end)
    half = text[start : sentence.start() if sentence else end]
    if not half.strip() or (sentence is None and end < line_end) or _EXPLAINS.match(half):
        return False
    return re.search(r"[，,：:；;\d]", half) is None and marker_at(text, start) is None


def _first_clause(text: str, start: int, limit: int) -> int:
    time = _TIME_CLAUSE.match(text, start, limit)
    since = max(time.end() if time else start, start + _SHORTEST_CLAUSE)
    clause = _CLAUSE.search(text, since, limit) or _LIST_COMMA.search(text, since, limit)
    return clause.end() if clause else start + _LONGEST_LABEL


def label(heading: str) -> str:
    """A heading as printed, without the mark that ends it."""
    return heading.strip().rstrip("。；;：:，, ")


_ENDS = tuple("。！？；：，、!?;:,…")
_LONGEST_BARE = 36
_FEWEST_BARE = 4
_SHORTEST_BELOW = 32
"""Of a sentence that is text below a heading, even below one as long."""
_NOT_BARE = re.compile(
    r"[。；！？|\t]|^(?:——|图\s*\d|表\s*\d|附[件表图]|注\s*\d?[：:]|来源|作者|记者|编辑|责任编辑|主送|抄送|联系[人电]|电话)|^\W*目\s*录|https?:|[%％]$|^[（(].*[）)]$"
)
_NAME = re.compile(r"[一-龥]{2,4}(?:\s+[一-龥]{2,4})*")
_HAN, _FRAMING = re.compile("[一-龥]"), re.compile(r"[〔〕【】\[\]]|(?:19|20)\d\d(?=年)")


def is_bare_heading(line: str, following: str) -> bool:
    """Whether an unnumbered line is a heading: short, no final mark, and longer text or a numbered list below."""
    line, following = line.strip(), following.strip()
    if not _FEWEST_BARE <= len(line) <= _LONGEST_BARE or line.endswith(_ENDS) or not following:
        return False
    if _NOT_BARE.search(line) or is_frame(line) or is_date(following):
        return False
    if _NAME.fullmatch(line) and len(line) < _FEWEST_BARE + 2:
        return False
    if len(_HAN.findall(line)) * 2 < len(_FRAMING.sub("", line)):
        return False
    marker = marker_at(following, 0)
    enough = min(len(line) + 13, _SHORTEST_BELOW) if following.endswith("。") else len(line) + 13
    return len(following) >= enough or (marker is not None and marker.mark not in POINTS)
