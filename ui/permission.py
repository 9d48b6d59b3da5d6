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


def offer(request: gr.Request) -> tuple[Any, Any]:
    """Show the two parts of the page that change the library (adding, correcting) to those only who may use them."""
    shown = gr.update(visible=visitor_of(request).role >= Role.EDITOR)
    return shown, shown


def must_edit(request: gr.Request, doing: str) -> None:
    """The first line of whatever changes the library: `gr.Error` for all but editors; `doing` goes into the log."""
    visitor = visitor_of(request)
    if visitor.role < Role.EDITOR:
        log.warning("refused", extra={"user": visitor.name, "doing": doing})
        say = Say(language_of(dict(request.cookies)))
        raise gr.Error(say("editors_only"), title=say("trouble"), print_exception=False)
    log.info("editing", extra={"user": visitor.name, "doing": doing})
