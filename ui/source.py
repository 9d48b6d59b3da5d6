"""The right-hand side: an answer's citations in their sections, and a report to read. HTML, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Protocol

from ingest.alignment import original_span
from rag.errors import NotFoundError
from rag.model import Citation, FullReport, Report, Section, SourceFile, Span
from ui.texts import Say
from ui.transcript import Turn, with_sources

CONTEXT = 1500
"""Characters shown before and after the excerpt when its section is longer than `LONG`."""
LONG = 6000


class Reports(Protocol):
    """What is asked of the library here."""

    def report(self, id: str, /) -> FullReport: ...
    def source(self, id: str, /) -> SourceFile: ...


def panel(turn: Turn | None, number: int, library: Reports, say: Say) -> str:
    """Every citation of one answer; the element ids are what its markers link to (`cite-3-1`)."""
    if turn is None or turn.reply is None:
        return f'<div class="bg-panel" data-turn="-1"><p class="bg-hint">{say.html("no_sources")}</p></div>'
    reply = turn.reply
    cards = "".join(_card(citation, number, library, say) for citation in reply.citations)
    body = cards or f'<p class="bg-hint">{say.html("none_cited")}</p>'
    mode = f'<span class="bg-tag">{say.html("mode_generative")}</span>' if reply.mode == "generative" else ""
    return (
        f'<div class="bg-panel" data-turn="{number}" data-copied="{say.html("copied")}">'
        f'<p class="bg-question">{say.html("answer_to", question=turn.question)} {mode}</p>{body}'
        f'<textarea hidden readonly id="plain-{number}">\n{escape(with_sources(turn, say))}</textarea></div>'
    )


def _card(citation: Citation, turn: int, library: Reports, say: Say) -> str:
    name = f"cite-{turn}-{citation.n}"
    years = say.years(citation.years)
    facts = " · ".join(escape(fact) for fact in (citation.org, years) if fact)
    masked = f' <span class="bg-tag">{say.html("masked")}</span>' if citation.masked else ""
    page = say.html("page", n=citation.page) if citation.page else ""
    section, note = _marked(citation.excerpt, (0, len(citation.excerpt))), ""
    report_name, opener, original, beside = citation.report, "", "", ""
    try:
        full = library.report(citation.report_id)
        report_name = full.report.name
        if found := _where_it_is(full, citation):
            citation = found
            section, note = _section(full, citation, say)
            original = _original(full, citation, library, say)
            span = (citation.start, citation.end)
            opener = _opener(citation.report_id, citation.section_id, say("open_report"), span)
            beside = _neighbours(full, citation.section_id, say)
        else:
            note, opener = say("changed"), _opener(citation.report_id, 0, say("open_report"))
    except NotFoundError:
        note = say("gone")
    path = " › ".join(escape(heading) for heading in citation.heading_path)
    warn = f'<p class="bg-note">{escape(note)}</p>' if note else ""
    return (
        f'<details class="bg-cite" id="{name}">'
        f'<summary><span class="bg-n">{citation.n}</span>'
        f'<span class="bg-head"><span class="bg-name">{escape(report_name)}</span>'
        f'<span class="bg-facts">{facts}{masked}</span><span class="bg-path">{path}</span>'
        f'<span class="bg-peek">{escape(" ".join(citation.excerpt.split()))}</span></span></summary>'
        f'<div class="bg-body">{warn}'
        f'<div class="bg-section" tabindex="0" role="region" aria-label="{say.html("section_of")}">{section}</div>'
        f'{original}{beside}<p class="bg-foot"><span>{say.html("file", name=citation.file)}{page}</span>'
        f'<span class="bg-doors">{opener}'
        f'<button type="button" class="bg-button bg-back" data-back>{say.html("to_chat")}</button></span></p>'
        "</div></details>"
    )


def _opener(report: str, section: int, text: str, span: Span | None = None) -> str:
    """A button that opens a report at a section, with the characters of `span` in it marked."""
    marked = f' data-start="{span[0]}" data-end="{span[1]}"' if span else ""
    return (
        f'<button type="button" class="bg-button" data-act="open" data-report="{escape(report)}" '
        f'data-section="{section}"{marked}>{escape(text)}</button>'
    )


def _neighbours(full: FullReport, number: int, say: Say) -> str:
    """The sections before and after one, of the same parent, to go on to in the report."""
    if not 0 < number < len(full.sections):
        return ""
    siblings = [s.number for s in full.children(full.sections[number].parent or 0)]
    at = siblings.index(number)
    before = [(n, say("section_before", heading=full.sections[n].heading)) for n in siblings[max(at - 1, 0) : at]]
    after = [(n, say("section_after", heading=full.sections[n].heading)) for n in siblings[at + 1 : at + 2]]
    buttons = "".join(_opener(full.report.id, n, text) for n, text in (*before, *after))
    return f'<p class="bg-beside">{buttons}</p>' if buttons else ""


def _where_it_is(full: FullReport, citation: Citation) -> Citation | None:
    """The citation in the section that holds its excerpt now: a report that was read anew may have others."""
    own = full.sections[citation.section_id] if 0 <= citation.section_id < len(full.sections) else full.sections[0]
    at = own.start + citation.start
    if not full.text.startswith(citation.excerpt, at):
        at = full.text.find(citation.excerpt, own.start, own.end)
        at = full.text.find(citation.excerpt) if at < 0 else at
    end = at + len(citation.excerpt)
    if at < 0:
        return None
    if own.number != citation.section_id or not own.start <= at <= end <= own.end:
        own = [s for s in full.sections if s.start <= at and end <= s.end][-1]
        citation = replace(citation, section_id=own.number, heading_path=full.heading_path(own.number))
    return replace(citation, start=at - own.start, end=end - own.start)


def _section(full: FullReport, citation: Citation, say: Say) -> tuple[str, str]:
    """The cited section with the excerpt marked, and a remark where it is not the whole."""
    text, start, end = full.section_text(citation.section_id), citation.start, citation.end
    if len(text) <= LONG:
        return _marked(text, (start, end)), ""
    first = max(0, start - CONTEXT)
    return _marked(text[first : end + CONTEXT], (start - first, end - first)), say("cut")


def _original(full: FullReport, citation: Citation, library: Reports, say: Say) -> str:
    """The file's own wording, folded away, where cleaning or conversion to Simplified changed it."""
    if not full.origin:
        return ""
    at = full.sections[citation.section_id].start + citation.start
    start, end = original_span(full.origin, at, at + len(citation.excerpt))
    wording = library.source(full.report.file_id).text[start:end]
    if "".join(wording.split()) == "".join(citation.excerpt.split()):
        return ""
    return f'<details class="bg-contents"><summary>{say.html("original")}</summary><p>{escape(wording)}</p></details>'


def _marked(text: str, span: Span, offset: int = 0) -> str:
    """Paragraphs of `text`, which begins at `offset`, with what lies in `span` marked."""
    html, position = [], offset
    for line in text.split("\n"):
        if line.strip():
            a = min(max(span[0] - position, 0), len(line))
            b = min(max(span[1] - position, a), len(line))
            mark = f"<mark>{escape(line[a:b])}</mark>" if b > a else ""
            html.append(f"<p>{escape(line[:a])}{mark}{escape(line[b:])}</p>")
        position += len(line) + 1
    return "".join(html)


def reader(full: FullReport | None, say: Say, *, section: int | None = None, span: Span = (0, 0)) -> str:
    """A report as an outline to read; `span` (offsets in `section`) is marked and scrolled to."""
    if full is None:
        return f'<p class="bg-hint">{say.html("no_report")}</p>'
    if section is not None and 0 <= section < len(full.sections):
        start = full.sections[section].start
        span = (start + span[0], start + span[1])
    else:
        section = None
    contents = "".join(
        f'<li class="bg-l{min(s.level, 4)}"><a href="#sec-{s.number}">{escape(s.heading)}</a></li>'
        for s in full.sections
        if s.level
    )
    if contents:
        contents = (
            f'<details class="bg-contents"><summary>{say.html("contents")}</summary><ul>{contents}</ul></details>'
        )
    target = f' data-target="{section}"' if section is not None else ""
    body = "".join(_passage(full, s, span) for s in full.sections)
    report = full.report
    return (
        f'<article class="bg-report" data-report="{escape(report.id)}"{target}>'
        f"<h2>{escape(report.name)}</h2>"
        f'<p class="bg-facts">{facts(report, len(full.sections) - 1, say)}</p>{contents}{body}</article>'
    )


def _passage(full: FullReport, section: Section, span: Span) -> str:
    """A section's heading and the text before its first child."""
    children = full.children(section.number)
    end = children[0].start if children else section.end
    text = _marked(full.text[section.body : end], span, section.body)
    if not section.level:
        return f'<section id="sec-0">{text}</section>'
    level = min(section.level + 2, 6)
    a, b = max(span[0], section.start), min(span[1], section.body)
    heading = _marked(full.text[section.start : section.body], (a, b), section.start) if b > a else ""
    heading = heading.removeprefix("<p>").removesuffix("</p>") or escape(section.heading)
    return f'<section id="sec-{section.number}" tabindex="-1"><h{level}>{heading}</h{level}>{text}</section>'


def facts(report: Report, sections: int, say: Say) -> str:
    """Organisation, years, size and file of a report in one line of HTML."""
    parts = [
        report.org or say("unknown_org"),
        say.years(report.years),
        say("sections", n=sections),
        say("characters", n=report.characters),
        report.file,
    ]
    line = " · ".join(escape(part) for part in parts)
    if report.masked:
        line += f' <span class="bg-tag">{say.html("hidden_figures", n=report.masked)}</span>'
    return line


def versions(fuller: Sequence[Report], others: Sequence[Report], say: Say) -> str:
    """Other versions of a report, the fuller one first; nothing where it is the only one."""
    lines = [
        f'<p class="bg-note">{say.html(key)}<button type="button" class="bg-link" data-act="open" '
        f'data-report="{escape(report.id)}">{escape(report.name)}</button>（{escape(report.file)}）</p>'
        for key, reports in (("fuller_version", fuller), ("other_version", others))
        for report in reports
    ]
    return "".join(lines)
