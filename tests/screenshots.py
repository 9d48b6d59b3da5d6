"""Makes the README's pictures anew from the sample reports: `make screenshots`."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from command import Home
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from serving import DESK, PHONE, SLOW, ask, serving

FOLDER = Path(__file__).parent.parent / "ui" / "screenshots"
COLOURS = 128
"""Few enough for files under 200 KB, enough for letters to stay smooth."""
QUESTION = "交通局2025年有哪些打算？"


def main() -> None:
    """An answer with an open source on a wide screen, and an excerpt tapped on a phone."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Home(Path(folder) / "home")) as url,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, device in (("answer", DESK), ("phone", PHONE)):
            page = browser.new_context(**device).new_page()
            page.goto(url)
            expect(page.locator("#bg-chat .example").first).to_be_visible(timeout=2 * SLOW)
            ask(page, QUESTION)
            expect(page.locator("#bg-chat .option").first).to_be_visible(timeout=SLOW)
            marker = page.locator('#bg-chat .prose a[href="#cite-0-2"]').first
            if name == "phone":
                marker.tap()
            else:
                marker.click()
                page.mouse.move(720, 700)
            keep(page, name)
        browser.close()


def keep(page: Page, name: str) -> None:
    """The page as a PNG of few colours."""
    page.wait_for_timeout(1000)  # until movements have ended
    FOLDER.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
