"""Which of the two languages a text is in."""

from __future__ import annotations

from typing import Literal

Language = Literal["ko", "en"]


def language_of(text: str) -> Language:
    """`ko` where at least a fifth of the letters are Hangul, else `en` (any other language too).

    A fifth, since Korean technical prose and questions carry long Latin names among short words.
    """
    hangul = sum("가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ" for char in text)
    letters = sum(char.isalpha() for char in text)
    return "ko" if hangul and hangul * 5 >= letters else "en"
