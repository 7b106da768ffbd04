from pathlib import Path

import pytest

from ownwords.errors import OwnwordsError
from ownwords.settings import load


def folder(tmp_path: Path, toml: str) -> Path:
    (tmp_path / "ownwords.toml").write_text(toml, encoding="utf-8")
    return tmp_path / "corpus"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    corpus = folder(tmp_path, 'author = "민수"\nport = 8000\n')
    settings = load(corpus, {"OWNWORDS_PORT": "9000", "OWNWORDS_ALLOWED_SITES": "a, b", "HOME": ""})
    assert (settings.author, settings.port, settings.allowed_sites) == ("민수", 9000, ("a", "b"))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('autor = "x"', "`author`"),
        ('port = "x"', "a whole number"),
        ("port = true", "a whole number"),
        ('encoder = "gpu"', "one of `auto`, `torch`, `onnx`"),
        ("quotes = 0", "from 1 on"),
        ("= 3", "TOML"),
    ],
)
def test_a_wrong_setting_says_what_was_expected(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(OwnwordsError) as raised:
        load(folder(tmp_path, toml), {})
    assert said in str(raised.value)


def test_an_unknown_variable_names_the_nearest_setting(tmp_path: Path) -> None:
    with pytest.raises(OwnwordsError, match="`site_url`"):
        load(tmp_path / "corpus", {"OWNWORDS_SITEURL": "x"})
