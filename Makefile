# One word for each thing a person does here; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test chaos up down lint bench docs lock secrets

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: .venv/ready ## the environment, from the lock and nothing else

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## a day of three invented outlets, crawled, loaded, reported and searched
	$(BIN)/python demo/run.py

test: setup ## all tests
	$(BIN)/pytest -n 2 --dist loadgroup

chaos: setup ## live runs that are killed, stopped, robbed of Postgres, run twice at once; PART=sigterm for one kind
	$(BIN)/python -m tests.chaos $(if $(PART),--part $(PART)) $(if $(SEED),--seed $(SEED))

up: setup ## Airflow on this machine, at 127.0.0.1, on the embedded Postgres; it crawls no outlet unless you ask
	$(BIN)/warraq up

down: setup ## stops what `make up` started
	$(BIN)/warraq down

lint: setup ## format, rules, types and floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## the measurements that the README quotes
	$(BIN)/python bench/site.py
	$(BIN)/python bench/site.py --live
	$(BIN)/python -m bench.crawl
	$(BIN)/python -m bench.hostile
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/dedup.py
	$(BIN)/python bench/quality.py --write
	$(BIN)/python -m bench.copies
	$(BIN)/python bench/revisions.py
	$(BIN)/python bench/search.py --articles 100000
	$(BIN)/python bench/export.py
	$(BIN)/python -m bench.growth --write
	$(BIN)/python -m bench.loads

docs: setup ## checks that the documents say what runs
	$(BIN)/pytest -q tests/test_readme.py tests/test_views.py

lock: setup ## writes requirements.lock anew
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--python-version 3.11 --extra dev pyproject.toml -o requirements.lock

secrets: ## passwords and keys for docker compose, in secrets/
	sh docker/secrets.sh
