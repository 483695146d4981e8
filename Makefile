# Everything sets itself up: `make demo`, `make test` and `make check` work on a fresh clone.
# `make demo PORT=8123` where 8000 is taken.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check lint types messages bench clean

$(READY): pyproject.toml constraints.txt hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mainstay needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/mainstay demo $(if $(PORT),--port $(PORT))

check: $(READY) lint types
	$(BIN)/python -m pytest -q -m "not browser and not postgres"

test: $(READY) lint types
	$(BIN)/python -m pytest --cov --cov-report=term --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

# After an edit of texts: collects them into the catalogues, says what to translate, compiles.
messages: $(READY)
	cd src/mainstay && ../../$(BIN)/django-admin makemessages --all --no-obsolete --no-wrap --add-location file --ignore 'tests/*'
	$(BIN)/python tests/support/catalogues.py

# Everything in benchmarks/, one after the other; the lines made for it are kept in .cache/.
bench: $(READY)
	@mkdir -p .cache
	for name in cli rfm btyd changepoint choice injected imports; do $(BIN)/python benchmarks/$$name.py || exit 1; done
	$(BIN)/python benchmarks/complete.py --draws 4 --small-cuts 3
	$(BIN)/python benchmarks/pages.py --home .cache/bench
	$(BIN)/python benchmarks/assess.py --home .cache/bench
	$(BIN)/python benchmarks/daily.py --home .cache/bench
	$(BIN)/python benchmarks/features.py --store .cache/bench/store
	$(BIN)/python benchmarks/store.py --store .cache/bench-store

clean:
	rm -rf $(VENV) .demo .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
