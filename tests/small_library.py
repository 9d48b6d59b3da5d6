"""A small library by hand: reports of a few sections, and an embedding that needs no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from rag.embedding import Progress, Query, ReportEmbeddings, pool_spans
from rag.model import Chunk, FullReport, Kind, Report, Section, SourceFile, Span
from rag.modelsource import ModelSource


class LetterEmbeddings(ReportEmbeddings):
    """Every character has a direction, a text the mean of its characters': similar wording, similar vector."""

    def __init__(self, dimension: int = 24) -> None:
        super().__init__(ModelSource("letters", f"letters:{dimension}", Path))
        self.length = dimension
        self.passages = 0
        """How many passages were embedded so far."""

    @property
    def dimension(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.length

    def _query(self, text: str) -> Query:
        states = self._states(text)
        mean = states.mean(axis=0)
        return Query(mean / np.linalg.norm(mean), [(i, i + 1) for i in range(len(text))], states)

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Progress | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        self.passages += len(texts)
        vectors = np.array([self._query_vector(text) for text in texts], np.float32).reshape(-1, self.length)
        inner = [np.empty((len(s), self.length), np.float32) for s in spans]
        for text, vector, wanted, out in zip(texts, vectors, spans, inner, strict=True):
            offsets = np.array([(i, i + 1) for i in range(len(text))])
            pool_spans(self._states(text), offsets, wanted, vector, out)
        if progress:
            progress(len(texts), len(texts))
        return vectors, inner

    def _states(self, text: str) -> np.ndarray:
        return np.array([_direction(character, self.length) for character in text])


class CountingEmbeddings(LetterEmbeddings):
    """Counts a token for each letter."""

    max_tokens = 400  # pyright: ignore[reportAssignmentType]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 2 for text in texts]

    def most_tokens(self, text: str) -> int:
        return len(text) + 2


@cache
def _direction(character: str, length: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(character.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(length).astype(np.float32)


def small_file(name: str, *reports: Sequence[str]) -> tuple[SourceFile, list[FullReport], list[Chunk]]:
    """A file of reports, each given as its sections' texts; the first section's text is the report's title."""
    text = "\n".join(section for sections in reports for section in sections)
    file = SourceFile(_digest(name + text), name, len(text.encode()), "utf-8", "2024-03-01T08:00:00+00:00", text)
    made = [_report(file, position, sections) for position, sections in enumerate(reports, 1)]
    return file, [full for full, _ in made], [chunk for _, chunks in made for chunk in chunks]


def _report(file: SourceFile, position: int, texts: Sequence[str]) -> tuple[FullReport, list[Chunk]]:
    whole = "\n".join(texts)
    report_id = _digest(f"{file.id}{position}")[:16]
    report = Report(report_id, file.id, file.name, position, texts[0], org=texts[0][:3], year=2023, plan_year=2024)
    sections = [Section(0, None, 0, texts[0], Kind.OTHER, 0, len(texts[0]), len(whole))]
    chunks, at = [], len(texts[0]) + 1
    for number, text in enumerate(texts[1:], 1):
        sections.append(Section(number, 0, 1, text[:4], Kind.PLAN, at, at + 4, at + len(text)))
        sentences = tuple((at + m.start(), at + m.end()) for m in re.finditer("[^。]+。?", text))
        span = f"{report_id}{number}{text}"
        chunks.append(
            Chunk(_digest(span)[:32], report_id, number, Kind.PLAN, at, at + len(text), texts[0], text, sentences)
        )
        at += len(text) + 1
    return FullReport(report, whole, tuple(sections), ((0, 0),)), chunks


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


TRANSPORT = (
    "交通局2023年工作总结",
    "一、完成农村公路改造。新建公路12公里。",
    "二、明年计划。推进客运站建设。改善道路照明。",
)
COMMERCE = ("商务局2023年工作总结", "一、招商引资。签约项目9个。", "二、下一步打算。举办消费节。")
TOWN = ("临河镇2023年工作总结", "一、种植蔬菜三千亩。产值提高。", "二、存在问题。人手不足。")
