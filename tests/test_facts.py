"""The clauses around a fact, and figures found over the sample reports."""

import re
from pathlib import Path
from typing import Any

import pytest
from asking import asking
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.facts import LONGEST, held, window
from rag.model import FullReport, Kind, Report, Section
from rag.text import MASKED_NOTE

CLAUSE = st.text("改造农村公路危桥座桥梁投资亿元0123456789", min_size=1, max_size=40)
LONG = (
    "全年新建农村公路12公里，涉及9个乡镇33个村的群众出行更加方便，沿线产业随之兴起，农产品出村时间缩短一半以上，"
    "改造危桥7座，存量危桥首次降到10座以内，桥梁检测覆盖所有县道乡道，"
    "招聘养护工人236名，优先安排脱贫户和低收入家庭人员就业，人均每月增收八百元以上。"
)


def report_of(text: str) -> FullReport:
    return FullReport(Report("r", "f", "a.txt", 1, ""), text, (Section(0, None, 0, "", Kind.OTHER, 0, 0, len(text)),))


def around(text: str, *words: str, longest: int = LONGEST) -> str:
    full = report_of(text)
    start, end = window(full, (0, len(text)), dict.fromkeys(words, 1.0), longest)
    return text[start:end]


def test_a_short_sentence_stays_whole() -> None:
    assert around("改造危桥7座，新建公路12公里。", "危桥") == "改造危桥7座，新建公路12公里。"


@pytest.mark.parametrize(
    ("word", "clause"), [("公路", "新建农村公路12公里"), ("危桥", "改造危桥7座"), ("工人", "养护工人236名")]
)
def test_of_a_long_sentence_the_clauses_around_the_words(word: str, clause: str) -> None:
    got = around(LONG, word, longest=50)
    assert clause in got
    assert len(got) <= 50
    assert got in LONG


@given(st.lists(CLAUSE, min_size=1, max_size=12), st.sets(st.sampled_from(["公路", "危桥", "投资"])))
def test_a_window_is_whole_clauses_of_its_sentence(clauses: list[str], words: set[str]) -> None:
    text = "，".join(clauses) + "。"
    got = around(text, *words, longest=60)
    assert got in text
    assert len(got) <= 60 or "，" not in got.rstrip("，")
    at = text.index(got)
    assert at == 0 or text[at - 1] == "，" or len(text) <= 60


def test_the_weight_of_the_words_that_a_text_holds() -> None:
    wanted = {"公路": 2.0, "危桥": 1.0}
    assert held("新建公路12公里", wanted) == 2.0
    assert held("危桥和公路", wanted) == 3.0
    assert held("", wanted) == 0.0


def test_figures_that_contradict_each_other_are_both_given(tmp_path: Path) -> None:
    texts = (
        "民政局2023年工作总结",
        "一、社会救助。全年救助困难群众48人。发放大米三吨。",
        "二、亮点。入户走访听取意见。全年救助困难群众56人。",
    )
    with asking(tmp_path / "home", *texts) as assistant:
        reply = assistant.ask("民政局救助困难群众多少人？")
    found = re.findall(r"\*\*(\d+人)\*\*\[(\d+)\]", reply.answer)
    assert {figure for figure, _ in found} == {"48人", "56人"}
    assert all(figure in reply.citations[int(number) - 1].excerpt for figure, number in found)


def test_a_hidden_name_is_no_hidden_figure(tmp_path: Path) -> None:
    texts = ("邮政局2023年工作总结", "一、网点建设。XX邮政中心建成。新增XX个网点。")
    with asking(tmp_path / "home", *texts) as assistant:
        answer = assistant.ask("邮政局新增多少个网点？").answer
    assert f"{MASKED_NOTE}：“新增XX个网点”" in answer
    assert f"{MASKED_NOTE}：“XX邮政" not in answer


def test_one_report_tells_of_two_years(tmp_path: Path) -> None:
    texts = (
        "水利局2023年工作总结",
        "一、完成情况。2023年整修渠道铺管12公里。培训护渠员40人。",
        "二、工作计划。2024年整修渠道铺管19公里。",
    )
    with asking(tmp_path / "home", *texts) as assistant:
        reply = assistant.ask("水利局2023年和2024年整修渠道铺管各多少公里？")
    assert re.findall(r"\*\*([^*]+)\*\*", reply.answer) == ["12公里", "19公里"]


def bold_of(home: Path, question: str, *texts: str) -> list[str]:
    with asking(home, *texts) as assistant:
        return re.findall(r"\*\*([^*]+)\*\*", assistant.ask(question).answer)


def test_a_figure_is_marked_with_its_thousands(tmp_path: Path) -> None:
    texts = ("铁路局1998年工作总结", "一、建设。新线铺轨1,347公里，比上年增加三成。")
    assert bold_of(tmp_path, "铁路局新线铺轨多少公里？", *texts) == ["1,347公里"]


def test_a_figure_is_marked_with_its_spaced_digits(tmp_path: Path) -> None:
    texts = ("林业局1998年工作总结", "一、造林。全年造林2 5 0万亩，产材1.4万亿立方米。")
    assert bold_of(tmp_path, "林业局全年造林多少亩？", *texts) == ["2 5 0万亩"]
    assert bold_of(tmp_path / "again", "林业局产材多少立方米？", *texts) == ["1.4万亿立方米"]


def test_the_figure_is_one_of_the_measure_asked_for(tmp_path: Path) -> None:
    texts = ("商务局2023年工作总结", "一、促消费。举办三场农机展销会，邀请厂家19家，成交拖拉机86台。")
    assert bold_of(tmp_path, "商务局举办的农机展销会成交多少台？", *texts) == ["86台"]


CLINIC = (
    "卫生局2023年工作总结",
    "一、诊疗。开设夜间门诊16个，夜间接诊9.2万人次，占比11%。门诊患者满意率由84%提高到91.5%，比上年提高7.5个百分点。",
    "二、监督。查处无证行医21起、超范围诊疗8起，罚没款36.4万元，办案量居全市第二位。",
    "三、保健。儿童龋患率下降2.3个百分点，口腔检查覆盖每所学校。",
    "四、普查。全区儿童龋患率为38%，口腔门诊增至27家。",
)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("卫生局夜间接诊占比多少？", "11%"),
        ("卫生局门诊患者满意率是多少？", "91.5%"),
        ("卫生局门诊患者满意率原来是多少？", "84%"),
        ("卫生局门诊患者满意率较去年提高了几个百分点？", "7.5个百分点"),
        ("卫生局查处无证行医罚了多少？", "36.4万元"),
        ("卫生局查处超范围诊疗多少起？", "8起"),
        ("卫生局办案量居全市第几？", "第二位"),
    ],
)
def test_the_figure_is_what_is_asked_and_not_its_neighbour(tmp_path: Path, question: str, figure: str) -> None:
    assert bold_of(tmp_path, question, *CLINIC)[0] == figure


@pytest.mark.parametrize(
    ("question", "figure"), [("卫生局儿童龋患率是多少？", "38%"), ("卫生局儿童龋患率下降了多少？", "2.3个百分点")]
)
def test_a_level_and_its_change_are_told_apart(tmp_path: Path, question: str, figure: str) -> None:
    assert bold_of(tmp_path, question, *CLINIC)[0] == figure


def test_a_change_answers_where_no_level_is_told(tmp_path: Path) -> None:
    assert bold_of(tmp_path, "卫生局儿童龋患率是多少？", *CLINIC[:4])[0] == "2.3个百分点"


def test_the_number_of_a_point_is_no_figure(tmp_path: Path) -> None:
    texts = ("住房局2023年整改报告", "6.关于多发取暖补贴的问题。", "已清退多发的补贴17.2万元。")
    assert bold_of(tmp_path, "住房局多发取暖补贴清退多少？", *texts) == ["17.2万元"]


def test_a_total_comes_before_what_it_is_made_of(tmp_path: Path) -> None:
    outgo = "一、支出。卫生支出8120万元，增长7%。其中：公共卫生支出5230万元，增长9%。"
    texts = ("财政局2023年决算报告", outgo, "二、收入。税收收入3.2亿元，非税收入1.1亿元。")
    assert bold_of(tmp_path, "财政局卫生支出多少万元？", *texts)[0] == "8120万元"


# --- over the sample reports ---


def bold(assistant: Assistant, question: str, **options: Any) -> list[str]:
    return re.findall(r"\*\*([^*]+)\*\*", assistant.ask(question, **options).answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("教育局2024年公开招聘教师多少名？", "142名"),
        ("霁云乡茶园面积多少亩？", "7400亩"),
        ("水利局完成水利投资多少亿元？", "5.48亿元"),
        ("柚坪镇红心柚种植面积多少亩？", "8600亩"),
        ("开发区新建标准厂房多少万平方米？", "12.4万"),
    ],
)
def test_a_figure_is_found_by_its_words(assistant: Assistant, question: str, figure: str) -> None:
    assert bold(assistant, question)[0].startswith(figure)


@pytest.mark.slow
def test_a_result_comes_before_a_target(assistant: Assistant) -> None:
    assert bold(assistant, "交通局2024年改造四、五类危桥多少座？")[0] == "9座"
    assert "6座" in assistant.ask("交通局2025年打算改造危桥多少座？").answer


@pytest.mark.slow
def test_a_hidden_figure_is_never_put_in_bold(assistant: Assistant) -> None:
    for line in assistant.ask("商务局2024年网络零售额是多少亿元？").answer.splitlines():
        if "xx" in line:
            assert MASKED_NOTE in line
            assert "**" not in line
