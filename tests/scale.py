"""What a question costs as a library grows: real stores, invented reports, and vectors that need no model.

`python tests/scale.py FOLDER 1000 10000 100000 300000` fills a library in FOLDER up to each number of chunks and
measures there; what is there already is kept, so a long run may be broken off and taken up again. Its lines are what
`scale_plot.py` draws.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ingest.pipeline import SAMPLES
from ingest.readers import ReadFile, read
from rag.embedding import Progress, ReportEmbeddings
from rag.library import Library
from rag.model import Chunk, FullReport, Kind, Report, Section, SourceFile, Span
from rag.modelsource import ModelSource
from rag.retrieval import retrieve
from rag.settings import Settings
from rag.text import sentence_spans

DIMENSION, TOPICS = 384, 2000
CHUNKS_OF_REPORT, REPORTS_OF_FILE = 50, 20
QUESTIONS = 100
BUREAUS = ("交通运输局", "教育局", "民政局", "水利局", "卫生健康局", "财政局", "城市管理局", "文化和旅游局")
FIRST_YEAR = 2006


class TopicEmbeddings(ReportEmbeddings):
    """Vectors as a model's are: near one of many topics, which the text's hash chooses, at a cosine of about 0.85."""

    def __init__(self) -> None:
        super().__init__(ModelSource("topics", f"topics:{DIMENSION}", Path))
        self._topics = _unit(np.random.default_rng(0).standard_normal((TOPICS, DIMENSION)))

    @property
    def dimension(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return DIMENSION

    def _query_vector(self, text: str) -> np.ndarray:
        generator = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
        noise = _unit(generator.standard_normal((1, DIMENSION)))
        return _unit(self._topics[generator.integers(TOPICS)] + 0.6 * noise)[0].astype(np.float32)

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Progress | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        vectors = np.array([self._query_vector(text) for text in texts], np.float32).reshape(-1, DIMENSION)
        return vectors, [np.repeat(vector[None], len(s), 0) for vector, s in zip(vectors, spans, strict=True)]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def sentences() -> list[str]:
    """The sentences of the sample reports."""
    texts = [item.text for path in sorted(SAMPLES.glob("*.txt")) for item in read(path) if isinstance(item, ReadFile)]
    found = [text[slice(*span)] for text in texts for span in sentence_spans(text)]
    return [sentence for sentence in dict.fromkeys(found) if 12 <= len(sentence) <= 120]


def invented(number: int, known: Sequence[str]) -> tuple[SourceFile, list[FullReport], list[Chunk]]:
    """File `number`: `REPORTS_OF_FILE` reports of `CHUNKS_OF_REPORT` chunks, of about 200 characters each."""
    choose = random.Random(number)
    file_id = hashlib.sha256(f"scale {number}".encode()).hexdigest()
    name = f"汇编{number}.txt"
    reports, chunks = [], []
    for position in range(REPORTS_OF_FILE):
        serial = number * REPORTS_OF_FILE + position
        full, own = _report(file_id, name, position + 1, serial, known, choose)
        reports.append(full)
        chunks.extend(own)
    text = "\n".join(full.text for full in reports)
    return SourceFile(file_id, name, len(text.encode()), "utf-8", f"2026-01-01T00:{number:05}", text), reports, chunks


def _report(
    file_id: str, file: str, position: int, serial: int, known: Sequence[str], choose: random.Random
) -> tuple[FullReport, list[Chunk]]:
    place = f"{'东西南北中'[serial % 5]}{chr(0x5C71 + serial // 800)}县"
    org, year = place + BUREAUS[serial // 5 % len(BUREAUS)], FIRST_YEAR + serial // 40 % 20
    report_id = hashlib.sha256(f"{file_id}{position}".encode()).hexdigest()[:16]
    title = f"{org}{year}年工作总结和{year + 1}年工作打算"
    texts = ["".join(choose.sample(known, 4)) for _ in range(CHUNKS_OF_REPORT)]
    whole = "\n".join([title, *texts])
    report = Report(report_id, file_id, file, position, title, org, "县", place, year, year + 1, characters=len(whole))
    sections = [Section(0, None, 0, title, Kind.OTHER, 0, len(title), len(whole))]
    chunks, at = [], len(title) + 1
    for n, text in enumerate(texts, 1):
        kind = Kind.SUMMARY if n <= CHUNKS_OF_REPORT // 2 else Kind.PLAN
        sections.append(Section(n, 0, 1, text[:10], kind, at, at + 10, at + len(text)))
        spans = tuple((at + a, at + b) for a, b in sentence_spans(text))
        chunk_id = hashlib.sha256(f"{report_id}{n}".encode()).hexdigest()[:32]
        chunks.append(Chunk(chunk_id, report_id, n, kind, at, at + len(text), title, text, spans))
        at += len(text) + 1
    return FullReport(report, whole, tuple(sections), ((0, 0),)), chunks


def fill(library: Library, wanted: int, known: Sequence[str], seconds: float) -> float:
    """Add files until the library holds `wanted` chunks or the time is up; chunks per second."""
    began, before = time.perf_counter(), library.size().chunks
    held = before
    per_file = REPORTS_OF_FILE * CHUNKS_OF_REPORT
    while held < wanted and time.perf_counter() - began < seconds:
        library.add(*invented(held // per_file, known))
        held += per_file
    return (held - before) / (time.perf_counter() - began)


def measured(library: Library, known: Sequence[str], clock: Callable[[], float]) -> Iterator[tuple[str, list[float]]]:
    """Milliseconds of each question, by scope."""
    reports = library.reports()
    choose = random.Random(1)
    scopes: dict[str, Callable[[], list[str] | None]] = {
        "all": lambda: None,
        "half": lambda: [r.id for r in reports[::2]],
        "year": lambda: [r.id for r in reports if r.year == FIRST_YEAR + 3],
        "body": lambda: [r.id for r in reports if r.org == reports[len(reports) // 2].org],
        "report": lambda: [choose.choice(reports).id],
    }
    for name, scope in scopes.items():
        if scope() == []:
            continue
        times = []
        for n in range(QUESTIONS + 10):
            question, inside = choose.choice(known)[:24] + "有哪些？", scope()
            began = clock()
            retrieve(library, question, report_ids=inside, k=40)
            if n >= 10:  # the first ones find the system's caches cold
                times.append((clock() - began) * 1000)
        yield name, times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("chunks", type=int, nargs="+")
    parser.add_argument(
        "--processor", action="store_true", help="time of the processor, for a machine that is not idle"
    )
    parser.add_argument("--seconds", type=float, default=480, help="stop adding after so long")
    args = parser.parse_args()
    known = sentences()
    for wanted in args.chunks:
        with Library.open(Settings.from_env({}, home=args.folder), TopicEmbeddings()) as library:
            rate = fill(library, wanted, known, args.seconds)
            size = library.size()
            row: dict[str, object] = {"chunks": size.chunks, "reports": size.reports, "chunks_per_second": round(rate)}
            if size.chunks >= wanted:
                for name, times in measured(library, known, time.process_time if args.processor else time.perf_counter):
                    row[name] = [round(float(np.percentile(times, p)), 1) for p in (50, 95)]
            row["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
