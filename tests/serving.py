"""A real server and a real browser, for the tests of the page."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from command import BAOGAO, Home
from playwright.sync_api import Browser, Page, expect

ARTEFACTS = Path(__file__).parent.parent / "artefacts"
SLOW = 60_000
"""Milliseconds that a first answer may take on a busy machine."""
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


@contextmanager
def serving(home: Home, *args: str) -> Iterator[str]:
    """`baogao serve` on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [BAOGAO, "serve", "--port", str(port), *args],
        stdout=subprocess.PIPE,
        env=home.environment(PYTHONUNBUFFERED="1"),
        text=True,
        encoding="utf-8",
        # A suite that runs in the background is deaf to interrupts, and so would be what it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if address := re.search(r"http://\S+?(?=[（\s])", line):
                yield address[0]
                break
        else:
            raise AssertionError(f"the server ended: {said}")
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.kill()


@contextmanager
def visit(browser: Browser, url: str, device: dict[str, Any] | None = None, **options: Any) -> Iterator[Page]:
    """The page, open and ready; at the end, no request has left this machine and no script has failed."""
    context = browser.new_context(**{**(device or DESK), **options})
    asked: list[str] = []
    faults: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(url)
    expect(page.locator("#bg-chat .example").first).to_be_visible(timeout=SLOW)
    yield page
    outside = [u for u in asked if urlsplit(u).scheme not in ("data", "blob") and urlsplit(u).hostname != "127.0.0.1"]
    assert asked
    assert not outside
    assert not faults
    context.close()


def ask(page: Page, question: str, number: int = 0) -> None:
    """Type a question, press Enter, wait until its answer is complete; `number` counts the answers from 0."""
    box = page.locator("#bg-box textarea")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(f'#bg-chat a[href="#copy-{number}"]')).to_be_visible(timeout=SLOW)


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot outside git."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.wait_for_timeout(700)  # until movements have ended
    page.screenshot(path=ARTEFACTS / f"{name}.png")
