"""The documents say what is there."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ownwords
from ownwords.cli import app
from ownwords.settings import Settings

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.ko.md"]


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_and_its_default_is_told(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert f"| `{setting.name}` | `{setting.default!r}` | {setting.metadata['help']} |" in text


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", ["build", "ask", "serve", "eval"])
def test_every_command_and_option_is_told(readme: str, command: str) -> None:
    (line,) = re.findall(
        rf"^\| `ownwords {command}[^\n]*", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE
    )
    shown = (
        CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    )
    options = set(re.findall(r"(?<![\w-])(--[a-z]+)", shown)) - {"--help"}
    assert options
    assert options <= set(re.findall(r"--[a-z]+", line))


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == ownwords.__version__
    assert f"## {ownwords.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
