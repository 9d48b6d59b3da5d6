"""Evidence sentences: which sentence of the best chunks answers the question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.features import NAMES, WEIGHTS, Asked, Passage, features, token_set
from rag.library import Library
from rag.model import Chunk, FullReport, Section, Span
from rag.passages import Sentence, ordered, whole
from rag.question import FUNCTION, Intent, Question
from rag.retrieval import Hit, scaled
from rag.rows import CELL_SEPARATOR, row_at
from rag.text import MASK, point_start, sentence_spans
from rag.tokens import fold, tokens


@dataclass(frozen=True, slots=True)
class Weights:
    """Parts of a sentence's score; settled on CMRC2018 trial questions (see `rag/benchmark.py`)."""

    dense: float = 0.40
    lexical: float = 0.40
    passage: float = 0.20
    cue: float = 0.08
    heading: float = 0.75
    context: float = 0.5
    """Credit for a question word that stands in the heading path, or in a sentence before, instead."""
    late: float = 1.5
    """A word at the end of the question weighs 1 + `late` times one at its beginning: Chinese questions name their
    subject first, which the whole passage shares, and what they ask about it last."""


READ = 5
"""Of reports without an outline, the sentences of so many of the best hits are ranked by what they say themselves."""
OPENING = 400
"""Characters within which a text's first sentence ends."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with its scores: `score` compares sentences of one question, `coverage` is the weighted share of
    the question's words that it holds (0..1), `similarity` the cosine of its vector."""

    chunk: Chunk
    span: Span
    text: str
    section: int
    score: float
    coverage: float
    similarity: float

    @property
    def key(self) -> tuple[str, int, int]:
        return (self.chunk.report_id, *self.span)


_FIGURE_CUE = re.compile(
    r"\d|百分之|[一二三四五六七八九十百千两][一二三四五六七八九十百千万亿两零点]*[余多]?(?:[个家条项次名人份处座辆台元斤吨亩米年天月倍户件所]|平方|公)"
)
_DATE_CUE = re.compile(
    r"\d{1,2}月|\d{1,2}日|[一二三四]季度|[上下]半年|年底|年内|月底|[上中下]旬|(?:19|20)\d\d年|每[天日周月季年]|\d+[天日]"
)
_NAME_CUE = re.compile(r"“[^”]+”|《[^》]+》|公司|集团|局|公园|中心|学校|单位|街道|同志|书记|[镇乡村区县市]")
_MEANING_CUE = re.compile(r"[”」]?[：:，, ]*(?:就?是)?指(?!标|导|数|挥|示|出|引|定)|[”」][：:]|，即")
_REASON_CUE = re.compile(r"因|由于|受[^，。]{1,20}影响|导致|致使|造成|原因")
_CUES = {
    Intent.FIGURE: _FIGURE_CUE,
    Intent.TREND: _FIGURE_CUE,
    Intent.DATE: _DATE_CUE,
    Intent.NAME: _NAME_CUE,
    Intent.MEANING: _MEANING_CUE,
    Intent.REASON: _REASON_CUE,
}


def has_cue(intent: Intent, sentence: str) -> bool:
    """Whether a sentence holds the sort of thing asked for: a figure (or the mask in place of one), a date, a name."""
    cue = _CUES.get(intent)
    sentence = sentence[point_start(sentence) :]
    return cue is None or cue.search(sentence) is not None or (cue is _FIGURE_CUE and MASK.search(sentence) is not None)


class TermWeights:
    """Inverse document frequency of tokens over a library's chunks (Robertson–Spärck Jones, as in BM25)."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._total = max(1, library.size().chunks)
        self._known: dict[str, float] = {}

    def __call__(self, token: str) -> float:
        if token not in self._known:
            df = self._library.document_frequency(token)
            self._known[token] = math.log(1 + (self._total - df + 0.5) / (df + 0.5))
        return self._known[token]


def rank(
    library: Library,
    question: Question,
    hits: Sequence[Hit],
    *,
    text: str = "",
    prefer: Callable[[Chunk, Section], float] | None = None,
    weights: Weights | None = None,
) -> list[Evidence]:
    """All sentences of the hits' chunks, best first.

    `text` is the question without the words that only name its scope (default: all of it). `prefer` adds a bonus
    for a chunk and the sentence's innermost section.
    """
    w = weights or Weights()
    text = text or question.text
    if not hits:
        return []
    vector = library.embedding.query_vector(text)
    idf = TermWeights(library)
    wanted = wanted_tokens(text, idf, late=w.late)
    total = sum(wanted.values()) or 1.0
    rows: list[tuple[Chunk, Span, int, float, float, float, float, float]] = []
    for hit in hits:
        chunk = hit.chunk
        full = library.report(chunk.report_id)
        headings = token_set(chunk.header)
        before: set[str] = set()
        for span, own_vector in zip(*_sentences(library, full, chunk), strict=True):
            sentence = full.text[slice(*span)]
            own = token_set(sentence)
            section = innermost(full, span[0], chunk.section)
            above = headings | token_set(full.sections[section].heading)
            if CELL_SEPARATOR in sentence and (row := row_at(full.text, span[0])):
                above |= token_set(" ".join((row.caption, *row.names)))
            coverage = sum(weight * _credit(t, sentence, own, above, before, w) for t, weight in wanted.items()) / total
            bonus = prefer(chunk, full.sections[section]) if prefer else 0.0
            cue = w.cue * (question.intent in _CUES and has_cue(question.intent, sentence))
            rows.append((chunk, span, section, float(own_vector @ vector), coverage, hit.score, cue, bonus))
            before |= own
    dense = scaled(np.array([row[3] for row in rows]))
    lexical = scaled(np.array([row[4] for row in rows]))
    scores = w.dense * dense + w.lexical * lexical + np.array([w.passage * row[5] + row[6] for row in rows])
    sentences, values, sorts = described(library, hits, text, wanted)
    if sentences:
        # They change places among themselves: the scores, which others are compared with, stay what they were.
        row_of = {(row[0].id, row[1]): i for i, row in enumerate(rows)}
        places = np.array([row_of[s.chunk.id, s.span] for s in sentences])
        order = ordered(sorts, sentences, values @ np.array(list(WEIGHTS.values())))
        scores[places[order]] = np.sort(scores[places])[::-1]
    found = []
    for score, (chunk, span, section, similarity, coverage, _, _, bonus) in zip(scores, rows, strict=True):
        sentence = library.report(chunk.report_id).text[slice(*span)]
        found.append(Evidence(chunk, span, sentence, section, float(score) + bonus, coverage, similarity))
    return sorted(found, key=lambda e: -e.score)


def described(
    library: Library, hits: Sequence[Hit], text: str, wanted: Mapping[str, float]
) -> tuple[list[Sentence], np.ndarray, frozenset[str]]:
    """Sentences of reports without an outline in the best hits, their features, shape (sentences, len(NAMES)), and
    what is asked for, of `rag.features.ASKED`.

    Headings carry half of what a report means, so that its sentences are found by these; without them, a sentence has
    to speak for itself.
    """
    plain: dict[str, list[Hit]] = {}
    for hit in hits[:READ]:
        if hit.chunk.sentences and _is_plain(library.report(hit.chunk.report_id)):
            plain.setdefault(hit.chunk.report_id, []).append(hit)
    if not plain:
        return [], np.empty((0, len(NAMES))), frozenset()
    asked = Asked.of(text, wanted, library.embedding.query(text))
    values: list[np.ndarray] = []
    sentences: list[Sentence] = []
    for report_id, own in plain.items():
        full = library.report(report_id)
        passages = []
        for hit in own:
            spans, vectors = _sentences(library, full, hit.chunk)
            texts = [full.text[slice(*span)] for span in spans]
            opens = not full.text[: spans[0][0]].strip()
            passages.append(Passage(texts, vectors, hit.score, best=hit is hits[0], opens=opens))
            sentences += (Sentence(hit.chunk, *one) for one in zip(spans, texts, strict=True))
        first = sentence_spans(full.text[:OPENING])[:1]
        values.append(features(asked, passages, full.text[slice(*first[0])] if first else ""))
    table = np.concatenate(values)
    table[:, NAMES.index("dense")] = scaled(table[:, NAMES.index("dense")])
    return sentences, table, asked.sorts


def _is_plain(full: FullReport) -> bool:
    """Whether a report has no outline."""
    return len(full.sections) == 1


def _sentences(library: Library, full: FullReport, chunk: Chunk) -> tuple[Sequence[Span], np.ndarray]:
    """A chunk's sentences, of running prose whole ones, and their vectors, shape (sentences, dimension)."""
    vectors = library.sentence_vectors(chunk.id)
    return whole(full.text, chunk.sentences, vectors) if _is_plain(full) else (chunk.sentences, vectors)


def _credit(
    token: str, sentence: str, own: frozenset[str], above: frozenset[str], before: set[str], w: Weights
) -> float:
    """1 for a word of the sentence, less for one of its headings or of the sentences before it."""
    if token in own or (len(token) == 1 and token in sentence):
        return 1.0
    return max(w.heading * (token in above), w.context * (token in before))


_SHORT = 8
"""In a question this short single characters count too: `罚了多少钱`."""


def wanted_tokens(text: str, weight: Callable[[str], float], *, late: float = 0.0) -> dict[str, float]:
    """A question's tokens of two characters and more, each with its weight."""
    folded = fold(text)
    wanted = {}
    for token in dict.fromkeys(tokens(text)):
        if set(token) <= FUNCTION:
            continue
        if len(token) > 1 or token.isascii() or len(folded) <= _SHORT:
            wanted[token] = weight(token) * (1 + late * max(0, folded.rfind(token)) / max(1, len(folded)))
    return wanted


def innermost(full: FullReport, offset: int, below: int = 0) -> int:
    """The deepest section that holds the offset, starting from the section `below`."""
    current = below
    for section in full.sections[below + 1 :]:
        if section.start > offset:
            break
        if offset < section.end:
            current = section.number
    return current
