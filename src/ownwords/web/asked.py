"""What a visitor sent, checked: the same limits for the page and the API."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ownwords.ask import Author
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

log = logging.getLogger(__name__)

SHARED = 5  # questions that an address of the page may ask; page.js keeps as many


class Refused(Exception):
    """A request that is answered with an error of the HTTP status; `code` names its sentence."""

    def __init__(self, status: int, code: str, limit: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.limit = limit


# What the core says about a question, by its code: the visitor can mend these.
_VISITORS = {"empty_question": (422, "empty"), "k": (422, "k"), "unknown_scope": (404, "scope")}
# What it says about the index or the model: the operator can, and until then it is a 503.
_OPERATORS = ("index", "model", "no_index", "disk", "export")


def refusal(error: OwnwordsError) -> Refused:
    """An error of the core in the visitor's words. The operator's own sentence (it may name a
    folder) goes to the log, never to the visitor."""
    if error.code in _VISITORS:
        return Refused(*_VISITORS[error.code])
    log.error("a question failed: %s", error)
    return (
        Refused(503, "not_ready") if error.code.startswith(_OPERATORS) else Refused(500, "internal")
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose parts are of the right type and within the limits of the settings."""

    question: str
    history: tuple[str, ...] = ()
    k: int | None = None
    scope: str | None = None


def parsed(body: bytes, settings: Settings) -> Asked:
    """The question in a JSON body. Raises Refused; fields it does not know are left alone."""
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "json") from None
    if not isinstance(sent, dict):
        raise Refused(422, "type")
    history = sent.get("history")
    return checked(
        sent.get("question"),
        [] if history is None else history,
        sent.get("k"),
        sent.get("scope"),
        settings,
    )


def checked(question: Any, history: Any, k: Any, scope: Any, settings: Settings) -> Asked:
    """Raises Refused for a wrong type, a character no file can hold, and anything over a limit."""
    if not isinstance(history, list):
        raise Refused(422, "type")
    if len(history) > settings.max_history:
        raise Refused(422, "history", settings.max_history)
    earlier = tuple(_text(entry, settings.max_question_chars) for entry in history)
    asked = _text(question, settings.max_question_chars)
    if not asked.strip():
        raise Refused(422, "empty")
    return Asked(asked, earlier, _count(k, settings.max_quotes), _scope(scope))


def post_id(author: Author, scope: str | None) -> str | None:
    """The id of the post a scope names by id or address. Raises Refused when there is none."""
    if scope is None:
        return None
    for post in author.posts:
        if post.named(scope):
            return post.id
    raise Refused(404, "scope")


def known_post(author: Author, scope: str | None) -> str | None:
    """The id of the post a page's address names, or None when it names none of this author's."""
    try:
        return post_id(author, scope)
    except Refused:
        return None


def earlier_questions(history: Sequence[str], settings: Settings) -> list[str]:
    """The last of them that a request may carry."""
    return list(history)[-settings.max_history :]


def shared_questions(query: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The questions of a page's address `/?q=…&q=…`, oldest first, the last SHARED of them."""
    return tuple(value for name, value in query if name == "q" and value.strip())[-SHARED:]


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise Refused(422, "type")
    if len(value) > limit:
        raise Refused(422, "too_long", limit)
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
        raise Refused(422, "characters")
    return value


def _count(value: Any, limit: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int:
        raise Refused(422, "type")
    if not 1 <= value <= limit:
        raise Refused(422, "k", limit)
    return value


def _scope(value: Any) -> str | None:
    return None if value is None else _text(value, 2000)
