"""Site boilerplate, advertising, page numbers and running heads, and what only looks like them."""

from collections.abc import Callable, Iterable

import pytest

from ingest.alignment import AlignedText, Edit
from ingest.noise import boilerplate, counted_pages, is_offer, lone_page_numbers, other_pages, running_heads

PROSE = "推进各项重点工作落到实处，取得新的进展。" * 9
CUT = "全年共实施各类项目一百余个，总投资稳步增长，其中产业类项目占比超过" * 5


def without(rule: Callable[[str], Iterable[Edit]], text: str) -> str:
    return AlignedText(text).edited(rule(text)).text


@pytest.mark.parametrize(
    "line",
    [
        "《某局工作总结3篇.docx》由会员分享,可在线阅读,更多相关《某局工作总结3篇.docx(21页珍藏版)》请在某网上搜索。",
        "导语：如何才能写好一篇工作总结？欢迎阅读由某网整理的十篇范文，供你借鉴。",
        "下面小编给大家分享几篇范文，希望对大家有所帮助。",
        "时间：2024-03-21 17:41:28",
        "发布时间：2022-12-28 09:31  来源：某市交通运输局  浏览次数：1286",
        "某某网 2021-07-27 17:55:23 政府报告",
        "来源时间为:2021-06-08",
        "2023-01-09 来源：某某日报",
        "今天是:2020年03月08日 星期日",
        "当前位置：首页 > 政务公开 > 工作总结",
        "首页 | 政务公开 | 政务服务 | 互动交流",
        "字号：[大 中 小]",
        "【打印】【关闭】",
        "上一篇：某市水利局2022年工作总结",
        "主办单位：某市人民政府办公室",
        "版权所有 某市人民政府 某ICP备00000000号",
        "扫一扫在手机打开当前页",
        "某县水利局工作总结.docx",
        "大小:28.30KB",
        "- 2021-04-14 发布",
        "- 1、本文档由用户上传，某文库整理发布，可阅读全部内容。",
        "某站>实用范文>报告总结>工作报告>",
        "收藏 分享赚钱",
        "https://www.example.com/gongbao/content_1.html 1/15",
        "2026/3/23 21:07 政府工作报告_某网",
        "【某某素材库】每天更新材料，会员群+网盘同步，有意加入请联系客服：abc",
    ],
)
def test_lines_that_a_site_or_a_seller_added(line: str) -> None:
    assert without(boilerplate, f"上文。\n{line}\n下文。") == "上文。\n下文。"


@pytest.mark.parametrize(
    "line",
    [
        "开通12345客服热线，推广扫码支付，受理诉求2316件。",
        "举办会员企业座谈会，下载使用政务应用的群众明显增加！",
        "局公众号和微信群同步推送，请广大市民监督。",
        "来源结构不断优化，非税收入占比下降，财政收入质量明显提高，收入来源：税收占八成以上，其余为国有资源有偿使用收入。",
        "时间紧、任务重，全局上下连续作战。",
        "项目 | 投资 | 进度",
        "首页改版后，办件量增长三成。",
        "主办首届文化旅游节，吸引游客12万人次。",
    ],
)
def test_lines_of_a_report_stay(line: str) -> None:
    assert without(boilerplate, line) == line


def test_what_a_site_glued_to_a_line_goes_alone() -> None:
    title = "1982年政府工作报告 时间: 2019-03-07信息来源:某网 作者:某部"
    assert without(boilerplate, title) == "1982年政府工作报告"
    glued = "《总结.docx》由会员分享，请在某网上搜索。" + PROSE * 3
    assert without(boilerplate, glued) == PROSE * 3
    assert without(boilerplate, "国内建设[编辑]") == "国内建设"


def test_a_list_of_other_pages_ends_the_text() -> None:
    others = "【工作总结三篇】相关文章：\n1.教师工作总结\n2.医生工作总结"
    assert without(other_pages, f"{PROSE}\n{others}\n").strip() == PROSE
    assert without(other_pages, f"{others}\n{PROSE}") == f"{others}\n{PROSE}"


def test_an_offer_calls_with_several_words() -> None:
    assert is_offer("专业代写代笔，原创高质量，请加微信号：abc，售后无忧")
    assert not is_offer("打击代写论文、假冒伪劣等违法行为")


def test_counted_pages_that_cut_sentences() -> None:
    text = "\n".join(f"{page}、{CUT}" for page in range(1, 6))
    assert without(counted_pages, text) == CUT * 5


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{i}、抓好第{i}项重点工作" for i in range(1, 8)),
        "\n".join(f"{i}、{PROSE}" for i in range(1, 8)),
        "\n".join(f"{page}、{CUT}" for page in range(1, 3)),
    ],
    ids=["short items", "whole sentences", "two pages"],
)
def test_items_of_a_list_are_no_pages(text: str) -> None:
    assert without(counted_pages, text) == text


@pytest.mark.parametrize("number", ["- {} -", "第{}页 共9页", "{}", "— {} —", "{}/9"])
def test_page_numbers_on_lines_of_their_own(number: str) -> None:
    pages = [f"{PROSE}\n{number.format(i)}\n" for i in range(1, 6)]
    assert without(lone_page_numbers, "".join(pages)) == f"{PROSE}\n" * 5


def test_the_head_of_the_pages_goes_with_their_numbers() -> None:
    pages = [f"{PROSE}\n— {n} —\n工作总结汇编\n二、打算{n}" for n in range(1, 6)]
    kept = without(lone_page_numbers, "\n".join(pages))
    assert "汇编" not in kept and kept.count("二、打算") == 5
    assert "—" not in without(lone_page_numbers, "\n".join(pages[:2]))
    assert without(lone_page_numbers, f"{PROSE}\n1\n{PROSE}\n2") == f"{PROSE}\n1\n{PROSE}\n2"


def test_numbers_in_a_column_are_no_pages() -> None:
    column = "\n".join(str(i) for i in range(1, 9))
    assert without(lone_page_numbers, column) == column


def test_heads_of_pages_in_mid_sentence() -> None:
    head = "某县水利局2023年工作总结"
    text = "".join(f"{CUT}\n{head}\n" for _ in range(4)) + PROSE
    assert head not in without(running_heads, text)


def test_a_heading_that_several_reports_share_is_no_head_of_a_page() -> None:
    text = "".join(f"{PROSE}\n存在的问题\n" for _ in range(6)) + PROSE
    assert without(running_heads, text) == text
