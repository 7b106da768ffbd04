# `make chat` builds the index and opens the page; `make test` runs every test. Both make .venv.

PYTHON ?= python3
# PyTorch is only needed to build. The default is whatever build pip finds for this version; on a
# machine without a GPU, name the address of PyTorch's CPU wheels (see pytorch.org) to save
# several gigabytes: make chat TORCH_INDEX=<address>
TORCH ?= torch==2.13.0
TORCH_INDEX ?=
# `make eval` and `make bench`: the folder (for `bench` one or more) of posts, and a question set.
CORPUS ?= corpus
QUESTIONS ?=
# Where `make eval` builds: the page's own index for `corpus`, one beside it for another folder.
INDEX ?= $(if $(filter corpus,$(CORPUS:/=)),index,$(notdir $(CORPUS:/=)).index)

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check

.PHONY: chat test lint eval questions bench screenshots clean

chat: .venv/ready
	$(BIN)/python app.py

test: .venv/ready
	$(BIN)/python -m pytest

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: questions .venv/ready
	-$(BIN)/ownwords build --corpus "$(CORPUS)" --index "$(INDEX)"
	$(BIN)/ownwords eval "$(QUESTIONS)" --corpus "$(CORPUS)" --index "$(INDEX)"

# Before anything is installed or built. A build that leaves a bad file out is evaluated all the same.
questions:
	@test -f "$(QUESTIONS)" || { echo "make eval: there is no question set '$(QUESTIONS)'." \
	  "Name one: make eval CORPUS=folder QUESTIONS=file.jsonl" >&2; exit 2; }

bench: .venv/ready
	$(BIN)/python scripts/bench.py $(foreach folder,$(CORPUS),--corpus "$(folder)")

# Every state of the page, as it looks now, into docs/screenshots/. Needs Chromium on the PATH.
screenshots: .venv/ready
	$(BIN)/python scripts/screenshots.py

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install -q -c constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	$(PIP) install -q -c constraints.txt -e '.[build,test,lint]'
	touch $@

clean:
	rm -rf .venv
