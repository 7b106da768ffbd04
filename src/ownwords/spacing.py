"""Korean written without blanks → with them: `어떻게공부하셨나요` is `어떻게 공부하셨나요`.

A model's subword tokens of a run of words are not those of the words: without blanks, three of ten
questions that are answered as written were not (docs/quality.md). The morphemes tell where a word
ends, but for nouns that follow one another, which stay together as compounds do.
"""

from __future__ import annotations

import re

from ownwords import lexical

# So many syllables in a row are more than one word. Of the 8,287 Korean questions of training/blogs, as
# their askers spaced them, this changes two; seven change 22, six 98 (scripts/spacing_run.py).
RUN = 8

_RUN = re.compile(rf"[가-힣]{{{RUN},}}")
# Sejong tags: what a word begins with (noun, verb, adjective, adverb, ...), whatever stands before ...
_BEGINS = ("VV", "VA", "MM", "MA", "NP")
# ... or after the end of one: a particle, an ending, an adverb, a determiner.
_MAY_BEGIN = (*_BEGINS, "NN", "NR", "VX", "XR", "IC")
_ENDS = ("J", "E", "MA", "MM", "IC")


def spaced(text: str) -> str:
    """The text, blanks put into its long runs of Hangul; all else stays as it is."""
    return _RUN.sub(lambda run: _words(run[0]), text)


def _words(run: str) -> str:
    found, last = "", ""
    for surface, tags in lexical.morphemes(run):
        begins = _MAY_BEGIN if last.startswith(_ENDS) else _BEGINS
        if found and tags[0].startswith(begins):
            found += " "
        found += surface
        last = tags[-1]
    return found
