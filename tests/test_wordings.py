"""What reads a visitor's wording must end, whatever he types: a pattern that tries every way to cut a text
holds the whole server for as long as it does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ownwords

PACKAGE = Path(ownwords.__file__).parent
MODULES = (
    "amounts", "bydate", "contacts", "conversation", "matters", "returning", "sequel", "years", "notices/courtesies", "notices/questions",
)  # fmt: skip
ENOUGH = 240  # seconds, of some 20; a pattern that is at fault takes years
READ = """
import json, sys
from ownwords import amounts, bydate, contacts, conversation, keyboard, matters, notices, pinned, pins, returning, sequel, several, years

read = [
    amounts.asks, bydate.asked, contacts.asked, contacts.told, several.questions, conversation.points_back, conversation.says_nothing, conversation.hangs, conversation.opened,
    conversation.wants_more, conversation.goes_on, returning.returns, returning.to_first, returning.without, years.named,
    notices.notice_of, notices.of_somebody, notices.behind_courtesy, pins.spelled, keyboard.candidates,
    lambda text: years.in_full(text, frozenset), lambda text: conversation.dated(["in 2021?", text]),
    lambda text: pinned.differ(text, "what"), lambda text: matters.untold(text, [text, "what"]),
]
for text in json.load(sys.stdin):
    for reads in read:
        reads(text)
"""


def words() -> list[str]:
    """All that the patterns are made of, in pieces."""
    source = "".join((PACKAGE / f"{module}.py").read_text("utf-8") for module in MODULES)
    return sorted(set(re.findall(r"[가-힣]+|[a-z]{1,12}", source)))


@pytest.mark.parametrize("before", ["", "이유 "])
def test_no_wording_is_read_in_more_ways_than_one(before: str) -> None:
    texts = [
        before + (word + between) * (470 // (len(word) + 1)) + "q. x y"
        for word in words()
        for between in ("", " ", "-")
    ]
    assert len(texts) > 3_000
    ended = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps(texts), text=True, timeout=ENOUGH
    )
    assert ended.returncode == 0
