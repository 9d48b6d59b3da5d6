"""The top line: what the product is, how it answers, what leaves the machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from rag.model import Kind, Report, Scope
from rag.settings import Settings
from ui.accounts import Role, Visitor
from ui.frame import heading, leaves, others, understood
from ui.texts import Say

ALONE = Settings(home=Path("/nowhere"))


def test_without_a_language_model_nothing_is_sent() -> None:
    html = heading(Say("zh"), ALONE)
    for words in ("报告", "摘录模式", "不向外发送任何内容", "每句回答都标明出处"):
        assert words in html


@pytest.mark.parametrize("url", ["http://127.0.0.1:11434/v1", "http://localhost:8000/v1", "http://[::1]:1/v1"])
def test_a_model_on_this_machine_sends_nothing_away(url: str) -> None:
    settings = replace(ALONE, llm_base_url=url, llm_model="qwen")
    assert leaves(settings, Say("zh")) == "不向外发送任何内容"
    assert "生成模式 · qwen" in heading(Say("zh"), settings)


def test_a_model_elsewhere_is_named() -> None:
    settings = replace(ALONE, llm_base_url="https://llm.example.com/v1", llm_model="<m>")
    html = heading(Say("zh"), settings)
    assert "问题和引用的原文会发送到 llm.example.com" in html
    assert "不向外发送" not in html
    assert "&lt;m&gt;" in html


def test_what_was_understood_can_be_pressed() -> None:
    html = understood(Scope(('局"<b>',), (2024,), (Kind.PLAN, Kind.OTHER)), [], Say("zh"))
    assert 'data-org="局&quot;&lt;b&gt;"' in html
    assert 'data-year="2024"' in html
    assert "打算" in html
    assert "其他" not in html
    assert understood(Scope(), [], Say("zh")) == ""


def test_what_could_have_been_meant_instead_is_one_press_away() -> None:
    def of(org: str, year: int) -> Report:
        return Report(f"{org}{year}", "f", "f.txt", 1, "总结", org=org, year=year, plan_year=year + 1)

    reports = [of("甲区交通局", 2019), of("甲区交通局", 2023), of("乙县交通局", 2023), of("甲区教育局", 2023)]
    scope = Scope(("甲区交通局",), (2024,), (Kind.PLAN,))
    assert others(scope, reports) == ([2020, 2023], ["乙县交通局"])
    assert others(Scope(), reports) == ([], [])
    html = understood(scope, reports, Say("zh"))
    assert 'data-event="submit" data-year="2023"' in html
    assert 'data-event="submit" data-org="乙县交通局"' in html
    assert "教育局" not in html


def test_who_is_logged_in_can_log_out_and_a_reader_who_is_not_can_log_in() -> None:
    named = heading(Say("zh"), ALONE, Visitor("<b>王芳", Role.READER))
    assert "&lt;b&gt;王芳" in named
    assert 'method="post" action="logout"' in named
    assert 'href="login"' in heading(Say("zh"), ALONE, Visitor("", Role.READER))
    for alone in (heading(Say("zh"), ALONE), heading(Say("zh"), ALONE, Visitor("", Role.EDITOR))):
        assert "login" not in alone
        assert "logout" not in alone
