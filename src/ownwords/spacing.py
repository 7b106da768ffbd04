"""Korean written without blanks, or with blanks anywhere → with them where they belong:
`어떻게공부하셨나요` is `어떻게 공부하셨나요`, and so is `어떻 게공 부하 셨나 요`.

A model's subword tokens of a run of words, or of pieces of words, are not those of the words: three of
ten questions that are answered as written were not (docs/quality.md). The morphemes tell where a word
ends, but for nouns that follow one another, which stay together as compounds do.
"""

from __future__ import annotations

import re

from ownwords import lexical

# So many syllables in a row are more than one word. Of the 17,234 Korean questions that training/blogs held when
# this was chosen, as their askers spaced them, it changes nine; seven change 59, six 267 (scripts/spacing_run.py).
RUN = 8

# From how many blanks amid words, of all between Hangul, they are taken to stand anywhere; and what length
# of a morpheme says that its word is not known, so that nothing can be told. It changes 11 of those 17,234
# questions, and 0.81 of them with a blank after every second syllable (scripts/spacing_run.py).
LEAST, WRONG, LONGEST = 3, 0.4, 5
LONG = 1000  # characters; to analyse more takes seconds, and nobody forgets his blanks for so long

_BLANK = re.compile(r"(?<=[가-힣])\s+(?=[가-힣])")
_HANGUL = re.compile(r"[가-힣]+")
_RUN = re.compile(rf"[가-힣]{{{RUN},}}")
# Sejong tags: what a word begins with (noun, verb, adjective, adverb, ...), whatever stands before ...
_BEGINS = ("VV", "VA", "MM", "MA", "NP")
# ... or after the end of one: a particle, an ending, an adverb, a determiner.
_MAY_BEGIN = (*_BEGINS, "NN", "NR", "VX", "XR", "IC")
# What a word never begins with: a particle, an ending, a suffix, the copula.
_CLINGS = ("J", "E", "XS", "VCP")
_ENDS = ("J", "E", "MA", "MM", "IC")


def spaced(text: str) -> str:
    """The text, blanks put into its long runs of Hangul; where its own stand amid words, into all its
    Hangul, and those taken out. All else stays as it is, and so does a text that is no short question."""
    if len(text) > LONG:
        return text
    joined = _joined(text)
    return (_RUN if joined == text else _HANGUL).sub(lambda run: _words(run[0]), joined)


def _joined(text: str) -> str:
    """The text without the blanks that stand amid words, where so many do that it is no slip."""
    blanks = list(_BLANK.finditer(text))
    if len(blanks) < LEAST:
        return text
    begins = _beginnings(_BLANK.sub("", text))
    taken, wrong = 0, []
    for blank in blanks:
        if blank.start() - taken not in begins:
            wrong.append(blank.span())
        taken += len(blank[0])
    if not begins or len(wrong) < max(LEAST, WRONG * len(blanks)):
        return text
    edges = [0, *(edge for span in wrong for edge in span), len(text)]
    return "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def _beginnings(text: str) -> set[int]:
    """Where words may begin in a text; empty where one of them is not known."""
    found, at = set(), 0
    for surface, tags in lexical.morphemes(text):
        if len(surface) > LONGEST and _HANGUL.fullmatch(surface):
            return set()
        at = text.index(surface, at)
        if not tags[0].startswith(_CLINGS):
            found.add(at)
        at += len(surface)
    return found


def _words(run: str) -> str:
    found, last = "", ""
    for surface, tags in lexical.morphemes(run):
        begins = _MAY_BEGIN if last.startswith(_ENDS) else _BEGINS
        if found and tags[0].startswith(begins):
            found += " "
        found += surface
        last = tags[-1]
    return found
