"""Sections and their points, and the lines that a list is made of."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_library import CountingEmbeddings, LetterEmbeddings

from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.citation import MARKER, Citations
from rag.library import Library
from rag.listing import itemised, lead, source_line, tidy
from rag.model import FullReport, Kind, Report, Section, SourceFile
from rag.sections import points
from rag.settings import Settings

HEADINGS = {1: re.compile("[一二三四五]、"), 2: re.compile("（[一二三四五]）"), 3: re.compile(r"[①②③④⑤]")}
TEXT = """港务局2023年工作总结
一、港口建设。
（一）建设码头泊位。新建泊位3个，吞吐能力提高两成，航道疏浚工程完成。群众满意。
（二）改造旧有航标。①更换灯器120套。②清理沉船残骸5处。③安装监控设备。
二、存在问题。
（一）资金短缺明显。
资金到位率只有六成；专业人员也不够。
三、2024年打算。开通新航线2条。建成智慧港口平台。"""


MANY = "清单\n一、清单。\n" + "（二）办结一件事项。完成有关工作。\n" * 20


def outlined(text: str, report_id: str = "r1") -> FullReport:
    """A report whose outline is one of `一、`, `（一）`, `①`, each heading up to its full stop."""
    report = Report(
        report_id, "f1", "港务.txt", int(report_id[1]), text.split("\n")[0], org="港务局", year=2023, tag="泊位、航标"
    )
    starts = sorted((m.start(), level) for level, mark in HEADINGS.items() for m in mark.finditer(text))
    sections = [Section(0, None, 0, report.title, Kind.OTHER, 0, len(report.title), len(text))]
    for i, (start, level) in enumerate(starts):
        end = next((s for s, other in starts[i + 1 :] if other <= level), len(text))
        parent = next(s.number for s in reversed(sections) if s.level < level and s.end >= end)
        heading = text[start : text.index("。", start)]
        sections.append(Section(len(sections), parent, level, heading, Kind.PLAN, start, start + len(heading), end))
    return FullReport(report, text, tuple(sections), ((0, 0),))


@pytest.fixture(scope="module")
def full() -> FullReport:
    return outlined(TEXT)


@pytest.fixture(scope="module")
def library(full: FullReport, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("sections") / "home")
    with Library.open(settings, LetterEmbeddings()) as library:
        file = SourceFile("f1", "港务.txt", len(TEXT), "utf-8", "2024-03-01T08:00:00+00:00", TEXT)
        library.add(file, [full, outlined(MANY, "r2")], [])
        yield library


def section(full: FullReport, words: str) -> Section:
    return next(s for s in full.sections if words in s.heading and s.parent is not None)


def headings(full: FullReport, words: str) -> list[str]:
    return [p.heading for p in points(full, section(full, words))]


def test_the_points_of_a_section_are_its_children(full: FullReport) -> None:
    assert headings(full, "一、港口") == ["（一）建设码头泊位", "（二）改造旧有航标"]
    assert headings(full, "（二）改造") == ["①更换灯器120套", "②清理沉船残骸5处", "③安装监控设备"]


def test_without_children_its_points_are_sentences(full: FullReport) -> None:
    found = points(full, section(full, "三、"))
    assert [full.text[slice(*p.span)] for p in found][-2:] == ["开通新航线2条。", "建成智慧港口平台。"]
    assert {p.heading for p in found} == {""}


def test_a_single_child_stands_for_its_section(full: FullReport) -> None:
    text = "".join(full.text[slice(*p.span)] for p in points(full, section(full, "二、")))
    assert text.endswith("资金到位率只有六成；专业人员也不够。")


def test_a_point_leads_with_its_heading_and_first_sentence(full: FullReport) -> None:
    point = points(full, section(full, "一、港口"))[0]
    assert lead(full, point, 200) == "**（一）建设码头泊位**：新建泊位3个，吞吐能力提高两成，航道疏浚工程完成"
    assert lead(full, point, 30) == "**（一）建设码头泊位**：新建泊位3个，吞吐能力提高两成"
    assert lead(full, point, 12) == "**（一）建设码头泊位**"


def test_a_point_of_points_leads_with_their_headings(full: FullReport) -> None:
    point = points(full, section(full, "一、港口"))[1]
    assert lead(full, point, 200).endswith("①更换灯器120套、②清理沉船残骸5处、③安装监控设备")
    assert lead(full, point, 30).endswith("①更换灯器120套、②清理沉船残骸5处等") or lead(full, point, 30).endswith("等")


@given(room=st.integers(1, 200))
def test_what_a_point_leads_with_stands_in_it(room: int) -> None:
    full = outlined(TEXT)
    for s in full.sections[1:]:
        for point in points(full, s):
            plain = lead(full, point, room).replace("**", "").removesuffix("等")
            whole = tidy(full.text[slice(*point.span)])
            assert all(part in whole for part in re.split("：|、", plain))


def test_one_cited_line_for_each_point(full: FullReport, library: Library) -> None:
    citations = Citations(library)
    lines = itemised(full, points(full, section(full, "（二）改造")), 500, citations).split("\n")
    assert [MARKER.findall(line) for line in lines] == [["1"], ["2"], ["3"]]
    assert [c.excerpt.rstrip() for c in citations.found] == [
        "①更换灯器120套。",
        "②清理沉船残骸5处。",
        "③安装监控设备。",
    ]


def test_more_points_than_citations_share_them(library: Library) -> None:
    full, citations = library.report("r2"), Citations(library)
    lines = itemised(full, points(full, full.sections[1]), 860, citations).split("\n")
    assert len(lines) == 20
    assert all(MARKER.search(line) for line in lines)
    assert len(citations.found) == 10
    assert [c.excerpt.count("（二）") for c in citations.found] == [2] * 10


def test_the_line_that_names_the_source(full: FullReport) -> None:
    report = full.report
    assert source_line(report) == "据《港务局2023年工作总结（泊位、航标）》："
    assert source_line(report, full.sections[0]) == source_line(report)
    assert source_line(report, section(full, "二、")) == "据《港务局2023年工作总结（泊位、航标）》“二、存在问题”："


def test_lines_of_a_sentence_are_joined() -> None:
    assert tidy(" 对181\n家企业 \n 开展检查。\n") == "对181家企业开展检查。"


def test_what_leads_in_the_next_points_is_not_said_of_a_point() -> None:
    full = outlined("原因\n一、原因分析。\n（一）成本上升较快。从内部看，\n（二）管理不够精细。流程较长。")
    first, second = points(full, full.sections[1])
    assert lead(full, first, 200) == "**（一）成本上升较快**"
    assert lead(full, second, 200) == "**（二）管理不够精细**：流程较长"


def answer_of(folder: Path, text: str, question: str) -> str:
    """What a new library of one file answers."""
    (folder / "报告.txt").write_text(text, encoding="utf-8")
    settings = Settings.from_env({}, home=folder / "home")
    with Library.open(settings, CountingEmbeddings()) as library:
        assert [outcome.status for outcome in ingest([folder / "报告.txt"], library)] == ["added"]
        return Assistant(library, settings).ask(question).answer


def test_a_chapter_is_found_by_what_chapters_are_called(tmp_path: Path) -> None:
    text = (
        "供电公司2023年改革情况汇报\n一、基本情况\n现有职工86人，服务用户12万户。\n二、主要做法\n（一）建强班组。新建班组11个。\n"
        "（二）做实服务。新设服务站8个。\n（三）深化薪酬改革。绩效工资占比提高两成。\n三、存在困难\n改革成本较高，人员老化。\n"
    )
    answer = answer_of(tmp_path, text, "供电公司改革的做法有哪几条？")
    assert answer.startswith("据《供电公司2023年改革情况汇报》“二、主要做法”")
    assert answer.count("\n- **（") == 3


def test_points_that_share_the_noun_asked_for(tmp_path: Path) -> None:
    text = (
        "粮食局2023年工作总结\n一、着力抓收购。收购稻谷8万吨，兑付粮款及时。\n二、着力管库存。新建粮仓3座，轮换粮食2万吨。\n"
        "三、着力保供应。设应急网点46个，储备成品粮12天。\n四、存在的不足\n仓容不够，保管员年龄偏大。\n"
    )
    answer = answer_of(tmp_path, text, "粮食局的总结是从哪几个“着力”写的？")
    assert [line[4:9] for line in answer.splitlines()[1:]] == ["一、着力抓", "二、着力管", "三、着力保"]


def test_what_is_asked_of_the_year_ahead_is_no_result(tmp_path: Path) -> None:
    text = (
        "文旅局2023年工作总结和2024年工作计划\n一、2023年工作总结\n（一）办节庆。举办灯会节庆活动9场，节庆活动吸引游客46万人。\n"
        "（二）建场馆。新建书房6座。\n二、2024年工作计划\n（一）兴节会。办好灯会，力争来客破百万。\n（二）强服务。改造公厕12座。\n"
    )
    answer = answer_of(tmp_path, text, "文旅局2024年节庆活动打算怎么搞？")
    assert "力争来客破百万" in answer
    assert "46万人" not in answer
