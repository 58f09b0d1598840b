# Each target sets up what it needs: a new machine needs only Python 3.11+, make and a C compiler.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# The tests start hundreds of Python processes: without its bytecode each of them compiles the product anew, for three
# seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: try test fast lint check benchmark clean

# pytest-xdist: each process starts with a share of the files, and takes over others' files when it finishes. There is
# one process more than cores, because tests also wait for timers, sockets and other processes.
PROCESSES := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Newsdesk needs Python 3.11 or newer; set PYTHON=")'
	@echo 'Setting up $(VENV): only needed once, takes about 90 seconds.'
	@start=$$(date +%s) \
		&& $(PYTHON) -m venv $(VENV) \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' \
		&& echo "Set up in $$(($$(date +%s) - start)) seconds."
	@touch $@

try: $(VENV)/.ready ## run the bot on a simulated Discord, with a sample archive; no token needed
	$(BIN)/newsdesk try

test: $(VENV)/.ready ## run every test: 10 to 20 minutes on 2 cores
	@echo 'Running every test: 10 to 20 minutes on 2 cores. `make fast` skips the slow ones.'
	$(PYTEST)

fast: $(VENV)/.ready ## run the quick tests: about a minute on 2 cores
	$(PYTEST) -m 'not slow'

lint: $(VENV)/.ready ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## run what CI runs: the linters and every test

benchmark: $(VENV)/.ready ## list what can be measured
	@$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
