"""What tells the sentence that answers a question from its neighbours, as numbers for `rag.evidence` to weigh.

The subject of a question (`石拱桥` in `石拱桥的栏杆有什么特点？`) finds the text and says nothing about the sentence:
all of it is about that. So words count also by how few sentences hold them, and without those of the text's first
sentence, its title; and what the question asks for (a year, a measure, a reason) has to be there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.embedding import Query
from rag.tokens import fold, tokens

WEIGHTS = {
    "dense": 2.92,  # cosine of question and sentence, scaled to 0..1 over all texts
    "near": -33.9,  # that, above the mean of the text's sentences; and of its neighbours in the passage
    "near_before": -8.92,
    "near_after": -12.9,
    "aim": 21,  # along what the question says beyond the subject
    "aim_end": 17.3,  # along what its end says beyond the rest
    "aimed": 31.1,  # cosine with the question without the subject, above the mean
    "aimed_words": 39.2,  # mean cosine with its words but the subject, above the mean
    "coverage": 0.783,  # words of the question that it holds, or sentences before it (which count less)
    "focus": 6.52,  # words that are not the subject
    "local": 0.0965,  # words that few sentences hold
    "local_before": 6.95,
    "local_after": 1.74,
    "end": 1.66,  # words at the end of the question
    "letters": 5.48,  # characters of the question that few sentences hold
    "figures": 3.36,  # years, days and other figures of the question
    "opening": 6.67,  # for the text's first sentence: how much of the question is the subject
    "length": 0.00609,  # logarithm of its characters
    "passage": 3.14,  # score of its passage
    "best": 1.26,  # whether that is the best
    "measure": 0.719,  # a figure in the measure that the question names: 几家, 多高
    "fresh": 0.309,  # figures or days that the question has not, where it asks for such
    "reason": 2.43,  # what is asked for is there: see ASKED
    "date": 0.819,
    "figure": -0.872,
    "person": 1.24,
    "place": 1.65,
    "list": 1.78,
    "way": 0.479,
}
"""Each feature's weight, as `python -m rag.training` finds it. These are from the trial questions of CMRC 2018 (Cui et
al. 2019, arXiv 1810.07366; CC BY-SA 4.0), of whose text nothing is here."""
NAMES = tuple(WEIGHTS)

CONTEXT = 0.5
"""Credit for a question word that stands in a sentence before instead."""

ASKED = {
    "reason": (
        re.compile(r"为什么|为何|原因|为啥"),
        re.compile(r"因|由于|导致|致使|造成|原因|为了|使得|所以|以便|鉴于|起源于|得名"),
    ),
    "date": (
        re.compile(
            r"何[时年]|什么(?:时[候间期]|年代?)|哪一?[年天]|哪个时期|几[月号]|几年(?!级)|时间|日期|年份|年代|世纪"
        ),
        re.compile(
            r"\d{1,4} ?年|\d{1,2}[月日]|世纪|年代|[一二三四五六七八九十〇零]{2,4}年|[年月][初底]|时[期代]|[春夏秋冬]季"
        ),
    ),
    "figure": (
        re.compile(r"多少|几[^乎何]|多[长高大远久重深宽]|第几|率是|人口|面积|身高|体重|数量"),
        re.compile(r"\d[\d,.]*|[一二三四五六七八九十百千万亿两零〇]+"),
    ),
    "person": (
        re.compile(r"谁|何人|哪几?位|什么人|哪[些个]人|主演|导演|作者|人物|人选"),
        re.compile(
            r"·|[“「《]|先生|小姐|博士|教授|将军|导演|总统|国王|皇帝|由|和|[王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗]"
        ),
    ),
    "place": (
        re.compile(
            r"哪里|哪儿|何[处地]|哪[个些一]?(?:国|省|市|城|地|州|县|区|岛|大学|学校|洲|镇|村)|什么地[方区]|位于|在哪"
        ),
        re.compile(r"位于|[省市县区镇乡村州国岛山河湖海洋路街]|[南北东西]部|地区"),
    ),
    "list": (
        re.compile(r"哪些|哪几|分别|包括|有什么|几[种个类]"),
        re.compile(r"、|和|以及|包括|分为|分别|与|及|;"),
    ),
    "way": (
        re.compile(r"怎么|怎样|如何|什么方[式法]|什么手段"),
        re.compile(r"通过|以[一-龥]{2,10}(?:方式|方法|来)|[利采使]用|方[法式]|透过|经由"),
    ),
}
"""What is asked for: how a question puts it, and what in a sentence may be it."""

_MEASURES = (
    ("多[长高宽深远厚]", "米|公里|千米|厘米|尺|里"),
    ("多重", "公斤|千克|吨|克|斤"),
    ("多久", "年|月|天|日|小时|分钟|秒"),
    ("多大", "岁|平方|公顷|亩|米"),
    ("多少钱", "元|美元|万|亿"),
)
_NUMBER = r"(?:\d[\d,.]*|[一二三四五六七八九十百千万亿两零〇]+)"
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_ASKING = re.compile(
    r"什么时候|什么时间|什么样|什么|哪一?[个些位里儿年天几种座家]?|多少|为何|为什么|何时|如何|怎么样?|怎样|谁|几|有|是|的|了|呢|吗"
    r"|被|在|于|和|与|[^\w]"
)
_COUNTED = re.compile(r"(?:多少|几)([一-龥])")
_ENOUGH = {"figure": 3, "date": 3, "list": 5, "person": 3, "place": 3}
"""So many of a sort in a sentence are as good as more."""
_END, _LAST = 6, 4
"""Characters and tokens at the end of a question, which say most of what it asks for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question prepared for comparing."""

    text: str
    """Folded."""
    wanted: Mapping[str, float]
    """Its words with their weights."""
    vector: np.ndarray
    pieces: Sequence[str]
    """The model's tokens of it, as text."""
    states: np.ndarray
    """Their vectors within the question, shape (pieces, dimension)."""
    sorts: frozenset[str]
    """What is asked for, of ASKED."""
    measure: re.Pattern[str] | None

    @classmethod
    def of(cls, text: str, wanted: Mapping[str, float], read: Query) -> Asked:
        """`read` is what the embedding makes of `text`."""
        folded = fold(text)
        sorts = frozenset(name for name, (asks, _) in ASKED.items() if asks.search(text))
        pieces = [fold(text[start:end]).strip() for start, end in read.spans]
        return cls(folded, wanted, read.vector, pieces, read.states, sorts, _measure(folded))


def _measure(text: str) -> re.Pattern[str] | None:
    """A figure in the measure that a question names: `几家` wants `三家`, `多高` metres."""
    units = [unit for asks, unit in _MEASURES if re.search(asks, text)]
    counted = _COUNTED.search(text)
    units = units or ([counted[1]] if counted else [])
    return re.compile(f"{_NUMBER}[余多 ]?(?:{units[0]})") if units else None


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of a text that follow each other."""

    texts: Sequence[str]
    vectors: np.ndarray
    """Shape (sentences, dimension)."""
    score: float
    best: bool
    opens: bool
    """Whether the text begins with it."""


def features(asked: Asked, passages: Sequence[Passage], opening: str) -> np.ndarray:
    """Features of all sentences of passages of one text, shape (sentences, len(NAMES)).

    `opening` is the text's first sentence. `dense` is as it is; the caller scales it over all texts.
    """
    texts = [fold(text) for passage in passages for text in passage.texts]
    own = [token_set(text) for text in texts]
    opening = fold(opening)
    subject = token_set(opening)
    vectors = np.concatenate([passage.vectors for passage in passages])
    dense = vectors @ asked.vector
    near = dense - dense.mean()
    aims = _aims(asked, vectors - vectors.mean(axis=0), opening)
    total = sum(asked.wanted.values()) or 1.0
    focus = {t: w for t, w in asked.wanted.items() if t not in subject}
    focused = sum(focus.values())
    local = _rare(own, asked.wanted)
    letters = _rare(texts, dict.fromkeys(_ASKING.sub("", asked.text), 1.0))
    end = {t: w for t, w in asked.wanted.items() if asked.text.rfind(t) + len(t) >= len(asked.text) - _END}
    held_local = np.array([_held(local, words) for words in own]) / total
    figures = set(_FIGURES.findall(asked.text))
    rows = []
    at = 0
    for passage in passages:
        inside = range(at, at + len(passage.texts))
        before: set[str] = set()
        for i in inside:
            text = texts[i]
            later, earlier = i + 1 in inside, i - 1 in inside
            row = {
                "dense": dense[i],
                "near": near[i],
                "near_before": near[i - 1] if earlier else 0.0,
                "near_after": near[i + 1] if later else 0.0,
                **{name: values[i] for name, values in aims.items()},
                "coverage": sum(w * _credit(t, text, own[i], before) for t, w in asked.wanted.items()) / total,
                "focus": _held(focus, own[i]) / (focused or 1.0),
                "local": held_local[i],
                "local_before": held_local[i - 1] if earlier else 0.0,
                "local_after": held_local[i + 1] if later else 0.0,
                "end": _held(end, own[i]) / (sum(end.values()) or 1.0),
                "letters": _held(letters, text) / (len(letters) or 1),
                "figures": len(figures & set(_FIGURES.findall(text))) / (len(figures) or 1),
                "opening": (passage.opens and i == at) * (1.0 - focused / total),
                "length": np.log1p(len(text)),
                "passage": passage.score,
                "best": passage.best,
                "measure": asked.measure is not None and asked.measure.search(text) is not None,
                "fresh": _fresh(asked, text),
            }
            row |= {sort: sort in asked.sorts and _found(sort, text) for sort in ASKED}
            rows.append([float(row[name]) for name in NAMES])
            before |= own[i]
        at += len(passage.texts)
    return np.array(rows)


def _rare(sentences: Sequence[frozenset[str]] | Sequence[str], wanted: Mapping[str, float]) -> dict[str, float]:
    """Of what is wanted, what any sentence holds, with its weight times its rarity: near 0 for what all hold."""
    n = len(sentences)
    holding = {t: sum(t in sentence for sentence in sentences) for t in wanted}
    return {
        t: w * float(np.log(1 + (n - holding[t] + 0.5) / (holding[t] + 0.5)) / np.log(2 * n + 2))
        for t, w in wanted.items()
        if holding[t]
    }


def _aims(asked: Asked, vectors: np.ndarray, opening: str) -> dict[str, np.ndarray]:
    """How far sentences lie towards what the question is after, given their vectors less the mean of these.

    The states of the question's tokens know the whole question; those that the opening does not hold are after
    something, and what sets them apart from the mean of all points to it.
    """
    if not len(asked.states):
        return dict.fromkeys(("aim", "aim_end", "aimed", "aimed_words"), np.zeros(len(vectors)))
    after = [i for i, piece in enumerate(asked.pieces) if piece not in opening] or range(len(asked.pieces))
    whole, without = _unit(asked.states.mean(axis=0)), _unit(asked.states[after].mean(axis=0))
    return {
        "aim": vectors @ _unit(without - whole),
        "aim_end": vectors @ _unit(_unit(asked.states[-_LAST:].mean(axis=0)) - whole),
        "aimed": vectors @ without,
        "aimed_words": vectors @ _unit(asked.states)[after].mean(axis=0),
    }


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _held(wanted: Mapping[str, float], own: frozenset[str] | str) -> float:
    return sum(w for t, w in wanted.items() if t in own)


def _credit(token: str, text: str, own: frozenset[str], before: set[str]) -> float:
    """1 for a word of the sentence, less for one of the sentences before it."""
    return 1.0 if token in own or (len(token) == 1 and token in text) else CONTEXT * (token in before)


def _fresh(asked: Asked, text: str) -> float:
    """Figures or days of the sentence that the question has not, where it asks for such, 0..1."""
    sort = next((sort for sort in ("date", "figure") if sort in asked.sorts), None)
    if sort is None:
        return 0.0
    found = [value for value in ASKED[sort][1].findall(text) if value not in asked.text]
    return min(1.0, len(found) / _ENOUGH[sort])


def _found(sort: str, text: str) -> float:
    return min(1.0, len(ASKED[sort][1].findall(text)) / _ENOUGH.get(sort, 1))


def token_set(text: str) -> frozenset[str]:
    """A text's tokens; cutting words costs more than all the rest of ranking, so they are kept."""
    return _of_sentence(text) if len(text) <= _SENTENCE else _of_passage(text)


_SENTENCE = 200
"""Characters. The tokens of a sentence take 5 kB, those of a passage 46; so fewer of these are kept: 80 MB and 95."""


@lru_cache(maxsize=16384)
def _of_sentence(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


@lru_cache(maxsize=2048)
def _of_passage(text: str) -> frozenset[str]:
    return frozenset(tokens(text))
