"""The words that show the kind of a section."""

import pytest

from rag.kinds import announces_plan, heading_kind, passage_kind
from rag.model import Kind


@pytest.mark.parametrize(
    ("heading", "plan_year", "kind"),
    [
        ("2023年工作总结", 2024, Kind.SUMMARY),
        ("2023年重点工作", 2024, Kind.SUMMARY),
        ("重点工作完成情况", None, Kind.SUMMARY),
        ("过去五年的回顾", None, Kind.SUMMARY),
        ("工作亮点", None, Kind.HIGHLIGHT),
        ("主要措施、亮点及成效", None, Kind.SUMMARY),
        ("存在的困难和问题", None, Kind.PROBLEM),
        ("主要问题及下步打算", None, Kind.PROBLEM),
        ("2024年工作思路", 2024, Kind.PLAN),
        ("2019年政府工作任务", 2019, Kind.PLAN),
        ("对今年政府工作的建议", 2023, Kind.PLAN),
        ("今年工作总体要求和目标任务", None, Kind.PLAN),
        ("今后五年的奋斗目标", None, Kind.PLAN),
        ("下一步打算", None, Kind.PLAN),
        ("2022年上半年预算执行情况", 2022, Kind.SUMMARY),
        ("2022年上半年工作进展情况", 2022, Kind.SUMMARY),
        ("下半年财政重点工作", None, Kind.PLAN),
        ("下半年主要任务", 2022, Kind.PLAN),
        ("今年经济社会发展的总体要求、主要预期目标和宏观经济政策", 2013, Kind.PLAN),
        ("不足之处", None, Kind.PROBLEM),
        ("反思与不足", None, Kind.PROBLEM),
        ("意见和建议", None, Kind.SUGGESTION),
        ("加强政府自身建设", 2024, None),
    ],
)
def test_headings_of_the_first_level(heading: str, plan_year: int | None, kind: Kind | None) -> None:
    assert heading_kind(heading, plan_year=plan_year) is kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("存在问题", Kind.PROBLEM),
        ("下一步打算", Kind.PLAN),
        ("工作亮点", Kind.HIGHLIGHT),
        ("布局未来产业", None),
        ("推进群众身边问题整治", None),
        ("突出重点任务抓落实", None),
    ],
)
def test_below_the_first_level_a_word_of_the_subject_counts_for_nothing(heading: str, kind: Kind | None) -> None:
    assert heading_kind(heading, top=False) is kind


@pytest.mark.parametrize(
    ("paragraph", "kind"),
    [
        ("虽然各项指标稳中有进，但是与先进县区相比仍有较大差距。", Kind.PROBLEM),
        ("同时，我们也清醒地看到，发展中还存在不少困难和问题：一是层级不高。", Kind.PROBLEM),
        ("当前，我市发展还面临不少困难和挑战。", Kind.PROBLEM),
        ("存在的突出问题：（1）效益偏低；（2）加工不足。", Kind.PROBLEM),
        ("一是人手不足；二是资金缺口大；三是机制不健全。", Kind.PROBLEM),
        ("下一步，我局将继续抓好落实。", Kind.PLAN),
        ("2024年，区教育局将围绕中心工作扎实推进。", Kind.PLAN),
        ("全县面临的主要困难是，缺水缺电，山里不通车。", Kind.PROBLEM),
        ("必须把握三条原则：一是扭转增速下滑的困难局面；二是减轻就业压力；三是弥补不足。", None),
        ("同时，还积极帮助企业解决困难问题。", None),
        ("虽然受天气影响，但全县上下克服困难，夺取了丰收。", None),
        ("一是补齐设施短板；二是破解融资难题；三是缓解用工压力。", None),
        ("针对存在的一些问题，我们开展了专项整治。", None),
        ("下半年，重点抓好以下工作：", Kind.PLAN),
        ("四季度，我局将继续推进项目建设。", Kind.PLAN),
        ("〔2024年工作要点〕", Kind.PLAN),
        ("下半年，新修公路三条，继续推进绿化。", None),
        ("未来科技城项目将于六月完工。", None),
        ("2023年，区教育局将改革推向深入。", None),
    ],
)
def test_passages_without_a_heading(paragraph: str, kind: Kind | None) -> None:
    assert passage_kind(paragraph, plan_year=2024) is kind


@pytest.mark.parametrize(
    "words",
    ["就下一步工作，我讲以下几点意见：", "下面，我就水利建设讲三点意见。", "2025年，重点做好以下七个方面工作。"],
)
def test_announcing_what_is_to_be_done(words: str) -> None:
    assert announces_plan(f"会议认为开局良好。{words}")
    assert not announces_plan("全年做了以下工作。")
