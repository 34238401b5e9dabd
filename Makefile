# Everything a newcomer needs: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3.11
BIN := .venv/bin
SERVE ?= yes
PERSONS ?= 5000
WORKERS ?= 2

.PHONY: help setup check format test demo serve neo4j neo4j-stop docs bench clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.ready ## Make .venv with everything pinned (then .venv/bin/rootid runs)

.venv/.ready: requirements/lock.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "rootid needs Python 3.11 or later: set PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

check: setup ## Format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: setup ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup ## All tests (those on a real Neo4j start one where Java and Maven or Docker are there)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

demo: setup ## Make a brand's world, import it, show what was resolved, serve it (SERVE=no ends before)
	$(BIN)/rootid demo --persons $(PERSONS) $(if $(filter no,$(SERVE)),--no-serve,--serve)

serve: setup ## Serve the API on 127.0.0.1:8080
	$(BIN)/rootid serve

neo4j: setup ## Start a local Neo4j with GDS and Browser
	$(BIN)/python -m deploy.neo4j.server start

neo4j-stop: setup ## Stop the Neo4j that `make neo4j` started
	$(BIN)/python -m deploy.neo4j.server stop

bench: setup ## Import, write and lookup benchmarks (a few minutes)
	$(BIN)/python -m bench.resolve

docs: setup ## Write the reference pages anew from the code
	$(BIN)/python docs/generate.py
	$(BIN)/python -m api.reference
	$(BIN)/python -m cli.reference > docs/reference/cli.md
	$(BIN)/python -m cypher.reference

clean: ## Remove what can be made again
	rm -rf .venv build .pytest_cache .ruff_cache .hypothesis .import_linter_cache data/demo
