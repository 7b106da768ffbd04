"""Answers to a visitor's questions in the author's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Answer", "OwnwordsError", "Quote", "__version__", "open"]

if TYPE_CHECKING:
    from ownwords.ask import open_author as open
    from ownwords.errors import OwnwordsError
    from ownwords.records import Answer, Quote

_FROM = {
    "open": ("ownwords.ask", "open_author"),
    "OwnwordsError": ("ownwords.errors", "OwnwordsError"),
    "Answer": ("ownwords.records", "Answer"),
    "Quote": ("ownwords.records", "Quote"),
}


def __getattr__(name: str) -> Any:
    """Importing the package imports nothing; a name is fetched when it is asked for."""
    if name not in _FROM:
        raise AttributeError(f"module 'ownwords' has no attribute {name!r}")
    import importlib

    module, attribute = _FROM[name]
    return getattr(importlib.import_module(module), attribute)
