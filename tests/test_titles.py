"""Lines that frame a report, and names of bodies."""

import pytest

from ingest.bodies import body_in, is_body, unmasked
from ingest.titles import (
    Strength,
    byline_end,
    contents_title,
    is_byline,
    is_date,
    is_occasion,
    is_salutation,
    is_signature,
    piece_number,
    says_less,
    signed_by,
    starts_block,
    strength,
    without_notes,
)

STRONG, MEDIUM, WEAK, NONE = Strength.STRONG, Strength.MEDIUM, Strength.WEAK, Strength.NONE


@pytest.mark.parametrize(
    ("line", "sure"),
    [
        ("政府工作报告", STRONG),
        ("县政府报告", STRONG),
        ("政府工作报告——2019年3月5日在第十三届全国人民代表大会第二次会议上", STRONG),
        ("1983年政府工作报告目前的形势和改革的任务——1983年6月6日在第六届全国人民代表大会第一次会议上", STRONG),
        ("1983年政府工作报告目前的形势和改革的任务", NONE),
        ("某县水利局二〇二三年工作总结", STRONG),
        ("2023年工作总结和2024年工作思路（镇乡）", STRONG),
        ("2024年工作总结暨2025年工作安排（城市管理局）", STRONG),
        ("——某区文化和旅游局2022年工作总结", STRONG),
        ("某局2024年工作要点", STRONG),
        ("XX乡2023年工作总结", STRONG),
        ("2023年工作总结", MEDIUM),
        ("乡村振兴工作总结", MEDIUM),
        ("关于青山县2023年计划执行情况的报告", MEDIUM),
        ("在全市河湖治理现场会上的汇报材料", MEDIUM),
        ("在全县水利工作会议上的讲话", MEDIUM),
        ("关于青山县茶农增收情况的调研报告", MEDIUM),
        ("2023年度述职述廉报告", MEDIUM),
        ("经验交流材料", MEDIUM),
        ("某县水利局在全市水利工作会议上的交流发言", STRONG),
        ("认真学习重要讲话", NONE),
        ("在全市会议上作交流发言", NONE),
        ("撰写调研报告", NONE),
        ("节水材料", NONE),
        ("2024年工作打算", WEAK),
        ("下一步工作打算", WEAK),
        ("重点工作完成情况", WEAK),
        ("一、2023年工作总结", NONE),
        ("某县水利局2023年工作总结，现予印发", NONE),
        ("根据年度工作安排", NONE),
        ("1983年政府工作报告 1984年政府工作报告", NONE),
        ("加强组织领导", NONE),
        ("总结", NONE),
    ],
)
def test_titles(line: str, sure: Strength) -> None:
    assert strength(line) is sure


@pytest.mark.parametrize(
    ("line", "piece"),
    [
        ("篇3", (3, "")),
        ("篇3：某局工作总结", (3, "某局工作总结")),
        ("【篇一】", (1, "")),
        ("第二篇：某局工作总结", (2, "某局工作总结")),
        ("范文1", (1, "")),
        ("乡镇工作总结 篇1", (1, "乡镇工作总结")),
        ("乡镇工作总结范文（二）", (2, "乡镇工作总结")),
        ("三、某县财政局2022年工作总结", (3, "某县财政局2022年工作总结")),
        ("三、2022年工作总结", None),
        ("第二部分 工作计划", None),
        ("一篇大文章", None),
    ],
)
def test_numbered_pieces(line: str, piece: tuple[int, str] | None) -> None:
    assert piece_number(line) == piece


@pytest.mark.parametrize("leader", ["\t", "……………", "．．．．", "  ", " . . . . "])
def test_entries_of_a_contents_page(leader: str) -> None:
    assert contents_title(f"某局2023年工作总结{leader}12") == "某局2023年工作总结"
    assert contents_title("某局2023年工作总结12") is None


def test_what_stands_around_the_text() -> None:
    assert is_date("2023年10月26日") and is_date("（二〇二三年十二月三日）") and not is_date("2023年完成投资")
    assert is_salutation("各位代表：") and is_salutation("尊敬的各位领导、同志们：")
    assert not is_salutation("加强组织领导")
    assert is_byline("国务院总理 某某某") and is_byline("县长  张某") and not is_byline("县长办公会研究决定")
    assert is_byline("砚溪区区长陈某某") and is_byline("溪口县人民政府县长李某") and not is_byline("市长热线")
    assert byline_end("国务院总理某某某各位代表：") == len("国务院总理某某某")
    assert byline_end("市长 某某 各位代表：现在") == len("市长 某某 ")
    assert byline_end("各位代表：") == 0
    assert is_occasion("——2019年3月5日在第十三届全国人民代表大会第二次会议上")
    assert is_occasion("（2024年1月16日在某市第十五届人民代表大会第四次会议上）")
    assert is_signature("XX市XX区水利局") and not is_signature("新建学校3所")
    assert starts_block("（二）抓民生") and not starts_block("推进项目建设")


def test_the_body_of_a_signature() -> None:
    assert signed_by("某县统计局") == signed_by("某县统计局课题组") == "某县统计局"
    assert signed_by("新建学校3所") == ""


def test_what_a_site_wrote_around_a_title() -> None:
    assert without_notes("(云岭省)2020年溪口县政府工作报告(全文)") == "2020年溪口县政府工作报告"
    assert without_notes("2021年政府工作报告政府工作报告") == "2021年政府工作报告"
    assert without_notes("溪口县2023年政府工作报告（全文）_溪口县人民政府") == "溪口县2023年政府工作报告"
    assert without_notes("2023年工作总结（民政）") == "2023年工作总结（民政）"


def test_of_two_titles_one_can_say_less() -> None:
    assert says_less("政府工作报告", "2016年砚溪区政府工作报告")
    assert says_less("2021年政府工作报告政府工作报告", "2021年溪口县政府工作报告")
    assert not says_less("2016年政府工作报告", "2017年砚溪区政府工作报告")
    assert not says_less("2016年政府工作报告", "2016年政府工作报告（全文）")


def test_names_of_bodies() -> None:
    assert body_in("岚川市交通运输局2023年") == "岚川市交通运输局"
    assert body_in("推进国家示范区建设") == ""
    assert [body_in(f"岚川市{name}2023年") for name in ("档案馆", "广播电视台", "气象台", "疾控中心", "供销社")] == [
        f"岚川市{name}" for name in ("档案馆", "广播电视台", "气象台", "疾控中心", "供销社")
    ]
    assert body_in("搭建政企沟通平台") == body_in("登上国际舞台") == ""
    assert not is_body("有关部门") and not is_body("乡镇") and is_body("经济开发区")
    assert unmasked("XX市XX区水利局") == "区水利局"
