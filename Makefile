# `make chat` builds the index and opens the page; `make test` runs every test. Both make .venv.

PYTHON ?= python3
# PyTorch is only needed to build. The default is whatever build pip finds for this version; on a
# machine without a GPU, name the address of PyTorch's CPU wheels (see pytorch.org) to save
# several gigabytes: make chat TORCH_INDEX=<address>
TORCH ?= torch==2.13.0
TORCH_INDEX ?=
CORPUS ?= corpus
QUESTIONS ?=

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check

.PHONY: chat test lint eval bench clean

chat: .venv/ready
	$(BIN)/python app.py

test: .venv/ready
	$(BIN)/python -m pytest

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: .venv/ready
	$(BIN)/ownwords build --corpus $(CORPUS) --index $(CORPUS).index
	$(BIN)/ownwords eval $(QUESTIONS) --corpus $(CORPUS) --index $(CORPUS).index

bench: .venv/ready
	$(BIN)/python scripts/bench.py --corpus $(CORPUS)

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install -q -c constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	$(PIP) install -q -c constraints.txt -e '.[build,test,lint]'
	touch $@

clean:
	rm -rf .venv
