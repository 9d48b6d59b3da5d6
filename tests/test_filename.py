"""What a file's name adds to a report that leaves it out, and when it is not believed."""

import pytest
from reading import reports_from

from ingest.filename import title_in_name

PROSE = "各项工作稳步推进，取得新的成效。" * 12


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("云岭州政府工作报告2019", "2019年云岭州政府工作报告"),
        ("2026_云岭省_政府工作报告", "2026年云岭省政府工作报告"),
        ("附件2：溪口县水利局2023年工作总结(1)", "溪口县水利局2023年工作总结"),
        ("溪口县水利局2023年工作总结_某某网", "溪口县水利局2023年工作总结"),
        ("3.溪口县水利局2023年工作总结", "溪口县水利局2023年工作总结"),
        ("扫描件0032", ""),
        ("新建文档", ""),
    ],
)
def test_a_name_as_a_title(stem: str, title: str) -> None:
    assert title_in_name(stem) == title


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("云岭州政府工作报告2019.html", f"政府工作报告\n我州{PROSE}", ("云岭州人民政府", "州", "云岭州", 2018, 2019)),
        ("云岭州政府工作报告2019.html", f"政府工作报告\n我县{PROSE}", ("", "县", "", None, None)),
        ("云岭州政府工作报告2019.html", f"政府工作报告\n——2015年3月1日在某州第三届人民代表大会第一次会议上\n{PROSE}",
         ("某州人民政府", "州", "某州", 2014, 2015)),
        ("溪口县水利局2023年工作总结.txt", f"2023年工作总结\n2023年，县水利局认真落实。{PROSE}",
         ("溪口县水利局", "县", "溪口县", 2023, None)),
        ("溪口县水利局2023年工作总结.txt", f"2023年工作总结\n2023年，县财政局认真落实。{PROSE}",
         ("县财政局", "县", "", 2023, None)),
    ],
)  # fmt: skip
def test_a_name_completes_and_never_overrules(name: str, text: str, known: tuple) -> None:
    (full,) = reports_from(text, name)
    report = full.report
    assert (report.org, report.org_level, report.place, report.year, report.plan_year) == known


def test_a_name_is_the_title_of_a_report_without_one() -> None:
    (full,) = reports_from(f"我州{PROSE}", "云岭州政府工作报告2019.txt")
    assert (full.report.title, full.report.org) == ("2019年云岭州政府工作报告", "云岭州人民政府")


def test_a_name_says_nothing_of_several_reports() -> None:
    two = "\n".join(f"县{name}局2023年工作总结\n{PROSE}" for name in ("水利", "财政"))
    assert {full.report.place for full in reports_from(two, "溪口县2023年工作总结.txt")} == {""}


LOCAL = f"今年以来，全市经济平稳。{PROSE}"


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("云岭市2019年上半年工业生产分析(1).txt", f"上半年全市工业生产分析\n{LOCAL}", ("云岭市", 2019, None)),
        ("宜昌农村经济2018.md", f"我市农村经济平稳发展\n我市{PROSE}", ("宜昌市", 2018, None)),
        ("2023讲话.txt", f"在座谈会上的讲话\n{LOCAL}", ("", 2023, None)),
        ("云岭市打算2024.txt", f"几点想法\n{LOCAL}", ("云岭市", None, 2024)),
        ("云岭市2019年经济形势.txt", f"经济形势\n我县{PROSE}", ("", 2019, None)),
        ("溪口镇2019年经济形势.txt", f"经济形势\n我市{PROSE}", ("溪口镇", 2019, None)),
        ("扫描20190312.txt", f"上半年全市工业生产分析\n{LOCAL}", ("", None, None)),
        ("2018与2019比较.txt", f"上半年全市工业生产分析\n{LOCAL}", ("", None, None)),
        ("云岭市2019年经济形势.txt", f"溪口市经济形势\n2021年，我市{PROSE}", ("溪口市", 2021, None)),
    ],
)
def test_a_name_that_is_no_title_tells_year_and_place(name: str, text: str, known: tuple) -> None:
    (full,) = reports_from(text, name)
    assert (full.report.place, full.report.year, full.report.plan_year) == known


def test_place_and_year_that_only_the_name_tells_stand_beside_the_title() -> None:
    (full,) = reports_from(f"上半年全市工业生产分析\n{LOCAL}", "云岭市2019年上半年工业生产分析.txt")
    assert full.report.tag == "云岭市 2019年"
