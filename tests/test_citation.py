"""Citations resolve word for word, and what they do not carry is noticed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_library import LetterEmbeddings, small_file

from rag.citation import LONGEST, MARKER, MOST, Citations, carries, claims, marked, normal, unsupported
from rag.library import Library
from rag.model import Citation
from rag.settings import Settings

LONG = "一、道路。" + "".join(f"第{i}段道路完成改造并且通过验收，群众出行更加方便。" for i in range(60))
MANY = ["港务局2023年工作总结", LONG, *(f"{i}、事项{i}。完成第{i}项，投资{i}亿元。进展顺利。" for i in range(2, 20))]
PROSE = st.text("交通局完成投资公里。；！？，、（）“”：:\n 0123456789.%一二XＸ", max_size=80)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("citation") / "home")
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*small_file("港务.txt", MANY))
        yield library


def report_of(library: Library):
    return library.report(library.reports()[0].id)


def assert_resolves(library: Library, citation: Citation) -> None:
    full = library.report(citation.report_id)
    assert full.section_text(citation.section_id)[citation.start : citation.end] == citation.excerpt
    assert len(citation.excerpt) <= LONGEST
    assert citation.heading_path == full.heading_path(citation.section_id)


def test_an_excerpt_is_the_text_of_its_section(library: Library) -> None:
    full, citations = report_of(library), Citations(library)
    at = full.text.index("投资7亿元")
    assert citations.cite(full.report.id, (at, at + 5)) == "[1]"
    (citation,) = citations.found
    assert "投资7亿元" in citation.excerpt
    assert (citation.report, citation.org, citation.file) == (full.report.name, full.report.org, "港务.txt")
    assert_resolves(library, citation)


def test_the_page_is_the_one_that_the_excerpt_begins_on(library: Library, tmp_path: Path) -> None:
    file, (full,), chunks = small_file("港务.pdf", MANY)
    paged = replace(full, pages=((0, 1), (full.text.index("投资7亿元"), 2), (full.text.index("投资9亿元"), 3)))
    with Library.open(Settings.from_env({}, home=tmp_path / "home"), LetterEmbeddings()) as shelf:
        shelf.add(file, [paged], chunks)
        citations = Citations(shelf)
        for words in ("第30段", "投资7亿元", "投资9亿元"):
            at = full.text.index(words)
            citations.cite(full.report.id, (at, at + 5), context=False)
    assert [citation.page for citation in citations.found] == [1, 2, 3]
    citations = Citations(library)
    citations.cite(report_of(library).report.id, (20, 25))
    assert citations.found[0].page is None


def test_a_sentence_is_shown_with_its_neighbours_unless_it_stands_for_itself(library: Library) -> None:
    full = report_of(library)
    start = full.text.index("第30段")
    span = (start, full.text.index("。", start) + 1)
    with_context, alone = Citations(library), Citations(library)
    with_context.cite(full.report.id, span)
    alone.cite(full.report.id, span, context=False)
    assert alone.found[0].excerpt == full.text[slice(*span)]
    assert {"第29段", "第31段"} <= {w for w in ("第29段", "第31段") if w in with_context.found[0].excerpt}


def test_what_is_cited_already_keeps_its_number(library: Library) -> None:
    full, citations = report_of(library), Citations(library)
    first = citations.cite(full.report.id, (full.text.index("投资7亿元"), full.text.index("投资7亿元") + 5))
    inside = full.text.index("第7项")
    assert citations.cite(full.report.id, (inside, inside + 3)) == first
    assert len(citations.found) == 1


def test_a_section_is_cited_up_to_the_longest_excerpt(library: Library) -> None:
    full, citations = report_of(library), Citations(library)
    section = full.sections[1]
    assert section.end - section.start > LONGEST
    citations.cite(full.report.id, (section.start, section.end), context=False)
    assert len(citations.found[0].excerpt) == LONGEST
    assert_resolves(library, citations.found[0])


def test_a_span_over_two_sections_is_cited_in_the_one_around_both(library: Library) -> None:
    full, citations = report_of(library), Citations(library)
    citations.cite(full.report.id, (full.sections[3].start, full.sections[4].end), context=False)
    assert citations.found[0].section_id == 0
    assert_resolves(library, citations.found[0])


def test_no_more_citations_than_allowed(library: Library) -> None:
    full, citations = report_of(library), Citations(library)
    markers = [citations.cite(full.report.id, (s.start, s.end), context=False) for s in full.sections[1:]]
    assert markers[:MOST] == [f"[{n}]" for n in range(1, MOST + 1)]
    assert set(markers[MOST:]) == {""}
    assert len(citations.found) == MOST


@given(data=st.data())
def test_any_span_is_cited_word_for_word(library: Library, data: st.DataObject) -> None:
    full, citations = report_of(library), Citations(library)
    for _ in range(3):
        start = data.draw(st.integers(0, len(full.text) - 1))
        end = data.draw(st.integers(start + 1, min(len(full.text), start + 200)))
        number = citations.cite(full.report.id, (start, end), context=data.draw(st.booleans()))
        citation = citations.found[int(number[1:-1]) - 1]
        assert full.text[start:end] in citation.excerpt
        assert_resolves(library, citation)


def test_every_sentence_is_marked() -> None:
    text = "全年完成交通投资十二亿元以上。总量比上年增长了百分之十六；"
    assert marked(text, "[2]") == "全年完成交通投资十二亿元以上。[2]总量比上年增长了百分之十六[2]"
    assert marked("", "[1]") == ""


@given(
    st.lists(
        st.tuples(st.text("交通局完成投资公里0123456789", min_size=12, max_size=30), st.sampled_from("。！？；")),
        min_size=1,
    )
)
def test_no_claim_stands_without_a_marker(sentences: list[tuple[str, str]]) -> None:
    found = claims(marked("".join(text + mark for text, mark in sentences), "[1]"))
    assert found
    assert all(MARKER.search(claim) for claim in found)


@given(PROSE)
def test_marking_changes_nothing_but_the_end(text: str) -> None:
    assert text.startswith(MARKER.sub("", marked(text, "[1]")))


@given(st.text(max_size=80))
def test_a_text_carries_itself(text: str) -> None:
    assert carries(MARKER.sub("", text), [MARKER.sub("", text)])


@given(PROSE, PROSE, PROSE)
def test_a_text_carries_its_own_quotation(before: str, text: str, after: str) -> None:
    assert carries(text, [f"{before}\n{text}\n{after}"])


@pytest.mark.parametrize(
    "claim",
    [
        "全年新建农村公路13公里[1]",
        "全年新建农村公路1.2公里[1]",
        "全年新建农村公路12%[1]",
        "举办消费促进活动并发放消费券[1]",
    ],
)
def test_another_figure_or_another_matter_is_not_carried(claim: str) -> None:
    assert not carries(claim, ["全年新建农村公路12公里，群众满意。"])


def test_width_and_punctuation_do_not_matter() -> None:
    assert normal("ＧＤＰ 增长１２．５％。") == "gdp增长12.5%"
    assert carries("增长１２．５％，总量全市第三[1]", ["增长12.5% 总量 全市第三。"])
    assert carries("全年新建农村公路12公里", ["全年新建农村公路", "12公里，群众满意"])


def test_lead_ins_and_fragments_state_nothing() -> None:
    answer = "据《交通局2024年工作总结》“三、打算”：\n- **一、抓项目**：全年新建农村公路12公里[1]\n- 好。"
    assert claims(answer) == ["一、抓项目**：全年新建农村公路12公里[1]"]


def test_what_is_not_supported_is_found() -> None:
    citation = Citation(1, "r", "总结", "局", (2024,), "a.txt", (), 0, "全年新建农村公路12公里，改造危桥7座。", 0, 19)
    good, bare = "全年新建农村公路12公里[1]", "全年改造农村危桥一共7座"
    dangling, false = "全年新建农村公路12公里[2]", "全年新建农村公路99公里[1]"
    assert unsupported("\n".join([good, bare, dangling, false]), [citation]) == [bare, dangling, false]
    assert unsupported(good, [citation]) == []
