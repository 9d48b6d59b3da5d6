"""Retrieval by meaning and words, on a library that needs no model, and as a LangChain retriever."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag import retrieval
from rag.library import Library
from rag.retrieval import ReportRetriever, fuse, retrieve, scaled
from rag.settings import Settings
from rag.tokens import tokens

SCORES = st.lists(st.floats(-1, 1), min_size=1, max_size=20).map(np.array)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("retrieval") / "home")
    with Library.open(settings, LetterEmbeddings()) as library:
        library.add(*small_file("两局.txt", TRANSPORT, COMMERCE))
        library.add(*small_file("临河.txt", TOWN))
        yield library


def id_of(library: Library, org: str) -> str:
    return next(r.id for r in library.reports() if r.org == org)


@pytest.mark.parametrize(
    ("question", "words"), [("农村公路", "新建公路"), ("举办消费节", "消费节"), ("种植蔬菜多少", "蔬菜三千亩")]
)
def test_the_chunk_with_the_words_comes_first(library: Library, question: str, words: str) -> None:
    assert words in retrieve(library, question)[0].chunk.text


def test_hits_come_best_first_and_no_more_than_asked_for(library: Library) -> None:
    hits = retrieve(library, "明年的打算", k=4)
    assert len(hits) == 4
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(0 <= h.score <= 1 and h.bm25 >= 0 for h in hits)


def test_a_scope_keeps_others_out(library: Library) -> None:
    town = id_of(library, "临河镇")
    hits = retrieve(library, "农村公路改造", report_ids=[town])
    assert {h.chunk.report_id for h in hits} == {town}
    assert len(hits) == 2
    assert retrieve(library, "农村公路改造", report_ids=[]) == []


def test_a_wide_scope_finds_the_same_best_chunk(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [r.id for r in library.reports()]
    exact = retrieve(library, "种植蔬菜", report_ids=ids)
    monkeypatch.setattr(retrieval, "EXACT", 0)
    assert retrieve(library, "种植蔬菜", report_ids=ids)[0].chunk == exact[0].chunk
    town = id_of(library, "临河镇")
    assert {h.chunk.report_id for h in retrieve(library, "农村公路", report_ids=[town])} == {town}


@pytest.mark.parametrize("orgs", [["交通局", "商务局"], ["商务局", "临河镇"], ["临河镇"]])
@pytest.mark.parametrize("question", ["农村公路改造", "一、二、", "消费节和蔬菜", "?"])
def test_a_wide_scope_has_the_candidates_of_one_that_is_kept_to(
    library: Library, monkeypatch: pytest.MonkeyPatch, orgs: list[str], question: str
) -> None:
    ids = [id_of(library, org) for org in orgs]
    whole = retrieve(library, question, report_ids=ids)
    kept_to = library.match(tokens(question), 2, ids)
    for name, value in (("EXACT", 0), ("CANDIDATES", 2), ("LOOKED_THROUGH", 6)):
        monkeypatch.setattr(retrieval, name, value)
    found = retrieve(library, question, report_ids=ids, k=9)
    assert {hit.chunk.id: hit.bm25 for hit in found if hit.bm25} == dict(kept_to)
    similarity = {hit.chunk.id: hit.similarity for hit in whole}
    for hit in found:
        assert hit.similarity == pytest.approx(similarity[hit.chunk.id], abs=1e-6)


def test_an_empty_library_has_no_hits(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = Settings.from_env({}, home=tmp_path_factory.mktemp("nothing") / "home")
    with Library.open(settings, LetterEmbeddings()) as library:
        assert retrieve(library, "打算") == []


@given(SCORES)
def test_scaled_scores_lie_between_nought_and_one(scores: np.ndarray) -> None:
    got = scaled(scores)
    assert got.min() >= 0
    assert got.max() <= 1 + 1e-9
    assert np.all(np.diff(got[np.argsort(scores)]) >= 0)


def test_fusing_weighs_both() -> None:
    dense, lexical = np.array([0.9, 0.8, 0.1]), np.array([0.0, 10.0, 0.0])
    assert int(np.argmax(fuse(dense, lexical))) == 1
    assert int(np.argmax(fuse(dense, lexical, weight=1.0))) == 0
    assert list(scaled(np.array([3.0, 3.0]))) == [0.0, 0.0]


def test_a_retriever_for_langchain(library: Library) -> None:
    retriever = ReportRetriever(library=library, k=2)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("农村公路改造")
    assert len(documents) == 2
    best = documents[0]
    full = library.report(best.metadata["report_id"])
    assert full.text[best.metadata["start"] : best.metadata["end"]] == best.page_content
    assert best.metadata["org"] == "交通局"
    assert best.metadata["years"] == [2023, 2024]
    assert best.metadata["file"] == "两局.txt"
    assert best.metadata["heading_path"] == ["一、完成"]
    assert best.metadata["kind"] == "plan"
    assert best.id == library.chunk(best.id or "").id


def test_a_retriever_within_reports(library: Library) -> None:
    town = id_of(library, "临河镇")
    found = ReportRetriever(library=library, report_ids=[town]).invoke("农村公路改造")
    assert {d.metadata["report_id"] for d in found} == {town}


def test_a_retriever_in_a_chain(library: Library) -> None:
    def prompt(inputs: dict) -> str:
        documents: list[Document] = inputs["context"]
        return f"{inputs['question']}\n" + "\n".join(d.page_content for d in documents)

    chain = {"context": ReportRetriever(library=library, k=1), "question": RunnablePassthrough()} | RunnableLambda(
        prompt
    )
    assert chain.invoke("种植蔬菜").startswith("种植蔬菜\n一、种植蔬菜三千亩")
    assert [r.count("\n") for r in chain.batch(["农村公路", "消费节"])] == [1, 1]
