"""Chunks fit the window, cover the report, and hold whole sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import DATA, reports_from, reports_of
from texts import FRAGMENTS

from ingest.chunking import chunk
from ingest.pipeline import SAMPLES
from rag.embedding import ReportEmbeddings
from rag.model import Chunk, FullReport

PROSE = "全县上下坚定信心，推进重点项目建设，着力保障和改善民生。"


@dataclass(frozen=True)
class Letters:
    """A tokenizer that makes a token of each letter, and marks both ends; what it says without counting is `loose`."""

    loose: int = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 2 for text in texts]

    def most_tokens(self, text: str) -> int:
        return len(text) + 2 + self.loose


LETTERS = Letters()


def assert_sound(full: FullReport, chunks: Sequence[Chunk], window: int) -> None:
    covered = bytearray(len(full.text))
    last = 0
    for one in chunks:
        assert one.text == full.text[one.start : one.end] and one.start >= last
        assert len(one.embedded) + 2 <= window
        assert all(one.start <= a < b <= one.end for a, b in one.sentences)
        section = full.sections[one.section]
        assert section.start <= one.start and one.end <= section.end
        covered[one.start : one.end] = b"x" * (one.end - one.start)
        last = one.end
    for section in full.sections:  # a heading may be in headers only
        covered[section.start : section.body] = b"x" * (section.body - section.start)
    assert not [c for c, is_covered in zip(full.text, covered, strict=True) if not is_covered and c.isalnum()]


def test_a_section_that_fits_is_one_chunk_under_its_headings() -> None:
    (full,) = reports_from(
        f"某县水利局2023年工作总结\n{PROSE}\n一、总结\n（一）防汛。{PROSE * 6}\n（二）抗旱。{PROSE * 6}"
    )
    opening, first, second = chunk(full, LETTERS, window=300)
    assert opening.header == "某县水利局 2023年"
    assert first.header == "某县水利局 2023年 › 一、总结 › （一）防汛"
    assert (first.text[:6], second.text[:6]) == ("（一）防汛。", "（二）抗旱。")
    assert first.embedded == f"{first.header}\n{first.text}"


def test_a_long_section_is_cut_between_sentences_into_parts_of_one_size() -> None:
    (full,) = reports_from(f"某县水利局2023年工作总结\n一、总结\n{PROSE * 40}")
    chunks = chunk(full, LETTERS, window=300)
    assert all(one.text.endswith("。") for one in chunks)
    sizes = [len(one.text) for one in chunks]
    assert max(sizes) - min(sizes) <= 2 * len(PROSE)


def test_a_sentence_longer_than_the_window_is_cut_at_commas() -> None:
    (full,) = reports_from("某县水利局2023年工作总结\n一、总结\n" + "推进重点项目建设，" * 90)
    chunks = chunk(full, LETTERS, window=120)
    assert len(chunks) > 5 and all(one.text.endswith("，") for one in chunks)


def test_small_neighbours_of_one_kind_share_a_chunk() -> None:
    points = "\n".join(f"（{n}）修路{n}公里。方便群众出行。" for n in "一二三")
    (full,) = reports_from(
        f"某县水利局2023年工作总结\n一、总结\n{PROSE * 12}\n{points}\n二、问题\n（一）资金少。\n（二）人手少。\n{PROSE}"
    )
    chunks = chunk(full, LETTERS, window=300)
    shared = next(one for one in chunks if "修路一公里" in one.text)
    assert "修路三公里" in shared.text and full.sections[shared.section].heading == "一、总结"
    assert not [one for one in chunks if "修路" in one.text and "资金" in one.text]


def test_a_long_header_keeps_both_ends() -> None:
    heading = "一、" + "抓投资" * 15
    inner = "（一）" + "抓招商" * 15
    (full,) = reports_from(f"某县水利局2023年工作总结\n{heading}\n{PROSE * 12}\n{inner}\n{PROSE * 12}")
    header = chunk(full, LETTERS, window=300)[-1].header
    assert len(header) <= 91
    assert header.startswith("某县水利局 2023年") and header.endswith("抓招商") and "…" in header


def test_ids_tell_chunks_apart_and_stay_the_same() -> None:
    path = next(iter(sorted(SAMPLES.iterdir())))
    ids = [one.id for full in reports_of(path) for one in chunk(full, LETTERS, window=400)]
    again = [one.id for full in reports_of(path) for one in chunk(full, LETTERS, window=400)]
    assert ids == again and len(set(ids)) == len(ids)


@pytest.mark.parametrize("window", [150, 400])
@pytest.mark.parametrize("path", [*sorted(SAMPLES.iterdir()), DATA / "styles" / "国务院政府工作报告.txt"])
def test_reports_are_covered(path, window: int) -> None:
    for full in reports_of(path):
        assert_sound(full, chunk(full, LETTERS, window=window), window)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=80).map("".join), st.integers(140, 400))
def test_any_report_is_covered(text: str, window: int) -> None:
    for full in reports_from(text + PROSE * 8):
        assert_sound(full, chunk(full, LETTERS, window=window), window)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=80).map("".join), st.integers(140, 400), st.integers(1, 500))
def test_what_is_known_without_counting_changes_nothing(text: str, window: int, loose: int) -> None:
    for full in reports_from(text + PROSE * 20):
        assert chunk(full, Letters(loose), window=window) == chunk(full, LETTERS, window=window)


@pytest.mark.slow
def test_chunks_fit_the_real_model(real_embedding: ReportEmbeddings) -> None:
    for path in sorted(SAMPLES.iterdir()):
        for full in reports_of(path):
            chunks = chunk(full, real_embedding, window=real_embedding.max_tokens)
            assert max(real_embedding.count_tokens([one.embedded for one in chunks])) <= real_embedding.max_tokens
