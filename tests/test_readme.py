"""The README says what is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import Home
from serving import serving

from ui.reference import replaced

ROOT = Path(__file__).parent.parent
PAGE = "http://127.0.0.1:7860"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_command_line_is_as_the_parsers_have_it():
    assert replaced(README) == README, "make reference"


def test_every_file_type_is_named():
    from ingest.readers import SUFFIXES

    assert {suffix for suffix in SUFFIXES if f"`{suffix}`" not in README} == set()


def test_every_setting_is_named():
    settings = (ROOT / "rag" / "settings.py").read_text(encoding="utf-8")
    assert {name for name in re.findall(r"BAOGAO_[A-Z_]+", settings) if f"`{name}`" not in README} == set()


def test_every_make_target_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {target for line in re.findall(r"^make ([a-z ]+)", README, re.M) for target in line.split()}
    assert named >= {"run", "test", "lint", "types"}
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.M)} == set()


@pytest.mark.slow
def test_the_answers_are_as_really_printed(samples: Home):
    shown = re.search(r"```console\n(.*?)```", README, re.S)
    assert shown
    for question, answer in re.findall(r'\$ baogao ask "(.+?)"\n(.*?)(?=\n\$|\Z)', shown[1], re.S):
        assert samples.run("ask", question).out.strip() == answer.strip()


@pytest.mark.slow
def test_the_python_examples_run(samples: Home):
    examples = re.findall(r"```python\n(.*?)```", README, re.S)
    visiting = [code for code in examples if PAGE in code]
    assert visiting and len(visiting) < len(examples)
    for code in examples:
        if code not in visiting:
            assert "交通" in _run_python(code, samples)
    with serving(samples) as address:
        for code in visiting:
            assert "[1]" in _run_python(code.replace(PAGE, address), samples)


def _run_python(code: str, home: Home) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=home.environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
