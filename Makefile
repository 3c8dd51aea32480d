# Everything runs in .venv, which the first command makes. ARGS goes to the program that runs.
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
CODE := $(wildcard kinerja_flow workflows admin wsgi.py)
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: $(VENV)/run.stamp ## An agency with cases in every state, a tour, then a server (ARGS=--once: ends by itself)
	@$(BIN)/kinerja demo $(ARGS)

.PHONY: serve
serve: $(VENV)/run.stamp ## The application on loopback
	@$(BIN)/kinerja serve $(ARGS)

.PHONY: test
test: check ## What gates every change: check, then all tests but the nightly ones
	@$(PYTEST) -m "not nightly and not bench" $(ARGS)

.PHONY: quick
quick: $(VENV)/test.stamp ## Within a minute: SQLite only, nothing slow
	@KINERJA_TEST_DATABASES=sqlite KINERJA_HYPOTHESIS=quick \
		$(PYTEST) -m "not slow and not nightly and not bench and not postgres" $(ARGS)

.PHONY: nightly
nightly: check ## The long form: every test, many more examples
	@KINERJA_NIGHTLY=1 $(PYTEST) -m "not bench" $(ARGS)

.PHONY: bench
bench: $(VENV)/bench.stamp ## Measurements as ratios within one run (docs/performance.md)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

.PHONY: check
check: $(VENV)/test.stamp ## Style, types, direction of imports, dependencies, security
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/mypy --no-error-summary $(CODE)
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/deptry .
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml $(CODE)

.PHONY: clean
clean: ## Remove what setting up and testing made
	@rm -rf $(VENV) *.egg-info build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed again when pyproject.toml or constraints.txt changes. `-qq`: errors only.
define install
	@$(BIN)/python -c pass 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing into $(VENV) (once; a minute or two) ..."
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq -c constraints.txt -e ".$(EXTRAS)"
	@touch $@
endef

$(VENV)/run.stamp: pyproject.toml constraints.txt
	$(install)

$(VENV)/test.stamp: EXTRAS := [test]
$(VENV)/test.stamp: pyproject.toml constraints.txt
	$(install)
	@touch $(VENV)/run.stamp

$(VENV)/bench.stamp: EXTRAS := [test,bench]
$(VENV)/bench.stamp: pyproject.toml constraints.txt
	$(install)
	@touch $(VENV)/run.stamp $(VENV)/test.stamp
