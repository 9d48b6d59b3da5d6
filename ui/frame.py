"""The line at the top of the page and the line of what was understood, as HTML. Every text escaped."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from rag.model import Scope
from rag.settings import Settings
from ui.accounts import NOBODY, Role, Visitor
from ui.texts import Say


def understood(scope: Scope, say: Say) -> str:
    """What a question was taken to be about, as HTML; each part can be pressed to keep it as a limit."""
    chips = [(f'data-org="{escape(org)}"', org) for org in scope.orgs]
    chips += [(f'data-year="{year}"', say("year", y=year)) for year in scope.years]
    buttons = "".join(
        f'<button type="button" class="bg-chip" data-act="pin" {data} title="{say.html("pin", what=text)}">'
        f"{escape(text)}</button>"
        for data, text in chips
    )
    kinds = "".join(
        f'<span class="bg-chip">{say.html(f"kind_{kind.value}")}</span>'
        for kind in scope.kinds
        if kind.value != "other"
    )
    return f'<p class="bg-scope-line">{say.html("understood")}{buttons}{kinds}</p>' if buttons or kinds else ""


def heading(say: Say, settings: Settings, visitor: Visitor = NOBODY) -> str:
    """The top of the page: what this is, how it answers, what leaves the machine, who is here."""
    other = "en" if say.language == "zh" else "zh"
    if settings.llm_model:
        mode, why = f"{say('mode_generative')} · {settings.llm_model}", say("mode_generative_why")
    else:
        mode, why = say("mode_excerpt"), say("mode_excerpt_why")
    return (
        f'<header class="bg-top" data-chat="{say.html("chat")}"><h1>{say.html("title")}</h1>'
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
