"""What every part of the page needs of gradio: kinds of events, the visitor's language, what a press carries."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from ui.texts import Say, language_of

QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""For what takes no time: at once, past the queue, and no door for programs."""
SPEAKING: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
"""The same through the queue: without it gradio shows no message of `gr.Info` and `gr.Error`."""

Updates = dict[Any, Any]
"""New values by component."""


def say_for(request: gr.Request) -> Say:
    """The words of the language that the visitor has chosen."""
    return Say(language_of(dict(request.cookies)))


def carried(event: gr.EventData) -> dict[str, str]:
    """What the pressed element of a `gr.HTML` says about itself (its `data-…` attributes)."""
    return event._data if isinstance(event._data, dict) else {}


def shown(message: str, say: Say) -> gr.Error:
    """A failure as the visitor sees it: in words, any HTML in them literal."""
    return gr.Error(escape(message), title=say("trouble"), print_exception=False)
