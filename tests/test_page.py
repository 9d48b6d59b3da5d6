"""The page's own parts as a person uses them, in a real browser, with an assistant that says what it is told to."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import DESK, PHONE, SLOW, ask, shoot, visit
from small_library import COMMERCE, TRANSPORT, small_file
from test_pipeline import CountingEmbeddings

from rag.citation import Citations
from rag.library import Library
from rag.model import Kind, Reply, Scope
from rag.settings import Settings
from ui.app import build, launch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOWLY = "慢慢说"
YEARS = "历年修了多少公里公路？"


class Teller:
    """Answers every question with the first section of a report; `SLOWLY` by bits, `YEARS` with a table."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def stream(self, question: str, **limits: Any) -> Iterator[Reply]:
        report = self.library.reports()[0]
        full = self.library.report(report.id)
        citations = Citations(self.library)
        markers = [citations.cite(report.id, (s.start, s.end), context=False) for s in full.sections[1:]]
        scope = Scope((report.org,), tuple(limits["years"] or (2023,)), (Kind.PLAN,))
        reply = Reply(question, "", scope=scope, citations=tuple(citations.found))
        text = f"据报告：\n\n- 新建公路12公里{markers[0]}\n- 推进客运站建设{markers[1]}"
        if question == YEARS:
            text = f"| 年份 | 新建公路 |\n|---|---|\n| 2021年 | 9公里{markers[1]} |\n| 2023年 | 12公里{markers[0]} |"
        if question == SLOWLY:
            for end in range(1, 60):
                time.sleep(0.4)
                yield replace(reply, answer=text[:end] + "……")
        yield replace(reply, answer=text)

    def ask(self, question: str, **limits: Any) -> Reply:
        *_, reply = self.stream(question, **limits)
        return reply

    def follow_ups(self, reply: Reply, **limits: Any) -> list[str]:
        return ["交通局存在哪些问题？"]

    def examples(self, n: int = 4) -> list[str]:
        return ["交通局2024年有哪些打算？", "商务局2024年有哪些打算？"]


@dataclass(frozen=True)
class Site:
    url: str
    library: Library


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(home=tmp_path_factory.mktemp("page") / "home")
    with Library.open(settings, CountingEmbeddings()) as library, socket.socket() as probe:
        library.add(*small_file("交通局.txt", TRANSPORT))
        library.add(*small_file("商务局.txt", COMMERCE))
        library.add(*small_file("交通局（隐去数字）.txt", (TRANSPORT[0], TRANSPORT[1].replace("12", "××"))))
        first, _, masked = library.reports()
        library.update_report(masked.id, version_of=first.id)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        page = build(Teller(library), library, settings)
        yield Site(launch(page, settings, host="127.0.0.1", port=port), library)
        page.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with visit(browser, site.url) as opened:
        yield opened


def marker(page: Page, n: int = 1) -> Any:
    return page.locator(f'#bg-chat .prose a[href="#cite-0-{n}"]').first


def test_an_answer_grows_and_can_be_stopped(page: Page) -> None:
    page.locator("#bg-box textarea").fill(SLOWLY)
    page.locator("#bg-box textarea").press("Enter")
    expect(page.locator("#bg-chat")).to_contain_text("据报告", timeout=SLOW)
    expect(page.locator("#bg-chat")).not_to_contain_text("客运站")
    page.get_by_role("button", name="停止").click()
    expect(page.locator("#bg-chat")).to_contain_text("已停止", timeout=SLOW)
    expect(page.get_by_role("button", name="提问")).to_be_visible()
    assert page.locator('#bg-chat a[href="#rate-0-1"]').count() == 0
    ask(page, "再问一次？", 1)


def test_a_new_conversation_has_nothing_of_the_answer_that_was_under_way(page: Page) -> None:
    page.locator("#bg-box textarea").fill(SLOWLY)
    page.locator("#bg-box textarea").press("Enter")
    expect(page.locator("#bg-chat")).to_contain_text("据报告", timeout=SLOW)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator("#bg-chat .example").first).to_be_visible(timeout=SLOW)
    ask(page, "再问一次？")
    expect(page.locator("#bg-chat")).not_to_contain_text(SLOWLY)
    page.locator("#bg-tab-history-button").click()
    expect(page.locator("#bg-past .bg-row")).to_have_count(1)


def test_a_figure_over_the_years_has_a_chart_whose_points_open_their_citations(page: Page) -> None:
    ask(page, YEARS)
    chart = page.locator("#bg-chat .bg-years")
    expect(chart.locator("circle")).to_have_count(2)
    expect(chart.locator(".bg-tick")).to_have_text(["2021", "2022", "2023"])
    assert chart.locator(".bg-line").count() == 0  # nothing is known of 2022
    expect(page.locator("#bg-chat table")).to_contain_text("12公里")
    shoot(page, "desk-9-chart")
    chart.locator("a").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cite-0-1")).to_have_attribute("open", "")
    expect(page.locator("#cite-0-1 summary")).to_be_focused()


def test_a_marker_shows_its_excerpt_to_the_pointer_and_to_the_keyboard(page: Page) -> None:
    ask(page, "有哪些打算？")
    peek = page.locator("#bg-peek")
    marker(page).hover()
    expect(peek).to_be_visible()
    expect(peek).to_contain_text("新建公路12公里")
    expect(peek.locator("button")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    assert marker(page).get_attribute("aria-label") == "引用 1"
    page.mouse.move(0, 0)
    page.locator("#bg-chat .prose").last.click(position={"x": 1, "y": 1})
    page.keyboard.press("Tab")
    expect(peek).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#cite-0-1 mark").first).to_be_in_viewport()
    took = page.evaluate("""() => new Promise((done) => {
        const card = document.querySelector("#cite-0-2"), began = performance.now();
        new MutationObserver(() => done(performance.now() - began)).observe(card, { attributeFilter: ["open"] });
        document.querySelector("#bg-chat a[href='#cite-0-2']").click();
    })""")
    assert took <= 500  # 150 ms on a quiet machine


def test_a_tap_shows_the_excerpt_and_its_button_leads_on(browser: Browser, site: Site) -> None:
    with visit(browser, site.url, PHONE) as page:
        ask(page, "有哪些打算？")
        marker(page).tap()
        peek = page.locator("#bg-peek")
        expect(peek).to_contain_text("新建公路12公里")
        box = peek.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["viewport"]["width"]
        assert page.locator("#cite-0-1").get_attribute("open") is None
        shoot(page, "phone-9-excerpt")
        peek.get_by_text("看原文").tap()
        expect(page.locator("#cite-0-1 mark").first).to_be_in_viewport()
        expect(peek).to_be_hidden()
        page.locator("#cite-0-1 [data-back]").tap()
        expect(marker(page)).to_be_in_viewport()


def test_an_opinion_is_kept_in_the_library_and_shown_after_a_reload(page: Page, site: Site) -> None:
    question = "这条有用吗？"
    ask(page, question)
    page.locator('#bg-chat a[href="#rate-0-0"]').click()
    why = page.locator("#bg-why").get_by_role("textbox")
    expect(why).to_be_focused()
    page.keyboard.type("少了照明")
    page.keyboard.press("Enter")
    expect(page.locator("#bg-why")).to_be_hidden()
    expect(page.locator('#bg-chat a[href="#rate-0-0"]')).to_have_text("✓ 没用")
    page.reload()
    expect(page.locator('#bg-chat a[href="#rate-0-0"]')).to_have_text("✓ 没用", timeout=SLOW)
    (kept,) = [f for f in site.library.feedback() if f.question == question]
    assert (kept.useful, kept.comment) == (False, "少了照明")
    page.locator("#bg-tab-library-button").click()
    page.get_by_role("button", name="大家对回答的评价").click()
    expect(page.locator("#bg-opinions li").first).to_contain_text("少了照明", timeout=SLOW)
    expect(page.locator("#bg-opinions li").first).to_contain_text(question)


def test_what_to_ask_next_is_one_press_away(page: Page) -> None:
    ask(page, "有哪些打算？")
    page.locator("#bg-chat .option").click()
    expect(page.locator('#bg-chat a[href="#copy-1"]')).to_be_visible(timeout=SLOW)
    expect(page.locator('#bg-chat [data-testid="user"]').last).to_contain_text("存在哪些问题")
    expect(page.locator("#bg-chat .option")).to_have_count(1)


def test_what_was_understood_is_put_right_with_one_press_and_cleared_with_another(page: Page) -> None:
    ask(page, "有哪些打算？")
    line = page.locator("#bg-understood")
    expect(line).to_contain_text("2023年")
    line.locator("[data-event=submit][data-year='2024']").click()
    expect(page.locator("#bg-scope")).to_contain_text("范围：2024年", timeout=SLOW)
    expect(line.locator("[data-act=pin][data-year='2024']")).to_be_visible(timeout=SLOW)
    assert page.locator('#bg-chat [data-testid="user"]').count() == 1
    page.get_by_role("button", name="不限").click()
    expect(page.locator("#bg-scope")).to_contain_text("范围：全部资料")
    expect(page.get_by_role("button", name="不限")).to_be_hidden()


def test_from_an_excerpt_to_the_section_beside_it_and_to_the_other_version(page: Page) -> None:
    ask(page, "有哪些打算？")
    marker(page).click()
    page.locator("#cite-0-1 .bg-beside button").last.click()
    reader = page.locator("#bg-reader")
    expect(reader.locator("#sec-2")).to_be_in_viewport(timeout=SLOW)
    expect(reader.locator("h2")).to_contain_text("交通局2023年工作总结")
    expect(reader).to_contain_text("同一份报告的另一个版本")
    reader.locator(".bg-note [data-act=open]").click()
    expect(reader).to_contain_text("提问时用的是更全的版本", timeout=SLOW)
    reader.locator(".bg-note [data-act=open]").click()
    expect(reader).to_contain_text("12公里")
    reader.locator(".bg-contents summary").click()
    reader.locator(".bg-contents a").last.click()
    expect(reader.locator("section").last).to_be_focused()


def test_the_library_is_seen_at_a_glance_searched_and_sorted(page: Page) -> None:
    page.locator("#bg-tab-library-button").click()
    expect(page.locator("#bg-holds")).to_contain_text("共 3 份报告")
    page.get_by_role("button", name="打开：商务局 2023").click()
    expect(page.locator("#bg-reader h2")).to_contain_text("商务局", timeout=SLOW)
    page.locator("#bg-tab-library-button").click()
    page.get_by_role("button", name="交通局 2023：2 份报告").click()
    expect(page.locator("#bg-list .bg-row")).to_have_count(2)
    page.get_by_label("查找").fill("")
    page.get_by_label("排序").click()
    page.get_by_role("option", name="节数（多的在前）").click()
    expect(page.locator("#bg-list .bg-row").last).to_contain_text("1 节")


def test_several_files_are_dragged_in(page: Page) -> None:
    page.locator("#bg-tab-library-button").click()
    zone = page.locator("#bg-upload button").first
    text = (
        f"{{}}2025年工作总结\n\n一、主要工作\n{'全年修建村道6公里，安装路灯40盏。' * 9}\n二、存在的问题\n一是人手少。"
    )
    dropped = page.evaluate_handle(
        """(text) => {
            const data = new DataTransfer();
            for (const town of ["松口镇", "梅岭镇"])
                data.items.add(new File([text.replace("{}", town)], `${town}.txt`));
            return data;
        }""",
        text,
    )
    zone.dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#bg-status li")).to_have_count(2, timeout=SLOW)
    expect(page.locator("#bg-status .bg-added")).to_have_count(2, timeout=SLOW)
    expect(page.locator("#bg-list")).to_contain_text("梅岭镇2025年工作总结")


def test_everything_is_reached_from_the_keyboard(page: Page) -> None:
    page.locator("#bg-box textarea").focus()
    page.keyboard.type("有哪些打算？")
    page.keyboard.press("Enter")
    expect(page.locator("#bg-chat .option")).to_be_visible(timeout=SLOW)
    wanted = {"English", "新对话", "引用 1", "复制回答和引用", "有用", "没用", "引用", "资料库", "历史", "提问"}
    wanted |= {"交通局存在哪些问题？", "2024年", "重试", "编辑"}
    page.evaluate("document.activeElement.blur()")
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "() => { const n = document.activeElement; return (n.ariaLabel || n.textContent || n.title).trim(); }"
            )
        )
    assert wanted <= set(reached), wanted - set(reached)


def usable(browser: Browser, url: str) -> float:
    """Seconds from asking for the page until something can be typed."""
    context = browser.new_context(**DESK)
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("#bg-box textarea").fill("有")
    took = time.perf_counter() - began
    context.close()
    return took


def test_the_page_is_soon_usable(browser: Browser, site: Site) -> None:
    times = [usable(browser, site.url) for _ in range(3)]
    assert min(times) <= 6.0, times  # 2 s is the aim; whoever runs the tests may have other work under way
