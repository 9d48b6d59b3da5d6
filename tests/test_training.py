"""What features weigh, found on a few invented questions."""

import json
from pathlib import Path

import numpy as np
import pytest
from small_library import CountingEmbeddings

from rag import training
from rag.benchmark import Asked, build
from rag.features import NAMES
from rag.library import Library
from rag.settings import Settings
from rag.training import cross_validated, examples, fit

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
        weights = fit(given)
        shares = cross_validated(library, given)
    assert weights.shape == (len(NAMES),)
    assert all(e.right[int(np.argmax(e.features @ weights))] for e in given)
    assert shares.shape == (3,)
    assert 0 <= shares[0] <= shares[1] <= shares[2] <= 1


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
    assert all(f'"{name}": ' in printed for name in NAMES)
    assert training.main([str(tmp_path / "none.json")]) == 1
