"""A file's text becomes its reports, each with identity and outline. Pure: no model, no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.alignment import AlignedText
from ingest.cleaning import clean
from ingest.compilation import Piece, split
from ingest.identity import identify
from ingest.naming import descriptive_title, distinguishing_tag
from ingest.outline import outline
from rag.model import FullReport, Kind, Report, Section, SourceFile
from rag.text import MASK


def reports_in(source: SourceFile) -> list[FullReport]:
    """The reports of a file in order; empty where nothing but boilerplate is left after cleaning."""
    cleaned = clean(source.text).aligned
    found = [_report(source, cleaned, piece, position) for position, piece in enumerate(split(cleaned.text), 1)]
    return _tagged(found)


def _report(source: SourceFile, cleaned: AlignedText, piece: Piece, position: int) -> FullReport:
    title_start, title_end = piece.title
    start = title_start if title_end > title_start else max(piece.start, title_end)
    while start < piece.end and cleaned.text[start].isspace():
        start += 1
    part = cleaned.part(start, piece.end)
    printed = cleaned.text[title_start:title_end].strip()
    sections = outline(part.text, title_end=len(printed))
    headings = tuple(s.heading for s in sections if s.level == 1)
    identity = identify(printed, part.text, headings)
    sections = outline(part.text, title_end=len(printed), plan_year=identity.plan_year)
    plan_year = identity.plan_year or _next_year(identity.year, sections)
    title = printed or _descriptive(piece.label, identity.org, descriptive_title(part.text, headings, org=identity.org))
    report = Report(
        id=f"{source.id[:8]}-{position}",
        file_id=source.id,
        file=source.name,
        position=position,
        title=title,
        org=identity.org,
        org_level=identity.org_level,
        place=identity.place,
        year=identity.year,
        plan_year=plan_year,
        date=identity.date,
        characters=len(part.text),
        masked=sum(1 for _ in MASK.finditer(part.text)),
    )
    root = replace(sections[0], heading=title)
    return FullReport(report, part.text, (root, *sections[1:]), part.runs())


def _descriptive(label: str, org: str, subject: str) -> str:
    """`篇2 区水利局：防汛抗旱打赢主动仗`, with what of it is known."""
    return " ".join(filter(None, (label, "：".join(filter(None, (org, subject))))))


def _next_year(year: int | None, sections: Sequence[Section]) -> int | None:
    """A plan headed `下一步打算`, without a year, is for the year after the one reported on."""
    return year + 1 if year and any(s.kind is Kind.PLAN for s in sections) else None


def _tagged(reports: list[FullReport]) -> list[FullReport]:
    """Reports of one file that share a title get words that tell them apart."""
    tagged = []
    for full in reports:
        key = (full.report.org, full.report.title[:6])
        same = [
            other.text for other in reports if other is not full and (other.report.org, other.report.title[:6]) == key
        ]
        tag = distinguishing_tag(full.text, same) if same else ""
        tagged.append(replace(full, report=replace(full.report, tag=tag)))
    return tagged
