"""Sentences of running prose, and which go with the best one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.model import Chunk, Kind
from rag.passages import BESIDE, LONGEST, Sentence, beside, ordered, whole
from rag.text import sentence_spans


def parts(text: str) -> list[str]:
    spans = sentence_spans(text)
    joined, vectors = whole(text, spans, np.eye(len(spans), 4, dtype=np.float32).reshape(-1, 4))
    assert len(vectors) == len(joined)
    return [text[slice(*span)] for span in joined]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("树高十米；叶长三寸。花白。", ["树高十米；叶长三寸。", "花白。"]),
        ("理由有二：第一，路近；第二，价低。", ["理由有二：第一，路近；第二，价低。"]),
        ("他说：“好；走。”众人散去。", ["他说：“好；走。”", "众人散去。"]),
        ("茶叶；\n稻米。", ["茶叶；", "稻米。"]),
        ("真的吗？是的！好。", ["真的吗？", "是的！", "好。"]),
        ("", []),
    ],
)
def test_a_sentence_goes_on_to_its_full_stop(text: str, sentences: list[str]):
    assert parts(text) == sentences


def test_no_sentence_grows_without_end():
    found = parts("长" * 90 + "；" + "长" * 90 + "；" + "长" * 90 + "。")
    assert [len(text) for text in found] == [182, 91]


@given(st.text(alphabet="甲乙；。，“”第一是\n ", max_size=300))
def test_nothing_is_lost_between_sentences(text: str):
    found = parts(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    single = [text[slice(*span)] for span in sentence_spans(text)]
    assert all(len(one) <= LONGEST or one in single for one in found)


def test_the_vector_of_a_whole_is_the_mean_of_its_parts():
    text = "甲甲甲；乙。丙。"
    spans = sentence_spans(text)
    _, vectors = whole(text, spans, np.eye(3, dtype=np.float32))
    np.testing.assert_allclose(vectors, [[4 / 20**0.5, 2 / 20**0.5, 0], [0, 0, 1]], atol=1e-6)


def sentences(*texts: str, chunk: str = "c") -> list[Sentence]:
    one = Chunk(chunk, "r", 0, Kind.OTHER, 0, 0, "", "", ())
    return [Sentence(one, (i, i + 1), text) for i, text in enumerate(texts)]


def value(table: np.ndarray, name: str) -> list[float]:
    return table[:, tuple(BESIDE).index(name)].tolist()


def test_the_neighbours_of_the_best_are_told():
    found = sentences("河水上涨。", "因此桥毁了。", "次年重建。", "桥长十米。")
    table = beside({"reason"}, found, np.array([0.0, 3.0, 1.0, 2.0]))
    assert table.shape == (4, len(BESIDE))
    assert value(table, "value") == [-3, 0, -2, -1]
    assert value(table, "before") == value(table, "before_reason") == value(table, "before_leaning") == [1, 0, 0, 0]
    assert value(table, "after") == value(table, "after_reason") == [0, 0, 1, 0]
    assert value(table, "after_promise") == [0, 0, 0, 0]


def test_a_list_that_is_announced_follows():
    found = sentences("特点有三点：", "水多。", "价低。")
    assert value(beside((), found, np.array([1.0, 0.0, 0.0])), "after_promise") == [0, 1, 0]


def test_sentences_of_other_passages_are_no_neighbours():
    found = [*sentences("水多。", chunk="a"), *sentences("因此价低。", chunk="b")]
    table = beside({"reason"}, found, np.array([0.0, 1.0]))
    assert not table[:, 1:].any()


def test_the_best_stays_first_and_its_reason_comes_second():
    found = sentences("河水上涨。", "因此桥毁了。", "次年重建。", "桥长十米。")
    assert ordered({"reason"}, found, np.array([0.0, 3.0, 0.0, 0.5])).tolist()[:2] == [1, 0]
    assert ordered((), found, np.array([0.0, 9.0, 0.0, 8.0])).tolist()[:2] == [1, 3]
