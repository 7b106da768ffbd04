"""What the passages found tell of a word, a name, or whoever is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords import names, ranking
from ownwords.ask import open_author
from ownwords.build import build
from ownwords.settings import Settings
from ownwords.telling import MENTIONED

CRANES = [
    f"Crane number {n} lifts on a retry what the one before it has left on the quay."
    for n in range(12)
]


def written(site: Settings, encoder: BagOfWords, text: str) -> None:
    """Twelve sections of cranes in front of one that says so."""
    sections = [f"## Crane {n}\n\n{text}\n" for n, text in enumerate([*CRANES, text])]
    path = Path(site.corpus) / "cranes.md"
    path.write_text("# Cranes\n\n" + "\n".join(sections), encoding="utf-8")
    build(site, full=True, open_encoder=lambda *_: encoder)


@pytest.mark.parametrize("question", ["SSE retry", "sse retry?"])
def test_a_word_that_stands_in_none_of_the_best_is_looked_for(
    small_site: Settings,
    bag_of_words: BagOfWords,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
) -> None:
    for weight in (
        "FIRST_LEXICAL",
        "LEXICAL",
    ):  # the encoder does not know "(retry)" for "retry"
        monkeypatch.setattr(ranking, weight, 0)
    written(
        small_site,
        bag_of_words,
        "Of all protocols (SSE) (retry) is the one that I would take again.",
    )
    answer = open_author(small_site.index, small_site).ask(question)
    assert [quote.text.split()[-1] for quote in answer.quotes] == ["again."]
    assert answer.verdict == "related"
    assert answer.confidence == MENTIONED


def test_words_that_stand_nowhere_together_are_found_as_any_question_is(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    written(small_site, bag_of_words, "Of all protocols (SSE) is the one; I never had to (retry).")
    found = open_author(small_site.index, small_site).best("SSE retry", (), 9)
    assert len(found) == 9


@pytest.mark.parametrize(
    ("question", "mentioned"),
    [
        ("who is LJ?", True), ("Who was LJ", True), ("LJ가 누구예요?", True), ("LJ 누구야?", True), ("who's lj?", True),
        ("what is OpenVoter?", True), ("what's openvoter", True), ("openvoter가 뭐예요?", True), ("존2가 뭐예요?", True), ("존2 뭐야", True), ("k8s란 무엇인가요?", True),
        ("who is quay?", False), ("who is Nell?", False), ("who paid LJ?", False), ("who is he?", False), ("what is your name LJ?", False),
        ("부두가 뭐예요?", False), ("MBTI가 뭐예요?", False),
    ],
)  # fmt: skip
def test_who_or_what_is_named_in_what_is_found_is_shown(
    small_site: Settings, bag_of_words: BagOfWords, question: str, mentioned: bool
) -> None:
    written(
        small_site,
        bag_of_words,
        "I asked LJ, who keeps the quay, why OpenVoter stands still. 그 부두의 존2 옆 k8s, MBTI 모임.",
    )
    answer = open_author(small_site.index, small_site).ask(question)
    assert (answer.confidence >= MENTIONED) is mentioned


@pytest.mark.parametrize(("question", "sentence"), [("LJ?", 1), ("who is LJ", 1), ("quay", 2)])
def test_the_sentence_in_which_it_stands_is_marked(
    small_site: Settings, bag_of_words: BagOfWords, question: str, sentence: int
) -> None:
    sentences = ["who is it?", "I asked LJ.", "Nobody keeps the quay.", "LJs are others."]
    written(small_site, bag_of_words, " ".join(sentences))
    quote = open_author(small_site.index, small_site).ask(question).quotes[0]
    marked = [quote.text[slice(*span)] for span in quote.highlights]
    assert marked == [sentences[sentence]]


def test_what_is_yours_is_no_name() -> None:
    assert names.mentioned("what's Fee", ["Fee is small."])
    assert not names.mentioned("what's your fee", ["Your fee is small."])
