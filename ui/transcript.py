"""A conversation as data, and as what the chat shows of it: messages whose markers lead to their own citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.model import Citation, Kind, Refusal, Reply, Scope
from ui.chart import charts
from ui.markdown import INLINE, Table, blocks
from ui.texts import Say

Message = Any
"""A message as `gr.Chatbot` takes it: a dictionary with `role` and `content`."""

_BLOCK = re.compile(r"^(\s{0,8})([-*+] |\d{1,3}\. |#{1,6} |> )?")
"""What may stand before a line's own words: `- `, `2. `, `### `, `> `."""
_SPECIAL = re.compile(r"[\\`*_\[\]<>~&$@|]|:(?=//)|(?<=www)\.|^(?:#+|[-+])(?=\s)|(?<=^\d)\.|(?<=^\d\d)\.", re.I | re.M)
"""What markdown, or the chat's reading of it, would turn into something else: tags, links, emphasis, lists."""


HINT = 240
"""Characters of an excerpt shown at its marker."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it; `note` says why there is no (whole) answer."""

    question: str
    reply: Reply | None = None
    note: str = ""
    done: bool = False
    useful: bool | None = None
    """What the person thought of the answer; None until they say."""
    follow_ups: tuple[str, ...] = ()
    """Questions that go on from the answer."""


def literal(text: str) -> str:
    """`text` so that markdown shows it as it stands."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def spoken(text: str) -> str:
    """The reverse of `literal`: what a person meant who edited an escaped message."""
    return re.sub(r"\\([\\`*_\[\]<>~&$@|:.#+-])", r"\1", text)


def safe_markdown(answer: str, citations: Sequence[Citation], turn: int, *, pictures: bool = False) -> str:
    """The answer with lists, headings, tables and bold kept, each resolved `[n]` a link, and all else literal.

    Report text can hold tags, links and stars (`*亿元`); none of them may become markup. `pictures` puts a chart in
    front of a table of figures.
    """
    known = {citation.n: citation for citation in citations}

    def inline(text: str) -> str:
        parts, end = [], 0
        for match in INLINE.finditer(text):
            parts.append(literal(text[end : match.start()]) if match.start() > end else "")
            if match["bold"]:
                parts.append(f"<strong>{inline(match['bold'])}</strong>")
            elif int(match["n"]) in known:
                parts.append(_marker(known[int(match["n"])], turn))
            else:
                parts.append(literal(match[0]))
            end = match.end()
        return "".join(parts) + literal(text[end:])

    lines = []
    for block in blocks(answer):
        if isinstance(block, Table):
            if pictures and (picture := charts(block, known, turn)):
                lines += ["", picture, ""]
            rows = [[inline(cell) for cell in row] for row in (block.head, *block.rows)]
            rows.insert(1, ["---"] * len(block.head))
            lines += [f"| {' | '.join(row)} |" for row in rows]
        else:
            begin = _BLOCK.match(block)
            start = begin.end() if begin and begin[2] else 0
            lines.append(block[:start] + inline(block[start:]))
    return "\n".join(lines)


def _marker(citation: Citation, turn: int) -> str:
    """A link, joined to the word before it (U+2060) so that it never begins a line."""
    hint = f"{' › '.join((citation.report, *citation.heading_path))}：{citation.excerpt[:HINT]}"
    hint = " ".join(hint.replace('"', "”").split())
    return f'\u2060[{citation.n}](#cite-{turn}-{citation.n} "{literal(hint)}")'


def messages(turns: Sequence[Turn], say: Say) -> list[Message]:
    """The turns as messages of `gr.Chatbot`; message 2k is question k, message 2k + 1 its answer."""
    shown: list[Message] = []
    for number, turn in enumerate(turns):
        shown.append({"role": "user", "content": literal(turn.question)})
        if turn.reply is not None or turn.note:
            shown.append({"role": "assistant", "content": _answer(number, turn, say)})
    if turns and turns[-1].done and turns[-1].follow_ups:
        shown[-1]["options"] = [{"value": question} for question in turns[-1].follow_ups]
    return shown


def _answer(number: int, turn: Turn, say: Say) -> str:
    parts = []
    if turn.reply is not None:
        parts.append(safe_markdown(turn.reply.answer, turn.reply.citations, number, pictures=turn.done))
    if turn.note:
        parts.append(f"*{literal(turn.note)}*")
    elif turn.reply is not None and turn.done:
        count = len(turn.reply.citations)
        links = [f"[{say('copy' if count else 'copy_plain')}](#copy-{number})"]
        if count:
            links.insert(0, f"[{say('sources_of', n=count)}](#cite-{number}-0)")
        for useful, word in ((True, say("useful")), (False, say("useless"))):
            links.append(f"[{'✓ ' if turn.useful is useful else ''}{word}](#rate-{number}-{int(useful)})")
        parts.append(" ".join(links))
    return "\n\n".join(parts)


def where_in(citation: Citation, say: Say) -> str:
    """The file of a citation, and the page where it is known."""
    return citation.file + (say("page", n=citation.page) if citation.page else "")


def with_sources(turn: Turn, say: Say) -> str:
    """The answer as plain text (without the marks of bold), followed by what each marker stands for."""
    if turn.reply is None:
        return ""
    lines = [turn.reply.answer.replace("**", "").strip()]
    if turn.reply.citations:
        lines += ["", say("sources_head")]
    for c in turn.reply.citations:
        where = " › ".join((c.report, *c.heading_path))
        lines.append(
            f"[{c.n}] {'，'.join(filter(None, (c.org, say.years(c.years), where_in(c, say))))}：{where}：“{c.excerpt}”"
        )
    return "\n".join(lines)


def to_json(turn: Turn) -> dict[str, Any]:
    """The turn as the browser keeps it."""
    return asdict(turn)


def from_json(value: dict[str, Any]) -> Turn:
    """The turn that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    reply = value["reply"]
    if reply is not None:
        scope = reply["scope"]
        reply = Reply(
            question=str(reply["question"]),
            answer=str(reply["answer"]),
            refusal=Refusal(reply["refusal"]) if reply["refusal"] else None,
            mode=str(reply["mode"]),
            scope=Scope(tuple(scope["orgs"]), tuple(scope["years"]), tuple(Kind(kind) for kind in scope["kinds"])),
            citations=tuple(
                Citation(**{**c, "years": tuple(c["years"]), "heading_path": tuple(c["heading_path"])})
                for c in reply["citations"]
            ),
            timings_ms=dict(reply["timings_ms"]),
            id=reply["id"],
        )
    useful = value.get("useful")
    return Turn(
        question=str(value["question"]),
        reply=reply,
        note=str(value["note"]),
        done=True,
        useful=useful if isinstance(useful, bool) else None,
        follow_ups=tuple(str(question) for question in value.get("follow_ups", ())),
    )
