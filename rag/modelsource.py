"""Which embedding model: the packaged weights, a folder, or a name on the model hub."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag import weights
from rag.errors import ModelError
from rag.settings import Settings

UNUSED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.pt"]
"""What a hub repository holds for other programs, often gigabytes."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model that may have to be unpacked or downloaded first."""

    name: str
    fingerprint: str
    """Tells vectors of one model from those of another; recorded in the library."""
    folder: Callable[[], Path]
    """The model's folder, made on the first call. Raises ModelError."""


def model_source(settings: Settings) -> ModelSource:
    """The model that the settings name; nothing is read, unpacked or downloaded yet.

    Raises ModelError for what can be neither a folder with a model nor a name on the hub.
    """
    name = settings.embedding_model
    packaged = weights.packaged_file()
    if not name and packaged:
        return ModelSource(weights.FINGERPRINT, weights.FINGERPRINT, lambda: weights.unpack(packaged, settings.home))
    name = name or weights.HUB_NAME
    folder = Path(name).expanduser()
    if (folder / "config.json").is_file():
        return ModelSource(folder.name, f"{folder.name}:{_digest(folder)}", lambda: folder)
    if folder.exists() or folder.is_absolute() or name.count("/") != 1:
        raise ModelError(f"{name} 里没有向量模型（缺 config.json）", "检查 BAOGAO_EMBEDDING_MODEL，或去掉它用自带模型")
    return ModelSource(name, name, lambda: hub_folder(name, "BAOGAO_EMBEDDING_MODEL"))


def _digest(folder: Path) -> str:
    """Digest of a model folder's file names, sizes and first megabytes: quick even where the weights are gigabytes."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".json", ".safetensors", ".bin") and file.is_file():
            digest.update(f"{file.relative_to(folder).as_posix()}:{file.stat().st_size}\n".encode())
            with file.open("rb") as stream:
                digest.update(stream.read(1 << 20))
    return digest.hexdigest()[:12]


def hub_folder(name: str, setting: str) -> Path:
    """The folder of the model that `setting` names, in the hub's cache; the network is asked only for what is missing.

    Raises ModelError.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    def fetch(ignored: list[str]) -> Path:
        try:
            return Path(snapshot_download(name, ignore_patterns=ignored, local_files_only=True))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(name, ignore_patterns=ignored))

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        folder = fetch([*UNUSED, "*.bin"])
        return folder if any(folder.glob("*.safetensors")) else fetch(UNUSED)  # older ones are `.bin` only
    except Exception as error:  # the hub's client lets through those of several libraries
        raise ModelError(f"模型 {name} 下载失败：{error}", f"检查 {setting} 是否写对，第一次使用要能联网") from error
