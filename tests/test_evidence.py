"""Which sentence answers: ranking on a library that needs no model."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_library import COMMERCE, TOWN, TRANSPORT, CountingEmbeddings, LetterEmbeddings, small_file

from rag.assistant import Assistant
from rag.benchmark import build
from rag.embedding import ReportEmbeddings
from rag.evidence import TermWeights, described, innermost, rank, token_set, wanted_tokens
from rag.library import Library
from rag.question import parse
from rag.retrieval import retrieve
from rag.settings import Settings


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("evidence") / "home")
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*small_file("两局.txt", TRANSPORT, COMMERCE))
        library.add(*small_file("临河.txt", TOWN))
        yield library


@pytest.mark.parametrize(
    ("question", "words"),
    [("新建公路多少公里", "新建公路12公里"), ("签约项目多少个", "签约项目9个"), ("照明", "道路照明")],
)
def test_the_sentence_with_the_words_comes_first(library: Library, question: str, words: str) -> None:
    assert words in rank(library, parse(question), retrieve(library, question))[0].text


BRIDGE = (
    "青石桥是白水河上的一座石拱桥，位于青石镇。这座桥长四十二米，宽六米。1907年，青石桥由石匠林阿贵主持修建。"
    "因为河水上涨，青石桥在1931年毁于洪水。次年重建，耗资三千元。青石桥现为文物保护单位。"
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A report with an outline, and a text without."""
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("plain") / "home")
    with Library.open(settings, CountingEmbeddings()) as library:
        library.add(*small_file("两局.txt", TRANSPORT, COMMERCE))
        build(library, [BRIDGE])
        yield library


def test_only_sentences_without_an_outline_change_places(plain: Library) -> None:
    hits = retrieve(plain, "青石桥新建公路")
    sentences, values, _ = described(plain, hits, "青石桥新建公路", {"公路": 1.0})
    assert len(sentences) == len(values) == BRIDGE.count("。")
    headed = [hit for hit in hits if len(plain.report(hit.chunk.report_id).sections) > 1]
    assert described(plain, headed, "青石桥新建公路", {"公路": 1.0})[0] == []


def test_a_semicolon_ends_no_sentence_without_an_outline(tmp_path: Path) -> None:
    text = "甲村种茶；乙村种稻，第一，水多。丙村养鱼。"
    with Library.open(Settings.from_env({}, home=tmp_path / "home"), CountingEmbeddings()) as library:
        build(library, [text])
        found = rank(library, parse("种稻"), retrieve(library, "种稻"))
        assert [e.text for e in found] == ["甲村种茶；乙村种稻，第一，水多。", "丙村养鱼。"]
        assert all(e.text == text[slice(*e.span)] for e in found)


def test_what_is_preferred_rises_without_an_outline_too(plain: Library) -> None:
    hits = retrieve(plain, "青石桥")
    found = rank(plain, parse("青石桥"), hits, prefer=lambda chunk, _: -5.0 * (chunk.text == BRIDGE))
    assert all(e.chunk.text == BRIDGE for e in found[-BRIDGE.count("。") :])


def test_every_sentence_of_the_hits_is_ranked_once(library: Library) -> None:
    hits = retrieve(library, "新建公路")
    found = rank(library, parse("新建公路"), hits)
    assert len({e.key for e in found}) == len(found) == sum(len(h.chunk.sentences) for h in hits)
    assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)
    for e in found:
        full = library.report(e.chunk.report_id)
        assert e.text == full.text[slice(*e.span)]
        assert full.sections[e.section].start <= e.span[0] < full.sections[e.section].end
        assert 0 <= e.coverage <= 1 + 1e-9


def test_nothing_to_rank(library: Library) -> None:
    assert rank(library, parse("新建公路"), []) == []


def test_what_is_preferred_rises(library: Library) -> None:
    hits = retrieve(library, "新建公路")
    last = rank(library, parse("新建公路"), hits)[-1]
    found = rank(library, parse("新建公路"), hits, prefer=lambda chunk, _: 5.0 * (chunk.id == last.chunk.id))
    assert found[0].chunk.id == last.chunk.id


def test_a_rare_word_weighs_more(library: Library) -> None:
    weight = TermWeights(library)
    assert weight("蔬菜") > weight("一")
    assert weight("没有的词") >= weight("蔬菜")


def test_a_word_at_the_end_weighs_more() -> None:
    wanted = wanted_tokens("交通局今年改造危桥", lambda _: 1.0, late=1.5)
    assert wanted["危桥"] > wanted["交通"] >= 1.0


def test_function_words_and_single_characters_do_not_count_in_a_long_question() -> None:
    wanted = wanted_tokens("农村公路提质改造了多少公里的", lambda _: 1.0)
    assert "的" not in wanted
    assert all(len(token) > 1 for token in wanted)
    assert "罚" in wanted_tokens("罚了多少钱", lambda _: 1.0)


@given(st.text(max_size=40))
def test_tokens_of_any_text_weigh_something(text: str) -> None:
    wanted = wanted_tokens(text, lambda _: 1.0, late=1.5)
    assert set(wanted) <= token_set(text)
    assert all(1.0 <= w <= 2.5 for w in wanted.values())


def test_the_innermost_section(library: Library) -> None:
    full = library.report(library.reports()[0].id)
    assert innermost(full, 0) == 0
    for section in full.sections[1:]:
        assert innermost(full, section.start) == innermost(full, section.end - 1) == section.number


@pytest.fixture(scope="module")
def real(real_embedding: ReportEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("real") / "home")
    with Library.open(settings, real_embedding) as library:
        build(library, [BRIDGE])
        yield library


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("青石桥是由谁修建的？", "林阿贵"),
        ("青石桥有多长？", "四十二米"),
        ("青石桥为什么毁了？", "河水上涨"),
        ("青石桥重建花了多少钱？", "三千元"),
        ("青石桥位于什么地方？", "青石镇"),
    ],
)
def test_without_an_outline_a_sentence_speaks_for_itself(real: Library, question: str, words: str) -> None:
    assert words in rank(real, parse(question), retrieve(real, question))[0].text


@pytest.mark.slow
def test_what_semicolons_part_is_listed_point_by_point(real_embedding: ReportEmbeddings, tmp_path: Path) -> None:
    things = ("白塔", "城墙", "钟楼", "石坊", "戏台", "古井", "茶亭", "祠堂", "水车", "粮仓", "药铺", "书院", "渡口")
    done = ("加固了青石桥的桥墩", "清理了青石桥下的淤泥", "修补了青石桥的栏杆")
    others = "".join(f"{thing}立在镇上，登上去可以望见远山和田野。" for thing in things)
    settings = Settings.from_env({}, home=tmp_path / "home")
    with Library.open(settings, real_embedding) as library:
        build(library, [f"青石桥的保护有许多做法：{'；'.join(done)}。\n{others}"])
        answer = Assistant(library, settings).ask("青石桥的保护有哪些做法？").answer
    assert [answer.count(one) for one in done] == [1, 1, 1]
    assert len([line for line in answer.split("\n") if line.startswith("- ")]) >= 3
