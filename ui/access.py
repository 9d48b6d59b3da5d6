"""Which address needs which role: all that is served, and nothing else. Pure functions.

Gradio brings more than this page uses: fetching addresses of the internet (`file=https://…`, `proxy=…`), files of its
cache, editing the app's own code (`vibe-edit`), run history. What is not listed here does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ui.accounts import Role

API = "/gradio_api"
UPLOAD_PATH = f"{API}/upload"
MCP_PATH = f"{API}/mcp/"

_ANYBODY, _READER, _EDITOR = Role.VISITOR, Role.READER, Role.EDITOR
ROUTES: tuple[tuple[str, str, Role], ...] = (
    # methods, path, least role
    ("GET HEAD", r"/favicon\.ico", _ANYBODY),
    ("GET", rf"{API}/startup-events", _ANYBODY),  # gradio asks itself when it starts; answers true or false
    ("GET HEAD", r"/", _READER),
    ("GET", r"/config/?|/theme\.css|/manifest\.json", _READER),
    ("GET", r"/(assets|static|svelte)/.+", _READER),  # gradio's own scripts, styles and pictures
    ("GET", rf"{API}/(info|app_id|login_check|queue/status)/?|{API}/theme\.css", _READER),
    ("POST", rf"{API}/(queue/join|cancel|reset/?)", _READER),
    ("GET", rf"{API}/(queue/data|heartbeat/[^/]+)", _READER),
    ("POST", rf"{API}/(run|api|call|call/v2)/[^/]+/?", _READER),
    ("GET", rf"{API}/(call|call/v2)/[^/]+/[^/]+", _READER),
    ("GET POST", rf"{API}/mcp/?", _READER),
    ("POST", UPLOAD_PATH, _EDITOR),
    ("GET", rf"{API}/upload_progress", _EDITOR),
)


def needed(method: str, path: str) -> Role | None:
    """The least role that may make this request; None where there is nothing to be had."""
    for methods, pattern, role in ROUTES:
        if method in methods.split() and re.fullmatch(pattern, path):
            return role
    return None


def holds_remote_file(data: Any) -> bool:
    """Whether JSON names a file on another server as an upload: gradio would fetch it."""
    return any(
        isinstance(value.get("path"), str) and value["path"].strip().lower().startswith(("http:", "https:"))
        for value in _objects(data)
    )


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `data`, however deep."""
    left = [data]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            yield value
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
