"""Index terms: words and bigrams, folded, without punctuation."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.tokens import terms, tokens


def test_words_and_bigrams_together():
    assert tokens("交通局有哪些打算？") == [
        *("交通", "交通局", "有", "哪些", "打算"),
        *("交通", "通局", "局有", "有哪", "哪些", "些打", "打算"),
    ]
    assert terms("交通局有哪些打算？") == ["交通局", "有", "哪些", "打算"]


@pytest.mark.parametrize(
    ("full", "half"),
    [("２０２４年", "2024年"), ("１２．５％", "12.5%"), ("ＶＯＣＳ治理", "vocs治理"), ("TOP50", "top50")],
)
def test_full_width_and_upper_case_fold(full: str, half: str):
    assert tokens(full) == tokens(half)


def test_figures_stay_whole():
    assert {"12.5", "3.5%", "2024"} <= set(tokens("2024年投资12.5亿元，增长3.5%"))


def test_bigrams_do_not_cross_punctuation_or_figures():
    assert not {"局投", "年有"} & set(tokens("交通局，投资；2023年2有"))


@given(st.text())
def test_every_term_holds_a_letter_or_a_figure_and_no_space(text: str):
    for word in tokens(text) + terms(text):
        assert any(c.isalnum() for c in word)
        assert not any(c.isspace() for c in word)


def test_words_between_signs_are_terms_of_their_own():
    assert terms("2-3个COVID-19病例，见formula_1") == ["2", "3", "个", "covid", "19", "病例", "见", "formula", "1"]
    assert terms("3D打印，PM2.5") == ["3d", "打印", "pm2.5"]


def test_cutting_is_quiet_and_leaves_no_file(tmp_path):
    script = "from rag.tokens import tokens; import sys; assert 'rjieba' not in sys.modules; tokens('交通局')"
    done = subprocess.run(
        [sys.executable, "-c", script], env={"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
