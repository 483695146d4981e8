# Everything sets itself up: `make demo`, `make test` and `make check` work on a fresh clone.
# `make demo PORT=8123` where 8000 is taken.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test coverage check lint types messages object-storage bench clean

$(READY): pyproject.toml constraints.txt hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mainstay needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/mainstay demo $(if $(PORT),--port $(PORT))

check: $(READY) lint types
	$(BIN)/python -m pytest -q -m "not browser and not postgres and not spark"

test: $(READY) lint types
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# The same with what no test reaches; it takes longer, so not each time.
coverage: $(READY)
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

# An S3-compatible server for the tests of object storage, apart: it needs other versions than we do.
object-storage: .cache/moto/.ready

.cache/moto/.ready:
	$(PYTHON) -m venv .cache/moto
	.cache/moto/bin/python -m pip install -qq 'moto[s3]==5.2.5' 'flask==3.1.3' 'flask-cors==6.0.5'
	@touch $@

# Everything in benchmarks/, one after the other; the lines made for it are kept in .cache/. `make bench NAME=rfm` is
# one of them; what is kept of it is written into docs/benchmarks.md.
bench: $(READY)
	@mkdir -p .cache
ifdef NAME
	$(BIN)/python benchmarks/run.py $(NAME)
else
	for name in cli choice injected; do $(BIN)/python benchmarks/run.py $$name || exit 1; done
	$(BIN)/python benchmarks/complete.py --draws 4 --small-cuts 3
	$(BIN)/python benchmarks/pages.py --home .cache/bench
	$(BIN)/python benchmarks/assess.py --home .cache/bench
	$(BIN)/python benchmarks/daily.py --home .cache/bench
	$(BIN)/python benchmarks/features.py --store .cache/bench/store
	$(BIN)/python benchmarks/store.py --store .cache/bench-store
	for name in rfm btyd changepoint imports growth; do $(BIN)/python benchmarks/run.py $$name || exit 1; done
	$(BIN)/python benchmarks/run.py clients --home .cache/bench
endif

clean:
	rm -rf $(VENV) .demo .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
