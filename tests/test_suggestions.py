"""Questions that a corpus answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords.ask import Author, open_author
from ownwords.build import build
from ownwords.settings import Settings
from ownwords.suggestions import COMMON, MOST, suited

STUDY = COMMON[0]
# In both languages' words, since the encoder here knows no other likeness; the rest keeps them rare.
TOLD = "Some ask how did you study, 공부는 어떻게 했어요, and that is all."
OTHER = "It rained on the old roof and a train went by. Bread was baked, oats were sown."


def suggested(site: Settings, encoder: BagOfWords, **posts: str) -> Author:
    for name, text in posts.items():
        (Path(site.corpus) / f"{name}.md").write_text(text, encoding="utf-8")
    build(site, full=True, open_encoder=lambda *_: encoder)
    return open_author(site.index, site)


def test_what_one_asks_of_anybody_is_offered_where_both_languages_find_it(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    author = suggested(small_site, bag_of_words, told=f"# Told\n\n{TOLD}\n", other=OTHER)
    assert set(STUDY) <= set(author.suggestions)
    assert author.suggested("ko")[0] == STUDY[0]
    assert STUDY[1] in author.suggested("en") and STUDY[0] not in author.suggested("en")
    assert STUDY[1] not in author.suggested("ko")
    for question in STUDY:
        assert author.ask(question).verdict == "answered"


def test_a_pin_in_the_other_language_takes_the_place_of_what_one_asks_of_anybody(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    pin = f'[[pin]]\nquestions = ["공부법은요?"]\npost = "told"\nquote = "{TOLD}"\n'
    Path(small_site.corpus).with_name("pins.toml").write_text(pin, "utf-8")
    author = suggested(small_site, bag_of_words, told=f"# Told\n\n{TOLD}\n", other=OTHER)
    assert "공부법은요?" in author.suggested("ko")
    assert STUDY[0] not in author.suggestions


def test_what_is_found_in_one_language_alone_is_not_offered(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    told = f"# Told\n\nSome ask {STUDY[1].lower()} And that is all.\n"
    author = suggested(small_site, bag_of_words, told=told, other=OTHER)
    assert author.ask(STUDY[1]).verdict == "answered"
    assert not set(STUDY) & set(author.suggestions)


@pytest.mark.parametrize(
    "heading",
    [
        "Where did I sleep beside an otter?",
        "나는 수달 곁에서 어디에 잤는가?",
        "Is the otter asleep?",
        "Where does the otter sleep!?",
    ],
)
def test_what_a_visitor_might_ask_so_comes_before_what_he_would_not(
    small_site: Settings, bag_of_words: BagOfWords, heading: str
) -> None:
    likely = "수달은 어디에서 밥을 먹는가?"
    text = (
        f"# Day\n\n## {heading}\n\nThe otter does sleep where reeds grow. 수달 곁에서 나는 잤는 법이다.\n\n"
        f"## {likely}\n\n수달은 강어귀에서 밥을 먹는 법이다.\n"
    )
    author = suggested(small_site, bag_of_words, otter=text)
    assert author.suggestions.index(likely) < author.suggestions.index(heading)


def test_all_that_front_matter_names_is_offered(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    text = '---\nquestions: ["Where do otters sleep?", "What do otters like?"]\n---\n# Day\n\nOtters like reeds.\n'
    author = suggested(small_site, bag_of_words, otter=text)
    assert author.suggestions[:2] == ("Where do otters sleep?", "What do otters like?")


def test_what_pins_and_front_matter_ask_alike_is_offered_once(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    pin = '[[pin]]\nquestions = ["Where do otters sleep?"]\npost = "otter"\nquote = "Otters like reeds."\n'
    Path(small_site.corpus).with_name("pins.toml").write_text(pin, "utf-8")
    text = '---\nquestions: ["where do OTTERS sleep", "What do otters like?"]\n---\n# Day\n\nOtters like reeds.\n'
    author = suggested(small_site, bag_of_words, otter=text)
    assert author.suggestions[:2] == ("Where do otters sleep?", "What do otters like?")
    assert "where do OTTERS sleep" not in author.suggestions


def test_one_place_is_offered_once(small_site: Settings, bag_of_words: BagOfWords) -> None:
    text = "# Otters sleep\n\n## Where does the otter sleep?\n\nThe otter does sleep where reeds grow.\n"
    author = suggested(small_site, bag_of_words, otter=text)
    assert "Where does the otter sleep?" in author.suggestions
    assert "Otters sleep" not in author.suggestions


def test_the_reader_s_language_comes_first() -> None:
    questions = [*(f"질문 {n}?" for n in range(6)), *(f"question {n}?" for n in range(6))]
    assert suited(questions, "en") == (*questions[6:], "질문 0?", "질문 1?")
    assert suited(questions, "ko") == (*questions[:6], "question 0?", "question 1?")
    assert len(suited(questions, "ko")) == MOST
