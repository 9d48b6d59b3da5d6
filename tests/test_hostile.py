"""Text that would be markup: a report, its title and file name, questions and answers, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from housed import PASSWORDS, House, house
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from small_library import small_file

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVIL = (
    "<script>hacked=1</script><img src=x onerror=hacked=1><svg onload=hacked=1><style>body{display:none}</style>"
    "![p](https://evil.example/p.png)[click](javascript:hacked=1)<a href=javascript:hacked=1>a</a>"
    "<iframe src=https://evil.example></iframe></textarea><b>bold</b>{{7*7}}${hacked=1}&lt;i&gt;"
    '"onmouseover="hacked=1'
)
TITLE = f"城管局2023年工作总结{EVIL}"
NASTY = (
    TITLE,
    f"一、整治市容{EVIL}。清理占道经营320处{EVIL}。",
    f"二、明年计划{EVIL}。新建公厕8座{EVIL}。",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("hostile")) as served:
        served.library.add(*small_file(f"{EVIL.replace('/', '_')[:120]}.txt", NASTY))
        yield served


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium.new_context(viewport={"width": 1440, "height": 900})
        chromium.close()


def enter(page: Page, site: House, name: str) -> None:
    """Log in with the keyboard alone."""
    page.goto(site.address)
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORDS[name])
    page.keyboard.press("Enter")
    expect(page.locator("#bg-box textarea")).to_be_visible(timeout=30_000)


def ask(page: Page, question: str, number: int = 0) -> None:
    page.locator("#bg-box textarea").fill(question)
    page.locator("#bg-box textarea").press("Enter")
    expect(page.locator(f'#bg-chat a[href="#copy-{number}"]')).to_be_visible(timeout=30_000)


FOREIGN = """() => [...document.querySelectorAll('.gradio-container *')].filter((n) =>
    n.matches('iframe, object, embed, img[src*="evil"], a[href^="javascript:"], [onerror], [onload], [onmouseover]')
    || (n.matches('script, style') && n.textContent.match(/hacked=1|body{display:none}/))
    || (n.matches('b') && n.textContent === 'bold')
).map((n) => n.outerHTML.slice(0, 200))"""


def test_everything_is_shown_as_text(site: House, context: BrowserContext) -> None:
    page = context.new_page()
    asked: list[str] = []
    dialogs: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))  # an open one would hold the test up
    enter(page, site, "编辑")

    def harmless() -> None:
        page.wait_for_timeout(300)
        assert page.evaluate(FOREIGN) == []
        assert page.evaluate("typeof hacked") == "undefined"
        expect(page.locator("#bg-desk")).to_be_visible()

    ask(page, f"城管局2024年有哪些打算？{EVIL}")
    expect(page.locator('#bg-chat [data-testid="user"]').first).to_contain_text("<script>hacked=1</script>")
    harmless()
    ask(page, "城管局2024年有哪些打算？", 1)
    expect(page.locator('#bg-chat [data-testid="bot"]').last).to_contain_text("<img src=x onerror=hacked=1>")
    page.locator('#bg-chat a[href="#cite-1-1"]').first.click()
    page.locator('#bg-chat a[href="#cite-1-1"]').first.hover()
    expect(page.locator("#cite-1-1")).to_contain_text("![p](https://evil.example/p.png)")
    harmless()
    page.locator("#cite-1-1 [data-act=open]").last.click()
    expect(page.locator("#bg-reader h2").first).to_contain_text("<svg onload=hacked=1>")
    harmless()
    page.locator("#bg-tab-library-button").click()
    expect(page.locator("#bg-list")).to_contain_text("<style>body{display:none}</style>")
    page.get_by_label("查找").fill(EVIL)
    harmless()
    page.locator("#bg-tab-history-button").click()
    expect(page.locator("#bg-past")).to_contain_text("<iframe src=https://evil.example></iframe>")
    harmless()
    page.reload()
    expect(page.locator('#bg-chat a[href="#copy-1"]')).to_be_visible(timeout=30_000)
    harmless()
    assert not dialogs
    assert {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))} == {"127.0.0.1"}


def test_what_a_reader_sees_and_what_the_next_one_does_not(site: House, context: BrowserContext) -> None:
    page = context.new_page()
    for language in ("zh", "en"):
        page.goto(f"{site.address}login?lang={language}")
        found = Axe().run(page).response["violations"]
        assert not [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]
    page.goto(f"{site.address}login?lang=zh")
    enter(page, site, "读者甲")
    ask(page, "交通局有哪些打算？")
    page.locator("#bg-tab-library-button").click()
    page.locator("#bg-list [data-act=open]").first.click()
    expect(page.get_by_text("只问这份报告")).to_be_visible()
    expect(page.get_by_text("更正信息")).to_be_hidden()
    context.clear_cookies()  # as when a session has ended
    page.get_by_text("只问这份报告").click()
    expect(page.locator("#username")).to_be_focused()
    enter(page, site, "读者甲")
    page.locator("#bg-tab-library-button").click()
    expect(page.locator("#bg-list")).to_be_visible()
    expect(page.locator("#bg-upload")).to_be_hidden()
    page.get_by_role("button", name="退出").click()
    enter(page, site, "读者甲")
    expect(page.locator('#bg-chat a[href="#copy-0"]')).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="退出").click()
    enter(page, site, "读者乙")
    page.locator("#bg-tab-history-button").click()
    expect(page.locator("#bg-past")).to_contain_text("还没有历史对话")
    expect(page.locator('#bg-chat a[href="#copy-0"]')).to_have_count(0)
