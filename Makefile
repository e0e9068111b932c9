# Everything works on a fresh machine that has only Python 3.11 or later and make. `make` alone lists the targets.

PYTHON := .venv/bin/python
SOURCES := pyproject.toml scripts/environment.sh

.PHONY: help setup review test check bench bench-online clean
.DEFAULT_GOAL := help

help:
	@echo "make review   build an example shop with faults in it, review it, write the report to build/review"
	@echo "make test     run all tests; gets the database servers it needs where it may"
	@echo "make check    lint, formatting, types, layers, generated files"
	@echo "make bench    run the measured comparisons"
	@echo "make bench-online  the same for changes while an application works (long)"
	@echo "make setup    make the virtual environment .venv alone"
	@echo "make clean    remove .venv, build and caches"

setup: .venv/.installed

# One stamp for each set of packages, so that each is installed once and again when pyproject.toml changes.
.venv/.installed: $(SOURCES)
	@sh scripts/environment.sh
	@touch $@

.venv/.installed-test: .venv/.installed
	@sh scripts/environment.sh test lint typing bench
	@touch $@

review: .venv/.installed
	@$(PYTHON) -m examples.review_shop

test: .venv/.installed-test
	@sh scripts/servers.sh
	@$(PYTHON) -m pytest -n auto $(ARGUMENTS)

check: .venv/.installed-test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) scripts/generate_docs.py --check

bench: .venv/.installed-test
	@sh scripts/servers.sh
	@$(PYTHON) -m bench.review --gigabytes 1
	@$(PYTHON) -m bench.relationships
	@$(PYTHON) -m bench.false_alarms
	@$(PYTHON) -m bench.diagrams
	@$(PYTHON) -m bench.dependencies
	@$(PYTHON) -m bench.profile
	@$(PYTHON) -m bench.normalize
	@$(PYTHON) -m bench.seed --rows 1000000
	@$(PYTHON) -m bench.inspect $(ARGUMENTS)
	@$(PYTHON) -m bench.startup
	@$(PYTHON) -m bench.diff
	@$(PYTHON) -m bench.apply
	@$(PYTHON) -m bench.tenants

# A table of 5 million rows is made anew for each of eight measurements: half an hour.
bench-online: .venv/.installed-test
	@sh scripts/servers.sh
	@$(PYTHON) -m bench.online $(ARGUMENTS)
	@$(PYTHON) -m bench.online_kill --times 50

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
