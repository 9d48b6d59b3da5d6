"""The place that a compilation gives to all its reports."""

from reading import reports_from

from ingest.fileplace import common_place

PROSE = "推进各项重点工作落到实处，取得新的进展。" * 8


def places(title: str, name: str, *orgs: str) -> list[str]:
    bodies = "\n".join(f"{org}2023年工作总结\n{PROSE}" for org in orgs)
    return [full.report.place for full in reports_from(f"{title}\n{bodies}", name)]


def test_bodies_named_by_their_level_are_of_the_place_of_the_file() -> None:
    bodies = "区水利局", "砚溪区教育局", "县林业局", "柚坪镇"
    found = ["砚溪区", "砚溪区", "", "柚坪镇"]
    assert places("砚溪区部门2023年工作总结汇编（4篇）", "汇编.txt", *bodies) == found
    assert places("工作总结汇编（4篇）", "砚溪区部门工作总结.txt", *bodies) == found


def test_where_the_place_is_not_sure_it_is_unknown() -> None:
    assert places("部门2023年工作总结汇编", "汇编.txt", "区水利局", "砚溪区教育局") == ["", "砚溪区"]
    assert places("砚溪区部门工作总结汇编", "汇编.txt", "区水利局", "云台区教育局") == ["", "云台区"]
    assert places("砚溪区部门工作总结汇编", "汇编.txt", "XX区水利局", "砚溪区教育局") == ["", "砚溪区"]
    assert common_place("砚溪区部门工作总结汇编\n", "云台区部门总结汇编") == ""
