"""Files of many styles read as a person would: `data/styles/` has the texts, `data/styles.json` what is in them."""

from collections import Counter
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import DATA, Expected, expected, headings, reports_from, reports_of
from texts import FRAGMENTS

from ingest.reports import reports_in
from rag.model import Section, SourceFile

STYLES = expected("styles.json")
FIELDS = ("title", "org", "org_level", "place", "year", "plan_year", "date")


def test_every_report_is_found_and_none_invented() -> None:
    files = sorted((DATA / "styles").iterdir())
    assert {path.name: len(reports_of(path)) for path in files} == Counter(style["file"] for style in STYLES)


@pytest.mark.parametrize("style", STYLES, ids=[f"{style['file'][:-4]}-{style['position']}" for style in STYLES])
class TestStyle:
    def test_identity(self, style: Expected) -> None:
        report = reports_of(DATA / "styles" / style["file"])[style["position"] - 1].report
        said = {name: style[name] for name in FIELDS if name in style}
        assert {name: getattr(report, name) for name in said} == said

    def test_outline(self, style: Expected) -> None:
        full = reports_of(DATA / "styles" / style["file"])[style["position"] - 1]
        said = [h for h in style["headings"] if h["level"] <= 2]
        told = {h["heading"] for h in said}
        found = [(level, h) for level, h in headings(full, points=True) if h in told or (level, h) in headings(full)]
        assert found == [(h["level"], h["heading"]) for h in said]
        kinds = {s.heading: s.kind for s in full.sections}
        declared = {h["heading"]: h["kind"] for h in style["headings"] if "kind" in h}
        assert {heading: kinds[heading] for heading in declared} == declared

    def test_nothing_of_sites(self, style: Expected) -> None:
        text = reports_of(DATA / "styles" / style["file"])[style["position"] - 1].text
        assert not [words for words in style["absent"] if words in text]


def test_reports_whose_titles_say_neither_body_nor_year_are_told_apart() -> None:
    two = reports_of(DATA / "styles" / "两份政府工作报告.txt")
    assert [full.report.name for full in two] == ["政府工作报告（国务院 2019年）", "政府工作报告（国务院 2021年）"]


def test_reports_of_one_title_get_words_of_their_own() -> None:
    told = "今年以来，开发区坚持项目为王，{0}项目开工建设，{0}片区道路贯通。" + "各项工作稳步推进。" * 12
    parts = "经济开发区2023年工作总结", told, "一、主要工作", told, "二、下一步打算", told
    text = "\n".join("\n".join(parts).format(name) for name in ("松岩", "鹭湾"))
    tags = [full.report.tag for full in reports_from(text)]
    assert "松岩" in tags[0] and "鹭湾" in tags[1]


def test_records_of_reports_on_one_line_each() -> None:
    told = "{0}\t各位代表：　　我代表国务院，向大会报告政府工作。　　一、{1}年工作回顾　　{2}　　二、{0}年工作　　{2}"
    text = "\n".join(told.format(year, year - 1, "治水修路。" * 30) for year in (2020, 2021))
    found = [(full.report.title, full.report.org, full.report.years) for full in reports_from(text)]
    assert found == [(f"国务院{year}年政府工作报告", "国务院", (year - 1, year)) for year in (2020, 2021)]


def test_of_boilerplate_nothing_is_left() -> None:
    assert reports_from("首页 | 网站地图 | 联系我们\n版权所有 某某网\n") == []
    assert reports_from("") == []


def test_the_original_text_is_a_click_away() -> None:
    source = "某县教育局２０２３年工作总结\n今年新建学校##paidbegin##3所。\n" + "各项工作稳步推进。" * 20
    (full,) = reports_from(source)
    from ingest.alignment import original_span

    at = full.text.index("3所")
    assert source[slice(*original_span(full.origin, at - 2, at + 2))] == "学校##paidbegin##3所"


def test_each_report_of_a_file_knows_its_pages() -> None:
    prose = "各项工作稳步推进。" * 20
    first = f"某县教育局2023年工作总结\n一、主要工作\n新建学校##paidbegin##3所。\n{prose}扩建5所。\n"
    text = "封面\n" + first + first.replace("教育", "水利")
    starts = [0, 3, text.index("扩建"), text.rindex("某县水利"), text.rindex("扩建"), len(text)]
    source = SourceFile("ab" * 32, "两局.pdf", len(text), "PDF", "", text)
    two = reports_in(source, starts)
    found = [[full.page_at(full.text.index(words)) for words in ("某县", "3所", "扩建")] for full in two]
    assert found == [[2, 2, 3], [4, 4, 5]]
    assert [full.pages for full in reports_in(source)] == [(), ()]


def test_hidden_figures_are_counted() -> None:
    (full,) = reports_from("某县教育局2023年工作总结\n完成投资XX亿元，新建学校×所。\n" + "各项工作稳步推进。" * 20)
    assert full.report.masked == 2


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=60).map("".join))
def test_outlines_of_any_text_are_nested_ordered_and_in_bounds(text: str) -> None:
    for full in reports_from(text.replace("工作总结", "工作总结\n" + "推进各项重点工作落到实处。" * 12)):
        assert_sound(full.text, full.sections)


def assert_sound(text: str, sections: tuple[Section, ...]) -> None:
    last_child: dict[int, Section] = {}
    for section in sections:
        assert 0 <= section.start <= section.body <= section.end <= len(text)
        if section.parent is None:
            assert section.number == section.level == 0
            continue
        parent = sections[section.parent]
        assert parent.number < section.number and parent.level == section.level - 1
        assert parent.start <= section.start and section.end <= parent.end
        if section.parent in last_child:
            assert last_child[section.parent].end <= section.start
        last_child[section.parent] = section


SENTENCE = "全区新建农村公路36.5公里，完成投资1.2亿元，群众出行更加方便。"


@pytest.mark.parametrize(
    "part",
    [
        "一是加强养护。二是加强监管。",
        "加快建设农村公路，",
        "区交通局2023年工作总结政府工作报告各位代表：",
        f"一、加强公路建设\n{SENTENCE}\n",
        "区交通局2023年工作总结……3\n",
        "农村公路\n",
        "1，000，（“《x*_#",
    ],
)
def test_time_grows_with_the_text_and_not_with_its_square(part: str) -> None:
    """Four times the text takes some four times as long, not sixteen: as one line, and as thousands."""

    def seconds(characters: int) -> float:
        began = process_time()
        reports_in(SourceFile("0" * 64, "长.txt", 0, "UTF-8", "", part * (characters // len(part))))
        return process_time() - began

    assert min(seconds(120_000) for _ in range(2)) < 9 * max(seconds(30_000) for _ in range(2))


def test_model_texts_of_one_title_have_no_body_and_different_names() -> None:
    goods = ("茶叶", "竹笋", "柚子")
    body = "。".join(["各项工作稳步推进"] * 12)
    text = "\n".join(
        f"某某局年度工作总结范文 第{i}篇\n202{i}年，我局抓好{name}收购，{name}产量上升。{body}。"
        for i, name in enumerate(goods, 1)
    )
    reports = [full.report for full in reports_from(text)]
    assert [report.org for report in reports] == ["", "", ""]
    assert all(name in report.name for report, name in zip(reports, goods, strict=True))
