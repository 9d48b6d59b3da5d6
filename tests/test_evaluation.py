"""Measures of answers: each on the smallest answer that shows it."""

import pytest

from rag.errors import BaogaoError
from rag.evaluation import Gold, by_type, citation_shares, claims, is_supported, normalise, read_gold, score, summary
from rag.model import Citation, Refusal, Reply

GOLD = Gold(
    id="1",
    type="factoid",
    question="新建公路多少公里？",
    files=("甲.txt",),
    sections=("全年新建农村公路12.5公里",),
    facts=(("12.5公里", "12.5km"),),
    forbid=("30公里",),
)


def citation(n: int, excerpt: str, file: str = "甲.txt", org: str = "交通局") -> Citation:
    return Citation(n, "r1", "交通局2023年工作总结", org, (2023,), file, ("一、成效",), 1, excerpt, 0, len(excerpt))


def reply(answer: str, *citations: Citation, refusal: Refusal | None = None) -> Reply:
    return Reply("新建公路多少公里？", answer, refusal=refusal, citations=citations)


RIGHT = reply("全年新建农村公路12.5公里。[1]", citation(1, "全年新建农村公路12.5公里。"))


def test_comparing_ignores_width_case_and_punctuation_but_not_figures():
    assert normalise("ＧＤＰ增长 12.5％（预计）。") == "gdp增长12.5%预计"
    assert normalise("1.第一项…3.") == "1第一项3"


def test_claims_are_sentences_and_items_without_lead_ins_and_fragments():
    answer = "交通局2024年的打算有三项：\n- 继续推进农村公路提档升级工程。[1]\n2. 完成三座危桥的改造任务；[1]好的。"
    assert claims(answer) == ["继续推进农村公路提档升级工程。[1]", "完成三座危桥的改造任务；[1]好的。"]


def test_a_right_answer_is_right_in_every_measure():
    got = score(GOLD, RIGHT)
    assert (got.correct, got.facts, got.evidence, got.source) == (True, 1.0, 1.0, True)
    assert (got.cited, got.supported, got.dangling, got.refused) == (1.0, 1.0, False, False)


def test_another_spelling_of_a_fact_counts():
    assert score(GOLD, reply("新建农村公路共计12.5km。[1]", citation(1, "全年新建农村公路12.5公里"))).correct


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply("新建农村公路很多公里。[1]", citation(1, "全年新建农村公路12.5公里")), "the fact is missing"),
        (reply("新建公路12.5公里。[1]", citation(1, "别的一段话。")), "the evidence is missing"),
        (reply("新建公路12.5公里。[1]", citation(1, "全年新建农村公路12.5公里", "乙.txt")), "another file"),
        (reply("12.5公里，不是30公里。[1]", citation(1, "全年新建农村公路12.5公里")), "a forbidden statement"),
        (reply("12.5公里", citation(1, "全年新建农村公路12.5公里"), refusal=Refusal.NO_EVIDENCE), "a refusal"),
    ],
)
def test_an_answer_is_wrong_when(answer: Reply, why: str):
    assert not score(GOLD, answer).correct, why


def test_what_lies_beyond_the_limits_is_not_read():
    late = reply("长" * 400 + "12.5公里", citation(1, "全年新建农村公路12.5公里"))
    assert score(GOLD, late).facts == 0
    long = reply("12.5公里", citation(1, "长" * 900 + "全年新建农村公路12.5公里"))
    assert score(GOLD, long).evidence == 0
    many = reply("12.5公里", *(citation(n, "别的") for n in range(1, 13)), citation(13, "全年新建农村公路12.5公里"))
    assert score(GOLD, many).evidence == 0


def test_markers_are_counted_cited_and_dangling():
    answer = "第一句话说明公路建设的情况。[1]\n第二句话没有注明任何出处。第三句话的出处并不存在于此。[7]"
    got = score(GOLD, reply(answer, citation(1, "第一句话说明公路建设的情况。")))
    assert got.cited == pytest.approx(1 / 3)
    assert got.supported == 1.0
    assert got.dangling


def test_a_claim_is_carried_only_with_its_figures():
    assert is_supported("全年新建农村公路12.5公里。[1]", ["全年新建农村公路12.5公里，同比增长。"])
    assert not is_supported("全年新建农村公路13.5公里。[1]", ["全年新建农村公路12.5公里，同比增长。"])
    assert not is_supported("学校招生工作已经全部完成。[1]", ["全年新建农村公路12.5公里，同比增长。"])
    assert citation_shares("", {}) == (0.0, 0.0)


def test_a_list_may_miss_a_quarter_of_its_points():
    facts = tuple((name,) for name in ("路网", "养护", "执法", "服务"))
    gold = Gold("1", "plan_list", "？", files=("甲.txt",), facts=facts)
    assert score(gold, reply("路网、养护、执法。", citation(1, "路网"))).correct
    assert not score(gold, reply("路网、养护。", citation(1, "路网"))).correct


def test_across_reports_every_report_is_needed_and_citing_it_names_it():
    gold = Gold("1", "cross_report", "？", files=("甲.txt", "乙.txt"), facts=(("交通局",), ("商务局",)))
    both = (citation(1, "物流"), citation(2, "物流", "乙.txt", "商务局"))
    assert score(gold, reply("都提到了。", *both)).correct
    assert not score(gold, reply("都提到了。", both[0])).correct


def test_a_hidden_figure_must_be_said_to_be_hidden():
    gold = Gold("1", "redacted", "？", files=("甲.txt",), sections=("到位资金××亿元",))
    cited = citation(1, "到位资金××亿元")
    assert score(gold, reply("原文此处数字已隐去。[1]", cited)).correct
    assert not score(gold, reply("到位资金5亿元。[1]", cited)).correct


def test_a_question_without_an_answer_is_right_when_refused():
    gold = Gold("1", "unanswerable", "？")
    assert score(gold, reply("没有依据。", refusal=Refusal.OUT_OF_DOMAIN)).correct
    assert not score(gold, RIGHT).correct


def test_the_summary_keeps_unanswerable_questions_apart():
    refused = score(Gold("2", "unanswerable", "？"), reply("没有。", refusal=Refusal.UNKNOWN_ORG))
    total = summary([score(GOLD, RIGHT), refused])
    assert (total["n"], total["correct"], total["cited"]) == (2, 1.0, 1.0)
    assert (total["false_refusals"], total["true_refusals"]) == (0.0, 1.0)
    assert summary([refused])["facts"] is None
    assert list(by_type([score(GOLD, RIGHT), refused])) == ["factoid", "unanswerable"]


def test_gold_lines_are_read_with_one_or_several_values():
    lines = [
        '{"id": 1, "type": "howto", "question": "？", "section": "句", "facts": ["甲"], "accept": {"甲": ["乙"]}}',
        "",
        '{"id": "2", "type": "factoid", "question": "多少？", "section": ["一", "二"], "history": ["先前的问题"]}',
    ]
    first, second = read_gold(lines, "题.jsonl")
    assert (first.id, first.sections, first.facts) == ("1", ("句",), (("甲", "乙"),))
    assert (second.sections, second.history) == (("一", "二"), ("先前的问题",))


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '"text"', "3"])
def test_a_gold_line_that_cannot_be_read_is_named(line: str):
    with pytest.raises(BaogaoError, match=r"题\.jsonl 第 2 行"):
        read_gold(["", line], "题.jsonl")


def test_a_gold_file_without_questions_is_an_error():
    with pytest.raises(BaogaoError, match="没有问题"):
        read_gold(["\n"], "题.jsonl")
