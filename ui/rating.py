"""有用 or 没用 under an answer, with a word of why, kept in the library. Needs gradio at import."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import gradio as gr

from rag.errors import BaogaoError
from ui.session import QUICK, SPEAKING, Updates, carried, say_for, shown
from ui.transcript import Turn, messages

LONGEST = 500
"""Characters of the word of why."""


class Library(Protocol):
    """What is asked of the library here."""

    def rate(
        self, question: str, answer: str, useful: bool, comment: str = "", instead_of: int | None = None
    ) -> int: ...


Given = dict[tuple[str, str], int]
"""Question and answer → what the library calls the opinion that this visitor gave."""


class Rating:
    """A line to say why, shown once an answer was judged; made where this is called, inside a `gr.Blocks`."""

    def __init__(self, library: Library, i18n: gr.I18n) -> None:
        self.library = library
        self.given = gr.State({})
        self.judged = gr.State(None)
        with gr.Row(visible=False, elem_id="bg-why") as self.form:
            self.why = gr.Textbox(label=i18n("why"), show_label=False, max_length=LONGEST, autofocus=True, scale=1)
            self.send = gr.Button(i18n("say_why"), size="sm", variant="primary", min_width=64, scale=0)
            self.leave = gr.Button(i18n("say_nothing"), size="sm", min_width=64, scale=0)

    def wire(self, source: gr.HTML, turns: gr.State, bot: gr.Chatbot, kept: dict[str, Any]) -> None:
        """Connect the components: `source` tells what was judged, `kept` lets the browser know of it."""
        self.turns, self.bot = turns, bot
        out = [turns, bot, self.given, self.judged, self.form, self.why]
        source.like(self.judge, [turns, self.given], out, **SPEAKING).then(**kept)
        said = [self.why, self.judged, self.given]
        gr.on([self.why.submit, self.send.click], self.explain, said, self.form, **SPEAKING)
        self.leave.click(lambda: gr.update(visible=False), None, self.form, **QUICK)

    def judge(self, event: gr.EventData, request: gr.Request, turns: list[Turn], given: Given) -> Updates:
        """Keep whether an answer was useful, and ask why."""
        say, data = say_for(request), carried(event)
        number, useful = data.get("turn", ""), data.get("useful") == "1"
        reply = turns[int(number)].reply if number.isdecimal() and int(number) < len(turns) else None
        if reply is None:
            return {self.form: gr.skip()}
        turn = turns[int(number)]
        key = (turn.question, reply.answer)
        if turn.useful is not useful:
            try:
                given = {**given, key: self.library.rate(*key, useful, instead_of=given.get(key))}
            except BaogaoError as error:
                raise shown(str(error), say) from error
            turns = [*turns[: int(number)], replace(turn, useful=useful), *turns[int(number) + 1 :]]
        return {
            self.turns: turns,
            self.bot: messages(turns, say),
            self.given: given,
            self.judged: (*key, useful),
            self.form: gr.update(visible=True),
            self.why: gr.update(value="", placeholder=say("why_useful" if useful else "why_useless")),
        }

    def explain(self, request: gr.Request, words: str, judged: tuple[str, str, bool] | None, given: Given) -> Any:
        """Add the person's own words to what is kept."""
        say = say_for(request)
        if judged and words.strip():
            question, answer, useful = judged
            try:
                before = given.get((question, answer))
                self.library.rate(question, answer, useful, words.strip()[:LONGEST], before)
            except BaogaoError as error:
                raise shown(str(error), say) from error
            gr.Info(say("thanks"), duration=3, title=say("done"))
        return gr.update(visible=False)
