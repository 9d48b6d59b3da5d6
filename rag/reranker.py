"""An optional cross-encoder that reads the question together with each of the best sentences and orders them anew."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.evidence import Evidence
from rag.modelsource import hub_folder
from rag.settings import Settings

SETTING = "BAOGAO_RERANKER_MODEL"
READ = 20
"""So many of the best sentences are read: the time that it takes grows with them."""


class Reranker:
    """A sentence-transformers `CrossEncoder`. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        """Load it from a folder, or from the model hub by its name. Raises ModelError."""
        folder = Path(name).expanduser()
        if not (folder / "config.json").is_file():
            if folder.exists() or folder.is_absolute() or name.count("/") != 1:
                raise ModelError(f"{name} 里没有重排模型（缺 config.json）", f"检查 {SETTING}，或去掉它")
            folder = hub_folder(name, SETTING)
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(str(folder), device="cpu", local_files_only=True)
            self.scores("问", ["答"])
        except Exception as error:  # whatever several libraries make of a folder's content
            raise ModelError(f"重排模型 {name} 无法加载：{error}", f"检查 {SETTING}，或去掉它") from error

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """How well each text answers, shape (texts,); higher is better, on a scale of the model's own."""
        pairs = [(question, text) for text in texts]
        found = np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float32)
        if found.shape != (len(pairs),):
            raise ValueError(f"gives {found.shape[1:]} values a pair, not one")
        return found

    def rerank(self, question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The best `READ` sentences in the model's order, then the others.

        A sentence is read under its heading path. The scores stay what they were, highest first, but go with the new
        order: what compares them (how far is the next best behind?) need not know the model's scale.
        """
        head, tail = list(evidence[:READ]), list(evidence[READ:])
        if len(head) < 2:
            return [*head, *tail]
        scores = self.scores(question, [f"{e.chunk.header}\n{e.text}".strip() for e in head])
        ordered = [head[i] for i in np.argsort(-scores, kind="stable")]
        return [replace(e, score=old.score) for e, old in zip(ordered, head, strict=True)] + tail


_lock = threading.Lock()


def reranker(settings: Settings) -> Reranker | None:
    """The reranker that the settings name, loaded once; None where they name none. Raises ModelError."""
    if not settings.reranker_model:
        return None
    with _lock:
        return _load(settings.reranker_model)


_load = lru_cache(maxsize=1)(Reranker)
