"""Questions as structures: what is asked for, of whom, of when, on what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.model import Kind
from rag.question import fold_width, is_kind_word, parse, quotations, topic_terms
from rag.text import to_simplified
from rag.vocabulary import Intent

WORDS = st.lists(
    st.sampled_from(
        [
            "交通局",
            "那个",
            "开发区",
            "2024年",
            "二〇二四年",
            "有哪些",
            "打算",
            "多少",
            "几",
            "第三点",
            *"？，（）“”呢",
            "除了",
        ]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("交通局2024年有哪些打算？", Intent.LIST),
        ("哪七点意见", Intent.LIST),
        ("林权改革，哪几年的政府报告提过", Intent.WHICH),
        ("哪年的总结写到了防汛", Intent.WHICH),
        ("1984年有哪些成绩？（1985年报告）", Intent.LIST),
        ("十年规划的目标一共几条，都是什么", Intent.LIST),
        ("城管局拆除了多少平方米违建？", Intent.FIGURE),
        ("新开通了几条公交线路", Intent.FIGURE),
        ("砚江特大桥什么时候合龙？", Intent.DATE),
        ("谁是招商组长？", Intent.NAME),
        ("怎样治理超限超载？", Intent.WAY),
        ("为什么物流成本高？", Intent.REASON),
        ("哪些报告提到红心柚？", Intent.WHICH),
        ("有哪几份说到要修路", Intent.WHICH),
        ("下半年准备抓啥", Intent.LIST),
        ("室温从几度提高到几度", Intent.FIGURE),
        ("交通局和教育局的问题有什么不同？", Intent.COMPARE),
        ("哪个局投资更多", Intent.COMPARE),
        ("交通局近三年投资的变化趋势", Intent.TREND),
        ("交通局讲了什么", Intent.OVERVIEW),
        ("超限 卸载", Intent.FACT),
    ],
)
def test_what_is_asked_for(question: str, intent: Intent) -> None:
    assert parse(question).intent is intent


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("明年有哪些安排", (Kind.PLAN,)),
        ("下一步怎么干", (Kind.PLAN,)),
        ("存在哪些问题？", (Kind.PROBLEM,)),
        ("还有什么短板", (Kind.PROBLEM,)),
        ("有哪些亮点", (Kind.HIGHLIGHT,)),
        ("有哪些建议", (Kind.SUGGESTION,)),
        ("2024年做了哪些工作", (Kind.SUMMARY,)),
        ("新建了几所学校", (Kind.SUMMARY,)),
        ("查处整改了多少问题", ()),
        ("砚江特大桥什么时候合龙？", ()),
    ],
)
def test_the_kind_of_section_that_is_asked_for(question: str, kinds: tuple[Kind, ...]) -> None:
    assert set(kinds) <= set(parse(question).kinds)
    assert kinds or Kind.PROBLEM not in parse(question).kinds


def test_an_exception_is_not_asked_for() -> None:
    assert parse("除了亮点，还有哪些打算？").kinds == (Kind.PLAN,)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("2024年有哪些打算", (2024,)),
        ("２０２４年有哪些打算", (2024,)),
        ("二〇二四年有哪些打算", (2024,)),
        ("24年有哪些打算", (2024,)),
        ("2023年和2024年分别是多少", (2023, 2024)),
        ("对照一下1983和1991两份报告", (1983, 1991)),
        ("1983、1991、2003各是多少", (1983, 1991, 2003)),
        ("渠道从1983和1991米延长到多少", ()),
        ("近20年的变化", ()),
        ("有哪些打算", ()),
    ],
)
def test_years(question: str, years: tuple[int, ...]) -> None:
    assert parse(question).years == years


@pytest.mark.parametrize(
    ("word", "shift"), [("前年", -2), ("去年", -1), ("上年", -1), ("今年", 0), ("明年", 1), ("来年", 1), ("近来", None)]
)
def test_years_that_count_from_the_report(word: str, shift: int | None) -> None:
    assert parse(f"{word}完成投资多少").relative_year == shift


@pytest.mark.parametrize(
    ("question", "count"), [("哪七点意见", 7), ("抓好的两件大事", 2), ("哪十二项任务", 12), ("有哪些任务", 0)]
)
def test_how_many_points_are_expected(question: str, count: int) -> None:  # fmt: skip
    assert parse(question).count == count


def test_whose_household_is_no_question_for_reports() -> None:
    assert parse("谁家的总结提到了河长制").intent is Intent.WHICH
    assert parse("怎么查出垃圾是谁家倒的").intent is Intent.WAY


def test_that_project_is_no_report() -> None:
    assert parse("石门隧道那个项目造价几何？").description == ""
    assert parse("有湿地公园的那个开发区投了多少钱？").description == "有湿地公园"


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("总结是从哪几个“着力”写的", "着力"),
        ("提出了哪六种渠道？", "渠道"),
        ("有哪几个方面", ""),
        ("存在哪三个问题？", ""),
    ],
)
def test_the_noun_that_is_counted(question: str, noun: str) -> None:
    assert parse(question).counted == noun


def test_a_point_asked_for_by_its_number() -> None:
    assert parse("第三点展开说说").ordinal == 3
    assert parse("第3条是什么").ordinal == 3
    assert parse("第三季度完成多少").ordinal == 0


@pytest.mark.parametrize(
    ("question", "description", "matter"),
    [
        ("做光电显示的那个开发区有哪些困难？", "做光电显示", "有哪些困难?"),
        ("茶叶为主的乡镇有哪些亮点", "茶叶", "乡镇有哪些亮点"),
        ("经开区（有湿地公园的那个）有哪些打算", "有湿地公园", "经开区 有哪些打算"),
        ("种茶的那个乡和种柚的那个镇比较一下", "", "种茶的那个乡和种柚的那个镇比较一下"),
        ("交通局有哪些打算", "", "交通局有哪些打算"),
    ],
)
def test_words_that_describe_a_report_are_not_its_topic(question: str, description: str, matter: str) -> None:
    parsed = parse(question)
    assert (parsed.description, parsed.matter) == (description, matter)


@pytest.mark.parametrize("question", ["那城管局呢？", "其中投资多少", "第三点展开说说", "为什么？", "还有哪些？"])
def test_a_question_that_leans_on_the_one_before(question: str) -> None:
    assert parse(question).elliptic


def test_a_question_that_stands_by_itself() -> None:
    parsed = parse("交通局2024年有哪些打算？")
    assert not parsed.elliptic
    assert not parsed.other
    assert parse("另一个局呢").other
    assert parse("其他几家呢").other


def test_topic_words_are_neither_names_of_kinds_nor_years_nor_measures() -> None:
    assert parse("2024年有哪些打算").terms == ()
    assert parse("去年治理超限超载查处了多少辆").terms[:2] == ("治理", "超限")
    assert not {"平方米", "多少"} & set(parse("拆除违建多少平方米").terms)
    assert topic_terms("罚了多少？") == ("罚",)
    assert parse("XX区的渠道").terms == ("渠道",)
    assert is_kind_word("打算")
    assert not is_kind_word("公交")


def test_a_quotation_is_one_topic_word() -> None:
    assert quotations("“柚乡议事亭”和「路长制」") == ["柚乡议事亭", "路长制"]
    assert parse("哪些报告提到“路长制”？").terms == ("路长制",)


def test_traditional_characters_and_wide_letters() -> None:
    assert parse("農業局有哪些困難").text == "农业局有哪些困难"
    assert parse("農業局有哪些困難").kinds == (Kind.PROBLEM,)
    assert fold_width("Ｂ２Ｃ零售额，２０２４年") == "b2c零售额，2024年"


@given(st.one_of(st.text(max_size=60), WORDS))
def test_any_text_is_a_question(text: str) -> None:
    parsed = parse(text)
    assert parsed.asked == text
    assert len(set(parsed.terms)) == len(parsed.terms)
    assert all(parsed.terms)
    assert all(1900 <= year < 2100 for year in parsed.years)


@given(st.text(max_size=40))
def test_what_is_parsed_is_parsed_the_same_again(text: str) -> None:
    once = parse(text)
    again = parse(once.text)
    assert (again.intent, again.kinds, again.years, again.terms) == (once.intent, once.kinds, once.years, once.terms)


@given(WORDS)
def test_width_and_script_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
    assert parse(wide).text == parse(text).text == parse(to_simplified(text)).text


@pytest.mark.parametrize("words", ["比上年", "比去年同期", "较上一年"])
def test_a_measure_against_the_year_before_asks_for_no_other_report(words: str) -> None:
    assert parse(f"满意率{words}提高多少").relative_year is None


def test_the_year_when_a_plan_was_made_is_not_the_year_asked_for() -> None:
    made = parse("教育局2023年底给2024年定了哪些计划")
    assert made.years == (2024,)
    assert made.kinds == (Kind.PLAN,)
    assert parse("教育局2023年底和2024年底各有多少学生").years == (2023, 2024)


def test_a_year_in_chinese_numerals_is_no_topic() -> None:
    assert parse("一九五六年钢增长百分之几").years == (1956,)
    assert "一九五六年" not in parse("一九五六年钢铁增长百分之几").terms


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("下半年准备抓啥", Kind.PLAN),
        ("个体户难在哪几方面", Kind.PROBLEM),
        ("有什么要上级出面协调的", Kind.SUGGESTION),
        ("对策有哪些", Kind.SUGGESTION),
    ],
)
def test_kinds_in_everyday_words(question: str, kind: Kind) -> None:
    assert kind in parse(question).kinds


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("安全检查发现了哪些问题", (Kind.PROBLEM,)),
        ("排查出什么问题", (Kind.PROBLEM,)),
        ("发现的问题整改了多少", ()),
        ("来年安排了哪几件事", (Kind.PLAN,)),
        ("去年安排了哪几件事", (Kind.PLAN, Kind.SUMMARY)),
        ("办执照要几个工作日", ()),
        ("换证要多久", ()),
        ("要建几所学校", (Kind.PLAN,)),
        ("种树完成年度计划的百分之几", ()),
        ("种树面积占计划多少", (Kind.SUMMARY,)),
        ("种树的计划有多少亩", (Kind.PLAN,)),
        ("会上对防汛提出了哪些任务", (Kind.PLAN,)),
        ("完成了哪些任务", (Kind.SUMMARY,)),
    ],
)
def test_kinds_by_what_else_is_said(question: str, kinds: tuple[Kind, ...]) -> None:
    assert parse(question).kinds == kinds


@pytest.mark.parametrize(
    ("question", "shift"),
    [
        ("最近一份总结", 0),
        ("最新的工作报告说了什么", 0),
        ("上一年那份里有什么", -1),
        ("上一份报告", -1),
        ("最近一次会议是哪天", None),
        ("最新的技术是什么", None),
        ("比上一年增长多少", None),
    ],
)
def test_the_latest_of_several_reports(question: str, shift: int | None) -> None:
    assert parse(question).relative_year == shift


@pytest.mark.parametrize("question", ["局里自身有哪些不足", "这期间存在哪些问题", "困难从哪几方面看得出来"])
def test_words_around_a_question_for_a_chapter_are_no_topic(question: str) -> None:
    assert parse(question).terms == ()


def test_a_phrase_with_such_a_word_is_a_topic() -> None:
    assert "自身" in parse("政府自身建设怎么抓").terms
