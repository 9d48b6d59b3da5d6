"""A file's text becomes its reports, each with identity and outline. Pure: no model, no library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from ingest.alignment import AlignedText, Edit, first_from
from ingest.cleaning import clean
from ingest.compilation import Piece, split
from ingest.contents import contents_page
from ingest.filename import completed, title_in_name, with_name
from ingest.fileplace import common_place, with_common_place
from ingest.identity import Identity, identify
from ingest.lines import whole_line
from ingest.naming import descriptive_title, distinguishing_tags, missing_in_title, recorded_title, spoken_title
from ingest.outline import first_headings, outline, scan
from ingest.titles import without_notes, without_occasion
from ingest.years import implied_plan_year
from rag.model import FullReport, Kind, Report, SourceFile, Span
from rag.text import MASK, years_in

READING = 4
"""Version of what is made of a file's text: cleaning, reports, identity, outline, chunks. Raise it when that changes
for the better; libraries then offer to read anew the texts of the files that they hold."""

_ID_DIGITS = 12
"""Of a file's SHA-256 in the ids of its reports: among 100,000 files two share them once in 50,000 libraries."""


def reports_in(source: SourceFile, pages: Sequence[int] = ()) -> list[FullReport]:
    """The reports of a file in order; empty where nothing but boilerplate is left after cleaning.

    `pages`: offsets in the file's text where each of its pages begins, where that is known.
    """
    cleaned = clean(source.text).aligned
    pieces = split(cleaned.text)
    stem = PurePath(source.name).stem
    name = stem if len(pieces) == 1 else ""
    reports = [_report(source, cleaned, piece, i, name) for i, piece in enumerate(pieces, 1)]
    if len(pieces) > 1:
        reports = with_common_place(reports, common_place(cleaned.text[: pieces[0].start], stem))
    if pages:
        reports = [replace(full, pages=_pages(full, pages)) for full in reports]
    return _tagged(reports)


def _report(source: SourceFile, cleaned: AlignedText, piece: Piece, position: int, name: str) -> FullReport:
    """One report; `name` is the file's, where it has only one report."""
    start, title_end = _bounds(cleaned.text, piece)
    part = cleaned.part(start, piece.end)
    if piece.repeated:
        part = part.edited(Edit(*whole_line(part.text, (a - start, b - start))) for a, b in piece.repeated)
    part = part.edited(contents_page(part.text, title_end))
    printed = without_notes("".join(part.text[:title_end].split("\n")))
    scanned = scan(part.text, title_end=title_end)
    headings = first_headings(scanned)
    hint = title_in_name(name) or recorded_title(piece.label, part.text)
    identity, known = _identity(printed, hint, part.text, headings, name)
    sections = outline(scanned, plan_year=identity.plan_year)
    plan_year = identity.plan_year
    if plan_year is None and any(s.kind is Kind.PLAN for s in sections):
        plan_year = implied_plan_year(known, part.text, headings, identity.year)
    title = without_occasion(printed) or _unprinted_title(piece.label, known, part.text, headings, identity)
    report = Report(
        id=f"{source.id[:_ID_DIGITS]}-{position}",
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
    return FullReport(report, part.text, (replace(sections[0], heading=title), *sections[1:]), part.runs)


def _identity(printed: str, hint: str, text: str, headings: tuple[str, ...], name: str) -> tuple[Identity, str]:
    """Who and when by the report itself, completed by `hint` and the file's name; and its title, which `hint` is where
    none is printed."""
    own = identify(printed, text, headings)
    both = completed(own, hint) if hint else own
    if both is None:
        return own, printed
    if hint and not printed:
        return completed(identify(hint, text, headings), hint) or both, hint
    return with_name(both, name), printed


def _pages(full: FullReport, starts: Sequence[int]) -> tuple[Span, ...]:
    """Where in a report each page of its file begins, given where in the file's text: `FullReport.pages`."""
    first = bisect_right(starts, full.origin[0][1])
    numbered = enumerate(starts[first:], first + 1)
    later = ((first_from(full.origin, start), number) for number, start in numbered)
    runs = [(0, first)] if first else []
    return (*runs, *((offset, number) for offset, number in later if offset < len(full.text)))


def _bounds(text: str, piece: Piece) -> tuple[int, int]:
    """Where the report begins, without the number that its file gives it, and how long its title is."""
    title_start, title_end = piece.title
    start = title_start if title_end > title_start else max(piece.start, title_end)
    while start < piece.end and text[start].isspace():
        start += 1
    return start, max(0, title_end - start)


def _unprinted_title(label: str, known: str, text: str, headings: Sequence[str], identity: Identity) -> str:
    """`国务院2021年政府工作报告`, the title that is known from elsewhere, or `篇2 区水利局（2024年）`."""
    named = next(iter(years_in(known)), None)
    spoken = spoken_title(text, identity.org, named or identity.plan_year or identity.year)
    title = known if known and not label.isdigit() else spoken or known
    if title:
        return title
    words = descriptive_title(text, headings, org=identity.org, year=identity.year)
    return " ".join(filter(None, (label, words)))


_SAME_TITLE = 6
"""Characters by which titles of one body in one file count as the same."""


def _tagged(reports: list[FullReport]) -> list[FullReport]:
    """Reports whose titles say neither body nor year get these; those of a file that share both, or whose names would
    be the same, words of their own."""
    tags = [_missing(full.report) for full in reports]
    for key in (_sort, lambda full, tag: (full.report.title, tag)):
        alike: dict[tuple, list[int]] = {}
        for i, full in enumerate(reports):
            alike.setdefault(key(full, tags[i]), []).append(i)
        for same in (same for same in alike.values() if len(same) > 1):
            own = distinguishing_tags([reports[i].text for i in same])
            for i, tag in zip(same, own, strict=True):
                tags[i] = tag or tags[i]
    return [
        replace(full, report=replace(full.report, tag=tag)) if tag else full
        for full, tag in zip(reports, tags, strict=True)
    ]


def _sort(full: FullReport, _tag: str) -> tuple:
    return full.report.org, full.report.title[:_SAME_TITLE], full.report.years


def _missing(report: Report) -> str:
    if report.org or not report.year:
        return missing_in_title(report.title, report.org, report.plan_year or report.year)
    return missing_in_title(report.title, report.place, report.year)
