"""What the features of a sentence weigh, found on questions with known answers in SQuAD's layout.

    python -m rag.training FILE.json

First cross-validated: each fifth of the paragraphs is ranked with weights from the other four; then the weights from
all of them, to be written into `rag.features.WEIGHTS` and `rag.passages.BESIDE`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.benchmark import HITS, PASSAGES, Asked, build, holds, read_squad
from rag.embedding import ReportEmbeddings
from rag.errors import BaogaoError
from rag.evidence import TermWeights, Weights, described, wanted_tokens
from rag.features import NAMES
from rag.library import Library
from rag.passages import BESIDE, Sentence, beside, ordered
from rag.question import parse
from rag.retrieval import retrieve
from rag.settings import Settings

FOLDS = 5
FEWEST = 3
"""Paragraphs: one is left out to try, one to find what the second sentence weighs, and one is there to learn from."""
SEEDS = range(2018, 2023)
"""Each parts the paragraphs in another way; seven questions at rank 1 are luck, and the mean over some is less so."""
PENALTY = 1e-2
"""On the squared weights of standardised features."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the sentences that may answer it."""

    asked: Asked
    sorts: frozenset[str]
    """What is asked for, of `rag.features.ASKED`."""
    sentences: list[Sentence]
    features: np.ndarray
    """Shape (sentences, len(NAMES))."""
    right: np.ndarray
    """Whether an answer stands in a sentence, shape (sentences,)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What features weigh: of a sentence by itself, shape (len(NAMES),), and beside the best one, (len(BESIDE),)."""

    alone: np.ndarray
    beside: np.ndarray


def examples(library: Library, questions: Sequence[Asked]) -> list[Example]:
    """The questions with the sentences of the best passages, described."""
    weight = TermWeights(library)
    made = []
    for asked in questions:
        text = parse(asked.question).text
        hits = retrieve(library, asked.question, k=HITS)[:PASSAGES]
        sentences, values, sorts = described(library, hits, text, wanted_tokens(text, weight, late=Weights().late))
        right = np.array([any(answer in s.text for answer in asked.answers) for s in sentences], bool)
        made.append(Example(asked, sorts, sentences, values, right))
    return made


def find(library: Library, given: Sequence[Example], seed: int) -> Found:
    """Weights of sentences by themselves, and of those beside the best where that alone does not answer.

    Which is the best is learned from other paragraphs, for it would be right too often among those it was found on.
    """
    tables, right = [], []
    for rest, left_out in _parted(given, seed):
        weights = fit([e.features for e in rest], [e.right for e in rest])
        for e in left_out:
            values = e.features @ weights
            best = int(np.argmax(values))
            first, others = e.sentences[best].key, np.delete(np.arange(len(values)), best)
            if not holds(library, [first], e.asked.answers):
                keys = [e.sentences[i].key for i in others]
                tables.append(beside(e.sorts, e.sentences, values)[others])
                right.append(np.array([holds(library, [first, key], e.asked.answers) for key in keys], bool))
    alone = fit([e.features for e in given], [e.right for e in given])
    return Found(alone, fit(tables, right) if any(one.any() for one in right) else np.eye(len(BESIDE))[0])


def fit(tables: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> np.ndarray:
    """Weights under which right sentences have most of the softmax over a question's sentences, shape (features,).

    `tables` holds a question's features, shape (sentences, features), `right` which sentences are, (sentences,).
    Raises BaogaoError where there is no question with a right one.
    """
    from scipy.optimize import minimize

    told = [i for i, one in enumerate(right) if one.any()]
    if not told:
        raise BaogaoError("题目里没有一个答案落在某一句里", "换一个题目更多的文件")
    values, hit = np.concatenate([tables[i] for i in told]), np.concatenate([right[i] for i in told])
    sizes = np.array([len(right[i]) for i in told])
    starts = np.cumsum(sizes) - sizes
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    values = (values - mean) / spread

    def softmax(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of each question's scores, and the logarithm of their sum."""
        highest = np.maximum.reduceat(scores, starts)
        shares = np.exp(scores - np.repeat(highest, sizes))
        sums = np.add.reduceat(shares, starts)
        return shares / np.repeat(sums, sizes), np.log(sums) + highest

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = values @ weights
        every, whole = softmax(scores)
        some, part = softmax(np.where(hit, scores, -1e9))
        slope = values.T @ (every - some) / len(told) + 2 * PENALTY * weights
        return float((whole - part).mean() + PENALTY * weights @ weights), slope

    return minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x / spread


def cross_validated(library: Library, given: Sequence[Example], seed: int) -> np.ndarray:
    """Shares of the questions whose answer stands in the first, first two and first three sentences, shape (3,)."""
    held = []
    for rest, left_out in _parted(given, seed):
        found = find(library, rest, seed)
        for e in left_out:
            order = ordered(e.sorts, e.sentences, e.features @ found.alone, found.beside)
            best = [e.sentences[i].key for i in order[:3]]
            held.append([holds(library, best[:k], e.asked.answers) for k in (1, 2, 3)])
    return np.mean(held, axis=0)


def _parted(given: Sequence[Example], seed: int) -> Iterator[tuple[list[Example], list[Example]]]:
    """All but a fold of the paragraphs, and the fold; each in turn."""
    paragraphs = np.random.default_rng(seed).permutation(sorted({e.asked.paragraph for e in given}))
    fold = {int(paragraph): i % FOLDS for i, paragraph in enumerate(paragraphs)}
    for left_out in range(min(FOLDS, len(fold))):
        inside = [fold[e.asked.paragraph] == left_out for e in given]
        yield (
            [e for e, out in zip(given, inside, strict=True) if not out],
            [e for e, out in zip(given, inside, strict=True) if out],
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m rag.training", description="Find what a sentence's features weigh."
    )
    parser.add_argument("file", type=Path)
    args = parser.parse_args(arguments)
    settings = Settings.from_env()
    try:
        paragraphs, questions = read_squad(args.file.read_text(encoding="utf-8"), args.file.name)
        if len({asked.paragraph for asked in questions}) < FEWEST:
            raise BaogaoError(
                f"{args.file.name} 的题目不到 {FEWEST} 段", "学权重要留出几段来检验，换一个段落更多的文件"
            )
        embedding = ReportEmbeddings.from_settings(settings)
        with (
            tempfile.TemporaryDirectory() as home,
            Library.open(replace(settings, home=Path(home)), embedding) as library,
        ):
            build(library, paragraphs)
            given = examples(library, questions)
            shares = np.mean([cross_validated(library, given, seed) for seed in SEEDS], axis=0)
            print("# cross-validated, first 1, 2, 3:", *(f"{share:.3f}" for share in shares))
            found = find(library, given, SEEDS[0])
    except (BaogaoError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, weight in zip((*NAMES, *BESIDE), (*found.alone, *found.beside), strict=True):
        print(f'    "{name}": {weight:.3g},')
    return 0


if __name__ == "__main__":
    sys.exit(main())
