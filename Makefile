# Two commands do everything: `make run` starts the chat, `make test` runs the whole suite. Both are safe to run again.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-ready
TEST := $(VENV)/.test-ready

.PHONY: run test lint format types reference screenshots clean

run: $(RUN)
	$(BIN)/baogao serve

test: $(TEST)
	$(BIN)/pytest

lint: $(TEST)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive ingest rag ui

format: $(TEST)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

types: $(TEST)
	$(BIN)/pyright --pythonpath $(BIN)/python

# Rewrites the command line's part of the README from the parsers.
reference: $(TEST)
	$(BIN)/python -m ui.reference README.md

# Makes the pictures of the README anew.
screenshots: $(TEST)
	$(BIN)/python tests/screenshots.py

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis artefacts

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo '$(PYTHON) is older than 3.11: make run PYTHON=python3.11' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): pyproject.toml | $(BIN)/python
	@echo 'Installing into $(VENV): a few minutes the first time.'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(TEST): pyproject.toml | $(BIN)/python
	@echo 'Installing into $(VENV): a few minutes the first time.'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@ $(RUN)
