"""The front matter of a file: YAML between `---`, TOML between `+++`, which PyYAML and tomllib read, or
lines of `Name: value` on top of it, a title among them, as Pelican, MultiMarkdown and Hexo have it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

_FENCES = {"---": "yaml", "+++": "toml"}
_TOML_LINE = re.compile(r"at line (\d+)")
_FIELD = re.compile(r"([A-Za-z][\w-]*):(?:\s+(.*))?$")
_TITLE = re.compile(r"title:\s+\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`lines` is how many lines of the file it takes; `fault` a line (1 is the first) and reason."""

    fields: dict[str, Any]
    lines: int
    fault: tuple[int, str] | None = None


class _Texts(yaml.SafeLoader):
    """YAML without dates: `2019-03-01 21:10:65` is a text, not an error."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(source: str) -> FrontMatter:
    """Never raises: a fault is in the result."""
    lines = re.split(r"\r\n|\n|\r", source.removeprefix("\ufeff"))
    fence = lines[0].rstrip()
    if fence not in _FENCES:
        return _unfenced(lines)
    closing = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == fence), None)
    if closing is None:
        if fence == "---" and not any(":" in line for line in lines[1:4]):
            return FrontMatter({}, 0)  # a thematic break on top of the text
        return FrontMatter({}, 0, (1, f"the front matter's closing `{fence}` is missing"))
    return _fenced(lines[:closing], _FENCES[fence], 1)


def _fenced(lines: list[str], language: str, first: int) -> FrontMatter:
    """What stands between the fences, the lines from `first` on; the closing one comes after them."""
    text, count = "\n".join(lines[first:]), len(lines) + 1
    try:
        fields = tomllib.loads(text) if language == "toml" else yaml.load(text, Loader=_Texts)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it is not YAML"
        return FrontMatter({}, count, (mark.line + first + 1 if mark else 1, str(reason)))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        at = _TOML_LINE.search(str(error))
        return FrontMatter({}, count, (int(at[1]) + first if at else 1, str(error)))
    if fields is not None and not isinstance(fields, dict):
        return FrontMatter({}, count, (first + 1, "expected lines of `name: value`"))
    return FrontMatter({str(k).lower(): v for k, v in (fields or {}).items()}, count)


def _unfenced(lines: list[str]) -> FrontMatter:
    """The fields on top, which may go on indented, before the first line that is none; YAML where a
    closing `---` ends them, as Hexo allows. A title with text right below is text: only more than one
    field is front matter then, where a `status` must not be lost."""
    count = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
    if not (count and _FIELD.match(lines[0]) and any(map(_TITLE.match, lines[:count]))):
        return FrontMatter({}, 0)
    closing = next((i for i, line in enumerate(lines[:count]) if line.rstrip() == "---"), None)
    if closing is not None:
        return _fenced(lines[:closing], "yaml", 0)
    fields: dict[str, Any] = {}
    name = ""
    for at, line in enumerate(lines[:count]):
        if found := _FIELD.match(line):
            name = found[1].lower()
            fields[name] = (found[2] or "").strip()
        elif line[0].isspace():
            fields[name] = f"{fields[name]} {line.strip()}".strip()
        elif len(fields) > 1:
            return FrontMatter(fields, at)
        else:
            return FrontMatter({}, 0)
    return FrontMatter(fields, count)
