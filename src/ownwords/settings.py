"""The settings: one table of name, default and help, read from `ownwords.toml` and `OWNWORDS_*`."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from ownwords.errors import OwnwordsError

FILE = "ownwords.toml"
PREFIX = "OWNWORDS_"
MADE_OF = "CORPUS"  # in an index: the folder of its posts, as seen from there


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting. The fields' order, defaults and help are the table in the README."""

    author: str = _setting("", "The author's name, as the page greets with it.")
    site_title: str = _setting("", "Title of the page; made from `author` when empty.")
    about: str = _setting("", "One line about the site, under its title.")
    portrait: str = _setting("", "An image file of the author, at most 200 kB, beside the title.")
    accent: str = _setting("", "Colour of buttons and markers, e.g. `#8a5a1f`.")
    typeface: str = _setting("sans", "Letters of titles and quotes: `sans` or `serif`.")
    site_url: str = _setting("", "Address of the author's site, e.g. `https://example.org`.")
    post_url: str = _setting(
        "",
        "Template of a post's address when its front matter has none: `{site_url}/{slug}/`. "
        "Knows `{site_url}`, `{id}`, `{slug}`, `{path}`, `{stem}`.",
    )
    corpus: str = _setting("corpus", "Folder of the posts.")
    index: str = _setting("index", "Folder of the index.")
    cache_dir: str = _setting("", "Folder for unpacked models; the user's cache folder when empty.")
    model: str = _setting(
        "",
        "A Sentence Transformers model by hub name or path; empty is the bundled "
        "multilingual-e5-small.",
    )
    model_trust_remote_code: bool = _setting(
        False, "Let a hub model run its own code. Only for models you trust."
    )
    reranker: str = _setting(
        "",
        "A Sentence Transformers CrossEncoder by hub name or path, which orders the best 20 "
        "passages anew; empty is none.",
    )
    encoder: str = _setting(
        "auto", "Which engine embeds posts: `auto` (whichever finishes sooner), `torch` or `onnx`."
    )
    threads: int = _setting(0, "Threads for embedding and search; 0 uses the processor's cores.")
    passage_chars: int = _setting(
        300, "Length a passage aims at, in characters; a quote has twice as many at most."
    )
    max_file_bytes: int = _setting(2_000_000, "A larger file in the corpus is refused.")
    quotes: int = _setting(3, "Quotes in an answer, at most.")
    caution: str = _setting(
        "balanced",
        "How sure an answer must be: `strict`, `balanced` or `generous`.",
    )
    host: str = _setting("127.0.0.1", "Address the server listens on.")
    port: int = _setting(7860, "Port the server listens on.")
    allowed_sites: tuple[str, ...] = _setting(
        (), "Origins that may embed the page and call the API, e.g. `https://example.org`."
    )
    max_question_chars: int = _setting(500, "A longer question is refused.")
    max_history: int = _setting(20, "Earlier questions a request may carry.")
    max_quotes: int = _setting(10, "The largest `k` a request may ask for.")
    max_body_bytes: int = _setting(65_536, "A larger request body is refused.")
    questions_per_minute: int = _setting(
        120, "Questions a minute from one address, in the long run; 0 sets no limit."
    )
    questions_burst: int = _setting(30, "Questions an address may ask at once.")
    max_in_flight: int = _setting(
        100, "Questions looked up and waiting at the same time; more get a 503."
    )
    trusted_hops: int = _setting(
        0, "Proxies of yours before the server; the last of their `X-Forwarded-For` count."
    )


def load(
    corpus: Path | None = None,
    environ: Mapping[str, str] | None = None,
    index: Path | None = None,
) -> Settings:
    """The settings for a corpus folder: its `ownwords.toml` (beside it), then the environment. Where an index is
    given and nothing names the corpus, it is the folder that the index was made of.

    Raises OwnwordsError for a name that is not in the table, a value of the wrong type and a file
    that is not TOML.
    """
    environ = os.environ if environ is None else environ
    values = _values(corpus, environ)
    if index is not None and "corpus" not in values and (made_of := _made_of(index)):
        values = _values(made_of, environ)
    if index is not None:
        values["index"] = str(index)
    return Settings(**values)


def _values(corpus: Path | None, environ: Mapping[str, str]) -> dict[str, Any]:
    """What is not left to a default; a corpus that is given goes before all."""
    folder = (corpus or Path(environ.get(f"{PREFIX}CORPUS", "corpus"))).absolute().parent
    values = {**_from_file(folder / FILE), **_from_environment(environ)}
    return values if corpus is None else {**values, "corpus": str(corpus)}


def _made_of(index: Path) -> Path | None:
    """The corpus of an index's last build, where it still stands there."""
    try:
        corpus = Path(os.path.normpath(index / (index / MADE_OF).read_text(encoding="utf-8")))
        return corpus if corpus.is_dir() else None
    except (OSError, ValueError):
        return None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OwnwordsError(
            f"{path}: not a readable TOML file ({error})",
            'Write each setting as `name = "value"`, in UTF-8.',
            "settings",
        ) from None
    return {
        _known(name, str(path)): _typed(name, value, str(path)) for name, value in table.items()
    }


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for variable, text in environ.items():
        if variable.startswith(PREFIX):
            name = _known(variable.removeprefix(PREFIX).lower(), variable)
            values[name] = _typed(name, _parsed(name, text), variable)
    return values


def _known(name: str, where: str) -> str:
    names = [f.name for f in fields(Settings)]
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]
    raise OwnwordsError(
        f"{where}: there is no setting `{name}`", f"The nearest known one is `{near}`.", "settings"
    )


def _parsed(name: str, text: str) -> Any:
    kind = get_type_hints(Settings)[name]
    if kind is bool:
        return {"1": True, "true": True, "on": True, "yes": True, "0": False, "": False,
                "false": False, "off": False, "no": False}.get(text.strip().lower(), text)  # fmt: skip
    if kind is int:
        return int(text) if text.strip().lstrip("-").isdecimal() else text
    if get_args(kind):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _typed(name: str, value: Any, where: str) -> Any:
    kind = get_type_hints(Settings)[name]
    if get_args(kind) and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if isinstance(kind, type) and type(value) is kind and _allowed(name, value):
        return value
    raise OwnwordsError(
        f"{where}: `{name}` is {value!r}, expected {_expected(name, kind)}",
        f"Default: {next(f.default for f in fields(Settings) if f.name == name)!r}.",
        "settings",
    )


_CHOICES = {
    "encoder": ("auto", "torch", "onnx"),
    "typeface": ("sans", "serif"),
    "caution": ("strict", "balanced", "generous"),
}
_SMALLEST = {"threads": 0, "port": 0, "questions_per_minute": 0, "trusted_hops": 0}


def _allowed(name: str, value: Any) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    return not isinstance(value, int) or value >= _SMALLEST.get(
        name, 0 if type(value) is bool else 1
    )


def _expected(name: str, kind: Any) -> str:
    if name in _CHOICES:
        return "one of " + ", ".join(f"`{choice}`" for choice in _CHOICES[name])
    if get_args(kind):
        return "a list of texts"
    if kind is int:
        return f"a whole number from {_SMALLEST.get(name, 1)} on"
    return {bool: "true or false", str: "a text"}[kind]
