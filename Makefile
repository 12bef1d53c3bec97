# Strikemap. `make run` starts the dashboard, `make test` runs every test; both install what they need.

VENV    ?= .venv
ADDRESS ?= 127.0.0.1
PORT    ?= 8501
WORKERS ?= auto
CASE    ?= iran-pakistan-2024
OUT     ?= build/$(CASE).png

# The first interpreter that is new enough; `make run PYTHON=/path/to/python3` overrides it.
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { command -v "$$name"; break; }; done)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test lint check bench snapshot clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "Variables: PORT=$(PORT) WORKERS=$(WORKERS) ADDRESS=$(ADDRESS) PYTHON=$(PYTHON) VENV=$(VENV) CASE=$(CASE) OUT=$(OUT)"

run: $(VENV)/app.stamp  ## start the dashboard on ADDRESS and PORT
	$(BIN)/streamlit run dashboard/app.py --server.address $(ADDRESS) --server.port $(PORT)

test: $(VENV)/dev.stamp  ## run every test, the browser ones included; ARGS="-k join" narrows them
	$(BIN)/python -m tests.browser.chromium --install
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile $(ARGS)

lint: $(VENV)/dev.stamp  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

check: lint test  ## all that CI runs

bench: $(VENV)/dev.stamp  ## time all that has a target, as ratios within one run: half an hour
	$(BIN)/python -m benchmarks.direction
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.ingest_store
	$(BIN)/python -m benchmarks.join --out docs/benchmarks
	$(BIN)/python -m benchmarks.live --rivals --out docs/benchmarks
	$(BIN)/python -m benchmarks.live_report
	$(BIN)/python -m benchmarks.pictures --out docs/benchmarks

snapshot: $(VENV)/app.stamp  ## write the opening view of CASE as the picture OUT
	@mkdir -p $(dir $(OUT))
	$(BIN)/python -m geodata snapshot $(CASE) --out $(OUT)

clean:  ## remove what make made
	rm -rf $(VENV) build tests/artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find geodata dashboard tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Strikemap needs Python 3.11 or newer; none is on PATH." \
		"Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' || { echo "Strikemap needs Python 3.11 or newer; $(PYTHON) is" \
		"$$("$(PYTHON)" --version 2>&1). Name another: make run PYTHON=/path/to/python3" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV) || { rm -f $@; exit 1; }

$(VENV)/app.stamp: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements-cluster.txt $(VENV)/app.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@
