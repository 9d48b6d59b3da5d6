"""What a newspaper put between a report's title and its text: captions of photographs, bylines, its own account."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.alignment import Edit
from ingest.lines import line_spans, whole_line
from ingest.titles import is_salutation

_LONGEST = 200
_CREDIT = re.compile(
    r"(?:记者|通讯员|新华社发?|中新社发?|本报|摄影)[^。；，]{0,24}摄(?:影报道|影)?[)）]?$|[（(][^（）()。]{2,20}摄(?:影)?[)）]$"
)
"""`……开幕。 某某日报记者 某某 摄`, the credit of a photograph at the end of its caption."""
_ACCOUNT = re.compile(
    r"(?!.*我代表).*(?:会议|大会|全会)[^。]{0,30}(?:开幕|召开|举行|审议).*作(?:了)?(?:政府)?工作报告[^。]{0,12}。?$"
)
"""`某月某日，…会议在某地开幕。某某作政府工作报告。`"""
_BYLINE = re.compile(
    r"[（(]?(?:[一-龥]{0,8}(?:日报|晚报|网|社|本报))?(?:首席|实习)?(?:记者|通讯员|编辑)[\s：:]+[一-龥\s、]{2,30}[)）]?"
)
_FRAME_LINES = 12
"""So far above the salutation the frame of a report reaches."""


def captions(text: str) -> Iterator[Edit]:
    """Captions with their photographer; and what tells of the meeting, or who reported, above `各位代表：`."""
    lines = line_spans(text)
    saluted = next((i for i, (a, b) in enumerate(lines) if b - a < 40 and is_salutation(text[a:b])), 0)
    for i, (start, end) in enumerate(lines):
        if end - start > _LONGEST:
            continue
        framed = max(0, saluted - _FRAME_LINES) < i < saluted
        line = text[start:end].rstrip()
        if _credited(line) or (framed and (_ACCOUNT.match(line) or _BYLINE.fullmatch(line))):
            yield Edit(*whole_line(text, (start, end)))


def _credited(line: str) -> bool:
    return line.endswith(("摄", "摄）", "摄)", "摄影", "摄影报道")) and _CREDIT.search(line) is not None
