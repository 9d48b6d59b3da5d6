"""Near-identical reports are linked; different ones of the same genre are not."""

from dataclasses import replace

import numpy as np
import pytest
from reading import reports_from

from ingest.versions import SAME, Sketch, linked, may_be_versions, overlap, same_text, sketch
from rag.model import FullReport

POINTS = (
    "新建学校{0}所，改扩建校舍{0}万平方米，新增学位{0}个，义务教育大班额全部消除，乡村教师周转房同步建成投用。",
    "开展教学视导{0}次，组织骨干教师培训{0}人次，交流轮岗校长和教师，学科教研基地覆盖所有学段，课堂教学改革持续深入。",
    "落实学生资助资金{0}万元，惠及家庭经济困难学生，留守儿童关爱服务站实现全覆盖，控辍保学成果得到巩固提升。",
    "排查整治校园安全隐患{0}处，护学岗高峰勤务常态运行，食品安全实行阳光管理，防溺水宣传教育进村入户到人。",
)
OTHER = (
    "改造农村公路{0}公里，实施村道安全防护工程，危桥改造全部完工，客货邮融合线路开通到村，群众出行更加便捷。",
    "查处超限超载车辆{0}辆，卸驳载货物，不停车检测点建成投用，治超执法实行全天候值守，路面秩序明显好转向好。",
)


def report(figures: str, points: tuple[str, ...] = POINTS, title: str = "某县教育局2023年工作总结") -> FullReport:
    (full,) = reports_from("\n".join((title, *(point.format(figures) for point in points))))
    return full


def numbered(*reports: FullReport, file: str = "f") -> list[FullReport]:
    return [
        replace(full, report=replace(full.report, id=f"{file}-{i}", file_id=file)) for i, full in enumerate(reports, 1)
    ]


def test_masking_changes_the_measure_little_and_another_report_much() -> None:
    full, masked, other = report("12"), report("xx"), report("12", OTHER)
    assert overlap(sketch(full.text).shingles, sketch(masked.text).shingles) > SAME
    assert overlap(sketch(full.text).shingles, sketch(other.text).shingles) < 0.05
    assert overlap(sketch("").shingles, sketch(full.text).shingles) == 0


def test_wording_that_was_copied_has_figures_of_its_own() -> None:
    mine, theirs, retyped = (
        "".join(str(n) + "公里，" for n in range(a, b)) for a, b in ((300, 320), (400, 420), (309, 329))
    )
    wording = np.arange(20)
    figures = [sketch(text).figures for text in (mine, theirs, retyped, "12公里，2023年，1.5%")]
    assert figures[3].tolist() == ["1.5"]
    same = [same_text(Sketch(wording, figures[0]), Sketch(wording, other)) for other in figures]
    assert same == [True, False, True, True]


@pytest.mark.parametrize(("first", "second"), [("12", "xx"), ("xx", "12")])
def test_the_masked_one_is_a_version_of_the_one_with_figures(first: str, second: str) -> None:
    reports, fuller = linked(numbered(report(first), report(second)), (), lambda _: sketch(""))
    versions = {full.report.masked > 0: full.report.version_of for full in reports}
    ids = {full.report.masked > 0: full.report.id for full in reports}
    assert versions == {True: ids[False], False: ""}
    assert fuller == {}


def test_a_fuller_report_takes_the_place_of_one_in_the_library() -> None:
    (old,) = numbered(report("xx"), file="old")
    (new,) = numbered(report("12"), file="new")
    reports, fuller = linked([new], [old.report], lambda _: sketch(old.text))
    assert (reports[0].report.version_of, fuller) == ("", {"old-1": "new-1"})
    reports, fuller = linked([old], [new.report], lambda _: sketch(new.text))
    assert (reports[0].report.version_of, fuller) == ("new-1", {})


def test_towns_and_years_that_share_their_wording_stay_apart() -> None:
    titles = "青山镇2023年工作总结", "绿水镇2023年工作总结", "青山镇2022年工作总结"
    reports, _ = linked(numbered(*(report("xx", title=title) for title in titles)), (), lambda _: sketch(""))
    assert [full.report.version_of for full in reports] == ["", "", ""]


def test_texts_are_compared_only_where_the_reports_may_be_versions() -> None:
    asked: list[str] = []
    (old,) = numbered(report("12", title="某县教育局2019年工作总结"), file="old")
    linked(numbered(report("12")), [old.report], lambda known: asked.append(known.id) or sketch(old.text))
    assert asked == []


def test_what_is_known_must_agree() -> None:
    one = report("12").report
    assert may_be_versions(one, replace(one, org="县教育局", year=None))
    assert may_be_versions(one, replace(one, org=""))
    assert not may_be_versions(one, replace(one, year=2022))
    assert not may_be_versions(replace(one, plan_year=2024), replace(one, plan_year=2025))
    town = replace(one, org="青山镇人民政府", place="青山镇")
    assert not may_be_versions(town, replace(one, org="绿水镇人民政府", place="绿水镇"))
    assert may_be_versions(town, replace(one, org="青山镇人民政府", place="松岩县"))
    assert not may_be_versions(one, replace(one, org="某县水利局"))
    assert not may_be_versions(one, replace(one, characters=one.characters * 3))
