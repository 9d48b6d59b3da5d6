"""The tree of sections, from whatever numbering there is, and the kind of each."""

from hypothesis import given
from hypothesis import strategies as st
from texts import FRAGMENTS

from ingest.outline import outline, scan
from rag.model import Kind

PROSE = "全县上下坚定信心、迎难而上，推进重点项目建设，着力保障和改善民生，各项工作取得新成效。"


def tree(text: str, *, title: str = "", plan_year: int | None = None) -> list[str]:
    """Each section's heading, indented by its level."""
    whole = f"{title}\n{text}" if title else text
    sections = outline(scan(whole, title_end=len(title)), plan_year=plan_year)
    return ["  " * (s.level - 1) + s.heading for s in sections[1:]]


def kinds(text: str, *, title: str = "", plan_year: int | None = None) -> dict[str, str]:
    whole = f"{title}\n{text}" if title else text
    return {s.heading: s.kind.value for s in outline(scan(whole, title_end=len(title)), plan_year=plan_year)[1:]}


def test_the_usual_numbering() -> None:
    text = "一、总结\n（一）项目\n1.投资。甲。\n（1）续建。乙。\n2.招商。丙。\n（二）民生\n丁。\n二、打算\n戊。"
    assert tree(text) == [
        "一、总结",
        "  （一）项目",
        "    1.投资",
        "      （1）续建",
        "    2.招商",
        "  （二）民生",
        "二、打算",
    ]


def test_the_first_of_a_list_without_its_number() -> None:
    below = f"（二）抓生产，促增收\n{PROSE}\n（三）抓治理\n{PROSE}\n二、打算\n甲。"
    text = f"{PROSE}\n一、总结\n抓防控，保安全\n{PROSE}\n{below}"
    assert tree(text) == [
        "一、总结",
        "  抓防控，保安全",
        "  （二）抓生产，促增收",
        "  （三）抓治理",
        "二、打算",
    ]


def test_headings_right_above_unnumbered_headings() -> None:
    past = f"2023年工作回顾\n服务提质增效\n{PROSE}\n环境持续改善\n{PROSE}\n存在的不足\n{PROSE}"
    text = f"{PROSE}\n{past}\n2024年工作计划\n做实网格管理\n{PROSE}"
    assert tree(text) == [
        "2023年工作回顾",
        "  服务提质增效",
        "  环境持续改善",
        "存在的不足",
        "2024年工作计划",
        "  做实网格管理",
    ]
    assert kinds(text)["做实网格管理"] == "plan"


def test_headings_and_points_within_a_paragraph() -> None:
    text = "（一）深化改革。一是下放权限。甲。二是优化服务。乙。\n（二）强化监管。丙。"
    assert tree(text) == ["（一）深化改革", "  一是下放权限", "  二是优化服务", "（二）强化监管"]


def test_a_report_that_begins_one_level_down_and_counts_wrongly() -> None:
    assert tree("(一)环卫。甲。\n(一)市容。乙。\n(三)绿化。丙。\n二、问题\n丁。") == [
        "(一)环卫",
        "(一)市容",
        "(三)绿化",
        "二、问题",
    ]


def test_a_larger_mark_inside_a_smaller_one() -> None:
    text = "1.养殖\n（一）提质。甲。\n（二）增效。乙。\n2.海域\n（一）审批。丙。\n3.打算\n（一）修堤。丁。"
    assert tree(text) == ["1.养殖", "  （一）提质", "  （二）增效", "2.海域", "  （一）审批", "3.打算", "  （一）修堤"]


def test_unnumbered_headings_above_a_numbering_that_starts_again() -> None:
    text = f"{PROSE}\n过去一年的工作\n一、农业\n甲。\n二、工业\n乙。\n今年的任务\n一、改革\n丙。"
    assert tree(text) == ["过去一年的工作", "  一、农业", "  二、工业", "今年的任务", "  一、改革"]


def test_unnumbered_headings_inside_a_numbering_that_goes_on() -> None:
    text = f"一、项目\n{PROSE}\n水库除险加固\n{PROSE}\n河道综合治理\n{PROSE}\n二、民生\n{PROSE}"
    assert tree(text) == ["一、项目", "  水库除险加固", "  河道综合治理", "二、民生"]


def test_unnumbered_headings_alone() -> None:
    text = f"{PROSE}\n过去五年的回顾\n{PROSE}\n关于国际形势\n{PROSE}"
    assert tree(text) == ["过去五年的回顾", "关于国际形势"]


def test_parts_of_a_report_hold_their_unnumbered_headings() -> None:
    text = f"2022年工作总结\n{PROSE}\n党建引领更加有力\n{PROSE}\n2023年工作计划\n{PROSE}\n社会治理提质增效\n{PROSE}"
    assert tree(text) == ["2022年工作总结", "  党建引领更加有力", "2023年工作计划", "  社会治理提质增效"]


def test_a_problem_without_a_heading_ends_with_its_points() -> None:
    text = "一、总结\n（一）项目。甲。\n存在的主要问题：一是资金紧张；二是人手不足。\n二、打算\n乙。"
    assert tree(text) == [
        "一、总结",
        "  （一）项目",
        "  〔存在问题〕",
        "    一是资金紧张",
        "    二是人手不足",
        "二、打算",
    ]


def test_numbered_points_below_a_line_that_leads_them() -> None:
    report = f"一、修路。{PROSE}\n二、治水。{PROSE}"
    points = "1、新建泵站。\n2、疏浚河道。\n3、巡查堤防。"
    for lead, plan in (
        ("2024年工作要点：", "〔下步打算〕"),
        ("下半年，重点抓好以下工作：", "〔下步打算〕"),
        ("〔2024年工作要点〕", "〔2024年工作要点〕"),
    ):
        found = tree(f"{report}\n{lead}\n{points}", plan_year=2024)
        assert [line.strip() for line in found[-4:]] == [plan, "1、新建泵站", "2、疏浚河道", "3、巡查堤防"]
        assert set(list(kinds(f"{report}\n{lead}\n{points}", plan_year=2024).values())[-4:]) == {"plan"}


def test_a_passage_that_says_only_what_its_section_is_adds_nothing() -> None:
    assert tree("一、存在的问题\n主要问题：一是资金紧张；二是人手不足；三是机制不全。") == [
        "一、存在的问题",
        "  一是资金紧张",
        "  二是人手不足",
        "  三是机制不全",
    ]


def test_a_point_ends_with_its_line_but_for_one_that_another_follows() -> None:
    text = "第一，抓项目。甲。\n续第一条的段落。\n第二，抓民生。乙。\n会议最后要求大家落实。"
    first, second = outline(scan(text))[1:]
    assert text[first.start : first.end].endswith("续第一条的段落。")
    assert text[second.start : second.end] == "第二，抓民生。乙。"


def test_a_list_within_one_paragraph_ends_with_it() -> None:
    text = "一、任务\n今年要求：（一）增产粮食。（二）节约燃料。\n第一、办好农业。甲。\n第二、办好轻工业。乙。"
    assert tree(text) == [
        "一、任务",
        "  （一）增产粮食",
        "  （二）节约燃料",
        "  第一、办好农业",
        "  第二、办好轻工业",
    ]


def test_leads_on_lines_of_their_own() -> None:
    text = (
        f"一、回顾\n{PROSE}\n生态更加优美。\n{PROSE}\n民生更有保障。\n{PROSE}\n{PROSE}\n二、打算\n只争朝夕。\n{PROSE}"
    )
    assert tree(text) == ["一、回顾", "  生态更加优美", "  民生更有保障", "二、打算"]
    year = (
        f"一、回顾\n{PROSE}\n这一年，我们聚力攻坚，产业聚链成群。\n{PROSE}\n这一年，我们改善民生，城乡焕新颜。\n{PROSE}"
    )
    assert tree(year)[1:] == ["  这一年，我们聚力攻坚，产业聚链成群", "  这一年，我们改善民生，城乡焕新颜"]
    sections = {s.heading: s for s in outline(scan(text))}
    assert text[sections["生态更加优美"].body : sections["生态更加优美"].end].strip() == PROSE
    assert text[sections["民生更有保障"].body : sections["民生更有保障"].end].strip() == PROSE


def test_many_leads_are_the_outline_of_a_report_without_headings() -> None:
    said = "粮食生产是头等大事", "柑橘产业迈了一大步", "乡村旅游有了起色", "村庄面貌天天在变", "社会大局保持稳定"
    text = "".join(f"{lead}。{PROSE}\n" for lead in said)
    assert tree(f"{PROSE}\n{text}") == list(said)
    assert tree(f"{PROSE}\n{text[: text.index(said[3])]}一、农业\n甲。\n二、工业\n乙。") == ["一、农业", "二、工业"]


def test_leads_with_other_paragraphs_between_them() -> None:
    told = "".join(f"{lead}。{PROSE}\n{PROSE}\n" for lead in ("控制物价涨幅", "全面发展农村经济", "继续扩大对外开放"))
    assert tree(f"一、任务\n{told}奋斗成就未来。让我们同心同德，努力奋斗，{PROSE}") == [
        "一、任务",
        "  控制物价涨幅",
        "  全面发展农村经济",
        "  继续扩大对外开放",
    ]


def test_paragraph_leads_belong_to_the_point_before_them() -> None:
    leads = "".join(f"{lead}。{PROSE}\n" for lead in ("巩固农业基础地位", "调整优化产业结构", "加强基础设施建设"))
    text = f"一、回顾\n一是扩大开放。甲。\n二是调整结构。乙。\n{leads}三是改善民生。丙。"
    inside = "    巩固农业基础地位", "    调整优化产业结构", "    加强基础设施建设"
    assert tree(text) == ["一、回顾", "  一是扩大开放", "  二是调整结构", *inside, "  三是改善民生"]


def test_what_a_section_says_of_itself_first_is_no_lead() -> None:
    leads = "".join(f"{lead}。{PROSE}\n" for lead in ("深化行政体制改革", "深化财税体制改革", "深化金融体制改革"))
    assert tree(f"（一）推动改革\n改革是今年工作的首要任务。{PROSE}\n{leads}（二）扩大开放\n乙。") == [
        "（一）推动改革",
        "  深化行政体制改革",
        "  深化财税体制改革",
        "  深化金融体制改革",
        "（二）扩大开放",
    ]
    narrated = "我国的人口现在增加很快", "应当指出生活水平还低", "去年粮食有了很大增长"
    assert tree("一、人民生活\n" + "".join(f"{said}。{PROSE}\n" for said in narrated)) == ["一、人民生活"]


def test_an_appendix_is_a_section_of_its_own() -> None:
    plan = f"二、2024年打算\n（一）修路。{PROSE}\n（二）治水。{PROSE}"
    for head in ("附：有关用语说明", "附件1", "附表 各镇完成情况", "名词解释", "注释"):
        terms = f"1.“一城四区”：指山水城与四个功能区。{PROSE}\n2.“一楼一码”：指每幢楼挂一个二维码。"
        text = f"一、总结\n{PROSE}\n{plan}\n{head}\n{terms}"
        assert tree(text)[4:] == [head, "  1.“一城四区”", "  2.“一楼一码”"]
        assert kinds(text)[head] == kinds(text)["1.“一城四区”"] == "other"
    assert tree(f"一、总结\n{PROSE}\n二、打算\n{PROSE}\n附件：\n名词解释\n1.甲：指乙。")[2] == "附件"
    letter = f"一、总结\n{PROSE}\n{plan}\n附件：1.任务清单\n2.项目表\n某县水利局\n2023年12月3日"
    assert tree(letter)[-1] == "  （二）治水"


def test_what_is_said_to_the_audience_is_no_part_of_the_last_point() -> None:
    thanks = "这些成绩的取得，是全县人民团结奋斗的结果。\n在此，我代表县人民政府，向全县人民表示衷心的感谢！"
    appeal = "各位代表！使命在肩，催人奋进。让我们同心同德，为建设新某县而努力奋斗！"
    text = (
        f"一、回顾\n（一）修路。{PROSE}\n（二）治水。{PROSE}\n{thanks}\n二、打算\n（一）兴业。{PROSE}\n各位代表！\n{PROSE}\n{appeal}"
        "\n特此报告。\n某县人民政府\n2024年1月5日\n抄送：市政府办公室"
    )
    sections = {s.heading: text[s.start : s.end] for s in outline(scan(text))[1:]}
    assert sections["（二）治水"].endswith(PROSE)
    assert sections["一、回顾"].endswith("感谢！")
    assert sections["（一）兴业"].count(PROSE) == 1
    assert sections["二、打算"].endswith(f"各位代表！\n{PROSE}")


def test_a_number_and_its_heading_on_two_lines() -> None:
    text = f"{PROSE}\n一\n去年的胜利\n{PROSE}\n二\n今年的任务\n（一）农业\n{PROSE}\n（二）工业\n{PROSE}"
    assert tree(text) == ["一 去年的胜利", "二 今年的任务", "  （一）农业", "  （二）工业"]
    assert tree(f"{PROSE}\n一\n{PROSE}\n二\n{PROSE}") == ["一", "二"]


def test_problems_behind_the_thanks_are_those_of_the_chapter() -> None:
    problems = "我们也清醒地看到，还存在不少问题：一是资金紧张；二是人手不足。"
    thanks = "在此，我代表县法院表示衷心的感谢！"
    text = f"一、回顾\n（一）修路。{PROSE}\n（二）治水。{PROSE}\n{thanks}\n{problems}\n二、打算\n（一）兴业。{PROSE}"
    assert tree(text) == [
        "一、回顾",
        "  （一）修路",
        "  （二）治水",
        "  〔存在问题〕",
        "    一是资金紧张",
        "    二是人手不足",
        "二、打算",
        "  （一）兴业",
    ]


def test_a_list_that_begins_with_first_of_all() -> None:
    text = "一、任务\n今年要办好农业。首先要增加投入。甲。二是保护耕地。乙。三是兴修水利。丙。"
    assert tree(text) == ["一、任务", "  首先要增加投入", "  二是保护耕地", "  三是兴修水利"]
    assert tree("一、任务\n今年产量全省第一，增长一成。二是不误农时。") == ["一、任务"]


def test_dashes_at_line_starts() -> None:
    text = f"一、总结\n——经济稳中向好。{PROSE}\n——民生持续改善。{PROSE}\n{PROSE}\n一是抓改革。甲。\n二是抓开放。乙。"
    assert tree(text) == ["一、总结", "  ——经济稳中向好", "  ——民生持续改善", "  一是抓改革", "  二是抓开放"]


def test_a_section_takes_the_kind_of_the_one_it_stands_in() -> None:
    found = kinds(
        "一、2023年工作总结\n（一）项目。甲。\n二、存在的问题\n（一）资金。乙。\n三、2024年打算\n一是修路。丙。\n二是治水。丁。"
    )
    assert found == {
        "一、2023年工作总结": "summary",
        "（一）项目": "summary",
        "二、存在的问题": "problem",
        "（一）资金": "problem",
        "三、2024年打算": "plan",
        "一是修路": "plan",
        "二是治水": "plan",
    }


def test_what_says_nothing_reports_before_a_plan_and_plans_after_it() -> None:
    found = kinds("一、农业\n甲。\n二、今年的任务\n乙。\n三、加强自身建设\n丙。", title="政府工作报告", plan_year=2024)
    assert list(found.values()) == ["summary", "plan", "plan"]


def test_a_chapter_that_says_what_must_be_done_is_one_of_plans() -> None:
    done = "一、去年的回顾\n" + "粮食产量增长了百分之五，钢产量超额完成了计划，人民生活有了改善。" * 12
    must = "二、发展农业\n" + "必须增加对农业的投入。要兴修水利，扩大灌溉面积。各地应当办好农村的学校。" * 12
    found = kinds(f"{done}\n{must}", title="一九八三年政府工作报告", plan_year=1983)
    assert found == {"一、去年的回顾": "summary", "二、发展农业": "plan"}


def test_an_excerpt_of_plans_leaves_open_what_its_other_chapters_are() -> None:
    must = "（四）发展林业\n" + "必须增加对林业的投入。要封山育林，扩大苗圃面积。各地应当办好林场的学校。" * 12
    calm = "（五）改善供水\n" + "新建改建水厂，更换老旧管网，保障城乡居民饮水。" * 3
    found = kinds(f"{must}\n{calm}", title="2003年政府工作报告（摘录）", plan_year=2003)
    assert found == {"（四）发展林业": "plan", "（五）改善供水": "other"}


def test_behind_the_plans_what_tells_is_none() -> None:
    world = "一年来，我国同许多国家的关系有了发展，同周边各国签订了条约。国际形势总的趋于缓和，但也有不安定的因素。" * 6
    self_building = "坚持依法行政，自觉接受监督，建设廉洁高效的政府。" * 12
    found = kinds(f"一、今年的任务\n甲。\n二、国际形势\n{world}\n三、自身建设\n{self_building}", title="政府工作报告")
    assert list(found.values()) == ["plan", "other", "plan"]


def test_after_the_problems_comes_what_is_done_about_them() -> None:
    assert list(kinds("一、农业\n甲。\n二、存在的不足\n乙。\n三、补齐短板\n丙。", title="工作总结").values()) == [
        "summary",
        "problem",
        "plan",
    ]


def test_a_plan_says_so_in_its_title_or_opening() -> None:
    assert kinds("一、总体要求\n甲。", title="某局2024年工作要点") == {"一、总体要求": "plan"}
    assert kinds("下面，就下一步工作，我讲三点意见。\n一、认清形势\n甲。") == {"一、认清形势": "plan"}
    assert kinds("现将创建工作情况汇报如下。\n一、加强领导\n甲。") == {"一、加强领导": "summary"}
    assert kinds("昨日的会议通过了决定。\n一、加强领导\n甲。") == {"一、加强领导": "other"}


def test_the_report_itself_comes_first() -> None:
    (root,) = outline(scan("某局工作总结\n正文。\n", title_end=6))
    assert (root.number, root.parent, root.level, root.heading, root.kind) == (0, None, 0, "某局工作总结", Kind.OTHER)
    assert (root.start, root.body, root.end) == (0, 6, 10)


@given(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=60).map("".join), st.integers(0, 6)
)
def test_spans_of_any_text_are_nested_ordered_and_in_bounds(text: str, title_end: int) -> None:
    sections = outline(scan(text, title_end=min(title_end, len(text))), plan_year=2024)
    last_child: dict[int, int] = {}
    for section in sections:
        assert 0 <= section.start <= section.body <= section.end <= len(text)
        if section.parent is not None:
            parent = sections[section.parent]
            assert parent.start <= section.start and section.end <= parent.end
            assert last_child.get(section.parent, 0) <= section.start
            last_child[section.parent] = section.end


def test_many_marks_take_linear_time() -> None:
    for text in ("1、抓好工作\n" * 20_000, "。一是甲，二是乙" * 20_000, "加强领导工作\n" + f"{PROSE}\n" * 5_000):
        assert outline(scan(text))
