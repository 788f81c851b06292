# Every target sets up what it needs; a second run reuses it. Needs only make and some Python 3.11 or newer.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# The uv of this machine if there is one, else one of our own from PyPI.
UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
RUN := .venv/bin

.PHONY: help demo local test soak trials check synth bench mutate format clean
help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/.ready ## a loan book of 1,000 loans becomes texts, replies and tickets, on this machine
	@$(RUN)/duebridge demo $(ARGS)

local: .venv/.ready ## keeps the pipeline up on this machine
	@$(RUN)/duebridge local $(ARGS)

test: .venv/.ready ## all tests: rules, adapters, templates, and the whole on the emulator
ifdef ARGS
	@$(RUN)/pytest $(ARGS)
else
	@$(RUN)/pytest -n auto --dist loadfile -m "not emulator"
	@$(RUN)/pytest -n 2 --dist loadfile -m emulator
endif

soak: .venv/.ready ## faults, interleavings, hostile replies and bad days on the emulator for SOAK_MINUTES (30)
	@$(RUN)/python -m tests.simulation.soak

trials: .venv/.ready ## experiments whose truth is known, some thousand times: how often verdicts and guard rails err
	@$(RUN)/python -m tests.trials $(ARGS)

check: .venv/.ready ## format, lint, types, architecture, content, templates, the commands of the docs
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/pytest tests/test_architecture.py
	$(RUN)/duebridge lint
	$(RUN)/python -m infra.texts_page --check
	$(RUN)/python -m infra.lint_templates
	$(RUN)/python -m infra.walkthrough

synth: .venv/.ready ## the CloudFormation templates of dev and prod, into cdk.out
	@$(RUN)/python -m infra.app $(ARGS)

bench: .venv/.ready ## speed against floors, in one run
	@$(UV) sync --locked --quiet --group bench
	@$(RUN)/python -m tests.bench $(ARGS)

mutate: .venv/.ready ## small mistakes in what keeps borrowers safe: does a test notice each?
	@$(RUN)/python -m tests.mutation $(ARGS)

format: .venv/.ready ## formats the code and mends what can be mended by itself
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

clean: ## removes everything that was built
	rm -rf .venv .tools .duebridge build cdk.out .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The stamp is newer than the lock file: nothing to do.
.venv/.ready: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --locked --quiet
	@touch $@

.tools/uv/bin/uv:
	@echo "fetching uv"
	@python3 -m venv .tools/uv
	@.tools/uv/bin/pip install --quiet 'uv>=0.9'
