"""What the features of a sentence weigh, found on questions with known answers in SQuAD's layout.

    python -m rag.training FILE.json

First cross-validated: each fifth of the paragraphs is ranked with weights from the other four; then the weights from
all of them, to be written into `rag.features.WEIGHTS`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.benchmark import HITS, PASSAGES, Asked, build, holds, read_squad
from rag.embedding import ReportEmbeddings
from rag.errors import BaogaoError
from rag.evidence import Evidence, TermWeights, Weights, described, rank, wanted_tokens
from rag.features import NAMES
from rag.library import Library
from rag.question import parse
from rag.retrieval import retrieve
from rag.settings import Settings

FOLDS = 5
SEED = 2018
PENALTY = 3e-3
"""On the squared weights of standardised features."""
STEPS, RATE = 150, 0.03


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the sentences that may answer it."""

    asked: Asked
    sentences: list[Evidence]
    features: np.ndarray
    """Shape (sentences, len(NAMES))."""
    right: np.ndarray
    """Whether an answer stands in a sentence, shape (sentences,)."""


def examples(library: Library, questions: Sequence[Asked]) -> list[Example]:
    """The questions with the sentences of the best passages, described."""
    weight = TermWeights(library)
    made = []
    for asked in questions:
        question = parse(asked.question)
        hits = retrieve(library, asked.question, k=HITS)[:PASSAGES]
        found = {(e.chunk.id, e.span): e for e in rank(library, question, hits)}
        keys, values = described(
            library, hits, question.text, wanted_tokens(question.text, weight, late=Weights().late)
        )
        sentences = [found[key] for key in keys]
        right = np.array([any(answer in e.text for answer in asked.answers) for e in sentences], bool)
        made.append(Example(asked, sentences, values, right))
    return made


def fit(given: Sequence[Example]) -> np.ndarray:
    """Weights under which right sentences have most of the softmax over a question's sentences, shape (len(NAMES),)."""
    import torch

    told = [e for e in given if e.right.any() and not e.right.all()]
    together = np.concatenate([e.features for e in told])
    mean, spread = together.mean(axis=0), together.std(axis=0) + 1e-6
    longest = max(len(e.right) for e in told)
    values = torch.zeros(len(told), longest, len(NAMES))
    right = torch.zeros(len(told), longest, dtype=torch.bool)
    none = torch.ones(len(told), longest, dtype=torch.bool)
    for row, e in enumerate(told):
        values[row, : len(e.right)] = torch.tensor((e.features - mean) / spread)
        right[row, : len(e.right)] = torch.tensor(e.right)
        none[row, : len(e.right)] = False
    weights = torch.zeros(len(NAMES), requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=RATE)
    for _ in range(STEPS):
        scores = (values @ weights).masked_fill(none, -1e9)
        gain = scores.masked_fill(~right, -1e9).logsumexp(dim=1) - scores.logsumexp(dim=1)
        loss = -gain.mean() + PENALTY * weights.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return weights.detach().numpy() / spread


def cross_validated(library: Library, given: Sequence[Example]) -> np.ndarray:
    """Shares of the questions whose answer stands in the first, first two and first three sentences, shape (3,)."""
    paragraphs = np.random.default_rng(SEED).permutation(max(e.asked.paragraph for e in given) + 1)
    fold = [int(paragraphs[e.asked.paragraph]) % FOLDS for e in given]
    held = []
    for left_out in range(FOLDS):
        weights = fit([e for e, f in zip(given, fold, strict=True) if f != left_out])
        for e in (e for e, f in zip(given, fold, strict=True) if f == left_out):
            best = [e.sentences[i] for i in np.argsort(-(e.features @ weights), kind="stable")[:3]]
            held.append([holds(library, best[:k], e.asked.answers) for k in (1, 2, 3)])
    return np.mean(held, axis=0)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m rag.training", description="Find what a sentence's features weigh."
    )
    parser.add_argument("file", type=Path)
    args = parser.parse_args(arguments)
    settings = Settings.from_env()
    try:
        paragraphs, questions = read_squad(args.file.read_text(encoding="utf-8"), args.file.name)
        embedding = ReportEmbeddings.from_settings(settings)
        with (
            tempfile.TemporaryDirectory() as home,
            Library.open(replace(settings, home=Path(home)), embedding) as library,
        ):
            build(library, paragraphs)
            given = examples(library, questions)
            print("# cross-validated, first 1, 2, 3:", *(f"{share:.3f}" for share in cross_validated(library, given)))
    except (BaogaoError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, weight in zip(NAMES, fit(given), strict=True):
        print(f'    "{name}": {weight:.3g},')
    return 0


if __name__ == "__main__":
    sys.exit(main())
