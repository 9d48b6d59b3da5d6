"""Earlier conversations, as one visitor's browser keeps them. Pure functions on plain JSON."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from html import escape
from typing import Any

from ui.export import as_docx, as_markdown
from ui.texts import Say
from ui.transcript import Turn, from_json, to_json

Saved = dict[str, Any]
"""`{"open": id, "chats": [{"id": …, "turns": […]}, …]}`, newest first."""

ROOM = 300_000
"""Characters of JSON kept: encrypted and encoded they take up to four times that, and browsers give about 5 million."""


EXPORTS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
}


def new_id() -> str:
    """A name for a conversation, unique within a browser."""
    return secrets.token_hex(6)


def keep(saved: Saved | None, chat: str, turns: Sequence[Turn]) -> Saved:
    """`saved` with the conversation `chat` first and open; the oldest are dropped when there is no more room."""
    others = [entry for entry in _chats(saved) if entry.get("id") != chat]
    entries = [{"id": chat, "turns": [to_json(turn) for turn in turns]}, *others] if turns else others
    size, kept = 0, []
    for entry in entries:
        size += len(json.dumps(entry, ensure_ascii=False))
        if kept and size > ROOM:
            break
        kept.append(entry)
    return {"open": chat, "chats": kept}


def forget(saved: Saved | None, chat: str) -> Saved:
    """`saved` without the conversation `chat`."""
    opened = saved.get("open", "") if isinstance(saved, dict) else ""
    return {"open": "" if opened == chat else opened, "chats": [e for e in _chats(saved) if e.get("id") != chat]}


def turns_of(saved: Saved | None, chat: str) -> list[Turn]:
    """The turns of the conversation `chat`; none where the browser holds nothing readable."""
    for entry in _chats(saved):
        if entry.get("id") == chat:
            try:
                return [from_json(turn) for turn in entry["turns"]]
            except (KeyError, TypeError, ValueError, AttributeError):
                return []  # written by another version, or changed by hand: the conversation starts anew
    return []


def opened(saved: Saved | None) -> tuple[str, list[Turn]]:
    """The conversation that was open last, or a new one."""
    chat = saved.get("open", "") if isinstance(saved, dict) else ""
    turns = turns_of(saved, chat) if isinstance(chat, str) else []
    return (chat, turns) if turns else (new_id(), [])


def listing(saved: Saved | None, say: Say) -> str:
    """The conversations as HTML, to be picked or deleted."""
    rows = []
    for entry in _chats(saved):
        chat, turns = entry.get("id"), turns_of(saved, str(entry.get("id")))
        if not turns:
            continue
        current = ' aria-current="true"' if saved and saved.get("open") == chat else ""
        rows.append(
            f'<li class="bg-row"><button type="button" data-act="pick" data-chat="{escape(str(chat))}"{current}>'
            f'<span class="bg-name">{escape(turns[0].question)}</span>'
            f'<span class="bg-facts">{say.html("questions", n=len(turns))}</span></button>'
            f'<button type="button" class="bg-button" data-act="forget" data-chat="{escape(str(chat))}" '
            f'aria-label="{say.html("forget")}: {escape(turns[0].question)}">{say.html("forget")}</button></li>'
        )
    if not rows:
        return f'<p class="bg-hint">{say.html("no_history")}</p>'
    exports = "".join(
        f'<button type="button" class="bg-button" data-act="export" data-kind="{kind}">'
        f"{say.html(f'export_{kind}')}</button>"
        for kind in EXPORTS
    )
    return (
        f'<p class="bg-exports">{exports}</p><ul class="bg-list">{"".join(rows)}</ul>'
        f'<p class="bg-hint">{say.html("history_where")}</p>'
    )


def download(turns: Sequence[Turn], kind: str, say: Say) -> str:
    """A link holding the conversation as a file, which the page follows as soon as it is there."""
    content = as_docx(turns, say) if kind == "docx" else as_markdown(turns, say).encode()
    return (
        f'<a hidden data-go="{secrets.token_hex(4)}" download="{say.html("export_name")}.{kind}" '
        f'href="data:{EXPORTS[kind]};base64,{base64.b64encode(content).decode()}"></a>'
    )


def _chats(saved: Saved | None) -> list[dict[str, Any]]:
    chats = saved.get("chats") if isinstance(saved, dict) else None
    return [entry for entry in chats if isinstance(entry, dict)] if isinstance(chats, list) else []
