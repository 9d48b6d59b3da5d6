"""Quality of answers on a file of questions whose answers are known.

A claim of an answer (a sentence or list item) is measured by what its `[n]` markers lead to; an answer as a whole by
the facts it states, the passages it cites and the files they come from.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import BaogaoError
from rag.model import Reply

UNANSWERABLE, REDACTED = "unanswerable", "redacted"
LIST_TYPES = frozenset({"plan_list", "summary_list", "problem_list", "howto", "cross_report", "compare"})
SEVERAL_REPORTS = frozenset({"cross_report", "compare"})

# What is read of a reply: more than this is not an answer or an excerpt but a dump. Characters, and citations.
ANSWER_LIMIT = {"factoid": 400, REDACTED: 600}
OTHER_ANSWER_LIMIT = 2500
EXCERPT_LIMIT = 900
CITATION_LIMIT = 12

# Least shares: of a list's facts (a single fact must be there), of the evidence, of a claim's 4-grams in its excerpts.
LIST_FACTS, EVIDENCE, OVERLAP = 0.75, 0.5, 0.6
SHORTEST_CLAIM = 12

MARKER = re.compile(r"\[(\d+)\]")
MASK_WORDS = re.compile(r"隐去|脱敏|遮盖|遮蔽|隐藏|未公开|未给出|未写明|打码|已略|masked")
LIST_MARK = re.compile(r"^\s*(?:[-*•>#|]+\s*|\d+\s*[.、)）]\s*|[（(]\d+[)）]\s*)+")
SENTENCE_END = re.compile(r"(?<=[。！？；])(?!\s*\[)")
LEAD_IN = re.compile(r"[：:]\W*$")
FIGURE = re.compile(r"\d+(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with what a right answer holds. `facts`: for each, its right spellings."""

    id: str
    type: str
    question: str
    history: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    forbid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Measures of one reply, shares from 0 to 1; of an unanswerable question only `refused` and `correct` are meant."""

    id: str
    type: str
    correct: bool
    refused: bool
    facts: float = 0.0
    """Facts that the answer states."""
    evidence: float = 0.0
    """Gold passages found in the excerpts."""
    source: bool = False
    """Whether the right file is cited (all of them where several reports are asked for)."""
    cited: float = 0.0
    """Claims with a marker that resolves."""
    supported: float = 0.0
    """Claims with a marker whose excerpts carry them."""
    dangling: bool = False
    """Whether a marker leads nowhere."""


def read_gold(lines: Iterable[str | bytes], name: str) -> list[Gold]:
    """Questions of a JSON Lines file `name`; raises BaogaoError naming the line that cannot be read."""
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(_gold(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            why = f"缺少字段 {error}" if isinstance(error, KeyError) else f"不是所需的 JSON 对象（{error}）"
            raise BaogaoError(f"{name} 第 {number} 行{why}", "每行要有 id、type、question") from error
    if not questions:
        raise BaogaoError(f"{name} 里没有问题", "每行写一个 JSON 对象，至少有 id、type、question")
    return questions


def normalise(text: str) -> str:
    """Letters and digits with `%` and decimal points, width-folded and lower-cased: what counts when comparing."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"(?<!\d)\.|\.(?!\d)", "", text)
    return re.sub(r"[^\w%.]|_", "", text)


def claims(answer: str) -> list[str]:
    """Sentences and list items that say something; lead-ins (`…：`) and fragments do not."""
    parts = (part for line in answer.split("\n") for part in SENTENCE_END.split(LIST_MARK.sub("", line)))
    return [part for part in parts if _says_something(MARKER.sub("", part))]


def is_supported(claim: str, excerpts: Iterable[str]) -> bool:
    """Whether the excerpts carry the claim: every figure of it occurs there, and most of its 4-grams."""
    body = normalise(MARKER.sub("", claim))
    pool = _pool(excerpts)
    if any(figure not in pool for figure in FIGURE.findall(body)):
        return False
    grams = [body[i : i + 4] for i in range(len(body) - 3)]
    return not grams or _share(gram in pool for gram in grams) >= OVERLAP


def stated_facts(gold: Gold, text: str) -> float:
    """Share of the facts of which a right spelling stands in `text`; 1 where none is asked for."""
    text = normalise(text)
    return _share((any(normalise(s) in text for s in spellings) for spellings in gold.facts), none=1.0)


def found_evidence(gold: Gold, excerpts: Sequence[str]) -> float:
    """Share of the gold passages that stand in the excerpts; without any, whether something is cited at all."""
    pool = _pool(excerpts)
    return _share((normalise(section) in pool for section in gold.sections), none=float(bool(excerpts)))


def right_source(gold: Gold, files: Iterable[str]) -> bool:
    """Whether the cited files include the right one, or all right ones where several reports are asked for."""
    cited, wanted = set(files), set(gold.files)
    return wanted <= cited if gold.type in SEVERAL_REPORTS else bool(wanted & cited)


def citation_shares(answer: str, excerpts: Mapping[int, str]) -> tuple[float, float]:
    """Shares `(cited, supported)`: of the claims with a marker that resolves, and of those the ones carried."""
    marked = [(claim, [excerpts[n] for n in markers(claim) if n in excerpts]) for claim in claims(answer)]
    cited = _share((bool(found) for _, found in marked), none=0.0)
    return cited, _share((is_supported(claim, found) for claim, found in marked if found), none=0.0)


def markers(text: str) -> list[int]:
    """The numbers of `[n]` in `text`, in order."""
    return [int(n) for n in MARKER.findall(text)]


def score(gold: Gold, reply: Reply) -> Score:
    """All measures of one reply to one question."""
    if gold.type == UNANSWERABLE:
        return Score(gold.id, gold.type, correct=reply.refused, refused=reply.refused)
    answer = reply.answer[: ANSWER_LIMIT.get(gold.type, OTHER_ANSWER_LIMIT)]
    citations = reply.citations[:CITATION_LIMIT]
    excerpts = {c.n: c.excerpt[:EXCERPT_LIMIT] for c in citations}
    # Across reports a fact is the name of a report that must be used: citing it says so too.
    names = [f"{c.org}{c.report}" for c in citations] if gold.type == "cross_report" else []
    facts = stated_facts(gold, "\n".join([answer, *names]))
    evidence = found_evidence(gold, list(excerpts.values()))
    source = right_source(gold, (c.file for c in citations))
    cited, supported = citation_shares(answer, excerpts)
    if gold.type == REDACTED:
        right = bool(MASK_WORDS.search(answer))
    else:
        needed = LIST_FACTS if gold.type in LIST_TYPES or len(gold.facts) > 2 else 1.0
        forbidden = any(normalise(text) in normalise(answer) for text in gold.forbid)
        right = facts >= needed and source and not forbidden
    return Score(
        gold.id,
        gold.type,
        correct=right and evidence >= EVIDENCE and not reply.refused,
        refused=reply.refused,
        facts=facts,
        evidence=evidence,
        source=source,
        cited=cited,
        supported=supported,
        dangling=any(n not in excerpts for n in markers(answer)),
    )


def summary(scores: Sequence[Score]) -> dict[str, float | None]:
    """Means over all questions; None where no question of the kind was asked.

    `correct` counts every question, `true_refusals` the unanswerable ones, the other measures the answerable ones.
    """
    answerable = [s for s in scores if s.type != UNANSWERABLE]
    return {
        "n": len(scores),
        "correct": _mean(s.correct for s in scores),
        "facts": _mean(s.facts for s in answerable),
        "evidence": _mean(s.evidence for s in answerable),
        "source": _mean(s.source for s in answerable),
        "cited": _mean(s.cited for s in answerable),
        "supported": _mean(s.supported for s in answerable),
        "false_refusals": _mean(s.refused for s in answerable),
        "true_refusals": _mean(s.refused for s in scores if s.type == UNANSWERABLE),
        "dangling": _mean(s.dangling for s in answerable),
    }


def by_type(scores: Sequence[Score]) -> dict[str, dict[str, float | None]]:
    """The summary of each type of question, types in alphabetical order."""
    types = sorted({s.type for s in scores})
    return {kind: summary([s for s in scores if s.type == kind]) for kind in types}


def _gold(fields: object) -> Gold:
    if not isinstance(fields, dict):
        raise TypeError(f"是 {type(fields).__name__}")
    accept = fields.get("accept") or {}
    return Gold(
        id=str(fields["id"]),
        type=fields["type"],
        question=fields["question"],
        history=_texts(fields.get("history")),
        files=_texts(fields.get("files")),
        sections=_texts(fields.get("section")),
        facts=tuple((fact, *accept.get(fact, ())) for fact in _texts(fields.get("facts"))),
        forbid=_texts(fields.get("forbid")),
    )


def _texts(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value or ())


def _says_something(text: str) -> bool:
    return len(normalise(text)) >= SHORTEST_CLAIM and not LEAD_IN.search(text)


def _pool(excerpts: Iterable[str]) -> str:
    return "".join(normalise(excerpt) for excerpt in excerpts)


def _share(hits: Iterable[bool], *, none: float = 0.0) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else none


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
