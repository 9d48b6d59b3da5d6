"""Text to vectors: a sentence-transformers model behind LangChain's `Embeddings`, with a vector for each sentence."""

from __future__ import annotations

import json
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.errors import ModelError
from rag.model import Span
from rag.modelsource import ModelSource, model_source
from rag.precedence import Precedence
from rag.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""

BATCH_TOKENS = 2048
"""Padded tokens of one forward pass. From 1024 to 4096 the speed is the same (measured); memory grows with it."""

YIELDED = 4.0
"""For each second of embedding passages, seconds left to questions, as long as there are any to answer."""

E5_PROMPTS = ("query: ", "passage: ")
"""What the E5 family was trained with, for those of its models that do not say so themselves (Wang et al. 2022)."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the model makes of a question."""

    vector: np.ndarray
    """Shape (dimension,), unit length."""
    spans: Sequence[Span]
    """Of its tokens, in characters."""
    states: np.ndarray
    """Of these within the whole question, shape (tokens, hidden)."""


class ReportEmbeddings(Embeddings):
    """Passage, sentence and question vectors of one model: float32, unit length. Safe to share between threads.

    The model is loaded when first needed; counting tokens does not need it.
    """

    def __init__(self, source: ModelSource, *, threads: int = 0) -> None:
        self.source = source
        self.threads = threads
        self.precedence = Precedence()
        """Of questions over passages."""
        self._lock = threading.RLock()
        self._loaded: Any = None
        self.query_vector = lru_cache(maxsize=512)(self._query_vector)
        self.query = lru_cache(maxsize=64)(self._query)

    @classmethod
    def from_settings(cls, settings: Settings) -> ReportEmbeddings:
        return cls(model_source(settings), threads=settings.threads)

    @property
    def fingerprint(self) -> str:
        return self.source.fingerprint

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._json("config.json")["hidden_size"])

    @cached_property
    def max_tokens(self) -> int:
        """Tokens that the model reads of a text, prompt and end marks included; what is beyond is cut off."""
        limits = (
            self._json("sentence_bert_config.json").get("max_seq_length"),
            self._json("tokenizer_config.json").get("model_max_length"),
            self._json("config.json").get("max_position_embeddings"),
        )
        return min((int(limit) for limit in limits if limit), default=512)

    @cached_property
    def prompts(self) -> tuple[str, str]:
        """What goes in front of a question and of a passage."""
        prompts = self._json("config_sentence_transformers.json").get("prompts") or {}
        query, passage = prompts.get("query", ""), prompts.get("passage") or prompts.get("document") or ""
        name = self.source.name.rpartition("/")[2]
        return E5_PROMPTS if not (query or passage) and "e5" in name and "instruct" not in name else (query, passage)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prompt and end marks included, to compare with `max_tokens`."""
        return [len(encoding) for encoding in self._tokenizer.encode_batch_fast(self._prompted(texts))]

    def most_tokens(self, text: str) -> int:
        """No less than `count_tokens` would say, at a hundredth of the time: as if each character were a token.

        No normal form of Unicode has more characters than NFKD; a mark of its beginning may stand before each word,
        in place of the space that tokenizers drop there.
        """
        characters = len(unicodedata.normalize("NFKD", self.prompts[1] + text)) + 1
        return characters * self._most_of_character + self._tokenizer.num_special_tokens_to_add(is_pair=False)

    @cached_property
    def _most_of_character(self) -> int:
        """Tokens that a character can become: its bytes, where the vocabulary has these, else one."""
        from tokenizers.models import Unigram, WordPiece

        by_bytes = re.search(rb'"byte_fallback":\s*true', (self._folder / "tokenizer.json").read_bytes())
        return 1 if isinstance(self._tokenizer.model, Unigram | WordPiece) and not by_bytes else 4

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.embed_passages(texts, [()] * len(texts))[0].tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.query_vector(text).tolist()

    def _query_vector(self, text: str) -> np.ndarray:
        """The vector of a question, shape (dimension,); the last few hundred are kept."""
        return self.query(text).vector

    def _query(self, text: str) -> Query:
        """A question with the states of its tokens; the last few are kept."""
        prompt = len(self.prompts[0])
        encoding = self._tokenizer.encode(self.prompts[0] + text)
        with self._inference():
            vectors, states = self._forward([self._cut(encoding)])
        offsets = [(start - prompt, end - prompt) for start, end in encoding.offsets[: self.max_tokens]]
        own = [i for i, (start, end) in enumerate(offsets) if end > max(start, 0)]
        query = Query(vectors[0], [(max(offsets[i][0], 0), offsets[i][1]) for i in own], states[0, own])
        query.vector.flags.writeable = query.states.flags.writeable = False
        return query

    def embed_passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Progress | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Vectors of passages, shape (n, dimension), and of the character spans inside each, (spans, dimension).

        A span's vector is the mean of its token states within the whole passage, so that it knows its context at
        no further cost ("late chunking", Günther et al. 2024, arXiv 2409.04701). A span without a token of its own
        (cut off at `max_tokens`, or blank) has the passage's vector.
        """
        passages = np.empty((len(texts), self.dimension), np.float32)
        inner = [np.empty((len(s), self.dimension), np.float32) for s in spans]
        encodings = self._encodings(texts)
        prompt = len(self.prompts[1])
        done, took = 0, 0.0
        with self._inference():
            for batch in batches([min(len(e), self.max_tokens) for e in encodings], BATCH_TOKENS):
                self.precedence.let_pass(YIELDED * took)
                began = time.perf_counter()
                vectors, states = self._forward([self._cut(encodings[i]) for i in batch])
                for row, i in enumerate(batch):
                    passages[i] = vectors[row]
                    offsets = np.array(encodings[i].offsets[: self.max_tokens]) - prompt
                    pool_spans(states[row, : len(offsets)], offsets, spans[i], vectors[row], inner[i])
                done, took = done + len(batch), time.perf_counter() - began
                if progress:
                    progress(done, len(texts))
        return passages, inner

    # --- the model ---

    @contextmanager
    def _inference(self) -> Iterator[None]:
        import torch

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=_computes_bfloat16()):
            yield

    def _forward(self, ids: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Unit vectors (n, dimension) and token states (n, longest, hidden) of token ids."""
        import torch

        longest = max(map(len, ids))
        tokens = torch.zeros((len(ids), longest), dtype=torch.long)
        mask = torch.zeros_like(tokens)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = 1
        out = self._model({"input_ids": tokens, "attention_mask": mask})
        vectors = torch.nn.functional.normalize(out["sentence_embedding"].float(), dim=-1)
        return vectors.numpy(), out["token_embeddings"].float().numpy()

    @property
    def _model(self) -> Any:
        if self._loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = self._load()
        return self._loaded

    def _load(self) -> Any:
        folder = self._folder
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        if self.threads:
            torch.set_num_threads(self.threads)
        try:
            model: Any = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float16}
            )
            words = model.transformers_model.get_input_embeddings()
        except Exception as error:  # whatever several libraries make of a folder's content
            raise ModelError(
                f"向量模型 {folder} 无法加载：{error}", "重新取得这个文件夹；自带模型删掉它即可"
            ) from error
        if model.get_embedding_dimension() != self.dimension:
            raise ModelError(f"向量模型 {folder} 在池化之后还有投影层，句向量无从计算", "换一个没有投影层的模型")
        vars(self).pop("_light_tokenizer", None)
        _untruncated(model.tokenizer.backend_tokenizer)
        return _fit_processor(model.eval(), words)

    @property
    def _tokenizer(self) -> Tokenizer:
        """The model's own tokenizer once that is loaded, for a second one would take 300 MB more."""
        if self._loaded is not None:
            return self._loaded.tokenizer.backend_tokenizer
        return self._light_tokenizer

    @cached_property
    def _light_tokenizer(self) -> Tokenizer:
        """The tokenizer without the model, so that counting tokens does not load torch."""
        from tokenizers import Tokenizer

        file = self._folder / "tokenizer.json"
        if not file.is_file():
            raise ModelError(f"模型 {self.source.name} 没有 tokenizer.json", "换一个带快速分词器的模型")
        return _untruncated(Tokenizer.from_file(str(file)))

    def _encodings(self, texts: Sequence[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch(self._prompted(texts))

    def _prompted(self, texts: Sequence[str]) -> list[str]:
        return [self.prompts[1] + text for text in texts]

    def _cut(self, encoding: Encoding) -> list[int]:
        """Token ids, at most `max_tokens`, the end mark kept."""
        ids = encoding.ids
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _json(self, name: str) -> dict[str, Any]:
        file = self._folder / name
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

    @cached_property
    def _folder(self) -> Path:
        with self._lock:
            return self.source.folder()


def _untruncated(tokenizer: Tokenizer) -> Tokenizer:
    """A tokenizer without a state that threads could disturb, cutting and padding are done here, and without threads.

    To hand single sentences to threads takes a quarter more of the processor's time than they save.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _computes_bfloat16() -> bool:
    import torch

    can = torch.cpu.get_capabilities()
    return any(can.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _fit_processor(model: Any, words: Any) -> Any:
    """Layers in bfloat16 where the processor computes in it, else float32; word vectors stay float16.

    The word table is four fifths of a small multilingual model, and only looked up: halving it saves memory
    and changes nothing that bfloat16 would show.
    """
    import torch

    half = _computes_bfloat16()
    words.register_forward_hook(lambda _module, _inputs, output: output.float())
    for module in model.modules():
        if module is words:
            continue
        linear = isinstance(module, torch.nn.Linear)
        for parameter in module.parameters(recurse=False):
            parameter.data = parameter.data.to(torch.bfloat16 if half and linear else torch.float32)
    return model


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices grouped by falling length, so that each group's longest times its size stays within `budget`."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    at = 0
    while at < len(order):
        size = max(1, budget // max(1, lengths[order[at]]))
        yield order[at : at + size]
        at += size


def pool_spans(
    states: np.ndarray, offsets: np.ndarray, spans: Sequence[Span], default: np.ndarray, out: np.ndarray
) -> None:
    """Write into `out` the unit mean of the token states that touch each span; `default` where none does.

    `states` is (tokens, hidden), `offsets` (tokens, 2) with the tokens' character spans, ascending but for end marks.
    """
    for row, (start, end) in enumerate(spans):
        inside = (offsets[:, 0] < end) & (offsets[:, 1] > start) & (offsets[:, 1] > offsets[:, 0])
        mean = states[inside].mean(axis=0) if inside.any() else default
        out[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
