"""Text that comes with the package, to learn from how a model's numbers lie: training/reference.py."""

from __future__ import annotations

from importlib import resources


def paragraphs() -> list[str]:
    """Of invented blogs, half of them Korean, half English, each of 150 to 900 characters."""
    file = resources.files(__package__) / "reference.txt"
    return file.read_text(encoding="utf-8").splitlines()
