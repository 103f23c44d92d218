# What people type. Everything else is in pyproject.toml.
CYCLE ?= 2014
PYTHON ?= python3
BIN := .venv/bin
FLAGS := $(if $(V),--verbose)

.PHONY: help report workbooks test check ui bench bench-large examples lock clean
.DEFAULT_GOAL := help

help:
	@echo "make report [CYCLE=2013] [V=1]   the progress report of a cycle, from the inbox to Word (V=1: with the log)"
	@echo "make workbooks [CYCLE=2014]      the blank workbook of every member, pre-filled"
	@echo "make test                        all tests"
	@echo "make ui                          the Dagster UI over the same data, on http://127.0.0.1:3000"
	@echo "make check                       style, types and the fast tests"
	@echo "make bench                       time and memory of each stage, beside a plain script and the bars"
	@echo "make bench-large                 gathering of up to 12,000 workbooks, on one processor and on all (half an hour), and"
	@echo "                                 validating and scoring the answers of 12,000 members"
	@echo "make examples                    write the example inbox again (needs LibreOffice)"
	@echo "make lock                        resolve the dependencies again (needs uv)"

report: .venv/run
	@$(BIN)/stocktake report $(CYCLE) $(FLAGS)

workbooks: .venv/run
	@$(BIN)/stocktake workbooks $(CYCLE) $(FLAGS)

# Two halves side by side, since most of the time one processor waits for a server or a program outside.
WHOLE := $(foreach part,assets end_to_end examples planted round_trip,tests/$(part))

test: .venv/dev
	@log=$$(mktemp); $(BIN)/python -m pytest -rs $(WHOLE) >"$$log" 2>&1 & first=$$!; trap 'kill $$first' INT TERM; \
	$(BIN)/python -m pytest -rs $(WHOLE:%=--ignore=%); second=$$?; \
	wait $$first; first=$$?; cat "$$log"; rm -f "$$log"; exit $$((first + second))

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/python -m pytest -m "not slow"

ui: .venv/run
	@$(BIN)/stocktake ui

bench: .venv/dev
	@$(BIN)/python -m benchmarks.bench

bench-large: .venv/dev
	@$(BIN)/python -m benchmarks.gather --large
	@$(BIN)/python -m benchmarks.validate --large
	@$(BIN)/python -m benchmarks.score

examples: .venv/dev
	$(BIN)/python -m examples.make_inbox 2013 2014

lock:
	uv pip compile pyproject.toml --extra install --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-strip-extras --no-annotate --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra install --extra dev --constraint requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-annotate --no-header --quiet \
	  --output-file requirements-dev.lock

clean:
	rm -rf .venv data

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "stocktake needs Python 3.11, 3.12 or 3.13; this is `$(PYTHON) --version`. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing the locked dependencies ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@
