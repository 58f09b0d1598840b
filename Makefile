# Everything sets itself up: a fresh machine needs Python 3.11+, make and a C compiler.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: try test lint check benchmark clean

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Newsdesk needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

try: $(VENV)/.ready ## run the bot on a simulated Discord, with a sample archive; no token needed
	$(BIN)/newsdesk try

test: $(VENV)/.ready ## every test
	$(BIN)/python -m pytest

lint: $(VENV)/.ready ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## what CI runs

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
