"""The library as HTML: what it holds, its reports, files under way and what became of them. Every text escaped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from rag.model import Feedback, Report
from ui.source import facts
from ui.texts import TEXTS, Say

if TYPE_CHECKING:
    from ingest.pipeline import Outcome, Progress


LATEST = 50
"""Opinions that are listed."""


def findable(report: Report) -> str:
    """The words that a search looks through."""
    return " ".join((report.name, report.org, report.file, report.place, *map(str, report.years)))


def glance(reports: Sequence[Report], say: Say) -> str:
    """How many reports of whom, and a table of organisations × years."""
    if not reports:
        return f'<p class="bg-hint">{say.html("empty")}</p>'
    orgs = sorted({r.org for r in reports}, key=lambda org: (org == "", org))
    years = sorted({year for r in reports for year in r.years[:1]})
    text = say("holds", reports=len(reports), orgs=len([org for org in orgs if org]))
    if years:
        text += say("holds_years", years=say.years(sorted({years[0], years[-1]})))
    head = "".join(f'<th scope="col">{year}</th>' for year in years)
    lines = []
    for org in orgs:
        cells = "".join(_cell(org, year, [r for r in reports if r.org == org], say) for year in years)
        lines.append(f'<tr><th scope="row">{escape(org or say("unknown_org"))}</th>{cells}</tr>')
    table = f'<table class="bg-grid"><thead><tr><td></td>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    return (
        f'<p class="bg-holds">{escape(text)}</p>'
        f'<details class="bg-contents" open><summary>{say.html("by_year")}</summary>'
        f'<div class="bg-scroll" tabindex="0">{table}</div></details>'
    )


def _cell(org: str, year: int, reports: Sequence[Report], say: Say) -> str:
    """How many reports of an organisation and year: one is opened by a press, several are searched for."""
    found = [report for report in reports if report.years[:1] == (year,)]
    if not found:
        return "<td></td>"
    words = escape(f"{org} {year}".strip())
    act = f'data-act="open" data-report="{escape(found[0].id)}"' if len(found) == 1 else 'data-act="find"'
    name = say.html("cell", what=f"{org or say('unknown_org')} {year}", n=len(found))
    return (
        f'<td><button type="button" class="bg-chip" {act} data-words="{words}" title="{name}" aria-label="{name}">'
        f"{len(found)}</button></td>"
    )


def listing(reports: Sequence[tuple[Report, int]], say: Say, samples: Collection[str] = ()) -> str:
    """Reports with their number of sections, each to be opened; those of the files `samples` are said to be samples."""
    if not reports:
        return f'<p class="bg-hint">{say.html("no_match")}</p>'
    tag = f' <span class="bg-tag">{say.html("sample")}</span>'
    rows = "".join(
        f'<li class="bg-row"><button type="button" data-act="open" data-report="{escape(report.id)}">'
        f'<span class="bg-name">{escape(report.name)}</span>'
        f'<span class="bg-facts">{facts(report, sections, say)}{tag if report.file_id in samples else ""}</span>'
        "</button></li>"
        for report, sections in reports
    )
    return f'<ul class="bg-list">{rows}</ul>'


def opinions(found: Sequence[Feedback], say: Say) -> str:
    """What people thought of answers, newest first: useful or not, why, the question, the answer folded away."""
    if not found:
        return f'<p class="bg-hint">{say.html("no_opinions")}</p>'
    newest = found[: -LATEST - 1 : -1]
    rows = "".join(
        f'<li class="bg-{"added" if one.useful else "failed"}"><span class="bg-facts">{escape(one.time[:10])} · '
        f"{say.html('useful' if one.useful else 'useless')}</span>"
        f"{f'<span>{escape(one.comment)}</span>' if one.comment else ''}"
        f'<details class="bg-contents"><summary>{escape(one.question)}</summary>'
        f'<p class="bg-said">{escape(one.answer.replace("**", ""))}</p></details></li>'
        for one in newest
    )
    note = say.html("all_opinions", n=len(newest), command="baogao feedback")
    return f'<ul class="bg-files">{rows}</ul><p class="bg-note">{note}</p>'


def under_way(names: Sequence[str], latest: Mapping[str, Progress], say: Say) -> str:
    """One line a file (and a file inside an archive, once it is reached): how far it is."""
    lines = []
    for name in dict.fromkeys((*names, *latest)):
        step = latest.get(name)
        text = say("waiting")
        share = 0.0
        if step:
            text = say(f"stage_{step.stage}") if f"stage_{step.stage}" in TEXTS else step.stage
            text += f" {step.done}/{step.total}" if step.total else ""
            share = step.done / step.total if step.total else 0.0
        lines.append(
            f'<li><span class="bg-name">{escape(name)}</span><span class="bg-facts">{escape(text)}</span>'
            f'<progress max="1" value="{share:.2f}" aria-label="{escape(name)}"></progress></li>'
        )
    return f'<ul class="bg-files" role="status">{"".join(lines)}</ul>'


def finished(outcomes: Sequence[Outcome], say: Say) -> str:
    """What became of each file; failures with their reason."""
    texts = {
        "added": lambda o: say("added", n=o.reports),
        "replaced": lambda o: say("replaced", n=o.reports),
        "unchanged": lambda _: say("unchanged"),
        "skipped": lambda o: say("skipped", why=o.reason),
        "failed": lambda o: say("failed_file", why=o.reason),
    }
    failed = sum(outcome.status in ("failed", "skipped") for outcome in outcomes)
    head = say("not_all", n=failed) if failed else say("finished")
    lines = "".join(
        f'<li class="bg-{escape(o.status)}"><span class="bg-name">{escape(o.file)}</span>'
        f'<span class="bg-facts">{escape(texts[o.status](o))}</span></li>'
        for o in outcomes
    )
    return f'<div role="status"><p class="bg-holds">{escape(head)}</p><ul class="bg-files">{lines}</ul></div>'
