"""Running prose, as texts without an outline have it: whole sentences, and the neighbours that an answer goes on in."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from rag.model import Chunk, Span

LONGEST = 200
"""Characters up to which parts of a sentence are put together."""
_ENDS = re.compile(r"[。！？!?][”’」』）)》〉】〕\]]*$")

BESIDE = {
    "value": 0.74,  # of the sentence by itself, less that of the best
    "after": 0.951,  # it follows the best one
    "before": 1.35,
    "after_reason": 2.23,  # where the question asks for a reason or a way
    "before_reason": 2.86,
    "before_leaning": 1.21,  # where the best leans on what stands before: 因此, 其, 这
    "after_promise": 2.07,  # where the best announces what follows: 如下, 分为三种
}
"""What the neighbours of the best sentence weigh against the others, found as `rag.features.WEIGHTS` are."""

_LEANS = re.compile(r"其|它|他|她|牠|祂|[这此该]|因此|因而|所以|故|于是|从而|结果|以致|如此|然后|之后|后来|随后|最后")
_ANNOUNCES = re.compile(r"[：:]\W*$|如下|以下|[两三四五六七八九十几数]+[大个点种项类条方]|分为|包括")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a chunk; `span` counts from the report's start."""

    chunk: Chunk
    span: Span
    text: str

    @property
    def key(self) -> tuple[str, int, int]:
        return (self.chunk.report_id, *self.span)


def whole(text: str, spans: Sequence[Span], vectors: np.ndarray) -> tuple[list[Span], np.ndarray]:
    """Consecutive spans put together up to 。！？ or a line end, and their vectors, shape (spans, n).

    `sentence_spans` cuts at semicolons and before `第一，` too, where in a report with an outline a point of a list
    ends; in running prose only a clause does. The vector is the mean of the parts', each as heavy as it is long:
    that comes near the mean of all their tokens.
    """
    joined: list[Span] = []
    means: list[np.ndarray] = []
    for (start, end), vector in zip(spans, vectors, strict=True):
        mean = vector * (end - start)
        if joined and _continues(text, joined[-1], (start, end)):
            joined[-1] = (joined[-1][0], end)
            means[-1] = means[-1] + mean
        else:
            joined.append((start, end))
            means.append(mean)
    table = np.array(means, np.float32).reshape(len(joined), vectors.shape[1])
    return joined, table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)


def _continues(text: str, before: Span, span: Span) -> bool:
    return (
        span[1] - before[0] <= LONGEST and "\n" not in text[before[1] : span[0]] and _ENDS.search(text, *before) is None
    )


def beside(sorts: Collection[str], sentences: Sequence[Sentence], values: np.ndarray) -> np.ndarray:
    """Features of sentences as company of the best by their values, shape (sentences, len(BESIDE)).

    An answer may run over two sentences; then the neighbour of the best says more than the second best. `sorts` is
    what is asked for, of `rag.features.ASKED`; the sentences of a chunk follow each other.
    """
    best = int(np.argmax(values))
    table = np.zeros((len(sentences), len(BESIDE)))
    table[:, 0] = values - values[best]
    told = bool({"reason", "way"} & set(sorts))
    text = sentences[best].text
    sides = {
        "after": (best + 1, {"reason": told, "promise": bool(_ANNOUNCES.search(text))}),
        "before": (best - 1, {"reason": told, "leaning": bool(_LEANS.match(text))}),
    }
    for side, (at, given) in sides.items():
        if 0 <= at < len(sentences) and sentences[at].chunk.id == sentences[best].chunk.id:
            for name, value in {side: True, **{f"{side}_{what}": value for what, value in given.items()}}.items():
                table[at, tuple(BESIDE).index(name)] = value
    return table


def ordered(
    sorts: Collection[str], sentences: Sequence[Sentence], values: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Places of the sentences: the best by their values, then what goes best with it by `weights` (default: BESIDE)."""
    weights = np.array(list(BESIDE.values())) if weights is None else weights
    company = beside(sorts, sentences, values) @ weights
    company[int(np.argmax(values))] = np.inf
    return np.argsort(-company, kind="stable")
