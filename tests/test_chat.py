"""What the conversation does with what an assistant gives it, without a browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from anyio import CapacityLimiter

from rag.errors import ModelError
from rag.model import Citation, FullReport, Kind, Reply, Report, Scope, Section, SourceFile
from rag.settings import Settings
from ui import texts
from ui.answering import Floor
from ui.chat import LONGEST, Conversation
from ui.transcript import Turn

FULL = FullReport(
    Report("r1", "f1", "总结.txt", 1, "交通局2023年工作总结", org="交通局", year=2023, plan_year=2024),
    "交通局2023年工作总结\n修路12公里。",
    (Section(0, None, 0, "交通局2023年工作总结", Kind.OTHER, 0, 12, 20),),
)
CITATION = Citation(1, "r1", "交通局2023年工作总结", "交通局", (2023, 2024), "总结.txt", (), 0, "修路12公里。", 13, 20)
REPLY = Reply("问", "修路12公里。[1]", scope=Scope(("交通局",), (2024,), (Kind.PLAN,)), citations=(CITATION,))
CHINESE = gr.Request(cookies={})
ENGLISH = gr.Request(cookies={"baogao_lang": "en"})


rated: list[tuple[str, str, bool, str, int | None]] = []


class Shelf:
    def reports(self) -> list[Report]:
        return [FULL.report]

    def report(self, id: str, /) -> FullReport:
        return FULL

    def rate(self, question: str, answer: str, useful: bool, comment: str = "", instead_of: int | None = None) -> int:
        rated.append((question, answer, useful, comment, instead_of))
        return 7

    def source(self, id: str, /) -> SourceFile:
        return SourceFile(id, "总结.txt", 0, "utf-8", "", FULL.text)


class Speaker:
    """Gives what it is told to, and remembers what it was asked."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = replies
        self.asked: list[dict[str, Any]] = []

    def stream(self, question: str, /, **given: Sequence[Any]) -> Iterator[Reply]:
        self.asked.append({"question": question, **given})
        for reply in self.replies:
            if isinstance(reply, Exception):
                raise reply
            yield reply
            time.sleep(0.05)  # so that each is seen

    def follow_ups(self, reply: Reply, /, **given: Any) -> list[str]:
        return [f"{reply.question}之后？"]

    def examples(self, n: int = 4, /) -> list[str]:
        return ["交通局2024年有哪些打算？"][:n]


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[tuple[Conversation, Speaker]]:
    speaker = Speaker(Reply("问", "修路"), REPLY)
    with gr.Blocks(analytics_enabled=False):
        talk = Conversation(speaker, Shelf(), Settings(home=tmp_path), CapacityLimiter(1), texts.translations(), "")
        talk.wire(gr.HTML(), gr.HTML(), gr.BrowserState(None), gr.HTML())
        yield talk, speaker


def steps(updates: AsyncIterator[dict[Any, Any]]) -> list[dict[Any, Any]]:
    async def all_of_them() -> list[dict[Any, Any]]:
        return [update async for update in updates]

    return asyncio.run(all_of_them())


def ended(talk: Conversation, updates: list[dict[Any, Any]], request: gr.Request = CHINESE) -> dict[Any, Any]:
    """What is shown once an answer has ended."""
    return talk.show(request, None, "a", updates[-1][talk.turns], Floor())


def texts_of(update: dict[Any, Any], talk: Conversation) -> list[str]:
    value = update[talk.bot]
    return [message["content"] for message in (value if isinstance(value, list) else value["value"])]


def test_an_answer_grows_and_then_shows_its_sources(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    shown = steps(talk.submit(CHINESE, " 打算？ ", [], Floor(), ["交通局"], [2024], []))
    assert texts_of(shown[0], talk) == ["打算？"]
    assert texts_of(shown[1], talk)[-1] == "修路"
    last = ended(talk, shown)
    assert "#copy-0" in texts_of(last, talk)[-1]
    assert "<mark>修路12公里。</mark>" in last[talk.sources]
    assert 'data-org="交通局"' in last[talk.understood]
    assert speaker.asked == [{"question": "打算？", "history": [], "orgs": ["交通局"], "years": [2024], "reports": ()}]


def test_earlier_questions_go_along(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    turns = [Turn("甲", REPLY, done=True), Turn("乙", REPLY, done=True)]
    steps(talk.submit(CHINESE, "丙", turns, Floor(), [], [], []))
    assert speaker.asked[0]["history"] == ["甲", "乙"]


def test_retry_asks_the_last_question_again(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    turns = [Turn("甲", REPLY, done=True), Turn("乙", REPLY, done=True)]
    shown = steps(talk.retry(CHINESE, turns, Floor(), [], [], []))
    assert (speaker.asked[0]["question"], speaker.asked[0]["history"]) == ("乙", ["甲"])
    assert len(shown[-1][talk.turns]) == 2


def test_an_edited_question_takes_the_later_ones_with_it(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    turns = [Turn(question, REPLY, done=True) for question in "甲乙丙"]
    event = gr.EditData(None, {"index": 2, "value": r"乙\*2", "previous_value": "乙"})
    shown = steps(talk.edit(event, CHINESE, turns, Floor(), [], [], []))
    assert (speaker.asked[0]["question"], speaker.asked[0]["history"]) == ("乙*2", ["甲"])
    assert len(shown[-1][talk.turns]) == 2


def test_nothing_is_asked_of_an_empty_question_and_a_long_one_is_cut(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    steps(talk.submit(CHINESE, "  ", [], Floor(), [], [], []))
    assert not speaker.asked
    steps(talk.submit(CHINESE, "长" * 5000, [], Floor(), [], [], []))
    assert len(speaker.asked[0]["question"]) == LONGEST


@pytest.mark.parametrize(
    ("error", "said"),
    [(ModelError("模型不在", "重新安装"), r"没有答成：模型不在。重新安装"), (ValueError("secret"), "程序出错")],
)
def test_a_failure_is_said_in_the_conversation(
    wired: tuple[Conversation, Speaker], error: Exception, said: str
) -> None:
    talk, speaker = wired
    speaker.replies = (Reply("问", "半句"), error)
    shown = steps(talk.submit(CHINESE, "问", [], Floor(), [], [], []))
    answer = texts_of(ended(talk, shown), talk)[-1]
    assert said in answer
    assert "半句" in answer
    assert "secret" not in answer
    assert shown[-1][talk.turns][-1].done


def test_stopping_keeps_what_was_said(wired: tuple[Conversation, Speaker]) -> None:
    talk, _ = wired

    async def stop_at_the_first_words() -> list[Turn]:
        floor, turns = Floor(), []
        async for update in talk.submit(ENGLISH, "问", [], floor, [], [], []):
            turns = update[talk.turns]
            if turns[-1].reply:
                talk.halt(floor)
        assert not floor.taken
        return turns

    turns = asyncio.run(stop_at_the_first_words())
    assert turns[-1].done
    answer = texts_of(talk.show(ENGLISH, None, "a", turns, Floor()), talk)[-1]
    assert "修路" in answer
    assert "12公里" not in answer
    assert answer.endswith("*Stopped*")


def test_one_answer_at_a_time_and_none_into_another_conversation(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired

    async def interrupted() -> list[dict[Any, Any]]:
        floor, seen = Floor(), []
        async for update in talk.submit(CHINESE, "甲", [], floor, [], [], []):
            seen.append(update)
            if len(seen) == 2:
                (ignored,) = [step async for step in talk.submit(CHINESE, "乙", update[talk.turns], floor, [], [], [])]
                assert talk.turns not in ignored
                assert talk.turns not in talk.show(CHINESE, None, "a", update[talk.turns], floor)
                assert talk.turns not in talk.start(CHINESE, floor)
        return seen

    last = asyncio.run(interrupted())[-1]
    assert [given["question"] for given in speaker.asked] == ["甲"]
    assert last[talk.turns] == []
    assert last[talk.chat]


def test_an_older_answer_can_be_chosen(wired: tuple[Conversation, Speaker]) -> None:
    talk, _ = wired
    turns = [Turn("甲", REPLY, done=True), Turn("乙", Reply("乙", "没有。"), done=True)]
    assert 'id="cite-0-1"' in talk.choose(gr.EventData(None, {"act": "choose", "turn": "0"}), CHINESE, turns)
    for turn in ("7", "-1", "x", ""):
        shown = talk.choose(gr.EventData(None, {"act": "choose", "turn": turn}), CHINESE, turns)
        assert not isinstance(shown, str)


def test_the_filters_offer_what_the_library_has(wired: tuple[Conversation, Speaker]) -> None:
    talk, _ = wired
    orgs, years, reports = talk.scope.choices(["交通局", "别的局"], [1999], None)
    assert orgs["value"] == ["交通局"]
    assert [value for _, value in years["choices"]] == [2024, 2023]
    assert years["value"] == []
    assert reports["choices"] == [("交通局2023年工作总结 2023–2024", "r1")]
    pinned = talk.scope.pin(gr.EventData(None, {"act": "pin", "year": "2024"}), [], [], [])
    assert pinned[1]["value"] == [2024]


def test_a_kept_conversation_is_restored(wired: tuple[Conversation, Speaker]) -> None:
    talk, _ = wired
    saved, listing = talk.store(CHINESE, None, "a", [Turn("甲", REPLY, done=True)])
    assert "甲" in listing
    update = talk.restore(CHINESE, saved)
    assert update[talk.turns] == [Turn("甲", REPLY, done=True)]
    assert update[talk.chat] == "a"
    fresh = talk.start(CHINESE, Floor())
    assert fresh[talk.bot]["examples"] == [{"text": "交通局2024年有哪些打算？"}]
    assert fresh[talk.turns] == []
    assert fresh[talk.chat] != "a"
    event = gr.EventData(None, {"act": "forget", "chat": "a"})
    forgotten = talk.pick(event, CHINESE, saved, "a", update[talk.turns], Floor())
    assert forgotten[talk.turns] == []


def test_what_to_ask_next_comes_after_the_answer_and_can_be_pressed(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    *growing, last = steps(talk.submit(CHINESE, "打算？", [], Floor(), [], [], []))
    assert "options" not in growing[-1][talk.bot][-1]
    assert ended(talk, [last])[talk.bot][-1]["options"] == [{"value": "问之后？"}]
    event = gr.SelectData(None, {"index": 0, "value": "问之后？"})
    steps(talk.example(event, CHINESE, last[talk.turns], Floor(), [], [], []))
    assert (speaker.asked[-1]["question"], speaker.asked[-1]["history"]) == ("问之后？", ["打算？"])


def test_the_last_question_is_asked_again_of_what_was_meant(wired: tuple[Conversation, Speaker]) -> None:
    talk, speaker = wired
    turns = [Turn("甲", REPLY, done=True), Turn("乙", REPLY, done=True)]
    event = gr.EventData(None, {"year": "2023"})
    first, *_ = steps(talk.instead(event, CHINESE, turns, Floor(), ["交通局"], [2024], []))
    assert speaker.asked[-1] == {
        "question": "乙",
        "history": ["甲"],
        "orgs": ["交通局"],
        "years": [2023],
        "reports": (),
    }
    assert first[talk.scope.years]["value"] == [2023]
    steps(talk.instead(gr.EventData(None, {"org": "交通局"}), CHINESE, turns, Floor(), [], [2024], ["r1"]))
    assert (speaker.asked[-1]["orgs"], speaker.asked[-1]["reports"]) == (["交通局"], ())


def test_limits_are_named_and_can_be_cleared(wired: tuple[Conversation, Speaker]) -> None:
    talk, _ = wired
    box, clear = talk.scope.name(CHINESE, ["交通局"], [2024, 2023], ["r1"])
    assert box["label"] == "范围：交通局、2023年、2024年、交通局2023年工作总结"
    assert clear["visible"]
    assert not talk.scope.name(CHINESE, [], [], [])[1]["visible"]


def test_an_opinion_is_kept_at_once_and_its_reason_put_in_its_place(wired: tuple[Conversation, Speaker]) -> None:
    talk, _ = wired
    rated.clear()
    turns = [Turn("甲", REPLY, done=True)]
    judged = talk.rating.judge(gr.EventData(None, {"turn": "0", "useful": "0"}), CHINESE, turns, {})
    assert rated == [("甲", REPLY.answer, False, "", None)]
    assert "[✓ 没用](#rate-0-0)" in judged[talk.bot][-1]["content"]
    assert judged[talk.rating.form]["visible"]
    given, about = judged[talk.rating.given], judged[talk.rating.judged]
    talk.rating.explain(CHINESE, " 少了一条 ", about, given)
    talk.rating.explain(CHINESE, "  ", about, given)  # nothing to say
    assert rated[1:] == [("甲", REPLY.answer, False, "少了一条", 7)]
    talk.rating.judge(gr.EventData(None, {"turn": "0", "useful": "1"}), CHINESE, judged[talk.turns], given)
    assert rated[-1] == ("甲", REPLY.answer, True, "", 7)  # a second thought
    for turn in ("", "x", "5"):
        assert talk.turns not in talk.rating.judge(gr.EventData(None, {"turn": turn}), CHINESE, turns, {})
