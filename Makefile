# make demo   the whole pipeline on made-up videos: data, training, results
# make test   ruff, mypy and every test
# make coverage   every test, and which lines of stnet_mm none runs
# make docs   this manual as a site, in build/site
# make wheel   sdist and wheel, the same to the byte for a commit
# make release-check   what has to be right before a release
# make test-faults   damaged files, kills and lost machines: two hours
# All make .venv with the tested set of packages on first use.

PYTHON ?= python3
SEED ?= 0
# Processes of the tests; each computes in one thread.
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := $(VENV)/packages
STAMP := $(VENV)/installed

.PHONY: demo docs test coverage test-faults lint format wheel release-check clean

demo: $(STAMP)
	$(BIN)/python tools/demo.py --seed $(SEED)

docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

test: lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# A fifth slower.
coverage: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --cov -n $(WORKERS) --dist loadfile

test-faults: $(STAMP)
	for suite in videos checkpoints kills nodes growth streams; do \
		OMP_NUM_THREADS=1 $(BIN)/python -m projects.fault_suite $$suite || exit 1; \
	done

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Files get the time of the commit.
wheel: $(STAMP)
	umask 022 && \
		SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} \
		$(BIN)/python -m build

release-check: $(STAMP)
	$(BIN)/python -m projects.release_check

# --clear, and the stamp last: an interrupted installation starts afresh.
$(PACKAGES): requirements.txt
	@echo 'Installing the tested packages into $(VENV): some minutes, once'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		-r requirements.txt
	@touch $@

# By itself: pyproject.toml also says how to lint and test.
$(STAMP): $(PACKAGES) setup.py pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# Leaves data/ and work_dirs/ alone.
clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache \
		.coverage*
	find configs projects stnet_mm tests tools -name __pycache__ -prune \
		-exec rm -rf {} +
