"""What features weigh, found on a few invented questions."""

import json
from pathlib import Path

import numpy as np
import pytest
from small_library import CountingEmbeddings

from rag import training
from rag.benchmark import Asked, build
from rag.errors import BaogaoError
from rag.features import NAMES
from rag.library import Library
from rag.passages import BESIDE
from rag.settings import Settings
from rag.training import cross_validated, examples, find, fit

PARAGRAPHS = [
    f"{name}位于镇东。{name}建于{year}年。{name}长{length}米，由石匠修建。"
    for name, year, length in [("青石桥", 1907, 42), ("白塔", 1650, 13), ("古城墙", 1402, 900), ("石牌坊", 1788, 9)]
]
QUESTIONS = [
    Asked(question, (answer,), number)
    for number, text in enumerate(PARAGRAPHS)
    for question, answer in [
        (f"{text.partition('位于')[0]}建于哪一年？", text[text.index("建于") :][:6]),
        (f"{text.partition('位于')[0]}位于哪里？", "镇东"),
    ]
]


def test_weights_put_the_right_sentences_first(tmp_path: Path):
    with Library.open(Settings.from_env({}, home=tmp_path / "home"), CountingEmbeddings()) as library:
        build(library, PARAGRAPHS)
        given = examples(library, QUESTIONS)
        found = find(library, given, 1)
        shares = cross_validated(library, given, 1)
    assert (found.alone.shape, found.beside.shape) == ((len(NAMES),), (len(BESIDE),))
    assert all(e.right[int(np.argmax(e.features @ found.alone))] for e in given if e.right.any())
    assert shares.shape == (3,)
    assert 0 <= shares[0] <= shares[1] <= shares[2] <= 1


def test_fit_tells_right_rows_from_wrong_ones():
    rng = np.random.default_rng(1)
    tables = [rng.standard_normal((6, 3)) for _ in range(40)]
    weights = fit(tables, [table[:, 1] == table[:, 1].max() for table in tables])
    assert weights[1] > 10 * max(abs(weights[0]), abs(weights[2]))


def test_nothing_to_learn_from_is_said():
    with pytest.raises(BaogaoError, match="答案"):
        fit([np.ones((2, 3))], [np.zeros(2, bool)])


def test_too_few_paragraphs_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    row = {"context": PARAGRAPHS[0], "qas": [{"question": "青石桥在哪？", "answers": [{"text": "镇东"}]}]}
    file = tmp_path / "一段.json"
    file.write_text(json.dumps({"data": [{"paragraphs": [row]}]}), encoding="utf-8")
    assert training.main([str(file)]) == 1
    assert "一段.json 的题目不到 3 段" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command(samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("BAOGAO_HOME", str(samples.path))
    rows = [
        {
            "context": text,
            "qas": [
                {"question": q.question, "answers": [{"text": q.answers[0]}]}
                for q in QUESTIONS
                if q.paragraph == number
            ],
        }
        for number, text in enumerate(PARAGRAPHS)
    ]
    file = tmp_path / "题.json"
    file.write_text(json.dumps({"data": [{"paragraphs": rows}]}), encoding="utf-8")
    assert training.main([str(file)]) == 0
    printed = capsys.readouterr().out
    assert all(f'"{name}": ' in printed for name in (*NAMES, *BESIDE))
    assert training.main([str(tmp_path / "none.json")]) == 1
