# Yima: one command to run a city, one to test it. `make` alone lists them.

PORT ?= 8000
STORE ?= embedded
AT ?=
SCHEDULER ?= on
HOST = 127.0.0.1
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTEST_ARGS ?= -n auto --maxprocesses 4 --dist loadfile

VENV := .venv
BIN := $(VENV)/bin
# pip of the virtual environment, or the system's where the virtual environment could not get one (Debian's python3-venv)
PIP = $$($(BIN)/python -m pip --version >/dev/null 2>&1 && echo $(BIN)/python -m pip || echo $(PYTHON) -m pip --python $(BIN)/python)
NPM_QUIETLY := --loglevel=error --ignore-scripts --no-audit --no-fund
NPM_LOCKS := $(wildcard package-lock.json web/package-lock.json infra/local/package-lock.json)
NPM_STAMPS := $(NPM_LOCKS:package-lock.json=node_modules/.package-lock.json)

.DEFAULT_GOAL := help
.PHONY: help run test check bench package clean system-parts

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo '  variables: PORT=8000  STORE=embedded|dynamodb-local  AT=2026-12-01T23:59:30+08:00  SCHEDULER=on|off  PYTHON=python3'

run: $(VENV)/run.stamp  ## run a demo city at http://127.0.0.1:8000 (PORT, STORE, AT, SCHEDULER)
	@$(call npm_if_there,$(filter web/%,$(NPM_STAMPS)))
	@[ '$(STORE)' != dynamodb-local ] || { $(call npm_if_there,$(filter infra/%,$(NPM_STAMPS))); }
	@PORT='$(PORT)' STORE='$(STORE)' AT='$(AT)' SCHEDULER='$(SCHEDULER)' YIMA_HOST='$(HOST)' exec $(BIN)/python -m infra.local

test: system-parts $(VENV)/test.stamp npm-parts check  ## everything: static checks, tests, pages
	$(BIN)/python -m pytest $(PYTEST_ARGS)
	@if command -v node >/dev/null; then node --test web/tests/*.test.js clients/javascript/tests/*.test.js; \
		else echo 'skipped: tests of the pages and of the JavaScript package (no node)'; fi

check: $(VENV)/test.stamp  ## ruff, import floors, mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy --strict

bench: $(VENV)/test.stamp  ## measure the hot path beside its yardsticks
	$(BIN)/python -m bench

package: $(VENV)/test.stamp npm-parts  ## build what is deployed, and lint it
	$(BIN)/python -m infra.aws.build

clean:  ## remove what was built and installed; your city's data in .local/ stays
	rm -rf $(VENV) build $(dir $(NPM_STAMPS))
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .chalice/deployments
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# ---- parts ------------------------------------------------------------------------------------------------------

$(BIN)/python:
	@[ -n '$(PYTHON)' ] || { echo 'Yima needs Python 3.11 or newer; say which with PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo '$(PYTHON) is too old (or not there): Yima needs Python 3.11 or newer; say which with PYTHON=…'; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV)

$(VENV)/run.stamp: requirements.txt requirements-local.txt | $(BIN)/python
	@echo 'Installing what a local city needs (once)'
	@$(PIP) install --quiet --disable-pip-version-check -r requirements-local.txt
	@touch $@

$(VENV)/test.stamp: requirements.txt requirements-local.txt requirements-dev.txt clients/python/pyproject.toml | $(BIN)/python
	@echo 'Installing what the tests need (once)'
	@$(PIP) install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

# npm is optional: without it the scan page reads no camera picture on old browsers, and some tests are skipped.
npm_if_there = if command -v npm >/dev/null; then $(MAKE) -s $(1) || echo 'npm could not install all parts; going on without'; \
	else echo 'no npm here; going on without what it would install'; fi

.PHONY: npm-parts
npm-parts:
	@$(call npm_if_there,$(NPM_STAMPS))

node_modules/.package-lock.json: package-lock.json
	@npm ci $(NPM_QUIETLY) >/dev/null && touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	@cd $* && npm ci $(NPM_QUIETLY) >/dev/null && touch node_modules/.package-lock.json

system-parts:
	@infra/local/system-parts.sh
