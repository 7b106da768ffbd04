"""How it went on: what an author tells behind the places that were shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from conftest import BagOfWords
from ownwords import confidence, encoder, selection
from ownwords.ask import Author, open_author
from ownwords.build import build
from ownwords.conversation import Asked, asked_before, contexts, goes_on, hangs, leaning
from ownwords.records import Passage, Range
from ownwords.sequel import after, before, rest
from ownwords.settings import Settings
from ownwords.tracked import Tracked


@pytest.mark.parametrize(
    "question",
    [
        "and then?", "And?", "so what happened?", "what happened next?", "then what?", "what next?", "and after that?", "ok, and then?",
        "how did it end?", "how did that turn out in the end?", "what did you do next?", "And what happened in the end?",
        "그래서요?", "그리고?", "그리고는요?", "그 다음에는요?", "그다음엔?", "그 후에는?", "그 뒤로는요?", "그래서 어떻게 됐어요?", "그 뒤로 어떻게 되었나요?",
        "결국 어떻게 됐나요?", "그러고 나서는요?", "그 다음 이야기는?", "ㅋㅋ 그래서요?", "그래서 그 다음에는 어떻게 됐어요?", "이후에는요?", "그 이후로는?",
        "그래서 어떻게 된 거예요?", "그래서 어떻게 된 건가요?", "그래서 어떻게 되는 건데요?", "나중에 어떻게 됐어요?", "so how did it go?", "결국 무슨 일이 있었어요?",
    ],
)  # fmt: skip
def test_wordings_that_ask_how_it_went_on(question: str) -> None:
    assert goes_on(question)


@pytest.mark.parametrize(
    "question",
    [
        "", "?", "why?", "more", "and the exam?", "what happened in 2020?", "그 다음 해에는?", "and the year after?", "다음 글은?", "다음에 뭘 쓸 거예요?",
        "어떻게 됐어요?", "그 회사는 어떻게 됐어요?", "나중에 뭐 하고 싶어요?", "how did the exam go?", "그래서 왜요?", "what do you do?", "그건요?",
        "그 다음 회사는?", "after work?", "그리고 " * 40, "그럼 어떻게 되돌리나요?", "그래서 어떻게 되살렸어요?", "그럼 어떻게 돌아가나요?", "그럼요", "나중에요?",
        "how did it go?", "soso", "이담에", "그럼 어떻게 되나요?",
    ],
)  # fmt: skip
def test_wordings_that_ask_for_something_else(question: str) -> None:
    assert not goes_on(question)


def test_how_it_went_on_is_asked_of_the_last_question_that_was_one() -> None:
    assert asked_before("and then?", ["a", "b"]) == Asked("b", ("a",), steps=1)
    assert asked_before("그래서요?", ["a", "more", "and then?"]) == Asked("a", (), pages=1, steps=2)
    assert asked_before("more", ["a", "and then?"]) == Asked("a", (), steps=2)
    assert asked_before("and then?", ["more"]) == Asked("and then?", ())
    assert asked_before("more", ["a", "and then?"], "and then?".__eq__) == Asked(
        "and then?", ("a",), 1
    )
    assert asked_before("and then?", ["how did it end?"]) == Asked("how did it end?", (), steps=1)
    assert asked_before("how did it end?", []) == Asked("how did it end?", ())
    assert (
        hangs("그 다음에는요?")
        and not hangs("how did it end?")
        and not hangs("결국 어떻게 됐나요?")
    )


def test_what_follows_leans_on_what_it_went_on_from() -> None:
    assert leaning(["왜 퇴사했나요?", "그래서요?", "이후에는요?"]) == ("왜 퇴사했나요?",)
    assert contexts("왜요?", ["결국 어떻게 됐나요?", "more", "and then?"]) == [
        "결국 어떻게 됐나요?"
    ]


def passage(post: int, *sentences: str) -> Passage:
    text, spans = "", []
    for one in sentences:
        start = len(text) + bool(text)
        text = f"{text} {one}" if text else one
        spans.append(Range(start, len(text)))
    return Passage(post, Tracked.literal(text, 0), (), "prose", tuple(spans))


def test_it_goes_on_behind_what_was_shown_without_a_gap() -> None:
    passages = [passage(post, "One.") for post in (0, 0, 0, 0, 0, 1)]
    assert after([1], passages) == [2, 3, 4]
    assert after([1, 5, 2], passages) == [3, 4]
    assert after([1, 3], passages) == [2, 3, 4]
    assert after([4, 0], passages) == after([5], passages) == after([], passages) == []
    assert after([4, 5], [*passages, passage(1, "Two.")]) == []


def test_what_stands_before_the_best_place_was_passed() -> None:
    passages = [passage(post, "One.") for post in (0, 1, 1, 1, 1)]
    assert before([3, 4, 1], passages) == [2]
    assert before([1], passages) == before([0], passages) == before([], passages) == []


def test_what_is_left_of_a_passage_stands_behind_what_answered() -> None:
    told = passage(0, "One.", "Two.", "Three.")
    first, second, third = told.sentences
    assert rest(told, [first]) == Range(second.start, third.end)
    assert rest(told, [first, third]) is rest(told, [third]) is rest(told, []) is None


RAIN = "Rain fell on the old roof. My bicycle stayed in the shed."
LETTER, KEYS = "A letter came from the museum.", "They gave me keys and a lantern."


@pytest.fixture
def opened(small_site: Settings, bag_of_words: BagOfWords) -> Callable[..., Author]:
    """Opens a blog with a post of these sections, and another that bears out what it says of rain."""

    def made(*sections: str) -> Author:
        told = "\n\n".join(f"## Part {n}\n\n{text}" for n, text in enumerate(sections))
        again = "Rain fell on the old roof all day, all night and all week. The street was grey."
        for name, text in (("rain", told), ("the other", again)):
            (Path(small_site.corpus) / f"{name}.md").write_text(f"# {name}\n\n{text}\n", "utf-8")
        build(small_site, open_encoder=lambda *_: bag_of_words)
        return open_author(small_site.index, small_site)

    return made


ASKED = "rain fell on the old roof"


def texts(author: Author, question: str, *history: str) -> list[str]:
    return [quote.text for quote in author.ask(question, history, k=1).quotes]


def test_and_then_reads_on_in_the_post(opened: Callable[..., Author]) -> None:
    author = opened(RAIN, LETTER, KEYS)
    assert texts(author, ASKED) == [RAIN]
    left = author.ask("and then?", [ASKED], k=1).quotes[0]  # what stands behind what answered
    assert left.text == RAIN
    assert [RAIN[a:b] for a, b in left.highlights] == ["My bicycle stayed in the shed."]
    assert texts(author, "그래서요?", ASKED, "and then?") == [LETTER]
    assert texts(author, "more", ASKED, "and then?", "what next?") == [KEYS]
    assert author.ask("and then?", [ASKED]).confidence == author.ask(ASKED).confidence
    assert author.best("and then?", [ASKED]) == author.ask("and then?", [ASKED]).quotes


def test_a_quote_that_goes_on_begins_with_the_sentence_that_answered(
    opened: Callable[..., Author],
) -> None:
    author = opened(f"It was May. {RAIN} It was blue.", LETTER)
    quote = author.ask("and then?", [ASKED], k=1).quotes[0]
    assert quote.text == f"{RAIN} It was blue."
    new = ["My bicycle stayed in the shed.", "It was blue."]
    assert [quote.text[a:b] for a, b in quote.highlights] == new
    assert author.around(quote.post, quote.start, quote.end) == ("It was May.", LETTER)


def test_it_goes_on_behind_what_the_author_has_pinned(
    opened: Callable[..., Author], small_site: Settings
) -> None:
    pin = (
        '[[pin]]\nquestions = ["storm"]\npost = "rain"\nquote = "My bicycle stayed in the shed."\n'
    )
    Path(small_site.corpus).with_name("pins.toml").write_text(pin, "utf-8")
    author = opened(f"{RAIN} It was blue.", LETTER)
    assert texts(author, "storm") == [f"{RAIN} It was blue."]
    quote = author.ask("and then?", ["storm"], k=1).quotes[0]
    assert quote.text == "My bicycle stayed in the shed. It was blue."
    assert [quote.text[a:b] for a, b in quote.highlights] == ["It was blue."]


@pytest.mark.parametrize("place", [f'quote = "{RAIN}"', 'heading = "Part 0"'])
def test_what_is_pinned_as_a_whole_is_not_shown_again(
    opened: Callable[..., Author], small_site: Settings, place: str
) -> None:
    pin = f'[[pin]]\nquestions = ["storm"]\npost = "rain"\n{place}\n'
    Path(small_site.corpus).with_name("pins.toml").write_text(pin, "utf-8")
    author = opened(RAIN, LETTER)
    assert texts(author, "storm") == [RAIN]
    assert texts(author, "and then?", "storm") == [LETTER]


@pytest.mark.parametrize("indent", ["", "  "])
def test_no_quote_begins_where_it_would_show_the_number_of_a_later_item(
    opened: Callable[..., Author], indent: str
) -> None:
    first = "A boat of oak was built. Rain fell on the old roof."
    author = opened(f"{indent}1. {first}\n{indent}2. My bicycle stayed in the shed.")
    quote = author.ask("and then?", [ASKED], k=1).quotes[0]
    assert quote.text.startswith(first)
    told = [quote.text[a:b] for a, b in quote.highlights]
    assert told == ["My bicycle stayed in the shed."]


@pytest.mark.parametrize("between", [[LETTER], []])
def test_what_the_author_says_once_more_is_read_once_more(
    opened: Callable[..., Author], between: list[str]
) -> None:
    flood = "Rain fell on the old roof. Then the flood took the whole village away."
    author = opened(RAIN, *between, flood, KEYS)
    history: list[str] = [ASKED]
    for told in (RAIN, *between, flood, KEYS):
        assert texts(author, "and then?", *history) == [told]
        history.append("and then?")


def test_it_goes_on_with_what_the_answer_has_left_out(opened: Callable[..., Author]) -> None:
    author = opened("Rain fell on the old roof.", LETTER, KEYS)
    assert LETTER not in [quote.text for quote in author.ask(ASKED, k=3).quotes]
    assert LETTER in [quote.text for quote in author.best(ASKED, k=3)]
    assert author.ask("and then?", [ASKED], k=3).quotes[0].text == LETTER


def test_a_rest_that_says_nothing_is_not_shown(opened: Callable[..., Author]) -> None:
    author = opened(f"Rain fell on the old roof. {ALONE}", LETTER)
    assert texts(author, "and then?", ASKED) == [LETTER]


ALONE = "Is that all there was on such a night in the old town by the harbour?"  # says nothing of its own


class Shuffling:
    """A reranker whose order has nothing to do with any other."""

    name = "shuffling"

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([crc32((question + one).encode()) % 997 for one in passages], np.float32)


def test_each_step_reads_on_by_an_answers_quotes(opened: Callable[..., Author]) -> None:
    author = opened(
        ASKED.capitalize() + ".", LETTER, ALONE, KEYS, "Dust lay about.", "It was swept."
    )

    def steps(*history: str) -> list[str]:
        return [quote.text for quote in author.ask("and then?", [ASKED, *history], k=2).quotes]

    first = [quote.text for quote in author.ask(ASKED, k=2).quotes]
    assert first[0] == ASKED.capitalize() + "."
    assert steps() == [LETTER, KEYS]
    assert steps("and then?") == ["Dust lay about.", "It was swept."]
    four = [
        "and then?"
    ] * 4  # behind the end it is the next best place, as if none had been read on
    assert texts(author, "and then?", ASKED, *four) == texts(author, "more", ASKED) != []


def test_behind_more_it_goes_on_behind_all_that_was_shown(opened: Callable[..., Author]) -> None:
    may, june, july = (f"Rain fell on the old roof in {one}." for one in ("May", "June", "July"))
    author, asked = opened(may, june, july, LETTER), f"{ASKED} in may"
    assert [*texts(author, asked), *texts(author, "more", asked)] == [may, june]
    assert texts(author, "and then?", asked, "more") == [july]


def test_behind_the_posts_end_is_what_is_left_elsewhere(opened: Callable[..., Author]) -> None:
    author = opened(KEYS, ASKED.capitalize() + ".")
    assert texts(author, ASKED) == [ASKED.capitalize() + "."]
    assert texts(author, "and then?", ASKED) == texts(author, "more", ASKED) != []
    assert author.ask("and then?", [ASKED, "and then?", "and then?"]).notice


def test_it_never_goes_back_in_the_post(opened: Callable[..., Author]) -> None:
    june, may = (f"Rain fell on the old roof in {one}." for one in ("June", "May"))
    author, asked = opened(june, may), f"{ASKED} in may"
    assert texts(author, asked) == [may] and texts(author, "more", asked) == [june]
    assert texts(author, "and then?", asked) not in ([june], [])


def test_a_whole_question_is_one_where_none_stands_before_it(opened: Callable[..., Author]) -> None:
    author = opened(RAIN, LETTER, KEYS)
    assert author.ask("how did it end?").notice is None
    assert texts(author, "how did it end?", ASKED) == [RAIN]


def test_of_no_question_it_is_no_question(opened: Callable[..., Author]) -> None:
    author = opened(RAIN)
    assert author.ask("and then?").notice == author.ask("more").notice is not None


def test_of_what_is_not_answered_nothing_goes_on(opened: Callable[..., Author]) -> None:
    assert opened(RAIN, LETTER).ask("and then?", ["how much is your salary?"]).quotes == ()


def test_a_passage_that_the_account_had_kept_apart_is_not_lost(
    small_site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the rest of the post is read, other passages follow the first answer's; one may go on from a
    quote of that."""
    museum = "Rain lay upon seven keys of the museum."
    boat = "Rain fell on the old boat while my kettle was singing."
    ladder = "By the harbour lay a copper ladder."
    roof = "Rain fell on the old roof that night."
    posts = {
        "a": f"## One\n\n{roof}\n\n## Two\n\n{museum}",
        "b": f"{boat}\n\n{ladder}",
    }
    for old in Path(small_site.corpus).iterdir():
        old.unlink()
    for name, text in posts.items():
        (Path(small_site.corpus) / f"{name}.md").write_text(f"# {name}\n\n{text}\n", "utf-8")
    settings = replace(small_site, passage_chars=50)
    build(settings, open_encoder=lambda *_: bag_of_words)
    monkeypatch.setattr(confidence, "verdict", lambda *_: "answered")
    author = open_author(settings.index, settings)

    def steps(*history: str) -> list[str]:
        asked = "and then?" if history else ASKED
        return [quote.text for quote in author.ask(asked, history, k=2).quotes]

    assert [steps(), steps(ASKED), steps(ASKED, "and then?")] == [[roof, boat], [museum], [ladder]]


@pytest.mark.parametrize("reranker", [None, Shuffling()])
@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("more", [0, 1])
def test_behind_the_posts_end_every_place_comes_once(
    small_site: Settings,
    bag_of_words: BagOfWords,
    monkeypatch: pytest.MonkeyPatch,
    reranker: Shuffling | None,
    k: int,
    more: int,
) -> None:
    things = ["roof", "boat", "lamp", "oak", "kettle", "ladder", "window", "bridge"]
    for n, one in enumerate(things):
        told = "\n\n".join(f"Rain fell on the old {one} in {other}." for other in things[: n + 1])
        (Path(small_site.corpus) / f"{one}.md").write_text(f"# {one}\n\n{told}\n", "utf-8")
    settings = replace(small_site, passage_chars=40, caution="generous")
    build(settings, open_encoder=lambda *_: bag_of_words)
    monkeypatch.setattr(encoder, "open_reranker", lambda *_, **__: reranker)
    monkeypatch.setattr(confidence, "verdict", lambda *_: "answered")
    author, history, shown = open_author(settings.index, settings), [], []
    for asked in (ASKED, *["more"] * more, *["and then?"] * 60):
        quotes = author.ask(asked, history, k=k).quotes
        history.append(asked)
        if not quotes and len(history) > 1:
            break
        shown += quotes
    elsewhere = [(one.post, one.start) for one in shown if one.post != shown[0].post]
    assert len(elsewhere) == len(set(elsewhere)) > 10
    assert {post for post, _ in elsewhere} | {shown[0].post} == {post.path for post in author.posts}


def test_reading_on_looks_at_no_more_than_it_shows(
    opened: Callable[..., Author], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"{one}{two}" for one in "abcdefgh" for two in "abcdefgh"]
    author = opened(ASKED.capitalize() + ".", *(f"Then {one} came by {one}." for one in numbers))
    made, compared = selection._said, []
    monkeypatch.setattr(
        selection, "_said", lambda passage: compared.append(passage) or made(passage)
    )
    assert texts(author, "and then?", ASKED) == ["Then aa came by aa."]
    assert len(compared) < 20 < len(numbers)


def test_more_of_the_best_is_what_more_shows(opened: Callable[..., Author]) -> None:
    author = opened(RAIN, LETTER, KEYS, *(f"Rain fell on roof {n}." for n in range(9)))
    assert author.best("more", [ASKED]) == author.ask("more", [ASKED]).quotes != ()
