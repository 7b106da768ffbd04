"""Which of the two languages a text is in."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["ko", "en"]
_HANGUL = re.compile("[가-힣ㄱ-ㅣ]")


def language_of(text: str) -> Language:
    """`ko` where at least a fifth of the letters are Hangul, else `en` (any other language too).

    A fifth, since Korean technical prose and questions carry long Latin names among short words.
    """
    hangul = len(_HANGUL.findall(text))
    letters = sum(map(str.isalpha, text))
    return "ko" if hangul and hangul * 5 >= letters else "en"
