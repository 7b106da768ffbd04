"""A message as the patterns see it, and what they share."""

from __future__ import annotations

import re
import unicodedata

KO_END = "(?:요|여|용|욤|염|욥|유)"
_LAUGHTER = re.compile(r"(?<!ㅇ)ㅋ+|[ㅠㅜ]+|ㅎ+(?![ㄱ-ㅎ])")
_HANGUL = "가-힣ㄱ-ㅣ"
_BLANK_BY_HANGUL = re.compile(rf"(?<=[{_HANGUL}]) +| +(?=[{_HANGUL}])")


def plain(text: str) -> str:
    """Small letters and single blanks, none beside Hangul (people space it as they like); marks,
    emoji and laughter are gone, a letter held down (`hiii`) counts once."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("'", "").replace("’", "")
    words = re.sub(r"[\W_]+", " ", _LAUGHTER.sub(" ", folded))
    return _BLANK_BY_HANGUL.sub("", re.sub(r"(.)\1\1+", r"\1", words)).strip()


def any_of(korean: str, english: str) -> str:
    """A pattern for either; English words are whole ones."""
    return rf"(?:{korean}|(?<![a-z])(?:{english})(?![a-z]))"
