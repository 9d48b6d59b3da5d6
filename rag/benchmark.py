"""Retrieval and evidence sentences measured on questions with known answers, in SQuAD's layout (as CMRC 2018 has it).

    python -m rag.benchmark FILE.json [--limit N] [--json]

Each paragraph becomes a report without an outline in a library of its own, made for the run; each question is asked of
all of them. The model is that of the settings (`BAOGAO_HOME`, `BAOGAO_EMBEDDING_MODEL`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from rag.embedding import Progress, ReportEmbeddings
from rag.errors import BaogaoError
from rag.evidence import rank
from rag.library import Library
from rag.model import Chunk, FullReport, Kind, Report, Section, SourceFile, Span
from rag.question import parse
from rag.retrieval import retrieve
from rag.settings import Settings
from rag.text import sentence_spans

PASSAGES = 5
"""Evidence is looked for in the best so many passages."""
HITS = 30
SEED = 2018
"""Of the random choice that `--limit` makes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its right answers and the number of the paragraph that holds them."""

    question: str
    answers: tuple[str, ...]
    paragraph: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares of the questions, 0..1; times in milliseconds with the vector of the question."""

    paragraphs: int
    questions: int
    recall_at_1: float
    """The paragraph with the answer is the best one found; `recall_at_5`: among the first five."""
    recall_at_5: float
    mrr: float
    """Mean of 1 / rank of that paragraph."""
    evidence_at_1: float
    """A right answer stands in the best sentence; at 2 and 3: in the first two or three, joined where they adjoin."""
    evidence_at_2: float
    evidence_at_3: float
    possible: float
    """A right answer stands in some single sentence of the passages looked at."""
    p50_ms: float
    p95_ms: float


def read_squad(text: str, name: str) -> tuple[list[str], list[Asked]]:
    """Paragraphs and questions of a SQuAD-layout file; raises BaogaoError where it is none."""
    paragraphs: list[str] = []
    questions: list[Asked] = []
    try:
        for article in json.loads(text)["data"]:
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    answers = tuple(answer["text"].strip() for answer in qa["answers"])
                    questions.append(Asked(qa["question"], answers, len(paragraphs)))
                paragraphs.append(paragraph["context"])
    except (ValueError, TypeError, KeyError) as error:
        raise BaogaoError(f"{name} 不是 SQuAD 格式（{error!r}）", "要有 data › paragraphs › context、qas") from error
    if not questions:
        raise BaogaoError(f"{name} 里没有问题", "换一个带问题的文件")
    return paragraphs, questions


def build(library: Library, paragraphs: Sequence[str], progress: Progress | None = None) -> list[str]:
    """Add the paragraphs as reports without an outline; their report ids."""
    whole = "\n".join(paragraphs)
    file = SourceFile(hashlib.sha256(whole.encode()).hexdigest(), "squad", len(whole.encode()), "utf-8", "")
    fulls, chunks = [], []
    for number, text in enumerate(paragraphs, 1):
        report = Report(f"{file.id[:12]}-{number}", file.id, file.name, number, title=str(number), characters=len(text))
        fulls.append(FullReport(report, text, (Section(0, None, 0, report.title, Kind.OTHER, 0, 0, len(text)),)))
        chunks += _chunks(report.id, text, library.embedding)
    library.add(file, fulls, chunks, progress)
    return [full.report.id for full in fulls]


def _chunks(report_id: str, text: str, embedding: ReportEmbeddings) -> list[Chunk]:
    """A paragraph whole, or cut between sentences into as few equal parts as the model's window needs."""
    spans = sentence_spans(text)
    sizes = embedding.count_tokens([text[slice(*span)] for span in spans])
    parts = -(-sum(sizes) // embedding.max_tokens)
    ends = np.cumsum(sizes) * parts // (sum(sizes) + 1) if sizes else []
    chunks = []
    for part in range(parts):
        inside = tuple(span for span, at in zip(spans, ends, strict=True) if at == part)
        if inside:
            start, end = inside[0][0], inside[-1][1]
            key = hashlib.sha256(f"{report_id}{start}{text}".encode()).hexdigest()[:32]
            chunks.append(Chunk(key, report_id, 0, Kind.OTHER, start, end, "", text[start:end], inside))
    return chunks


def measure(library: Library, report_ids: Sequence[str], questions: Sequence[Asked]) -> Measures:
    """Ask every question of the whole library."""
    ranks, found, times = [], np.zeros((len(questions), 4)), []
    library.embedding.query_vector(questions[0].question[::-1])  # loads the model
    for row, asked in enumerate(questions):
        began = time.perf_counter()
        hits = retrieve(library, asked.question, k=HITS)
        evidence = rank(library, parse(asked.question), hits[:PASSAGES])
        times.append((time.perf_counter() - began) * 1000)
        reports = list(dict.fromkeys(hit.chunk.report_id for hit in hits))
        wanted = report_ids[asked.paragraph]
        ranks.append(reports.index(wanted) + 1 if wanted in reports else np.inf)
        for k in (1, 2, 3):
            found[row, k - 1] = holds(library, [e.key for e in evidence[:k]], asked.answers)
        found[row, 3] = any(answer in e.text for e in evidence for answer in asked.answers)
    best = np.array(ranks)
    one, two, three, possible = (float(x) for x in found.mean(axis=0))
    return Measures(
        paragraphs=len(report_ids),
        questions=len(questions),
        recall_at_1=float((best <= 1).mean()),
        recall_at_5=float((best <= 5).mean()),
        mrr=float((1 / best).mean()),
        evidence_at_1=one,
        evidence_at_2=two,
        evidence_at_3=three,
        possible=possible,
        p50_ms=float(np.percentile(times, 50)),
        p95_ms=float(np.percentile(times, 95)),
    )


def holds(library: Library, keys: Iterable[tuple[str, int, int]], answers: Sequence[str]) -> bool:
    """Whether a right answer stands in sentences (report, start, end); those that follow each other are read as one."""
    return any(answer in text for text in _joined(library, keys) for answer in answers)


def _joined(library: Library, keys: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    runs: list[tuple[str, Span]] = []
    for report_id, start, end in sorted(keys):
        text = library.report(report_id).text
        if runs and runs[-1][0] == report_id and not text[runs[-1][1][1] : start].strip():
            runs[-1] = (report_id, (runs[-1][1][0], end))
        else:
            runs.append((report_id, (start, end)))
    return (library.report(report_id).text[slice(*span)] for report_id, span in runs)


def run(file: Path, settings: Settings, *, limit: int = 0, progress: Progress | None = None) -> Measures:
    """Measure on a file, or on `limit` of its questions chosen at random, in a library that is gone afterwards."""
    paragraphs, questions = read_squad(file.read_text(encoding="utf-8"), file.name)
    if limit:
        questions = random.Random(SEED).sample(questions, min(limit, len(questions)))  # nosec B311: which questions, no secret
    embedding = ReportEmbeddings.from_settings(settings)
    with tempfile.TemporaryDirectory() as home, Library.open(replace(settings, home=Path(home)), embedding) as library:
        return measure(library, build(library, paragraphs, progress), questions)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rag.benchmark", description="Measure retrieval on a SQuAD file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="so many questions, chosen at random")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(arguments)
    try:
        measures = asdict(run(args.file, Settings.from_env(), limit=args.limit))
    except (BaogaoError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(measures))
    else:
        for name, value in measures.items():
            print(f"{name:14} {value:g}" if isinstance(value, int) else f"{name:14} {value:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
