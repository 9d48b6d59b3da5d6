"""The benchmark on SQuAD-layout files, on a small invented one."""

import json
from pathlib import Path

import pytest
from small_library import LetterEmbeddings

from rag import benchmark
from rag.benchmark import Asked, build, measure, read_squad
from rag.errors import BaogaoError
from rag.library import Library
from rag.settings import Settings

PARAGRAPHS = (
    "青石桥位于镇东。这座桥建于1907年。桥长四十二米，由石匠林阿贵主持修建。",
    "红嘴鸥每年十月飞来湖边过冬。它们以小鱼为食。次年三月北归。",
)
QUESTIONS = (
    ("这座桥建于哪一年？", "1907年", 0),
    ("红嘴鸥以什么为食？", "小鱼", 1),
    ("红嘴鸥何时北归？", "它们以小鱼为食。次年三月北归", 1),
)
SQUAD = json.dumps(
    {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": context,
                        "qas": [
                            {"question": question, "answers": [{"text": answer}]}
                            for question, answer, of in QUESTIONS
                            if of == number
                        ],
                    }
                ]
            }
            for number, context in enumerate(PARAGRAPHS)
        ]
    }
)


def library(tmp_path: Path) -> Library:
    return Library.open(Settings.from_env({}, home=tmp_path / "home"), LetterEmbeddings(384))


def test_paragraphs_and_questions_are_read():
    assert read_squad(SQUAD, "题.json") == (list(PARAGRAPHS), [Asked(q, (a,), of) for q, a, of in QUESTIONS])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": 3}', '{"data": [{"paragraphs": [{}]}]}', '{"data": []}'])
def test_another_file_is_refused_by_name(text: str):
    with pytest.raises(BaogaoError, match=r"题\.json"):
        read_squad(text, "题.json")


def test_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(LetterEmbeddings, "count_tokens", lambda _, texts: [len(t) for t in texts])
    with library(tmp_path) as opened:
        found = measure(opened, build(opened, PARAGRAPHS), read_squad(SQUAD, "题.json")[1])
    assert (found.paragraphs, found.questions) == (2, 3)
    assert found.recall_at_1 == found.recall_at_5 == found.mrr == 1
    assert found.possible == pytest.approx(2 / 3), "one answer runs over two sentences"
    assert found.evidence_at_1 <= found.evidence_at_2 <= found.evidence_at_3 == 1
    assert 0 < found.p50_ms <= found.p95_ms


def test_a_long_paragraph_is_cut_between_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(LetterEmbeddings, "count_tokens", lambda _, texts: [len(t) for t in texts])
    text = "".join(f"第{n}句说的是青石桥的事情。" for n in range(1, 100))
    with library(tmp_path) as opened:
        chunks = opened.chunks(build(opened, [text, "", "短。"]))
    assert len(chunks) > 2
    assert all(len(c.text) <= 512 for c in chunks)
    assert "".join(c.text for c in chunks) == text + "短。"
    (start, end) = chunks[0].sentences[-1]
    assert chunks[0].text[start - chunks[0].start : end - chunks[0].start].startswith("第")


@pytest.mark.slow
def test_the_command(samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("BAOGAO_HOME", str(samples.path))
    file = tmp_path / "题.json"
    file.write_text(SQUAD, encoding="utf-8")
    assert benchmark.main([str(file), "--json", "--limit", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["questions"], found["recall_at_1"]) == (2, 1)
    assert benchmark.main([str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err
