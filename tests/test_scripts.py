"""The scripts whose figures docs/quality.md tells run, on an index of one post."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ownwords import build
from ownwords.settings import Settings

pytestmark = pytest.mark.model
ROOT = Path(__file__).parent.parent
ASKED = [
    {"question": "어떻게 공부했나요?", "gold": [{"quote": "k-mooc"}]},
    {"question": "why did you leave marketing?", "gold": [{"quote": "퇴사를 하게 됐습니다"}]},
    {"question": "오늘 서울 날씨 어때요?", "gold": []},
    {"question": "how do I bake bread?", "gold": []},
    {"question": "그건 어땠나요?", "gold": [{"quote": "k-mooc"}], "history": ["어떻게 공부했나요?"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The index of the essay, and questions to it."""
    folder = tmp_path_factory.mktemp("scripts")
    build.build(Settings(corpus=str(ROOT / "corpus"), index=str(folder / "index")))
    lines = (
        {"id": str(n), "lang": "ko" if n % 2 == 0 else "en", "kind": "answerable", **one}
        for n, one in enumerate(ASKED)
    )
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder / "index", folder / "questions.jsonl"


def printed(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, f"scripts/{script}.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("ablation", "| 100 candidates |"),
        ("follow_ups", "follow-up: none for 0 of 1 answerable"),
        ("fit_confidence", "SLOPE, INTERCEPT"),
        ("typos", "as written"),
    ],
)
def test_a_script_over_indexes(asked: tuple[Path, Path], script: str, says: str) -> None:
    index, questions = asked
    assert says in printed(script, f"{index}={questions}")


def test_how_long_threads_wait(asked: tuple[Path, Path]) -> None:
    assert "50 us: " in printed("spinning", str(asked[1]))


def test_the_pins_threshold(asked: tuple[Path, Path]) -> None:
    assert "matches per 1000 pairs" in printed("pin_threshold", str(asked[1]))


def test_what_is_told() -> None:
    blog = next((ROOT / "training" / "blogs").glob("first/*"))
    assert "answerable questions name a year" in printed("told", str(blog))
