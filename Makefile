# Python 3.11 and make are all that these targets need; what else they use, they fetch into the checkout.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
DATA_DIR ?= .data
WORKERS ?= 2

RUNTIME := .venv/.runtime
TOOLS := .venv/.tools

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUNTIME) ## Set up, then serve a demo shop on http://127.0.0.1:8000 (PORT=, DATA_DIR=)
	@exec .venv/bin/aurapromo serve --demo --port $(PORT) --data-dir $(DATA_DIR)

test: $(TOOLS) ## Set up, then run every test
	@.venv/bin/pytest -n $(WORKERS) --dist worksteal

check: $(TOOLS) ## Format, lint, types, layers: everything that does not run the program
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

fix: $(TOOLS) ## Format, and put right what the linter can
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

bench: $(TOOLS) ## Run the benchmarks: a table of ratios
	@.venv/bin/python -m benchmarks

soak: $(TOOLS) ## The long forms of the tests that search
	@AURAPROMO_FUZZ_SECONDS=1800 AURAPROMO_FUZZ_SEED=$$(date +%s) \
		.venv/bin/pytest -n $(WORKERS) -m "soak or fuzz" --timeout 3600

docs: $(TOOLS) ## Write the generated pages of docs/ again
	@.venv/bin/aurapromo settings --markdown > docs/settings.md

clean: ## Remove what the targets above have made, but not the data directory
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Made again when the locked dependencies change, and only then. --inexact: what is there too may stay.
$(RUNTIME): pyproject.toml uv.lock
	@scripts/uv sync --frozen --quiet --no-dev --inexact
	@touch $@

$(TOOLS): pyproject.toml uv.lock
	@scripts/uv sync --frozen --quiet
	@touch $@ $(RUNTIME)

.PHONY: help run test check fix bench soak docs clean
