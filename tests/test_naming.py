"""What a report is called that has no title, or shares its title."""

import pytest

from ingest.naming import descriptive_title, distinguishing_tags, missing_in_title, recorded_title, spoken_title


@pytest.mark.parametrize(
    ("text", "headings", "org", "year", "name"),
    [
        ("现将河湖治理工作情况汇报如下。", (), "", None, "河湖治理工作情况"),
        ("现将县水利局牵头的河湖治理工作情况做如下汇报。", (), "县水利局", 2023, "县水利局：河湖治理工作情况"),
        ("各位领导：\n为做好秋粮收购工作，县政府决定", (), "", None, "做好秋粮收购工作"),
        ("2023年，全局上下", ("一、抓投资", "二、抓招商"), "某县水利局", 2023, "某县水利局（2023年）"),
        ("全局上下", ("一、主要工作", "二、秋粮收购情况"), "", None, "秋粮收购情况"),
        (
            "日前，某市人大常委会召开会议，听取报告。",
            ("湖城：推进节约用地",),
            "",
            None,
            "某市人大常委会召开会议，听取报告",
        ),
        ("", (), "", None, ""),
    ],
)
def test_a_report_without_a_title(text: str, headings: tuple[str, ...], org: str, year: int | None, name: str) -> None:
    assert descriptive_title(text, headings, org=org, year=year) == name


def test_a_government_report_without_a_title_is_named_as_one() -> None:
    opening = "各位代表：\n现在，我代表{0}，向大会报告政府工作，请予审议。"
    assert recorded_title("2021", opening.format("国务院")) == "2021年政府工作报告"
    assert recorded_title("篇2", opening.format("国务院")) == recorded_title("2021", "今年以来，") == ""
    assert spoken_title(opening.format("国务院"), "国务院", 2021) == "国务院2021年政府工作报告"
    assert spoken_title(opening.format("县政府"), "溪口县人民政府", 2021) == "溪口县2021年政府工作报告"
    assert spoken_title(opening.format("县政府"), "县人民政府", 2021) == "县人民政府2021年政府工作报告"
    assert spoken_title("今年以来，县政府", "溪口县人民政府", 2021) == ""


def test_a_title_that_says_neither_body_nor_year() -> None:
    assert missing_in_title("政府工作报告", "国务院", 2019) == "国务院 2019年"
    assert missing_in_title("工作总结", "", None) == ""
    assert missing_in_title("2019年政府工作报告", "国务院", 2019) == ""
    assert missing_in_title("溪口县人民政府工作报告", "溪口县人民政府", 2022) == ""


def test_words_that_tell_two_reports_apart() -> None:
    one = "松岩片区道路贯通。松岩片区厂房竣工。精密轴承产业园开工，精密轴承产值增长。"
    other = "鹭湾片区道路贯通。鹭湾片区厂房竣工。光电显示产业园开工，光电显示产值增长。"
    assert set(distinguishing_tags([one, other])[0].split("、")) <= {"松岩", "松岩片区", "精密", "轴承", "精密轴承"}
    assert distinguishing_tags([one, one]) == ["", ""]
