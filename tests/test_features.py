"""What tells the sentence that answers from its neighbours."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding import Query
from rag.features import NAMES, Asked, Passage, features, token_set

OPENING = "青叶木是山里的一种乔木。"
TEXTS = (OPENING, "青叶木的花期在4月。", "其种子可以榨油。", "它因叶色而得名。")


def vectors(text: str) -> np.ndarray:
    """A direction for each character, alike for none."""
    return np.array([np.random.default_rng(ord(c)).standard_normal(16) for c in text]).reshape(-1, 16)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def of(question: str, texts: tuple[str, ...] = TEXTS, opening: str = OPENING) -> Callable[[str, int], float]:
    """Reads the features of a question over sentences: `(name, sentence)`."""
    states = vectors(question)
    read = Query(unit(states.sum(axis=0)), [(i, i + 1) for i in range(len(question))], states)
    asked = Asked.of(question, {t: 1.0 for t in token_set(question) if len(t) > 1}, read)
    known = np.array([unit(vectors(text).sum(axis=0)) for text in texts])
    found = features(asked, [Passage(texts, known, 1.0, best=True, opens=True)], opening)
    assert found.shape == (len(texts), len(NAMES))
    return lambda name, sentence: float(found[sentence, NAMES.index(name)])


def test_the_subject_says_nothing_about_the_sentence() -> None:
    value = of("青叶木的种子可以做什么？")
    for name in ("focus", "local", "letters", "aim", "aimed"):
        assert value(name, 2) > value(name, 1), name


def test_the_opening_answers_what_is_asked_of_the_subject_alone() -> None:
    value = of("青叶木是什么？")
    assert value("opening", 0) > 0.5
    assert value("opening", 1) == 0


def test_words_before_count_less() -> None:
    value = of("青叶木种子")
    assert 0 < value("coverage", 2) < 1
    assert value("local_before", 3) == value("local", 2) > 0
    assert value("local_before", 0) == 0


@pytest.mark.parametrize(
    ("question", "sort", "sentence"),
    [
        ("青叶木的花期在什么时候？", "date", 1),
        ("青叶木为什么叫这个名字？", "reason", 3),
        ("青叶木的花期有多少天？", "figure", 1),
    ],
)
def test_what_is_asked_for_is_seen(question: str, sort: str, sentence: int) -> None:
    value = of(question)
    assert value(sort, sentence) == max(value(sort, i) for i in range(4)) > 0
    assert of("青叶木的种子好吃吗？")(sort, sentence) == 0


@pytest.mark.parametrize(
    ("question", "holds", "other"),
    [
        ("青叶木有多高？", "树高12米。", "共有12株。"),
        ("种了多少株？", "共有十二株。", "树高12米。"),
        ("花了多少钱？", "耗资3万元。", "历时3年。"),
    ],
)
def test_a_figure_is_wanted_in_its_measure(question: str, holds: str, other: str) -> None:
    value = of(question, (OPENING, holds, other))
    assert (value("measure", 1), value("measure", 2)) == (1, 0)


def test_the_years_of_the_question_are_looked_for() -> None:
    value = of("2008年在哪里展出？", ("2008年在甲地展出。", "2009年在乙地展出。"))
    assert (value("figures", 0), value("figures", 1)) == (1, 0)


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_any_text_has_finite_features(question: str, texts: list[str]) -> None:
    value = of(question, tuple(texts), texts[0])
    assert all(np.isfinite(value(name, i)) for name in NAMES for i in range(len(texts)))
    assert all(0 <= value(name, i) <= 1 + 1e-9 for name in ("coverage", "focus", "local") for i in range(len(texts)))
