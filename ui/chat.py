"""The conversation: its components, and what asking, stopping, retrying and editing do. Needs gradio at import."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import gradio as gr
from anyio import CapacityLimiter, to_thread

from rag.errors import BaogaoError
from rag.model import Reply, Report, Scope
from rag.settings import Settings
from ui import history, rating
from ui.answering import Floor, Run
from ui.frame import heading, understood
from ui.logs import answered
from ui.permission import visitor_of
from ui.scopebar import ScopeBar
from ui.session import QUICK, Updates, carried, say_for
from ui.source import Reports, panel
from ui.texts import Say
from ui.transcript import Turn, messages, spoken

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
        answering: CapacityLimiter,
        i18n: gr.I18n,
        script: str,
        samples: Collection[str] = (),
    ) -> None:
        self.assistant = assistant
        self.answering = answering
        self.library = library
        self.settings = settings
        self.samples = samples
        self.turns = gr.State([])
        self.chat = gr.State("")
        self.floor = gr.State(Floor())
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
        self.shown = [self.bot, self.turns, self.box, self.understood, sources, self.chat, self.rating.form]
        queued: dict[str, Any] = {
            "outputs": [self.bot, self.turns, self.box, self.chat, *self.limits],
            "concurrency_limit": None,  # answers wait for each other where they are computed
            "show_progress_on": self.bot,
            "api_visibility": "private",
        }
        given = [self.turns, self.floor, *self.limits]
        asking: list[Any] = [
            self.box.submit(self.submit, [self.box, *given], **queued),
            gr.on([self.bot.example_select, self.bot.option_select], self.example, given, **queued),
            self.bot.retry(self.retry, given, **queued),
            self.bot.edit(self.edit, given, **queued),
            self.understood.submit(self.instead, given, **queued),
        ]
        conversation = [saved, self.chat, self.turns]
        for event in asking:
            # How it ended is shown by an event of its own: what is asked before the one above has ended, gradio drops.
            event.then(self.show, [*conversation, self.floor], [*self.shown, saved, past], **QUICK)
        kept = {"fn": self.store, "inputs": conversation, "outputs": [saved, past], **QUICK}
        self.box.stop(self.halt, self.floor, None, **QUICK)
        gr.on([self.new.click, self.bot.clear], self.start, self.floor, self.shown, **QUICK).then(**kept)
        past.click(self.pick, [*conversation, self.floor], [*self.shown, saved, past], **QUICK)
        sources.click(self.choose, self.turns, sources, **QUICK)
        self.scope.wire(self.understood)
        self.rating.wire(self.understood, self.turns, self.bot, kept)

    # Asking. Each handler reads what its event carries and hands on to `_run`; `limits` are the three filters.

    async def submit(
        self, request: gr.Request, question: str, turns: list[Turn], floor: Floor, *limits: Any
    ) -> AsyncIterator[Updates]:
        async for update in self._run(question, turns, floor, limits, say_for(request)):
            yield update

    async def example(
        self, event: gr.SelectData, request: gr.Request, turns: list[Turn], floor: Floor, *limits: Any
    ) -> AsyncIterator[Updates]:
        question = event.value["text"] if isinstance(event.value, dict) else event.value
        async for update in self._run(question, turns, floor, limits, say_for(request)):
            yield update

    async def retry(self, request: gr.Request, turns: list[Turn], floor: Floor, *limits: Any) -> AsyncIterator[Updates]:
        question = turns[-1].question if turns else ""
        async for update in self._run(question, turns[:-1], floor, limits, say_for(request)):
            yield update

    async def edit(
        self, event: gr.EditData, request: gr.Request, turns: list[Turn], floor: Floor, *limits: Any
    ) -> AsyncIterator[Updates]:
        index = event.index if isinstance(event.index, int) else event.index[0]
        before = turns[: index // 2]  # an edited question takes the ones after it with it
        async for update in self._run(spoken(str(event.value)), before, floor, limits, say_for(request)):
            yield update

    async def instead(
        self, event: gr.EventData, request: gr.Request, turns: list[Turn], floor: Floor, *limits: Any
    ) -> AsyncIterator[Updates]:
        """Ask the last question again of the organisation or year that was meant."""
        limits = self.scope.instead(event, limits)
        choices = await to_thread.run_sync(self.scope.choices, *limits)
        chosen = dict(zip(self.limits, choices, strict=True))
        async for update in self._run(turns[-1].question, turns[:-1], floor, limits, say_for(request)):
            yield {**update, **chosen}
            chosen = {}

    async def _run(
        self, question: str, turns: list[Turn], floor: Floor, limits: Sequence[Any], say: Say
    ) -> AsyncIterator[Updates]:
        """The question, then its answer as it grows; how it ended is for `show`."""
        question = question.strip()[:LONGEST]
        if not question or floor.taken:
            yield {self.box: gr.skip()}
            return
        orgs, years, reports = (limit or () for limit in limits)
        given = {"history": [turn.question for turn in turns], "orgs": orgs, "years": years, "reports": reports}
        run = Run(lambda: self._steps(question, turns, given, say), self.answering)
        floor.take(run)
        growing = [*turns, Turn(question)]
        try:
            yield {
                self.bot: messages(growing, say),
                self.turns: growing,
                self.box: gr.update(value="", submit_btn=False, stop_btn=say("stop")),
            }
            async for update in run:
                growing = update[self.turns]
                yield update
        finally:
            run.end()
            instead = floor.leave()
        if instead:
            yield instead
        elif not growing[-1].done:
            yield {self.turns: [*growing[:-1], replace(growing[-1], note=say("stopped"), done=True)]}

    def _steps(
        self, question: str, turns: list[Turn], given: dict[str, Any], say: Say
    ) -> Generator[Updates, None, None]:
        """The conversation as the answer to its last question grows."""
        turn = Turn(question)
        try:
            for reply in self.assistant.stream(question, **given):
                turn = Turn(question, reply)
                yield self._grown(turns, turn, say)
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
        yield self._grown(turns, turn, say)

    def _grown(self, turns: list[Turn], turn: Turn, say: Say) -> Updates:
        """The conversation with what there is of an answer; that it is whole is for `show` to say."""
        return {self.bot: messages([*turns, replace(turn, done=False)], say), self.turns: [*turns, turn]}

    def halt(self, floor: Floor) -> None:
        """Break off the answer under way; what has been said stays."""
        floor.end()

    def show(
        self, request: gr.Request, saved: history.Saved | None, chat: str, turns: list[Turn], floor: Floor
    ) -> Updates:
        """The conversation as it stands when nothing is under way, on the screen and kept by the browser."""
        if floor.taken:  # the next question has come already
            return {self.past: gr.skip()}
        say = say_for(request)
        saved = history.keep(saved, chat, turns)
        return {**self._standing(turns, say), self.saved: saved, self.past: history.listing(saved, say)}

    def _standing(self, turns: list[Turn], say: Say) -> Updates:
        """What is on the screen of a conversation in which nothing is under way."""
        last = turns[-1] if turns else None
        reports = self.library.reports()
        return {
            self.bot: messages(turns, say) if turns else self._welcome(reports, say),
            self.box: gr.update(submit_btn=say("send"), stop_btn=False),
            self.understood: understood(last.reply.scope if last and last.reply else Scope(), reports, say),
            self.sources: panel(last, len(turns) - 1, self.library, say),
            self.rating.form: gr.update(visible=False),
        }

    def _welcome(self, reports: Sequence[Report], say: Say) -> Any:
        """An empty chat, with examples that fit the library."""
        welcome = say("welcome") if reports else say("empty")
        if reports and all(report.file_id in self.samples for report in reports):
            welcome += f"\n\n{say('samples_note')}"
        examples = self.assistant.examples(4) if reports else []
        return gr.update(value=[], placeholder=welcome, examples=[{"text": question} for question in examples])

    def choose(self, event: gr.EventData, request: gr.Request, turns: list[Turn]) -> Any:
        """Show the citations of an older answer: its markers lead to its own."""
        turn = carried(event).get("turn", "")
        if carried(event).get("act") != "choose" or not turn.isdecimal() or int(turn) >= len(turns):
            return gr.skip()
        return panel(turns[int(turn)], int(turn), self.library, say_for(request))

    # Conversations.

    def restore(self, request: gr.Request, saved: history.Saved | None) -> Updates:
        """On loading the page: the conversation that was open, or examples that fit the library."""
        say = say_for(request)
        chat, turns = history.opened(saved)
        return {
            self.turns: turns,
            self.chat: chat,
            **self._standing(turns, say),
            self.head: heading(say, self.settings, visitor_of(request)),
            self.past: history.listing(saved, say),
        }

    def start(self, request: gr.Request, floor: Floor) -> Updates:
        """A new conversation."""
        return self._turn_to(history.new_id(), [], floor, say_for(request))

    def pick(
        self,
        event: gr.EventData,
        request: gr.Request,
        saved: history.Saved | None,
        chat: str,
        turns: list[Turn],
        floor: Floor,
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
        shown = self._turn_to(chat, turns, floor, say)
        return {**shown, self.saved: saved, self.past: history.listing(saved, say)}

    def _turn_to(self, chat: str, turns: list[Turn], floor: Floor, say: Say) -> Updates:
        """Show another conversation, at once or as soon as the answer under way has been broken off."""
        other: Updates = {self.turns: turns, self.chat: chat}
        return {self.chat: gr.skip()} if floor.give_to(other) else {**other, **self._standing(turns, say)}

    def store(self, request: gr.Request, saved: history.Saved | None, chat: str, turns: list[Turn]) -> tuple[Any, str]:
        """Let the browser keep the conversation as it stands."""
        saved = history.keep(saved, chat, turns)
        return saved, history.listing(saved, say_for(request))
