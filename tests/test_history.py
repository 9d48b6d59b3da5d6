"""Conversations as a browser keeps them."""

from rag.model import Citation, Reply
from ui import history
from ui.texts import Say
from ui.transcript import Turn


def turn(question: str, size: int = 0) -> Turn:
    citation = Citation(1, "r", "报告", "局", (2023,), "f.txt", (), 0, "字" * size, 0, size)
    return Turn(question, Reply(question, "答[1]", citations=(citation,)), done=True)


def test_the_open_conversation_comes_back() -> None:
    saved = history.keep(None, "a", [turn("甲")])
    saved = history.keep(saved, "b", [turn("乙"), turn("丙")])
    assert history.opened(saved) == ("b", [turn("乙"), turn("丙")])
    assert history.turns_of(saved, "a") == [turn("甲")]


def test_a_new_conversation_is_not_kept_until_something_is_asked() -> None:
    saved = history.keep(None, "a", [turn("甲")])
    saved = history.keep(saved, "b", [])
    assert [entry["id"] for entry in saved["chats"]] == ["a"]
    chat, turns = history.opened(saved)
    assert chat != "a"
    assert turns == []


def test_the_oldest_go_when_there_is_no_more_room() -> None:
    saved = None
    for name in "abcde":
        saved = history.keep(saved, name, [turn(name, history.ROOM // 3)])
    assert saved is not None
    assert [entry["id"] for entry in saved["chats"]] == ["e", "d"]


def test_a_conversation_can_be_deleted() -> None:
    saved = history.keep(history.keep(None, "a", [turn("甲")]), "b", [turn("乙")])
    saved = history.forget(saved, "b")
    assert history.turns_of(saved, "b") == []
    assert history.turns_of(saved, "a") == [turn("甲")]
    assert history.opened(saved)[1] == []


def test_what_a_browser_holds_of_other_making_starts_anew() -> None:
    for saved in (None, "x", [], {"open": 1}, {"open": "a", "chats": [{"id": "a", "turns": [{"q": 1}]}]}):
        chat, turns = history.opened(saved)  # pyright: ignore[reportArgumentType]
        assert chat
        assert turns == []
        assert "还没有历史对话" in history.listing(saved, Say("zh"))  # pyright: ignore[reportArgumentType]


def test_the_list_shows_questions_as_text() -> None:
    saved = history.keep(None, 'a"b', [turn("<b>甲</b>")])
    html = history.listing(saved, Say("zh"))
    assert "&lt;b&gt;甲&lt;/b&gt;" in html
    assert "<b>" not in html
    assert 'data-chat="a&quot;b"' in html
    assert 'aria-current="true"' in html
