# Everything that a machine with Python and make needs to run and to work on the store.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# STRICT=--strict makes an engine that cannot be had an error.
STRICT ?=
# ENGINES=cluster lets `make bench` and `make conformance` use Kafka and MongoDB, ENGINES=all lets `make bench`
# measure on files and on these.
ENGINES ?= files
# A checkout of ADL's lrs-conformance-test-suite in which `npm install` has been run.
SUITE ?=

# How many learners `make recount` simulates.
LEARNERS ?= 2000

.PHONY: help run test engines clients browser vendor cluster soak faults conformance lint format bench recount lock clean
help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/	/' | expand -t 10

run: $(VENV)/run ## Serve the whole pipeline at http://127.0.0.1:8080
	@exec $(BIN)/lrs serve --dev

test: $(VENV)/dev ## Every test, but for the long runs
	$(BIN)/pytest

engines: $(VENV)/run ## Install Kafka and a server of MongoDB's protocol for the tests
	@$(BIN)/python -m tests.engines install $(STRICT)

clients: $(VENV)/run ## Install the xAPI clients that are tested, with npm (node 18 or newer)
	@$(BIN)/python -m tests.clients

browser: $(VENV)/run ## Install Chromium (with apt-get, as root) and what the page's tests run in it (npm)
	@$(BIN)/python -m tests.browser install

vendor: $(VENV)/run ## Fetch the library of the page again, and verify it by its hash
	@$(BIN)/python -m tests.browser vendor

cluster: $(VENV)/run ## Run both, with their data under data/engines, until Ctrl-C
	@exec $(BIN)/python -m tests.engines cluster

soak: $(VENV)/dev ## The long runs: fifty kills under load, and what else is marked soak
	$(BIN)/pytest -m soak --timeout 3600

faults: $(VENV)/dev ## Break engines and processes under load; fills deploy/faults.md
	LRS_FAULTS_TABLE=deploy/faults.md $(BIN)/pytest tests/faults -m "not soak" --timeout 900

conformance: $(VENV)/dev ## Run the official suite for both versions: SUITE=dir names its checkout
	@test -n "$(SUITE)" || { echo "Name the checkout of the suite: make conformance SUITE=dir" >&2; exit 1; }
	$(BIN)/python -m tests.conformance --engines $(ENGINES) "$(SUITE)"

lint: $(VENV)/dev ## Style, types and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/dev ## Put formatting right
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/dev ## Measure speeds beside their limits, on this machine
	$(BIN)/python -m tests.bench --engines $(ENGINES)

recount: $(VENV)/dev ## Count a simulated nation a second time, by other code: LEARNERS=200000 is the country's size
	$(BIN)/python -m tests.recount --learners $(LEARNERS)

lock: $(VENV)/dev ## Resolve the dependencies anew, with hashes
	$(BIN)/uv pip compile $(LOCK) --group build -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) --group build --group dev --extra parquet -c requirements.lock -o requirements-dev.lock

LOCK := -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header --no-annotate --upgrade pyproject.toml

clean: ## Remove what was made, but for data/
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing: on Debian, apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/run | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@
