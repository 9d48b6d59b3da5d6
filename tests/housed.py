"""The whole page on a small real library, served in this process, for the tests of who may do what."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
from small_library import COMMERCE, TRANSPORT, small_file
from test_pipeline import CountingEmbeddings

from rag.assistant import Assistant
from rag.library import Library
from rag.settings import Settings
from ui.accounts import Accounts, Role, add
from ui.app import build, launch

PASSWORDS = {"读者甲": "reader-one-password", "读者乙": "reader-two-password", "编辑": "editor-password"}


@dataclass(frozen=True, slots=True)
class House:
    address: str
    library: Library
    page: gr.Blocks
    accounts: Path

    def client(self, name: str = "", **options: Any) -> httpx.Client:
        """A browser without a page, logged in as `name`."""
        client = httpx.Client(base_url=self.address, timeout=30, **options)
        if name:
            done = client.post("/login", data={"username": name, "password": PASSWORDS[name]})
            assert done.status_code == 200, done.text
        return client


@contextmanager
def house(
    folder: Path, *, auth: bool = True, anonymous: Role | None = None, env: dict[str, str] | None = None
) -> Iterator[House]:
    """A served page; with `auth` those of `PASSWORDS` may log in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["GRADIO_TEMP_DIR"] = str(folder / "uploads")
    file = folder / "accounts" / "users.json"
    if auth:
        for name, password in PASSWORDS.items():
            add(file, name, Role.EDITOR if name == "编辑" else Role.READER, password)
    settings = Settings.from_env(env or {}, home=folder / "home")
    with Library.open(settings, CountingEmbeddings()) as library:
        library.add(*small_file("两局.txt", TRANSPORT, COMMERCE))
        page = build(Assistant(library, settings), library, settings, mcp=True)
        accounts = Accounts(file) if auth else None
        address = launch(page, settings, host="127.0.0.1", port=port, accounts=accounts, anonymous=anonymous, mcp=True)
        try:
            yield House(address, library, page, file)
        finally:
            page.close(verbose=False)
