"""Expected outlines, and what a text is read as."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from ingest.readers import ReadFile, read
from ingest.reports import reports_in
from rag.model import FullReport, Section, SourceFile

DATA = Path(__file__).parent / "data"
Expected = dict[str, Any]
"""`file`, `position`, fields of `Report`, `headings` (level, heading, kind), `absent`."""


def expected(name: str) -> list[Expected]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def reports_of(path: Path) -> tuple[FullReport, ...]:
    """The reports of a file, as the program reads it."""
    items = [item for item in read(path) if isinstance(item, ReadFile)]
    sources = [SourceFile(i.data_sha256, i.name, i.size, i.encoding, "", i.text) for i in items]
    return tuple(full for source in sources for full in reports_in(source))


def reports_from(text: str, name: str = "报告.txt") -> list[FullReport]:
    return reports_in(SourceFile("ab" * 32, name, len(text), "UTF-8", "", text))


_POINT = re.compile(r"[〔①-⑩]|——|[一二三四五六七八九][是要]|第[一二三四五六七八九]，|首先|其次|最后|[（(]\d[）)]")


def is_point(full: FullReport, section: Section) -> bool:
    """Whether a section is a passage or a point, which expected outlines need not list: all in one sentence."""
    return _POINT.match(section.heading) is not None or not full.text[section.body : section.end].strip()


def headings(full: FullReport, *, points: bool = False) -> list[tuple[int, str]]:
    """Levels and headings of the first two levels."""
    return [(s.level, s.heading) for s in full.sections[1:] if s.level <= 2 and (points or not is_point(full, s))]
