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
