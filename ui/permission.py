"""Who presses a button of the page, and whether they may. Needs gradio at import."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from ui.accounts import NOBODY, Role, Visitor
from ui.texts import Say, language_of

log = logging.getLogger(__name__)


def visitor_of(request: gr.Request) -> Visitor:
    """Who makes the request, as the gate found out; nobody where it did not stand before the page."""
    scope = getattr(request.request, "scope", {})
    return scope.get("user") or NOBODY


def may_edit(request: gr.Request) -> bool:
    """Whether who makes the request is an editor."""
    return visitor_of(request).role >= Role.EDITOR


def offer(request: gr.Request) -> tuple[Any, Any, Any]:
    """Show the parts of the page that are for editors (adding, correcting, opinions) to those only."""
    shown = gr.update(visible=may_edit(request))
    return shown, shown, shown


def must_edit(request: gr.Request, doing: str) -> None:
    """The first line of whatever changes the library: `gr.Error` for all but editors; `doing` goes into the log."""
    visitor = visitor_of(request)
    if not may_edit(request):
        log.warning("refused", extra={"user": visitor.name, "doing": doing})
        say = Say(language_of(dict(request.cookies)))
        raise gr.Error(say("editors_only"), title=say("trouble"), print_exception=False)
    log.info("editing", extra={"user": visitor.name, "doing": doing})
