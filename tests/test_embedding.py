"""Embedding: batches, sentence vectors, which model, and the real one against plain sentence-transformers."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from rag.embedding import ReportEmbeddings, batches, pool_spans
from rag.errors import ModelError
from rag.modelsource import ModelSource

PASSAGES = [
    "交通局2023年完成农村公路改造181公里。投资12.5亿元，同比增长3.5%。明年将推进客运站建设。",
    "招商局签约项目9个。",
    "镇政府：种植蔬菜三千亩，产值提高。人手不足的问题仍然存在。",
]
SPANS = [[(0, 20), (20, 38), (38, len(PASSAGES[0]))], [], [(0, len(PASSAGES[2]))]]


@given(st.lists(st.integers(1, 600)), st.integers(1, 2000))
def test_batches_take_each_text_once_within_the_budget(lengths: list[int], budget: int):
    groups = list(batches(lengths, budget))
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len(g) == 1 or len(g) * max(lengths[i] for i in g) <= budget for g in groups)


def test_a_span_is_the_mean_of_the_states_that_touch_it():
    states = np.eye(4, dtype=np.float32)
    offsets = np.array([(0, 0), (0, 2), (2, 5), (0, 0)])  # an end mark on either side
    out = np.empty((3, 4), np.float32)
    default = np.array([0, 0, 0, 2], np.float32)
    pool_spans(states, offsets, [(0, 2), (1, 3), (5, 9)], default, out)
    half = 0.5**0.5
    assert np.allclose(out, [[0, 1, 0, 0], [0, half, half, 0], [0, 0, 0, 1]])


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    embedding = ReportEmbeddings(ModelSource("broken", "broken", lambda: tmp_path))
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        embedding.count_tokens(["一"])


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(real_embedding: ReportEmbeddings):
    import torch
    from sentence_transformers import SentenceTransformer

    folder = str(real_embedding.source.folder())
    plain = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.float32})
    passages, _ = real_embedding.embed_passages(PASSAGES, SPANS)
    expected = plain.encode(PASSAGES, prompt_name="passage")
    assert ((passages * expected).sum(axis=1) > 0.9995).all()
    query = plain.encode("交通局有哪些打算？", prompt_name="query")
    assert real_embedding.query_vector("交通局有哪些打算？") @ query > 0.9995
    assert np.allclose(real_embedding.embed_documents(PASSAGES), passages, atol=1e-3)
    counted = plain.tokenizer(["passage: " + p for p in PASSAGES])["input_ids"]
    assert real_embedding.count_tokens(PASSAGES) == [len(ids) for ids in counted]


@pytest.mark.slow
def test_sentence_vectors_are_of_unit_length_and_follow_their_spans(real_embedding: ReportEmbeddings):
    passages, sentences = real_embedding.embed_passages(PASSAGES, SPANS)
    assert [s.shape for s in sentences] == [(3, 384), (0, 384), (1, 384)]
    assert np.allclose(np.linalg.norm(np.concatenate([passages, *sentences]), axis=1), 1, atol=1e-5)
    assert sentences[2][0] @ passages[2] > 0.97  # the whole passage but for prompt and end marks
    asked = real_embedding.query_vector("明年建设什么？")
    assert int(np.argmax(sentences[0] @ asked)) == 2


@pytest.mark.slow
def test_what_is_beyond_the_models_reach_is_cut(real_embedding: ReportEmbeddings):
    long = "全区完成固定资产投资。" * 300
    assert real_embedding.count_tokens([long])[0] > real_embedding.max_tokens == 512
    passages, sentences = real_embedding.embed_passages([long, ""], [[(0, 11), (3000, 3011)], []])
    assert np.allclose(sentences[0][1], passages[0], atol=1e-3)
    assert np.isfinite(passages).all()


@pytest.mark.slow
def test_most_tokens_is_no_less_than_the_count(real_embedding: ReportEmbeddings):
    @settings(max_examples=300, deadline=None)
    @given(st.text(max_size=60))
    def holds(text: str) -> None:
        assert real_embedding.count_tokens([text])[0] <= real_embedding.most_tokens(text)

    holds()
    for text in (*PASSAGES, "㈱㍿…½", "각설탕", "ấ e\u0301\u0323", "a " * 50, "<s></s>" * 5, "\ufdfa", "\U0002f9d4𠮷"):
        assert real_embedding.count_tokens([text])[0] <= real_embedding.most_tokens(text)
    assert real_embedding.most_tokens(PASSAGES[0]) <= len("passage: " + PASSAGES[0]) + 4


@pytest.mark.parametrize(
    ("model", "most"),
    [
        (models.Unigram([("<unk>", 0.0), ("▁", -1.0)], 0), 1),
        (models.WordPiece({"[UNK]": 0}), 1),
        (models.Unigram([("<unk>", 0.0), *((f"<0x{n:02X}>", -1.0) for n in range(256))], 0, byte_fallback=True), 4),
        (models.BPE({"a": 0}, []), 4),
    ],
)
def test_a_vocabulary_with_bytes_makes_four_tokens_of_a_character(tmp_path: Path, model: models.Model, most: int):
    Tokenizer(model).save(str(tmp_path / "tokenizer.json"))
    embedding = ReportEmbeddings(ModelSource("bare", "bare", lambda: tmp_path))
    assert embedding.most_tokens("𠮷") == 2 * most
    assert embedding.count_tokens(["𠮷"])[0] <= 2 * most


@pytest.mark.slow
def test_threads_share_the_model(real_embedding: ReportEmbeddings):
    questions = [f"{year}年有哪些打算？" for year in range(2000, 2024)]
    alone = [real_embedding._query(q).vector for q in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda q: real_embedding._query(q).vector, questions))
    assert np.allclose(alone, together, atol=1e-3)


@pytest.mark.slow
def test_tokens_are_counted_without_torch_and_a_question_asks_no_network(real_embedding: ReportEmbeddings):
    script = """
import socket, sys
def refuse(*a): raise SystemExit(f"network: {a}")
socket.socket.connect = socket.getaddrinfo = refuse
from rag.embedding import ReportEmbeddings
from rag.settings import Settings
embedding = ReportEmbeddings.from_settings(Settings.from_env({}, home=sys.argv[1]))
before = embedding.count_tokens(["推进客运站建设", "１～10月"])
assert "torch" not in sys.modules
assert len(embedding.embed_query("有哪些打算？")) == 384
assert embedding.count_tokens(["推进客运站建设", "１～10月"]) == before
"""
    home = real_embedding.source.folder().parents[1]
    done = subprocess.run([sys.executable, "-c", script, home], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_the_states_of_a_question_are_those_of_its_own_tokens(real_embedding: ReportEmbeddings):
    text = "青石桥有多长？"
    read = real_embedding.query(text)
    assert read.states.shape == (len(read.spans), real_embedding.dimension)
    assert {at for span in read.spans for at in range(*span)} == set(range(len(text)))
    mean = read.states.mean(axis=0)
    assert mean @ read.vector / np.linalg.norm(mean) > 0.95
    assert len(real_embedding.query("").spans) == 0
