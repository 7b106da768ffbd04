from pathlib import Path

import pytest

from ownwords.errors import OwnwordsError
from ownwords.settings import FILE, Settings, load


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


def test_an_index_is_of_the_posts_that_it_was_made_of(
    small_site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text('author = "Kim"\n', encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "corpus").mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    index = Path("..") / "index"
    made_of = load(environ={}, index=index)
    assert Path(made_of.corpus).samefile(small_site.corpus)
    assert (made_of.author, made_of.index) == ("Kim", str(index))
    assert load(Path("corpus"), {}, index).corpus == "corpus"
    assert load(environ={"OWNWORDS_CORPUS": "posts"}, index=index).corpus == "posts"
    (elsewhere / FILE).write_text('corpus = "corpus"\n', encoding="utf-8")
    assert load(environ={}, index=index).corpus == "corpus"


@pytest.mark.parametrize("made_of", [b"../gone", b"\xff", b"a\0b", None])
def test_the_posts_of_an_index_that_was_carried_here_are_the_usual_ones(
    tmp_path: Path, made_of: bytes | None
) -> None:
    if made_of is not None:
        (tmp_path / "CORPUS").write_bytes(made_of)
    assert load(environ={}, index=tmp_path).corpus == "corpus"
