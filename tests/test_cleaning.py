"""Cleaning: every rule repairs its example, and nothing else is touched."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import FRAGMENTS

from ingest.alignment import original_span
from ingest.cleaning import RULES, clean
from rag.text import fold

TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=60).map("".join)
MAY_REMOVE_DIGITS = {
    "新闻照片说明",
    "行尾水印",
    "行首页码",
    "单行页码",
    "站点套话与广告",
    "相关文章",
    "页眉",
    "Markdown 标记",
}


@pytest.mark.parametrize(
    ("rule", "dirty", "cleaned"),
    [
        ("控制字符", "推进\u200b项目\ufeff建设", "推进项目建设"),
        ("换行统一", "第一行。\r\n第二行。\f第三行。", "第一行。\n第二行。\n第三行。"),
        (
            "段首缩进",
            "各位代表：　　一、回顾　　粮食增产。　　工业增产。　　县长　　王某",
            "各位代表：\n一、回顾\n粮食增产。\n工业增产。\n县长  王某",
        ),
        ("记录年份", f"2021\t各位代表：{'粮食增产。' * 8}", f"2021\n各位代表：{'粮食增产。' * 8}"),
        (
            "粘连标题",
            "2021年某县政府工作报告——2021年1月9日在某县第三届人民代表大会第一次会议上\n县长某某各位代表：",
            "2021年某县政府工作报告\n——2021年1月9日在某县第三届人民代表大会第一次会议上\n县长某某\n各位代表：",
        ),
        (
            "行尾水印",
            "总结wm7\n粮食增产。wm7\n工业增产。wm7\n修路\n3条。wm\n7\n治水。wm7\n就业。wm7",
            "总结\n粮食增产。\n工业增产。\n修路\n3条。\n治水。\n就业。",
        ),
        ("空白统一", "全年\u00a0总结", "全年 总结"),
        ("全角字母数字", "增长１２．５％，１＋２", "增长12.5%，1+2"),
        (
            "千分位全角逗号",
            "修路１，２２２公里，育苗3，200株，收入2，018万元，共１，０００，５００元",
            "修路1,222公里，育苗3,200株，收入2,018万元，共1,000,500元",
        ),
        (
            "新闻照片说明",
            "政府工作报告\n省长 张某\n2月3日，某省第三届人大四次会议开幕。张某作政府工作报告。 某报记者王某摄\n"
            "2月3日，会议开幕。省长张某作政府工作报告。\n某省日报记者 李某某 王某\n各位代表：\n摄影展览\n",
            "政府工作报告\n省长 张某\n各位代表：\n摄影展览\n",
        ),
        ("Markdown 标记", "# 总结\n## 一、**主要**工作\n## 二、打算\n- 修路", "总结\n一、主要工作\n二、打算\n修路"),
        (
            "Markdown 标记",
            "# 总结\n## 一、*主要*工作\n## 二、打算\n*某某局*　*2023年12月3日*\n投资*亿元，*个",
            "总结\n一、*主要*工作\n二、打算\n某某局\n2023年12月3日\n投资*亿元，*个",
        ),
        (
            "Markdown 标记",
            "---\nsource: https://某网/1\n---\n**一、总结**\n- **（一）修路**\n**二、打算**\n[打印](#)全年**亿元",
            "一、总结\n（一）修路\n二、打算\n打印全年亿元",
        ),
        ("付费标记", "完成率90%##paidbegin##。其中", "完成率90%。其中"),
        ("拼音注音", "農(nóng)業(yè)項(xiàng)目在當(dāng)地(dì)落(luò)地(di)", "农业项目在当地落地"),
        ("缺字还原", "各單位(wèi)F(xiàn)將情況(kuàng)報(bào)告", "各单位现将情况报告"),
        ("繁体转简体", "全縣經濟發展穩中有進", "全县经济发展稳中有进"),
        ("著作着", "带著问题，朝著目标，著名景点", "带着问题，朝着目标，著名景点"),
        ("字间空格", "政 府 工 作 报 告", "政府工作报告"),
        ("字间空格", "（ 一 ） 财 政 收 入 1 8 . 3 亿 元 ， 增 长 6 . 1 % 。", "（一）财政收入18.3亿元，增长6.1%。"),
        ("相关文章", "全年修路3条。\n相关推荐：\n社区工作总结\n学校工作总结", "全年修路3条。\n"),
        (
            "数字旁空格",
            "新建 3 所，改建 12 所，新增 5 处，投资 1.3 亿元，惠及 8 个乡镇",
            "新建3所，改建12所，新增5处，投资1.3亿元，惠及8个乡镇",
        ),
        ("识别错字", "占36.2虬，达85%o目前，计戈IJ", "占36.2%，达85%。目前，计划"),
        ("D 作党", "强化D政领导责任，建设D政班子", "强化党政领导责任，建设党政班子"),
        ("D 作党", "全面贯彻D的二十大精神，D委抓D建，D员D费", "全面贯彻党的二十大精神，党委抓党建，党员党费"),
        ("A 字残留", "以A新时代中国特色社会主义思想为指导", "以新时代中国特色社会主义思想为指导"),
        ("句中折行", "对36\n家重点企业开展检查，", "对36家重点企业开展检查，"),
        ("行首尾空白", "  组建专班  \n\t二、工作", "组建专班\n二、工作"),
        ("编号内空白", "1 .招商引资", "1.招商引资"),
        ("空行", "总结\n\n\n\n打算", "总结\n\n打算"),
    ],
)
def test_a_rule_repairs_what_made_it_necessary(rule: str, dirty: str, cleaned: str) -> None:
    result = clean(dirty)
    assert result.text == cleaned
    assert rule in result.fired


@pytest.mark.parametrize(
    "text",
    [
        "年份\t产量\n2019\t3万吨\n2020\t4万吨",
        "推广A。APP\n运营B。APP\n下载APP\n升级APP",
        "C、D级危房全部腾空，3D打印、R&D投入、维生素D的补充",
        "《××市农业“十四五”规划》（〔2011〕3号）增长(11.8%)，(街道)",
        "确??焖侔l展的势头不减",
        "完成**亿元，B2C、VOCS、TOP50、1+1+N",
        "张 三 李 四",
        "增幅分别为123，456公里；共123，456。一是抓好123，二是2023，100个村",
        "会议开幕，市长作政府工作报告，市长代表市政府作工作报告。",
    ],
)
def test_what_is_not_surely_wrong_stays(text: str) -> None:
    assert clean(text).text == text


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_firings_are_counted_with_samples() -> None:
    firing = clean("甲##paidbegin##乙##paidend##丙##paidend##丁##paidend##戊").fired["付费标记"]
    assert (firing.times, firing.removed, len(firing.samples)) == (4, 46, 3)
    assert firing.samples[0] == "甲【##paidbegin##】乙##paide"


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=200)))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=200)))
def test_a_rule_has_nothing_to_do_without_what_it_needs(text: str) -> None:
    for rule in RULES:
        if rule.needs:
            assert not list(rule.edits(rule.needs.sub("", text))), rule.name


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_digits_change_only_by_the_rules_that_say_so(text: str) -> None:
    cleaned = clean(text)
    if not MAY_REMOVE_DIGITS & cleaned.fired.keys():
        assert re.findall("[0-9]", fold(cleaned.text)) == re.findall("[0-9]", fold(text))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_character_is_traced_to_the_original(text: str) -> None:
    cleaned = clean(text)
    for i, character in enumerate(cleaned.text):
        start, _ = original_span(cleaned.aligned.runs, i, i + 1)
        assert 0 <= start <= len(text)
        if character.isdigit():
            assert fold(text[start]) == fold(character)


@pytest.mark.parametrize(
    "text",
    [
        " " * 300_000,
        "甲" + " " * 300_000 + "乙",
        "\t" * 300_000 + "1",
        "（" * 300_000,
        "1、" * 100_000,
        "*" * 300_000,
        "短行文字\n" * 20_000,
    ],
)
def test_odd_texts_take_no_longer_than_others(text: str) -> None:
    clean(text)


@pytest.mark.parametrize("text", ["评分98，100人参加", "修路12，345人受益", "投资分别为1，200万元和2，300万元"])
def test_two_figures_stay_two_where_none_must_be_one(text: str) -> None:
    assert clean(text).text == text
