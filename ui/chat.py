"""The conversation: its components, and what asking, stopping, retrying and editing do. Needs gradio at import."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import gradio as gr

from rag.errors import BaogaoError
from rag.model import Reply, Report, Scope
from rag.settings import Settings
from ui import history, rating
from ui.frame import heading, understood
from ui.logs import answered
from ui.permission import visitor_of
from ui.scopebar import ScopeBar
from ui.session import QUICK, Updates, carried, say_for
from ui.source import Reports, panel
from ui.texts import Say
from ui.transcript import Turn, messages, spoken

ASKING = 4
"""Questions answered at the same time; the rest wait their turn."""
LONGEST = 1000
"""Characters of a question."""

log = logging.getLogger(__name__)


class Assistant(Protocol):
    """What answers here."""

    def stream(
        self,
        question: str,
        /,
        *,
        history: Sequence[str] = (),
        orgs: Sequence[str] = (),
        years: Sequence[int] = (),
        reports: Sequence[str] = (),
    ) -> Iterator[Reply]: ...

    def follow_ups(
        self,
        reply: Reply,
        /,
        *,
        history: Sequence[str] = (),
        orgs: Sequence[str] = (),
        years: Sequence[int] = (),
        reports: Sequence[str] = (),
    ) -> list[str]: ...

    def examples(self, n: int = 4, /) -> list[str]: ...


class Library(Reports, rating.Library, Protocol):
    """What the conversation asks of the library."""

    def reports(self) -> list[Report]: ...


class Conversation:
    """The left-hand side: components made where this is called, inside a `gr.Blocks`."""

    def __init__(
        self,
        assistant: Assistant,
        library: Library,
        settings: Settings,
        i18n: gr.I18n,
        script: str,
        samples: Collection[str] = (),
    ) -> None:
        self.assistant = assistant
        self.library = library
        self.settings = settings
        self.samples = samples
        self.turns = gr.State([])
        self.chat = gr.State("")
        with gr.Row(elem_id="bg-bar"):
            self.scope = ScopeBar(library, i18n)
            self.new = gr.Button(i18n("new"), size="sm", elem_id="bg-new", scale=0, min_width=80)
        self.bot = gr.Chatbot(
            label=i18n("chat"),
            show_label=False,
            elem_id="bg-chat",
            height="100%",
            autoscroll=False,
            buttons=[],
            editable="user",
            latex_delimiters=[],
            allow_tags=False,
            feedback_options=None,
        )
        self.rating = rating.Rating(library, i18n)
        self.understood = gr.HTML(elem_id="bg-understood", js_on_load=script)
        self.box = gr.Textbox(
            label=i18n("question"),
            show_label=False,
            placeholder=i18n("ask_here"),
            lines=1,
            max_lines=6,
            max_length=LONGEST,
            submit_btn=True,
            autofocus=True,
            elem_id="bg-box",
        )
        self.limits = self.scope.limits

    def wire(self, head: gr.HTML, sources: gr.HTML, saved: gr.BrowserState, past: gr.HTML) -> None:
        """Connect the components; `sources` shows citations, `past` the earlier conversations in `saved`."""
        self.head, self.sources, self.saved, self.past = head, sources, saved, past
        self.shown = [self.bot, self.turns, self.box, self.understood, sources, self.chat]
        queued: dict[str, Any] = {
            "outputs": [*self.shown, *self.limits],
            "concurrency_id": "ask",
            "concurrency_limit": ASKING,
            "show_progress_on": self.bot,
            "api_visibility": "private",
        }
        given = [self.turns, *self.limits]
        asking: list[Any] = [
            self.box.submit(self.submit, [self.box, *given], **queued),
            gr.on([self.bot.example_select, self.bot.option_select], self.example, given, **queued),
            self.bot.retry(self.retry, given, **queued),
            self.bot.edit(self.edit, given, **queued),
            self.understood.submit(self.instead, given, **queued),
        ]
        kept = {"fn": self.store, "inputs": [saved, self.chat, self.turns], "outputs": [saved, past], **QUICK}
        for event in asking:
            event.then(**kept)
        self.box.stop(self.halt, self.turns, self.shown, cancels=asking, **QUICK).then(**kept)
        gr.on([self.new.click, self.bot.clear], self.start, None, self.shown, cancels=asking, **QUICK).then(**kept)
        past.click(self.pick, [saved, self.chat, self.turns], [*self.shown, saved, past], **QUICK)
        sources.click(self.choose, self.turns, sources, **QUICK)
        self.scope.wire(self.understood)
        self.rating.wire(self.understood, self.turns, self.bot, kept)

    # Asking. Each handler reads what its event carries and hands on to `_run`; `limits` are the three filters.

    def submit(self, request: gr.Request, question: str, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        yield from self._run(question, turns, limits, say_for(request))

    def example(self, event: gr.SelectData, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        question = event.value["text"] if isinstance(event.value, dict) else event.value
        yield from self._run(question, turns, limits, say_for(request))

    def retry(self, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        yield from self._run(turns[-1].question if turns else "", turns[:-1], limits, say_for(request))

    def edit(self, event: gr.EditData, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        index = event.index if isinstance(event.index, int) else event.index[0]
        before = turns[: index // 2]  # an edited question takes the ones after it with it
        yield from self._run(spoken(str(event.value)), before, limits, say_for(request))

    def instead(self, event: gr.EventData, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        """Ask the last question again of the organisation or year that was meant."""
        limits = self.scope.instead(event, limits)
        chosen = self.scope.choices(*limits)
        for step, update in enumerate(self._run(turns[-1].question, turns[:-1], limits, say_for(request))):
            yield update if step else {**update, **dict(zip(self.limits, chosen, strict=True))}

    def _run(self, question: str, turns: list[Turn], limits: Sequence[Any], say: Say) -> Iterator[Updates]:
        question = question.strip()[:LONGEST]
        if not question:
            yield self._settled(turns, say)
            return
        turn = Turn(question)
        yield {
            self.bot: messages([*turns, turn], say),
            self.turns: [*turns, turn],
            self.box: gr.update(value="", submit_btn=False, stop_btn=say("stop")),
        }
        orgs, years, reports = (limit or () for limit in limits)
        given: dict[str, Any] = {
            "history": [earlier.question for earlier in turns],
            "orgs": orgs,
            "years": years,
            "reports": reports,
        }
        try:
            for reply in self.assistant.stream(question, **given):
                turn = Turn(question, reply)
                yield {self.bot: messages([*turns, turn], say), self.turns: [*turns, turn]}
            turn = Turn(question, turn.reply, done=True)
            answered(log, turn.reply)
        except BaogaoError as error:
            turn = Turn(question, turn.reply, say("failed", why=str(error)), done=True)
        except Exception:
            log.exception("answering failed")
            turn = Turn(question, turn.reply, say("broken"), done=True)
        if turn.reply is not None and not turn.note:
            with suppress(BaogaoError):  # what to ask next is no part of the answer
                turn = replace(turn, follow_ups=tuple(self.assistant.follow_ups(turn.reply, **given)))
        # All at once: by a later step the next question may have been asked, which this one must not undo.
        yield self._settled([*turns, turn], say)

    def _settled(self, turns: list[Turn], say: Say) -> Updates:
        """What is shown when nothing is under way."""
        last = turns[-1] if turns else None
        reports = self.library.reports()
        return {
            self.bot: messages(turns, say),
            self.turns: turns,
            self.box: gr.update(submit_btn=say("send"), stop_btn=False),
            self.understood: understood(last.reply.scope if last and last.reply else Scope(), reports, say),
            self.sources: panel(last, len(turns) - 1, self.library, say),
        }

    def halt(self, request: gr.Request, turns: list[Turn]) -> Updates:
        """Keep what has been said, and say that it was stopped."""
        say = say_for(request)
        if turns and not turns[-1].done:
            turns = [*turns[:-1], Turn(turns[-1].question, turns[-1].reply, say("stopped"), done=True)]
        return self._settled(turns, say)

    def choose(self, event: gr.EventData, request: gr.Request, turns: list[Turn]) -> Any:
        """Show the citations of an older answer: its markers lead to its own."""
        turn = carried(event).get("turn", "")
        if carried(event).get("act") != "choose" or not turn.isdecimal() or int(turn) >= len(turns):
            return gr.skip()
        return panel(turns[int(turn)], int(turn), self.library, say_for(request))

    # Conversations.

    def restore(self, request: gr.Request, saved: history.Saved | None) -> Updates:
        """On loading the page: the conversation that was open, and examples that fit the library."""
        say = say_for(request)
        chat, turns = history.opened(saved)
        return {
            **self._begin(chat, turns, say),
            self.head: heading(say, self.settings, visitor_of(request)),
            self.past: history.listing(saved, say),
        }

    def start(self, request: gr.Request) -> Updates:
        """A new conversation."""
        return self._begin(history.new_id(), [], say_for(request))

    def pick(
        self, event: gr.EventData, request: gr.Request, saved: history.Saved | None, chat: str, turns: list[Turn]
    ) -> Updates:
        """Open or delete an earlier conversation, or hand the current one out as a file."""
        say, data = say_for(request), carried(event)
        wanted = data.get("chat", "")
        if data.get("act") == "export" and data.get("kind") in history.EXPORTS:
            return {self.past: history.listing(saved, say) + history.download(turns, data["kind"], say)}
        if data.get("act") == "forget":
            saved = history.forget(saved, wanted)
            if wanted != chat:
                return {self.saved: saved, self.past: history.listing(saved, say)}
            chat, turns = history.new_id(), []
        elif data.get("act") == "pick":
            chat, turns = wanted, history.turns_of(saved, wanted)
            saved = history.keep(saved, chat, turns)
        else:
            return {self.past: gr.skip()}
        return {**self._begin(chat, turns, say), self.saved: saved, self.past: history.listing(saved, say)}

    def store(self, request: gr.Request, saved: history.Saved | None, chat: str, turns: list[Turn]) -> tuple[Any, str]:
        """Let the browser keep the conversation as it stands."""
        saved = history.keep(saved, chat, turns)
        return saved, history.listing(saved, say_for(request))

    def _begin(self, chat: str, turns: list[Turn], say: Say) -> Updates:
        reports = self.library.reports()
        examples = self.assistant.examples(4) if reports else []
        welcome = say("welcome") if reports else say("empty")
        if reports and all(report.file_id in self.samples for report in reports):
            welcome += f"\n\n{say('samples_note')}"
        bot = gr.update(
            value=messages(turns, say),
            placeholder=welcome,
            examples=[{"text": question} for question in examples],
        )
        return {**self._settled(turns, say), self.bot: bot, self.chat: chat}
