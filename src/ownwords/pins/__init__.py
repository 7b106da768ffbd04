"""The author's own answers: `pins.toml` says which place in a post answers which questions.

    [[pin]]
    questions = ["How did you study?", "공부는 어떻게 하셨어요?"]
    post = "my-year"
    quote = "First I joined the open communities"

`heading = "How I studied"` instead of `quote` names all that stands under that heading. Front matter
`questions:` of a post is a pin to the post itself.
"""

from __future__ import annotations

from ownwords.pins.placing import resolve
from ownwords.pins.reading import from_front_matter, read
from ownwords.pins.records import (
    FILE,
    KEYS,
    Pin,
    Reading,
    Resolution,
    ResolvedPin,
    Wordings,
    beside,
    wordings,
)
from ownwords.pins.spelling import spelled

__all__ = [
    "FILE",
    "KEYS",
    "Pin",
    "Reading",
    "Resolution",
    "ResolvedPin",
    "Wordings",
    "beside",
    "from_front_matter",
    "read",
    "resolve",
    "spelled",
    "wordings",
]
