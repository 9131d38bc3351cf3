# `make demo` and `make test` are all a fresh machine needs (with Python 3.11 to 3.13). PYTHON=... chooses another one.
VENV := .venv
BIN := $(VENV)/bin
# what is never imported need not be compiled
PIP := $(BIN)/python -m pip --disable-pip-version-check -q install --no-compile -c constraints.txt

# the tests of a file run in one process, in order; ARGS="-n 0" runs all of them in one
PARALLEL := -n logical --maxprocesses 4 --dist loadfile

.PHONY: demo test lint format types bench clean setup setup-dev

demo: setup
	$(BIN)/ibid demo

test: setup-dev
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/tokens.py
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/embedding.py

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

$(VENV)/.python:
	@sh tools/make_venv.sh $(VENV) $(PYTHON)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	@echo "installing ibid and what it needs (about a gigabyte)"
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "installing the tools of the tests"
	@$(PIP) -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .venv-extra dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
