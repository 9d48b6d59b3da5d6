"""The page as a person uses it: a real server on the sample reports, a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from command import Home
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import DESK, PHONE, SLOW, ask, serving, shoot, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLANS = "交通局2025年有哪些打算？"
FIGURES = "交通运输局历年完成投资各是多少？"
TOWN = "柚坪镇下一步要抓哪七项工作？"
NEW = """青禾镇2025年工作总结和2026年工作打算

一、2025年工作总结
（一）农业稳产增收
全年粮食总产量3.6万吨，新建高标准农田5200亩。
（二）<b>集镇</b>建设
改造集镇道路4.8公里，安装路灯260盏。

二、存在的问题
一是年轻劳动力外出多。二是村级集体经济底子薄。

三、2026年工作打算
（一）建设十里茶廊
新栽茶树1800亩，建成茶叶加工车间2座。
（二）办好民生实事
改建卫生院门诊楼，新增停车位120个。

青禾镇人民政府
2025年12月18日
"""
OTHER = """白石乡2025年工作总结和2026年工作计划

一、今年做的主要工作
（一）旅游带动明显
接待游客21.4万人次，民宿增加到37家，带动就业640人。
（二）<b>教育</b>投入加大
乡中心小学操场改造完工，配齐音体美教师9名。

二、困难和不足
进村公路窄，节假日拥堵；卫生室药品不全。

三、2026年工作计划
（一）治理白石河
清淤河道7.5公里，建成生态护岸3处。
（二）扩大民宿集群
引进运营团队2家，改造闲置农房46栋。

白石乡人民政府
2025年12月26日
"""


@pytest.fixture(scope="module")
def site(samples: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The served samples; what tests add, they add to this copy."""
    import shutil

    path = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(samples.path, path, ignore=shutil.ignore_patterns("models", "lock", "process"))
    (path / "models").symlink_to(samples.path / "models")
    with serving(Home(path)) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with visit(browser, site) as opened:
        yield opened


def tab(page: Page, name: str) -> None:
    page.locator(f"#bg-tab-{name}-button").click()


def answer(page: Page, number: int = -1) -> str:
    return page.locator('#bg-chat [data-testid="bot"]').nth(number).inner_text()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("name", "device"), [("desk", DESK), ("phone", PHONE)])
def test_ask_follow_a_citation_add_a_file_and_ask_about_it(
    browser: Browser, site: str, tmp_path: Path, name: str, device: dict[str, Any]
) -> None:
    town, text, plan = {
        "desk": ("青禾镇", NEW, "建设十里茶廊"),
        "phone": ("白石乡", OTHER, "治理白石河"),
    }[name]
    file = tmp_path / f"{town}.txt"
    file.write_text(text, "utf-8")
    with visit(browser, site, device) as page:
        assert fits(page)
        shoot(page, f"{name}-1-first-visit")
        ask(page, PLANS)
        assert "筑牢安全屏障" in answer(page)
        shoot(page, f"{name}-2-answer")

        marker = page.locator('#bg-chat a[href="#cite-0-2"]').first
        marker.click()
        card = page.locator("#cite-0-2")
        expect(card).to_have_attribute("open", "")
        expect(card.locator("mark").first).to_be_in_viewport()
        expect(card).to_contain_text("2024")
        expect(card).to_contain_text("文件：")
        shoot(page, f"{name}-3-citation")
        assert fits(page)

        tab(page, "library")
        page.locator("#bg-upload input[type=file]").set_input_files(file)
        expect(page.locator("#bg-status .bg-added")).to_contain_text("已加入，1 份报告", timeout=SLOW)
        expect(page.locator("#bg-list")).to_contain_text(f"{town}2025年工作总结")
        shoot(page, f"{name}-4-library")
        assert fits(page)

        ask(page, f"{town}2026年有哪些打算？", 1)
        assert plan in answer(page)
        page.locator('#bg-chat a[href="#cite-1-1"]').first.click()
        expect(page.locator("#cite-1-1")).to_contain_text(file.name)

        page.locator("#cite-1-1 .bg-foot [data-act=open]").click()
        reader = page.locator("#bg-reader")
        expect(reader.locator("h2")).to_contain_text(town)
        expect(reader.locator("mark").first).to_be_in_viewport()
        expect(reader).to_contain_text("<b>")
        assert reader.locator("b").count() == 0
        shoot(page, f"{name}-5-report")
        assert fits(page)


def test_an_older_answer_keeps_its_own_citations(page: Page) -> None:
    ask(page, PLANS)
    ask(page, TOWN, 1)
    expect(page.locator("#cite-1-1")).to_be_visible()
    assert page.locator("#cite-0-1").count() == 0
    page.locator('#bg-chat a[href="#cite-0-1"]').first.click()
    expect(page.locator("#cite-0-1")).to_have_attribute("open", "")
    expect(page.locator("#bg-sources")).to_contain_text(PLANS)


def test_a_marker_works_from_the_keyboard_and_leads_back(page: Page) -> None:
    ask(page, PLANS)
    marker = page.locator('#bg-chat a[href="#cite-0-1"]').first
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cite-0-1 summary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_nothing_lies_over_an_excerpt_on_a_phone(browser: Browser, site: str) -> None:
    with visit(browser, site, PHONE) as page:
        ask(page, PLANS)
        page.locator("#bg-chat [role=log]").evaluate("log => log.scrollTo(0, 0)")
        arrow = page.locator("#bg-chat .scroll-down-button-container button")
        expect(arrow).to_be_visible()
        under = arrow.bounding_box()
        places = [(marker, marker.bounding_box()) for marker in page.locator("#bg-chat .prose a[data-hint]").all()]
        above = [marker for marker, place in places if place and under and place["y"] + place["height"] < under["y"]]
        above[-1].tap()
        peek = page.locator("#bg-peek")
        expect(peek).to_be_visible()
        covered = peek.evaluate(
            """peek => {
                const { left, right, top, bottom } = peek.getBoundingClientRect();
                const found = [];
                for (let x = left + 6; x < right - 6; x += 6)
                    for (let y = top + 6; y < bottom - 6; y += 6) found.push(document.elementFromPoint(x, y));
                return found.filter((node) => !peek.contains(node)).map((node) => node.outerHTML);
            }"""
        )
        assert covered == []
        place = peek.bounding_box()
        assert under and place and place["y"] < under["y"] < place["y"] + place["height"], "it lay over the arrow"


def test_what_cannot_be_answered_is_said(page: Page) -> None:
    ask(page, "气象局2025年有哪些打算？")
    assert "[1]" not in answer(page)
    expect(page.locator("#bg-sources")).to_contain_text("这条回答没有引用")
    shoot(page, "desk-6-refusal")


def test_examples_can_be_asked(page: Page) -> None:
    examples = page.locator("#bg-chat .example")
    assert examples.count() == 4
    question = examples.first.inner_text().strip()
    examples.first.click()
    expect(page.locator('#bg-chat a[href="#copy-0"]')).to_be_visible(timeout=SLOW)
    assert page.locator('#bg-chat [data-testid="user"]').first.inner_text().strip() == question
    assert page.locator('#bg-chat a[href^="#cite-0-"]').count() > 1


def test_retry_edit_and_a_new_conversation(page: Page) -> None:
    ask(page, PLANS)
    before = answer(page)
    done = page.locator('#bg-chat a[href="#copy-0"]')
    done.evaluate("link => { link.dataset.old = '' }")  # it stays until the new answer begins
    page.get_by_label("重试").click()
    expect(page.locator('#bg-chat a[href="#copy-0"]:not([data-old])')).to_be_visible(timeout=SLOW)
    assert answer(page) == before

    ask(page, TOWN, 1)
    page.get_by_label("编辑").last.click()
    page.locator("#bg-chat textarea").fill("柚坪镇1.5*有哪些问题？")
    page.get_by_label("发送").click()
    expect(page.locator('#bg-chat [data-testid="user"]').last).to_contain_text("柚坪镇1.5*有哪些问题", timeout=SLOW)
    expect(page.locator('#bg-chat a[href="#copy-1"]')).to_be_visible(timeout=SLOW)
    assert page.locator('#bg-chat [data-testid="user"]').count() == 2

    page.get_by_role("button", name="新对话").click()
    expect(page.locator("#bg-chat .example").first).to_be_visible()
    tab(page, "history")
    page.locator("#bg-past [data-act=pick]").first.click()
    expect(page.locator('#bg-chat [data-testid="user"]').first).to_contain_text("交通局2025年")


def test_a_conversation_survives_a_reload_and_can_be_exported(page: Page) -> None:
    ask(page, PLANS)
    tab(page, "history")
    expect(page.locator("#bg-past")).to_contain_text(PLANS)
    page.reload()
    expect(page.locator('#bg-chat a[href="#copy-0"]')).to_be_visible(timeout=SLOW)
    page.locator('#bg-chat a[href="#cite-0-1"]').first.click()
    expect(page.locator("#cite-0-1 mark").first).to_be_in_viewport()
    tab(page, "history")
    for kind, start in (("md", b"## "), ("docx", b"PK")):
        with page.expect_download() as download:
            page.locator(f"#bg-past [data-kind={kind}]").click()
        assert Path(download.value.path()).read_bytes().startswith(start)
    page.locator("#bg-past [data-act=forget]").first.click()
    expect(page.locator("#bg-past")).to_contain_text("还没有历史对话")


def test_the_answer_is_copied_with_its_sources(browser: Browser, site: str) -> None:
    with visit(browser, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, PLANS)
        page.locator('#bg-chat a[href="#copy-0"]').click()
        expect(page.locator('#bg-chat a[href="#copy-0"]')).to_have_text("已复制 ✓")
        text = page.evaluate("navigator.clipboard.readText()")
        assert "引用：\n[1] " in text
        assert "[2] " in text


def test_the_scope_is_shown_and_can_be_set(page: Page) -> None:
    ask(page, PLANS)
    chips = page.locator("#bg-understood button")
    expect(chips.first).to_be_visible()
    org = chips.first.inner_text()
    chips.first.click()
    expect(page.locator("#bg-scope")).to_contain_text(f"范围：{org}")
    ask(page, "有哪些问题？", 1)
    cited = page.locator("#bg-sources .bg-cite .bg-facts")
    assert cited.count()
    assert all(org in text for text in cited.all_inner_texts())


def test_failures_stay_with_their_reason(page: Page, tmp_path: Path) -> None:
    bad = tmp_path / "空<b>文件.txt"
    bad.write_bytes(b"")
    other = tmp_path / "图.exe"
    other.write_bytes(b"MZ\x00\x01")
    tab(page, "library")
    page.locator("#bg-upload input[type=file]").set_input_files([bad, other])
    failed = page.locator("#bg-status .bg-failed")
    expect(failed).to_have_count(2, timeout=SLOW)
    expect(failed.first).to_contain_text("没有加入：")
    shoot(page, "desk-7-failures")
    good = tmp_path / "长岭乡.txt"
    good.write_text(NEW.replace("青禾镇", "长岭乡"), "utf-8")
    page.locator("#bg-upload input[type=file]").set_input_files(good)
    expect(page.locator("#bg-status .bg-added")).to_have_count(1, timeout=SLOW)
    expect(failed).to_have_count(2)


def test_a_report_is_corrected_and_removed_by_hand(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "临溪乡.txt"
    file.write_text(NEW.replace("青禾镇", "临溪乡"), "utf-8")
    tab(page, "library")
    page.locator("#bg-upload input[type=file]").set_input_files(file)
    expect(page.locator("#bg-status .bg-added")).to_have_count(1, timeout=SLOW)
    expect(page.locator("#bg-list")).to_contain_text("临溪乡")
    page.get_by_label("查找").fill("临溪乡")
    expect(page.locator("#bg-list .bg-row")).to_have_count(1)
    page.locator("#bg-list [data-act=open]").click()
    page.get_by_text("更正信息").click()
    page.get_by_label("总结年份").fill("20")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("年份要写成四位数字")).to_be_visible()
    page.get_by_label("总结年份").fill("2019")
    page.get_by_label("标题").fill("<i>改过</i>的标题")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#bg-reader h2")).to_contain_text("<i>改过</i>的标题")
    expect(page.locator("#bg-reader .bg-facts").first).to_contain_text("2019")
    page.get_by_role("button", name="移出资料库").click()
    page.get_by_role("button", name="确定移出").click()
    expect(page.locator("#bg-list")).to_contain_text("没有符合的报告")


def test_dark_and_english(page: Page) -> None:
    ask(page, PLANS)
    page.locator("[data-theme]").click()
    page.locator('#bg-chat a[href="#cite-0-1"]').first.click()
    shoot(page, "desk-8-dark")
    page.locator("[data-language]").click()
    expect(page.locator("#bg-tab-library-button")).to_have_text("Library", timeout=SLOW)
    expect(page.locator("#bg-head")).to_contain_text("Nothing leaves this machine")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "dark" in (page.locator("body").get_attribute("class") or "")
    page.locator("[data-language]").click()
    expect(page.locator("#bg-tab-library-button")).to_have_text("资料库", timeout=SLOW)


def test_nothing_serious_by_axe(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def serious() -> list[str]:
        page.wait_for_timeout(500)
        found = Axe().run(page).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]

    def with_an_excerpt() -> list[str]:
        page.mouse.move(0, 0)
        page.locator("#bg-chat .prose a[data-hint]").first.hover()
        expect(page.locator("#bg-peek")).to_be_visible()
        return serious()

    assert not serious()
    ask(page, FIGURES)
    expect(page.locator("#bg-chat .bg-chart circle").first).to_be_visible()
    page.locator("#bg-chat .prose a[data-hint]").first.click()
    expect(page.locator("#cite-0-1")).to_have_attribute("open", "")
    assert not serious()
    assert not with_an_excerpt()
    tab(page, "library")
    assert not serious()
    page.locator("#bg-list [data-act=open]").first.click()
    page.get_by_text("更正信息").click()
    assert not serious()
    page.locator("[data-theme]").click()
    assert not serious()
    tab(page, "library")
    assert not serious()
    tab(page, "sources")
    assert not with_an_excerpt()


# Doors other than the page.


def test_programs_can_ask(site: str) -> None:
    from gradio_client import Client

    client = Client(site, verbose=False)
    reply = client.predict(PLANS, api_name="/ask")
    assert reply["question"] == PLANS
    assert not reply["refused"]
    assert "[1]" in reply["answer"]
    assert {"n", "report_id", "report", "org", "years", "file", "heading_path", "excerpt"} <= reply["citations"][
        0
    ].keys()
    limited = client.predict("有哪些打算？", years=[2024], history=[PLANS], api_name="/ask")
    assert limited["citations"]


def test_the_page_has_no_other_door(site: str, samples: Home) -> None:
    info = httpx.get(f"{site}gradio_api/info").json()
    assert list(info["named_endpoints"]) == ["/ask"]
    assert not info["unnamed_endpoints"]
    for path in (samples.path / "library.sqlite", Path(__file__), Path("/etc/hostname")):
        assert httpx.get(f"{site}gradio_api/file={path}").status_code in (403, 404)


def test_the_browser_is_told_to_ask_nobody_else(site: str) -> None:
    page = httpx.get(site)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert re.search(r'<html\s+lang="zh-CN"', page.text)
    assert re.search(r'<html\s+lang="en"', httpx.get(site, cookies={"baogao_lang": "en"}).text)
