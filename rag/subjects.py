"""Questions about several things at once: `水利和交通各投资多少`, `甲、乙、丙三乡的特产有何不同`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from rag.organisation import mentions
from rag.tokens import terms

_EACH = re.compile(
    r"这些|这几[个项样]|各自?(?![县局区市镇乡单部])|分别|哪[个家项]|谁|有(?:什么|何|啥)|放(?:在)?一起|相比|比较|对比|比一?比|的?(?:区别|差别|异同|不同)"
)
"""What is asked of each begins here."""
_AND = re.compile(r"[、和与跟及]")
_PREFIX = re.compile(r"^(?:(?P<context>.{2,16}?)(?:[：:]|[里中](?=.))|(?P<year>(?:19|20)\d\d年(?!和|、|与|跟|及)))")
_COUNTED = re.compile(r"[两三四五六几][家个地]")
"""`甲、乙两家法院` are two things; the last of them is 乙."""
_LONGEST, _MOST = 24, 8


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the things that a question is about."""

    name: str
    """The word that tells it from the others."""
    question: str
    """What the question asks of it alone."""


def subjects(text: str) -> list[Subject]:
    """The things that a question sets side by side, each with a question of its own; empty where it is about one.

    The last thing named carries what is asked of all: `甲、乙两家的做法各是什么` asks for `甲两家的做法` as well.
    """
    each = _EACH.search(text)
    if not each or not each.start():
        return []
    named, asked = text[: each.start()], text[each.start() :]
    things, comma, of_each = named.partition("，")
    if comma and _AND.search(things):
        named, asked = things, of_each + asked
    prefix = _PREFIX.match(named)
    context = (prefix["context"] or prefix["year"]) if prefix else ""
    items = [item.strip(" ，,") for item in _AND.split(named[prefix.end() if prefix else 0 :])]
    if not 2 <= len(items) <= _MOST or any(not 2 <= len(item) <= _LONGEST for item in items):
        return []
    shared = _common_end(items)
    heads = [_head(item, shared, last=item is items[-1]) for item in items]
    if not all(heads) or len(set(heads)) < len(items) or any(head[0].isdecimal() for head in heads):
        return []
    *_, last = items
    tail = last[last.index(heads[-1]) + len(heads[-1]) :] if heads[-1] in last else ""
    asked = _EACH.sub("", asked, count=1)
    own = [item if item is last or not _is_name(item) else item + tail for item in items]
    return [
        Subject(head, " ".join(filter(None, (context, item, asked)))) for head, item in zip(heads, own, strict=True)
    ]


def _is_name(item: str) -> bool:
    """Whether a thing is named and nothing said of it."""
    return len(terms(item)) < 2 or any(mention.words == item for mention in mentions(item))


def _head(item: str, shared: str, *, last: bool) -> str:
    """The word of a thing that the others do not have: what stands before what all share, else the body that it begins
    with, what stands before `的`, or alone."""
    before, of, _ = item.partition("的")
    body = next((mention.words for mention in mentions(before) if mention.span[0] == 0), "")
    if body and len(shared) < 2 and not _COUNTED.search(body):
        return body
    own = before if of else item.removesuffix(shared) if len(shared) > 1 else item
    words = [word for word in terms(own) if len(word) > 1]
    return "" if not words else words[0] if last and not of and len(shared) < 2 else words[-1]


def _common_end(items: list[str]) -> str:
    """The longest text that all of the items end with."""
    columns = zip(*(reversed(item) for item in items), strict=False)
    return "".join(column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns))[::-1]
