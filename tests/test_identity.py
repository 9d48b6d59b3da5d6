"""Who wrote a report, about which year, where and when; unknown rather than wrong."""

import pytest

from ingest.identity import identify, org_level, place_of, report_org
from ingest.years import implied_plan_year, report_date, report_years

PROSE = "各项工作稳步推进，取得新的成效。" * 12


@pytest.mark.parametrize(
    ("title", "opening", "org"),
    [
        ("岚川市交通运输局2023年工作总结", "", "岚川市交通运输局"),
        ("交通运输2023年工作总结", "2023年，区交通运输局在区委的领导下，", "区交通运输局"),
        ("城管局2023年工作总结", "2023年，县城管局认真贯彻", "县城管局"),
        ("2023年XX区财政局工作总结", "", "区财政局"),
        ("2024年工作安排（城市管理局）", "2024年，区城市管理局坚持", "区城市管理局"),
        ("2023年工作总结（镇乡）", "2023年以来，霁云乡党委、政府围绕", "霁云乡"),
        ("2023年工作总结（镇乡）", "2023年以来，xx乡始终坚持", "xx乡"),
        ("经济开发区2023年工作总结", "今年以来，砚溪经济开发区紧扣目标", "砚溪经济开发区"),
        ("真抓实干开新局——平昌区文化和旅游局2022年工作总结", "", "平昌区文化和旅游局"),
        ("溪口县金融办2022年工作总结", "", "溪口县金融办"),
        ("滨江城建集团有限公司2022年工作总结", "", "滨江城建集团有限公司"),
        ("X县农业农村局半年度工作总结", "", "县农业农村局"),
        ("某镇政府2020年工作总结", "", "某镇政府"),
        ("安全生产工作总结", "今年以来，我镇高度重视", ""),
        ("招商引资2023年工作总结", "今年以来，全县上下", ""),
        ("政府工作报告", "现在，我代表国务院，向大会报告", "国务院"),
        ("政府工作报告", "（2024年1月6日在岚川市第十五届人民代表大会上）\n我代表市人民政府，", "岚川市人民政府"),
        ("2024年云岭省政府工作报告", "各位代表：", "云岭省人民政府"),
        ("溪口县人民法院工作报告", "我代表溪口县人民法院，", "溪口县人民法院"),
        ("关于青山县2023年计划执行情况的报告", "青山县发展和改革局\n受县人民政府委托，现将情况", "青山县发展和改革局"),
        ("", "现将县发展改革局牵头的规划编制工作情况汇报如下", "县发展改革局"),
        ("", "有关部门坚持问题导向，", ""),
        ("", "市委坚持把发展作为第一要务，", ""),
    ],
)
def test_the_body_as_printed(title: str, opening: str, org: str) -> None:
    assert report_org(title, f"{title}\n{opening}{PROSE}") == org


def test_the_body_from_the_signature() -> None:
    assert report_org("2023年工作总结", f"2023年工作总结\n{PROSE}\n某县水利局\n2023年12月3日") == "某县水利局"
    assert report_org("2023年工作总结", f"2023年工作总结\n{PROSE}\n成立领导小组办公室\n张某") == ""


@pytest.mark.parametrize(
    ("org", "text", "level"),
    [
        ("国务院", "", "国家"),
        ("云岭省人民政府", "", "省"),
        ("岚川市砚溪区水利局", "", "区"),
        ("县城管局", "", "县"),
        ("柚坪镇", "", "镇"),
        ("霁云乡人民政府", "", "乡"),
        ("金沙街道办事处", "", "街道"),
        ("砚溪经济开发区", "我区", "开发区"),
        ("", "我县全县上下，我市", "县"),
        ("", "", ""),
    ],
)
def test_level(org: str, text: str, level: str) -> None:
    assert org_level(org, text) == level


@pytest.mark.parametrize(
    ("title", "org", "text", "place"),
    [
        ("", "岚川市砚溪区水利局", "", "砚溪区"),
        ("", "柚坪镇", "", "柚坪镇"),
        ("", "砚溪经济开发区", "", "砚溪"),
        ("溪口县人民政府工作报告", "县人民政府", "", "溪口县"),
        ("", "", "印发《平昌区旅游发展意见》，平昌区接待游客", "平昌区"),
        ("", "", "——2024年1月6日在溪口县第十七届人民代表大会上", "溪口县"),
        ("", "区城市管理局", "排全市第三位，请市直部门支持，协调区级资金", ""),
        ("", "", "甲县人大常委会，乙县人大常委会，丙县人大常委会", ""),
    ],
)
def test_place(title: str, org: str, text: str, place: str) -> None:
    assert place_of(title, org, text) == place


@pytest.mark.parametrize(
    ("title", "text", "headings", "years"),
    [
        ("2023年工作总结和2024年工作计划", "", (), (2023, 2024)),
        ("二〇二三年工作总结", "", (), (2023, None)),
        ("2024年工作要点", "", (), (None, 2024)),
        ("工作总结", "", ("一、2023年工作总结", "二、2024年工作思路"), (2023, 2024)),
        ("工作总结", "2023年，县水利局围绕", (), (2023, None)),
        ("2023年工作总结", "", ("一、落实2020年规划任务",), (2023, None)),
        ("工作总结和打算", "", ("二、2024年工作打算",), (2023, 2024)),
        ("2019年政府工作报告", "", (), (2018, 2019)),
        ("政府工作报告", "——2019年3月5日在第十三届全国人民代表大会第二次会议上", (), (2018, 2019)),
        ("政府工作报告", "一九五四年九月二十三日在第一届全国人民代表大会第一次会议上", (), (1954, None)),
        ("政府工作报告", "——2022年12月27日在某区第十届人民代表大会第二次会议上", (), (2022, 2023)),
        ("2023某市政府工作报告", "", (), (2022, 2023)),
        ("", f"{PROSE}\n某局\n2024年1月15日", (), (2023, None)),
        ("", f"{PROSE}\n某局\n2023年12月15日", (), (2023, None)),
        ("", f"今年市政府印发文件（某政〔2015〕25号）。{PROSE}", (), (2015, None)),
        ("", f"制定2021年实施方案。{PROSE}", (), (2021, None)),
        ("", f"自2015年以来，{PROSE}到2020年，", (), (None, None)),
        ("", f"2015年启动，2016年建成。{PROSE}", (), (None, None)),
    ],
)
def test_years(title: str, text: str, headings: tuple[str, ...], years: tuple[int | None, int | None]) -> None:
    assert report_years(title, f"{title}\n{text}" if title else text, headings) == years


def test_a_plan_without_a_year() -> None:
    assert implied_plan_year("2023年工作总结", "", ("二、下一步打算",), 2023) == 2024
    assert implied_plan_year("2023年上半年工作总结", "", ("二、下半年打算",), 2023) == 2023
    assert implied_plan_year("", "今年以来，", ("二、下一步打算",), 2021) is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (f"{PROSE}\n某局\n2023年10月26日", "2023-10-26"),
        (f"{PROSE}\n某局\n二〇二一年十二月二十日", "2021-12-20"),
        (f"{PROSE}\n（2023年10月）", "2023-10"),
        (f"报告\n——2019年3月5日在某市第三届人民代表大会上\n{PROSE}", "2019-03-05"),
        (f"报告\n第十二届全国人大二次会议，2014年3月5日\n{PROSE}", "2014-03-05"),
        (f"讲话\n（2023年2月3日）\n{PROSE}", "2023-02-03"),
        (f"2023年10月26日完成投资。{PROSE}", ""),
        ("", ""),
    ],
)
def test_date(text: str, date: str) -> None:
    assert report_date(text) == date


def test_what_is_not_known_stays_empty() -> None:
    identity = identify("", PROSE, ())
    assert (identity.org, identity.org_level, identity.place, identity.date) == ("", "", "", "")
    assert identity.year is identity.plan_year is None
