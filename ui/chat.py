"""The conversation: its components, and what asking, stopping, retrying and editing do. Needs gradio at import."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

import gradio as gr

from rag.errors import BaogaoError
from rag.model import Reply, Report, Scope
from rag.settings import Settings
from ui import history
from ui.frame import heading, understood
from ui.permission import visitor_of
from ui.source import Reports, panel
from ui.texts import Say, language_of
from ui.transcript import Turn, messages, spoken

ASKING = 4
"""Questions answered at the same time; the rest wait their turn."""
LONGEST = 1000
"""Characters of a question."""

QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""For what takes no time: at once, past the queue, and no door for programs."""
SPEAKING: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
"""The same through the queue: without it gradio shows no message of `gr.Info` and `gr.Error`."""

Updates = dict[Any, Any]
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

    def examples(self, n: int = 4, /) -> list[str]: ...


class Library(Reports, Protocol):
    """What the conversation asks of the library."""

    def reports(self) -> list[Report]: ...


def say_for(request: gr.Request) -> Say:
    """The words of the language that the visitor has chosen."""
    return Say(language_of(dict(request.cookies)))


def carried(event: gr.EventData) -> dict[str, str]:
    """What the pressed element of a `gr.HTML` says about itself (its `data-…` attributes)."""
    return event._data if isinstance(event._data, dict) else {}


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
            with gr.Accordion(i18n("scope_all"), open=False, elem_id="bg-scope") as self.scope, gr.Row():
                self.orgs = gr.Dropdown([], multiselect=True, label=i18n("orgs"), min_width=150)
                self.years = gr.Dropdown([], multiselect=True, label=i18n("years"), min_width=110)
                self.reports = gr.Dropdown([], multiselect=True, label=i18n("reports"), min_width=150)
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
        self.limits = [self.orgs, self.years, self.reports]

    def wire(self, head: gr.HTML, sources: gr.HTML, saved: gr.BrowserState, past: gr.HTML) -> None:
        """Connect the components; `sources` shows citations, `past` the earlier conversations in `saved`."""
        self.head, self.sources, self.saved, self.past = head, sources, saved, past
        self.shown = [self.bot, self.turns, self.box, self.understood, sources, self.chat]
        queued: dict[str, Any] = {
            "outputs": self.shown,
            "concurrency_id": "ask",
            "concurrency_limit": ASKING,
            "show_progress_on": self.bot,
            "api_visibility": "private",
        }
        given = [self.turns, *self.limits]
        asking: list[Any] = [
            self.box.submit(self.submit, [self.box, *given], **queued),
            self.bot.example_select(self.example, given, **queued),
            self.bot.retry(self.retry, given, **queued),
            self.bot.edit(self.edit, given, **queued),
        ]
        kept = {"fn": self.store, "inputs": [saved, self.chat, self.turns], "outputs": [saved, past], **QUICK}
        for event in asking:
            event.then(**kept)
        self.box.stop(self.halt, self.turns, self.shown, cancels=asking, **QUICK).then(**kept)
        gr.on([self.new.click, self.bot.clear], self.start, None, self.shown, cancels=asking, **QUICK).then(**kept)
        past.click(self.pick, [saved, self.chat, self.turns], [*self.shown, saved, past], **QUICK)
        sources.click(self.choose, self.turns, sources, **QUICK)
        gr.on([limit.change for limit in self.limits], self.name_scope, self.limits, self.scope, **QUICK)
        self.scope.expand(self.choices, self.limits, self.limits, **QUICK)
        self.understood.click(self.pin, self.limits, self.limits, **QUICK)

    # Asking. Each handler reads what its event carries and hands on to `_run`; `limits` are the three filters.

    def submit(self, request: gr.Request, question: str, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        yield from self._run(question, turns, limits, say_for(request))

    def example(self, event: gr.SelectData, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        yield from self._run(event.value["text"], turns, limits, say_for(request))

    def retry(self, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        yield from self._run(turns[-1].question if turns else "", turns[:-1], limits, say_for(request))

    def edit(self, event: gr.EditData, request: gr.Request, turns: list[Turn], *limits: Any) -> Iterator[Updates]:
        index = event.index if isinstance(event.index, int) else event.index[0]
        before = turns[: index // 2]  # an edited question takes the ones after it with it
        yield from self._run(spoken(str(event.value)), before, limits, say_for(request))

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
        try:
            earlier = [earlier.question for earlier in turns]
            for reply in self.assistant.stream(question, history=earlier, orgs=orgs, years=years, reports=reports):
                turn = Turn(question, reply)
                yield {self.bot: messages([*turns, turn], say), self.turns: [*turns, turn]}
            turn = Turn(question, turn.reply, done=True)
        except BaogaoError as error:
            turn = Turn(question, turn.reply, say("failed", why=str(error)), done=True)
        except Exception:
            log.exception("answering failed")
            turn = Turn(question, turn.reply, say("broken"), done=True)
        yield self._settled([*turns, turn], say)

    def _settled(self, turns: list[Turn], say: Say) -> Updates:
        """What is shown when nothing is under way."""
        last = turns[-1] if turns else None
        return {
            self.bot: messages(turns, say),
            self.turns: turns,
            self.box: gr.update(submit_btn=say("send"), stop_btn=False),
            self.understood: understood(last.reply.scope if last and last.reply else Scope(), say),
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

    # The scope.

    def choices(self, orgs: list[str] | None, years: list[int] | None, ids: list[str] | None) -> tuple[Any, ...]:
        """What the filters offer, now that the library may have changed; a choice that is gone is dropped."""
        reports = self.library.reports()
        offers = (
            [(org, org) for org in sorted({r.org for r in reports if r.org})],
            [(str(year), year) for year in sorted({y for r in reports for y in r.years}, reverse=True)],
            [(f"{r.name} {'–'.join(map(str, r.years))}", r.id) for r in reports],
        )
        return tuple(
            gr.update(choices=offer, value=[v for v in chosen or [] if v in {value for _, value in offer}])
            for offer, chosen in zip(offers, (orgs, years, ids), strict=True)
        )

    def pin(self, event: gr.EventData, orgs: list[str], years: list[int], ids: list[str]) -> tuple[Any, ...]:
        """Limit further questions to what was understood of the last: one click on it."""
        data = carried(event)
        if data.get("act") == "pin" and data.get("org"):
            orgs = [*{*(orgs or []), data["org"]}]
        elif data.get("act") == "pin" and data.get("year", "").isdecimal():
            years = [*{*(years or []), int(data["year"])}]
        return self.choices(orgs, years, ids)

    def name_scope(self, request: gr.Request, orgs: list[str], years: list[int], ids: list[str]) -> Any:
        """The filters in words, visible while they are folded away."""
        say = say_for(request)
        names = {report.id: report.name for report in self.library.reports()}
        parts = [
            *(orgs or []),
            *(say("year", y=year) for year in sorted(years or [])),
            *(names.get(id_, "") for id_ in ids or []),
        ]
        return gr.update(label=say("scope_set", what="、".join(parts)) if parts else say("scope_all"))
