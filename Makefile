# make demo and make test work on a fresh machine: Python 3.11 or newer, pip and make are all they need.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check docs slow clean

demo: $(VENV)/.demo
	$(BIN)/antiphon demo

test: check
	$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Hours of stage, fuzzing by the hundred thousand, training to the end: run by hand before a release.
slow: $(VENV)/.test
	$(BIN)/python -m pytest -m slow

# Writes the tables in README.md and docs/ anew from the code.
docs: $(VENV)/.test
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/cog -r README.md docs/*.md

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "antiphon needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m pip install --quiet virtualenv && $(PYTHON) -m virtualenv $(VENV); }

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(PIP) -e '.[cpu,notation]'
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(PIP) -e '.[cpu,notation,train-cpu,mlflow,test]'
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
