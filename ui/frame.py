"""The line at the top of the page and the line of what was understood, as HTML. Every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from rag.model import Report, Scope
from rag.settings import Settings
from ui.accounts import NOBODY, Role, Visitor
from ui.texts import Say

YEARS, ORGS = 2, 2
"""How many other years, and organisations of like name, are offered instead of those understood."""
ALIKE = 3
"""So many last characters make two names alike: `交通局`, `管理局`."""


def understood(scope: Scope, reports: Sequence[Report], say: Say) -> str:
    """What a question was taken to be about, as HTML: a press keeps a part as a limit, or asks again of another."""
    kept = [(f'data-org="{escape(org)}"', org) for org in scope.orgs]
    kept += [(f'data-year="{year}"', say("year", y=year)) for year in scope.years]
    pins = "".join(_chip(f'data-act="pin" {data}', text, say("pin", what=text)) for data, text in kept)
    kinds = "".join(
        f'<span class="bg-chip">{say.html(f"kind_{kind.value}")}</span>'
        for kind in scope.kinds
        if kind.value != "other"
    )
    if not pins and not kinds:
        return ""
    years, orgs = others(scope, reports)
    meant = [(f'data-year="{year}"', say("year", y=year)) for year in years]
    meant += [(f'data-org="{escape(org)}"', org) for org in orgs]
    instead = "".join(_chip(f'data-event="submit" {data}', text, say("ask_instead", what=text)) for data, text in meant)
    if instead:
        instead = f'<span class="bg-instead">{say.html("instead")}{instead}</span>'
    return f'<p class="bg-scope-line"><span>{say.html("understood")}</span>{pins}{kinds}{instead}</p>'


def _chip(data: str, text: str, hint: str) -> str:
    return f'<button type="button" class="bg-chip" {data} title="{escape(hint)}">{escape(text)}</button>'


def others(scope: Scope, reports: Sequence[Report]) -> tuple[list[int], list[str]]:
    """What could have been meant instead: other years of the same organisations; organisations of like name."""
    own = {year for report in reports if report.org in scope.orgs for year in report.years} - set(scope.years)
    nearest = sorted(own, key=lambda year: (abs(year - max(scope.years, default=max(own))), -year))
    ends = {org[-ALIKE:] for org in scope.orgs}
    like = {report.org for report in reports if report.org[-ALIKE:] in ends} - set(scope.orgs)
    return sorted(nearest[:YEARS]), sorted(like)[:ORGS]


def heading(say: Say, settings: Settings, visitor: Visitor = NOBODY) -> str:
    """The top of the page: what this is, how it answers, what leaves the machine, who is here."""
    other = "en" if say.language == "zh" else "zh"
    if settings.llm_model:
        mode, why = f"{say('mode_generative')} · {settings.llm_model}", say("mode_generative_why")
    else:
        mode, why = say("mode_excerpt"), say("mode_excerpt_why")
    return (
        f'<header class="bg-top" data-chat="{say.html("chat")}" data-source="{say.html("source_n", n="{n}")}" '
        f'data-see="{say.html("see_source")}"><h1>{say.html("title")}</h1>'
        f'<p class="bg-what">{say.html("what")}</p>'
        f'<p class="bg-badges"><span class="bg-tag" title="{escape(why)}">{escape(mode)}</span>'
        f'<span class="bg-tag">{escape(leaves(settings, say))}</span></p>'
        f'<p class="bg-switches"><button type="button" class="bg-button" data-language="{other}">'
        f"{say.html('other_language')}</button>"
        f'<button type="button" class="bg-button" data-theme>{say.html("theme")}</button></p>'
        f"{_who(say, visitor)}</header>"
    )


def _who(say: Say, visitor: Visitor) -> str:
    """Who is logged in, and the way out; the way in for readers who are not."""
    if visitor.name:
        return (
            f'<form class="bg-switches" method="post" action="logout"><span>{escape(visitor.name)}</span>'
            f'<button class="bg-button">{say.html("logout")}</button></form>'
        )
    if visitor.role is Role.READER:
        return f'<p class="bg-switches"><a class="bg-button" href="login">{say.html("login")}</a></p>'
    return ""


def leaves(settings: Settings, say: Say) -> str:
    """What is sent from this machine: nothing, or questions and excerpts to the language model that was set."""
    host = urlsplit(settings.llm_base_url).hostname or ""
    if not host or host == "localhost" or host.startswith("127.") or host == "::1":
        return say("private")
    return say("sent", host=host)
