"""How fast files become chunks in a library, all but embedding: processor time of each stage, on one core, and memory.

`python tests/speed.py 10` writes 10 MB of text, the sample reports with other places, sentences and figures, as .txt in
two encodings, .md, .html and .docx, and makes chunks and words of them; with `--stores` they also go into a library
as `baogao ingest` does it, with vectors that are invented. `--texts 8` makes all files 100 KB long. Not in it: PDF and
OCR, whose libraries take most of the time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import TypeVar

import numpy as np
from readers_samples import save_docx, save_html
from scale import sentences

from ingest.chunking import chunk
from ingest.markers import marker_at
from ingest.outcome import Progress as IngestProgress
from ingest.pipeline import SAMPLES, ingest
from ingest.readers import ReadFile, read
from ingest.reports import reports_in
from rag.embedding import Progress, ReportEmbeddings
from rag.library import Library
from rag.model import Chunk, FullReport, SourceFile, Span
from rag.modelsource import model_source
from rag.settings import Settings
from rag.text import sentence_spans
from rag.tokens import tokens

T = TypeVar("T")
PLACES = "云临清安永宁江河山溪泉石林海阳平川兴和东西南北中"
SIZES = (1, 2, 4, 8)
"""Sample texts in a file: it has 12 to 100 KB, as files of real reports have."""
SHORTEST = 16
"""Characters of a sentence that another one may stand for."""


class InventedVectors(ReportEmbeddings):
    """The tokenizer of the model, and vectors that cost nothing but the `seconds` it took to invent them."""

    seconds = 0.0

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Progress | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        began = time.process_time()
        invent = np.random.default_rng(len(texts)).standard_normal
        vectors = [invent((rows, self.dimension), np.float32) for rows in (len(texts), *map(len, spans))]
        passages, *inner = (v / np.linalg.norm(v, axis=-1, keepdims=True) for v in vectors)
        self.seconds += time.process_time() - began
        return passages, inner


class Stages:
    """Processor seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def time(self, stage: str, work: Callable[[], T]) -> T:
        began = time.process_time()
        result = work()
        self.seconds[stage] += time.process_time() - began
        return result


def varied(text: str, known: Sequence[str], choose: random.Random) -> str:
    """A sample report of another place and year, with other sentences and figures under the same headings."""
    earlier = choose.randrange(20)
    lines = []
    for line in text.splitlines():
        heading = marker_at(line.strip(), 0) is not None
        spans = sentence_spans(line)[heading:]
        for start, end in reversed(spans):
            if end - start >= SHORTEST and line[end - 1] == "。":
                line = line[:start] + choose.choice(known) + line[end:]
        line = re.sub(r"\d{2,}(?![\d年])", lambda m: str(choose.randrange(10, 10 ** len(m[0]))), line)
        lines.append(re.sub(r"20\d\d(?=年)", lambda m: str(int(m[0]) - earlier), line))
    return "\n".join(lines).replace("砚溪", "".join(choose.sample(PLACES, 2)))


def write(folder: Path, megabytes: float, together: Sequence[int] = SIZES) -> list[Path]:
    """Files of so much text in all, of so many sample texts in turn."""
    texts = [item.text for path in sorted(SAMPLES.glob("*.txt")) for item in read(path) if isinstance(item, ReadFile)]
    known = sentences()
    choose = random.Random(0)
    savers: dict[str, Callable[[str], bytes]] = {
        ".txt": str.encode,
        ".gb.txt": lambda text: text.encode("gb18030"),
        ".md": lambda text: text.encode(),
        ".html": lambda text: save_html(text.splitlines()),
        ".docx": lambda text: save_docx(text.splitlines()),
    }
    written, files, samples, sizes = 0, [], cycle(texts), cycle(together)
    while written < megabytes * 1e6:
        suffix = list(savers)[len(files) % len(savers)]
        text = "\n".join(varied(next(samples), known, choose) for _ in range(next(sizes)))
        files.append(folder / f"{len(files)}{suffix}")
        files[-1].write_bytes(savers[suffix](text))
        written += len(text.encode())
    return files


def splitting(files: Sequence[Path], stages: Stages) -> Iterator[tuple[SourceFile, list[FullReport]]]:
    """What each file holds, with its reports."""
    for file in files:
        for item in stages.time("read", lambda file=file: list(read(file))):
            assert isinstance(item, ReadFile), item
            source = SourceFile(item.data_sha256, item.name, item.size, item.encoding, "2026-01-01T00:00", item.text)
            yield source, stages.time("split", lambda source=source: reports_in(source))


def chunking(files: Sequence[Path], stages: Stages, tokenizer: ReportEmbeddings) -> Iterator[list[Chunk]]:
    """The chunks of each file; their words are cut too."""
    for _, reports in splitting(files, Stages()):
        chunks = stages.time("chunk", lambda reports=reports: _chunks(reports, tokenizer))
        stages.time("words", lambda chunks=chunks: [tokens(one.embedded) for one in chunks])
        yield chunks


def _chunks(reports: Sequence[FullReport], tokenizer: ReportEmbeddings) -> list[Chunk]:
    return [one for full in reports for one in chunk(full, tokenizer, window=tokenizer.max_tokens)]


def reading(files: Sequence[Path], embedding: InventedVectors) -> tuple[dict[str, object], dict[str, float]]:
    """MB of text per second of the processor, by stage and together, and MB of memory on the way; seconds by stage.

    Files are read and split before the model's tokenizer is loaded, as in the process that reads them for `ingest`:
    the many small pieces of memory that it takes make others three times as slow to come by.
    """
    stages, memory, size = Stages(), [], 0
    list(splitting(files[:20], Stages()))  # loads dictionaries; that of rare words is for the 18th file
    for number, (source, _) in enumerate(splitting(files, stages)):
        size += len(source.text.encode())
        if number % max(1, len(files) // 8) == 0:
            memory.append(resident())
    list(chunking(files[:10], Stages(), embedding))
    counts = {"files": len(files), "megabytes": round(size / 1e6, 1)}
    counts["chunks"] = sum(map(len, chunking(files, stages, embedding)))
    speeds = {stage: round(size / 1e6 / seconds, 2) for stage, seconds in stages.seconds.items()}
    together = round(size / 1e6 / sum(stages.seconds.values()), 2)
    return counts | speeds | {"together": together, "memory_mb": memory}, stages.seconds


def storing(
    files: Sequence[Path], embedding: InventedVectors, settings: Settings, stages: dict[str, float]
) -> dict[str, object]:
    """MB of text per second of the processor with all that `ingest` does; milliseconds for each file, by process.

    `stages` are the seconds of what `reading` took apart, of which this process has to chunk and to cut words.
    """
    memory: list[int] = []

    def tell(progress: IngestProgress) -> None:
        if progress.stage == "读取" and progress.file in marks:
            memory.append(resident())

    marks = {file.name for file in files[:: max(1, len(files) // 8)]}
    with Library.open(settings, embedding) as library:
        ingest(files[:5], library)  # loads what is loaded once
        invented, before = embedding.seconds, os.times()
        ingest(files[5:], library, progress=tell)
        after = os.times()
        size = sum(len(library.source(file.id).text.encode()) for file in library.files())
    own = sum(after[:2]) - sum(before[:2]) - (embedding.seconds - invented)
    reading_process = sum(after[2:4]) - sum(before[2:4])
    count = len(files) - 5
    stores = own - (stages["chunk"] + stages["words"]) * count / len(files)
    shares = {"reading_process": reading_process, "this_process": own, "of_it_stores": stores}
    return {
        "together": round(size * count / len(files) / 1e6 / (own + reading_process), 2),
        "ms_per_file": {what: round(seconds / count * 1000, 1) for what, seconds in shares.items()},
        "memory_mb": memory,
    }


def resident() -> int:
    """MB of memory that the process has now."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmRSS:\s*(\d+)", status)[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=float, nargs="?", default=10.0)
    parser.add_argument("--texts", type=int, nargs="+", default=SIZES, help="sample texts in each file, in turn")
    parser.add_argument("--stores", action="store_true", help="also store them; takes twice as long")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        inputs, home = Path(folder, "files"), Path(folder, "home")
        inputs.mkdir()
        files = write(inputs, args.megabytes, args.texts)
        settings = Settings.from_env({}, home=home)
        embedding = InventedVectors(model_source(settings))
        measures, stages = reading(files, embedding)
        print(json.dumps(measures), flush=True)
        if args.stores:
            print(json.dumps(storing(files, embedding, settings, stages)))


if __name__ == "__main__":
    main()
