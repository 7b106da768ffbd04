"""How well misspelt Korean questions still find their place.

    python scripts/typos.py INDEX=QUESTIONS.jsonl...

Each Korean question is asked as it is written, without blanks, with a blank after every second
syllable, and with what is misspelt most: ㅆ at a syllable's end as ㅅ ("했" as "햇"), ㅐ and ㅔ for one
another. Prints hit@1 / hit@3 / within 600 over all the sets together.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from ablation import asked, cell, places

from ownwords.evaluate import Question

FIRST, VOWELS, FINALS = 0xAC00, 21, 28  # a syllable is FIRST + (initial * 21 + vowel) * 28 + final
SS, S, AE, E = 20, 19, 1, 5


def respelt(text: str, final: dict[int, int], vowel: dict[int, int]) -> str:
    """Every syllable with other parts, where they are named."""
    found = []
    for char in text:
        number = ord(char) - FIRST
        if 0 <= number < 11_172:
            start, end = divmod(number, FINALS)
            initial, middle = divmod(start, VOWELS)
            middle, end = vowel.get(middle, middle), final.get(end, end)
            char = chr(FIRST + (initial * VOWELS + middle) * FINALS + end)
        found.append(char)
    return "".join(found)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "without blanks": lambda text: "".join(text.split()),
    "blanks anywhere": lambda text: re.sub("(..)", r"\1 ", "".join(text.split())),
    "ㅆ as ㅅ": lambda text: respelt(text, {SS: S}, {}),
    "ㅐ and ㅔ swapped": lambda text: respelt(text, {}, {AE: E, E: AE}),
    "all but the blanks": lambda text: "".join(respelt(text, {SS: S}, {AE: E, E: AE}).split()),
}


def misspelt(question: Question, spelling: Callable[[str], str]) -> Question:
    return Question(
        question.id,
        question.lang,
        question.kind,
        spelling(question.question),
        question.history,
        question.gold,
    )


def main(arguments: list[str]) -> None:
    sets = [asked(one) for one in arguments]
    for name, spelling in SPELLINGS.items():
        found = [
            place
            for author, questions in sets
            for place in places(
                author, tuple(misspelt(q, spelling) for q in questions if q.lang == "ko")
            )
        ]
        print(f"{name:20s} {cell(found)} of {len(found)}")


if __name__ == "__main__":
    main(sys.argv[1:])
