"""The one exception that the core raises and each face translates."""

from __future__ import annotations


class OwnwordsError(Exception):
    """What went wrong, in one sentence, and what the reader can do about it.

    `code` is a short stable word for programs (the API sends it); `message` names what was given
    and what was expected; `fix` is an action, possibly a command to run.
    """

    def __init__(self, message: str, fix: str, code: str = "error") -> None:
        super().__init__(f"{message}. {fix}" if fix else message)
        self.code = code
        self.message = message
        self.fix = fix
