"""The optional cross-encoder, with one that is made here: a BERT of one layer and random weights."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.errors import ModelError
from rag.evidence import rank
from rag.findings import find
from rag.library import Library
from rag.question import parse
from rag.reranker import reranker
from rag.retrieval import retrieve
from rag.scope import resolve
from rag.settings import Settings

pytestmark = pytest.mark.slow

QUESTION = "新建公路多少公里？"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("models") / "tiny-reranker"
    folder.mkdir()
    letters = sorted(set("".join([*TRANSPORT, *COMMERCE, *TOWN, QUESTION])) - {"\n"})
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=1.0,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, cross_encoder: Path) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("reranker") / "home"
    settings = Settings.from_env({"BAOGAO_RERANKER_MODEL": str(cross_encoder)}, home=home)
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*small_file("两局.txt", TRANSPORT, COMMERCE))
        library.add(*small_file("临河.txt", TOWN))
        yield library


def test_its_scores_decide_the_order(library: Library, cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    before = rank(library, parse(QUESTION), retrieve(library, QUESTION))
    model = reranker(library.settings)
    assert model is not None
    after = model.rerank(QUESTION, before)
    pairs = [(QUESTION, f"{e.chunk.header}\n{e.text}") for e in after]
    judged = CrossEncoder(str(cross_encoder), device="cpu").predict(pairs)
    assert len(set(judged.tolist())) > 3
    assert np.all(np.diff(judged) <= 1e-5)
    assert [e.key for e in after] != [e.key for e in before]
    assert {e.key for e in after} == {e.key for e in before}
    assert [e.score for e in after] == [e.score for e in before]


def test_findings_come_in_its_order(library: Library) -> None:
    resolved = resolve(library, parse(QUESTION), None)
    model = reranker(library.settings)
    assert model is not None
    scores = model.scores(resolved.text, [f"{e.chunk.header}\n{e.text}" for e in find(library, resolved).evidence])
    assert int(np.argmax(scores)) == 0


def test_it_is_loaded_once_and_only_where_named(library: Library) -> None:
    assert reranker(library.settings) is reranker(library.settings)
    assert reranker(replace(library.settings, reranker_model="")) is None


def test_nothing_to_rerank(library: Library) -> None:
    model = reranker(library.settings)
    assert model is not None
    assert model.rerank(QUESTION, []) == []


@pytest.mark.parametrize("name", ["没有的文件夹", "/none/such"])
def test_what_is_no_model_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=name):
        reranker(Settings.from_env({"BAOGAO_RERANKER_MODEL": name}, home=tmp_path))


def test_a_damaged_model_is_refused_by_name(cross_encoder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_bytes((cross_encoder / "config.json").read_bytes())
    with pytest.raises(ModelError, match=r"broken.*无法加载"):
        reranker(Settings.from_env({"BAOGAO_RERANKER_MODEL": str(broken)}, home=tmp_path))
