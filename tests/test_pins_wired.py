"""Pins from their file to the answer: build, index, ask, the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from conftest import BagOfWords
from ownwords import build as builder
from ownwords import cli, pinned, pins, store
from ownwords.ask import Author, open_author
from ownwords.build import BuildReport, is_stale
from ownwords.encoder import Embeddings
from ownwords.errors import OwnwordsError
from ownwords.finding import PINNED
from ownwords.pinned import Encoded
from ownwords.pins import ResolvedPin
from ownwords.rows import Rows
from ownwords.settings import Settings
from ownwords.watching import watch

runner = CliRunner()
QUESTION = "which kind of weather do you and your old neighbours like most of all today?"
PIN = f"""[[pin]]
questions = ["{QUESTION}", "What about C++?"]
post = "rain"
quote = "The street was silver"
"""
GONE = """
[[pin]]
questions = ["who read code?"]
post = "study.md"
quote = "My classmates read books daily"
"""
LONG = """# Long

The kettle sings in the morning. Bread is on the table.

## Evening

""" + "\n\n".join(
    f"The {word} lamp burns beside the {other} window while nobody counts the {third} hours. "
    f"A {third} clock strikes and the {word} cat leaves the {other} chair for good and all. "
    f"Then {other} shadows cross the {word} wall, {third} by {third}, until they are gone."
    for word, other, third in [
        ("amber", "narrow", "quiet"),
        ("copper", "western", "empty"),
        ("violet", "broken", "distant"),
    ]
)  # fmt: skip


def write(settings: Settings, text: str) -> Path:
    path = pins.beside(Path(settings.corpus))
    path.write_text(text, encoding="utf-8")
    return path


def build(settings: Settings, model: BagOfWords) -> BuildReport:
    return builder.build(settings, open_encoder=lambda *_: model)


@pytest.fixture
def site(small_site: Settings) -> Settings:
    (Path(small_site.corpus) / "long.md").write_text(LONG, encoding="utf-8")
    return small_site


def pinned_author(settings: Settings, model: BagOfWords, text: str = PIN) -> Author:
    write(settings, text)
    assert build(settings, model).ok
    return open_author(settings.index, settings)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "Which KIND of weather do you  and your old neighbours like most of all today",
        "and your old neighbours, do you like most of all today which kind of weather?",
        "what about c++",
    ],
)
def test_a_pinned_place_comes_first(
    site: Settings, bag_of_words: BagOfWords, question: str
) -> None:
    answer = pinned_author(site, bag_of_words).ask(question)
    first = answer.quotes[0]
    assert (first.post, answer.verdict) == ("rain.md", "answered")
    assert answer.confidence > 0.9
    assert [first.text[a:b] for a, b in first.highlights] == ["The street was silver."]
    assert len({quote.text for quote in answer.quotes}) == len(answer.quotes) > 1


@pytest.mark.parametrize(
    "question",
    ["did my classmates read code daily?", "what about c#?", "which weather today?", "?!"],
)
def test_for_another_question_nothing_changes(
    site: Settings, bag_of_words: BagOfWords, question: str
) -> None:
    build(site, bag_of_words)
    authors = open_author(site.index, site), pinned_author(site, bag_of_words)
    before, after = (
        replace(author.ask(question), build="", took_ms=0, suggestions=()) for author in authors
    )
    assert before == after
    assert authors[1].suggestions[0] == QUESTION  # what is pinned is what the author wants asked


def test_with_a_history_the_question_is_taken_alone(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    author = pinned_author(site, bag_of_words, PIN.replace("What about C++?", "and then?"))
    assert author.ask("and then?", ["did my classmates read code?"]).quotes[0].post == "rain.md"
    other = author.ask("and after?", ["did my classmates read code?"])
    assert other.confidence < 0.99


@pytest.mark.parametrize(
    "wording",
    ["back to the old street, was it grey?", "방금 말한 거리는요?", "which one you mentioned from earlier?", "22년에는요?"],
)  # fmt: skip
def test_a_pins_own_words_are_read_whole_whatever_stands_before_them(
    site: Settings, bag_of_words: BagOfWords, wording: str
) -> None:
    author = pinned_author(site, bag_of_words, PIN.replace("What about C++?", wording))
    assert author.ask(wording, ["did my classmates read code?"]).confidence == 0.99
    more = author.ask("more", [wording], k=1)
    assert more.notice is None or more.notice.startswith("No other place")


def test_a_scope_without_the_pinned_post_has_no_pin(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    author = pinned_author(site, bag_of_words)
    assert author.ask(QUESTION, scope="rain").confidence == 0.99
    elsewhere = author.ask(QUESTION, scope="study")
    assert elsewhere.confidence < 0.99
    assert {quote.post for quote in elsewhere.quotes} <= {"study.md"}


def test_what_stands_under_a_heading_comes_in_reading_order_and_then_more(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    text = PIN.replace('"rain"', '"long"').replace(
        'quote = "The street was silver"', 'heading = "Evening"'
    )
    author = pinned_author(site, bag_of_words, text)
    quotes = author.ask(QUESTION, k=2).quotes
    firsts = [[paragraph.split()[1] for paragraph in quote.text.split("\n")] for quote in quotes]
    assert firsts == [["amber", "copper"], ["violet"]]  # three would be too long for a quote
    first = author.ask(QUESTION, k=1)
    second = author.ask("more", [QUESTION], k=1)
    assert (*first.quotes, *second.quotes) == quotes
    assert first.confidence == second.confidence == 0.99
    third = author.ask("more", [QUESTION, "more"], k=1)  # all of the pin was shown
    assert third.notice and not third.quotes


def test_behind_a_pinned_post_nothing_is_as_sure_as_the_pin(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    author = pinned_author(site, bag_of_words)
    assert author.ask(QUESTION, k=1).confidence == 0.99
    for steps in range(1, 4):
        answer = author.ask("and then?", [QUESTION, *["and then?"] * (steps - 1)], k=1)
        assert all(quote.post == "rain.md" for quote in answer.quotes) or answer.confidence < 0.99


def test_front_matter_pins_the_best_passage_of_its_post(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    asked = "do western shadows cross the copper wall, empty by empty, until they are gone?"
    (Path(site.corpus) / "long.md").write_text(
        f"---\nquestions: [{json.dumps(asked)}]\n---\n{LONG}", encoding="utf-8"
    )
    assert build(site, bag_of_words).ok
    author = open_author(site.index, site)
    answer = author.ask(asked)
    assert (answer.quotes[0].post, answer.confidence) == ("long.md", 0.99)
    assert asked in author.suggestions
    # The same that is found without a pin.
    unpinned = asked + " no, never"
    assert author.ask(unpinned).confidence < 0.99
    found = author.best(unpinned, ())[0]
    assert (answer.quotes[0].post, answer.quotes[0].start) == (found.post, found.start)
    # A pin of the file goes before it.
    write(site, PIN.replace(QUESTION, asked))
    assert build(site, bag_of_words).ok
    assert open_author(site.index, site).ask(asked).quotes[0].post == "rain.md"


def test_a_pinned_wording_is_never_taken_for_a_courtesy(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    author = pinned_author(site, bag_of_words, PIN.replace("What about C++?", "What is this page?"))
    assert author.ask("what is this page?").quotes[0].post == "rain.md"
    assert author.ask("what can I ask?").notice


def test_a_pin_that_no_longer_stands_is_told_by_the_command_line(
    site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder.encoder, "open_for_build", lambda *_: bag_of_words)
    monkeypatch.setattr(builder, "build", lambda *a, **k: real(*a, **k, **opens))
    opens = {"open_encoder": lambda *_: bag_of_words}
    write(site, PIN + GONE)
    arguments = ["build", "--corpus", site.corpus, "--index", site.index]
    line = (PIN + GONE).splitlines().index('quote = "My classmates read books daily"') + 1
    for _ in range(2):  # a build that has nothing to do says so too
        done = runner.invoke(cli.app, arguments)
        assert done.exit_code == 1
        assert re.search(rf"pins\.toml:{line}: .*read books daily.*read code daily", done.stderr)
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    korean = runner.invoke(cli.app, arguments).stderr
    assert re.search(
        rf"pins\.toml:{line}: study\.md에 이제 .*read books daily.*read code daily", korean
    )
    author = open_author(site.index, site)
    assert author.ask(QUESTION).quotes[0].post == "rain.md"
    assert author.ask("who read code?").confidence < 0.99


real = builder.build


def test_a_file_that_is_not_toml_stops_only_the_pins(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    write(site, PIN + "questions = [\n")
    done = build(site, bag_of_words)
    assert not done.ok
    (fault,) = done.problems
    assert (fault.path, fault.line > 0) == ("pins.toml", True)
    assert (
        open_author(site.index, site).ask("rain fell on the old roof all night").quotes[0].post
        == "rain.md"
    )


class Remembering(BagOfWords):
    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode_passages(self, texts: Sequence[str], **given: Any) -> Embeddings:
        self.embedded += texts
        return super().encode_passages(texts, **given)

    def encode_queries(self, texts: Sequence[str], *, tokens: bool = False) -> Embeddings:
        return BagOfWords().encode_passages(texts, tokens=tokens)


def test_an_edit_rebuilds_and_embeds_nothing_anew(site: Settings) -> None:
    model = Remembering()
    first = build(site, model)
    assert model.embedded
    model.embedded = []
    write(site, PIN)
    assert is_stale(site)
    done = build(site, model)
    assert (done.changed, done.embedded, model.embedded) == (True, 0, [])
    assert done.build != first.build
    assert not is_stale(site)
    assert not build(site, model).changed
    write(site, PIN.replace("rain", "study").replace("The street was silver", "open communities"))
    assert build(site, model).changed
    assert open_author(site.index, site).ask(QUESTION).quotes[0].post == "study.md"
    pins.beside(Path(site.corpus)).unlink()
    assert is_stale(site)
    assert build(site, model).changed
    assert open_author(site.index, site).ask(QUESTION).confidence < 0.99
    assert model.embedded == []


def test_watching_sees_an_edit_of_the_pins(site: Settings, bag_of_words: BagOfWords) -> None:
    """The third build is the edit's; an interrupt ends the watch."""
    seen: list[int] = []

    def run(settings: Settings) -> BuildReport:
        done = build(settings, bag_of_words)
        seen.append(len(store.open_index(Path(settings.index)).pins))
        if len(seen) == 3:
            raise KeyboardInterrupt
        write(settings, PIN if len(seen) == 1 else "")
        return done

    with pytest.raises(KeyboardInterrupt):
        watch(site, lambda outcome: None, run)
    assert seen == [0, 1, 0]


@pytest.mark.parametrize("name", [store.PINS, store.WORDINGS])
def test_a_damaged_file_of_pins_is_one_clear_error(
    site: Settings, bag_of_words: BagOfWords, name: str
) -> None:
    author = pinned_author(site, bag_of_words)
    root = Path(site.index)
    for folder in (root / store.BUILDS).iterdir():
        if folder.name != author.build:
            (folder / store.CERTIFICATE).unlink()  # no earlier build serves instead
    (root / store.BUILDS / author.build / name).write_bytes(b"[{}]")
    with pytest.raises(OwnwordsError, match=re.escape(name)) as caught:
        open_author(site.index, site)
    assert caught.value.code == "index_damaged"
    assert "ownwords build" in caught.value.fix


def test_pins_that_do_not_fit_the_index_are_refused(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    pinned_author(site, bag_of_words)
    index = store.open_index(Path(site.index))
    two = index.questions
    with pytest.raises(OwnwordsError, match="1 wordings of pins, expected 2"):
        replace(index, asked=replace(two, vectors=two.vectors[:1]))
    with pytest.raises(OwnwordsError, match="do not fit"):
        replace(index, asked=replace(two, tokens=two.tokens[1:]))
    with pytest.raises(OwnwordsError, match="do not fit"):
        replace(index, asked=replace(two, centre=two.centre[1:]))
    with pytest.raises(OwnwordsError, match="a pin to a place that is not there"):
        replace(index, pins=(replace(index.pins[0], passages=(99,)),))


def test_the_nearest_wording_decides_and_the_threshold_holds() -> None:
    """Two wordings of one token, an axis each, and a question without their letters: the cosine
    with the second counts as vector and as token."""
    rows = np.eye(2, dtype=np.float32)
    encoded = Encoded(rows, rows.astype(np.float16), np.arange(3), np.zeros(2, np.float32))
    two = pinned.Pinned([ResolvedPin(("one",), 0), ResolvedPin(("two",), 1)], encoded)

    def asked(cosine: float, allowed: Sequence[bool] = (True, True)) -> int | None:
        row = np.array([(1 - cosine**2) ** 0.5, cosine], dtype=np.float32)
        found = two.asked("three", row, row[None], allowed)
        return None if found is None else found.post

    assert asked(1) == asked(0.9) == 1
    assert asked(pinned.SAME / 2 + 0.001, (False, True)) == 1
    assert asked(pinned.SAME / 2 - 0.001, (False, True)) is None
    assert asked(1, (True, False)) is None
    assert asked(0) == 0


def test_each_part_of_the_rule_can_refuse_a_pin() -> None:
    """A wording of two tokens, an axis each, and questions whose vectors and tokens are like it."""
    axes = np.eye(3, dtype=np.float32)
    encoded = Encoded(
        axes[:1], axes[:2].astype(np.float16), np.array([0, 2]), np.zeros(3, np.float32)
    )
    pin = pinned.Pinned([ResolvedPin(("How did you study?",), 0)], encoded)

    def asked(question: str, cosine: float = 1.0, tokens: Rows = axes[:2]) -> bool:
        row = np.array([cosine, 0, (1 - cosine**2) ** 0.5], dtype=np.float32)
        return pin.asked(question, row, tokens, (True,)) is not None

    assert asked("어떻게 공부했어요?")
    assert not asked("왜 공부했어요?")  # another kind of question
    assert asked("어떻게 공부했어요?", pinned.NEAR) and not asked(
        "어떻게 공부했어요?", pinned.NEAR - 0.01
    )
    assert not asked("어떻게 공부했어요?", tokens=axes)  # says more than the wording
    assert not asked("어떻게 공부했어요?", tokens=axes[:1])  # says less
    # As like as that, but in nearly the same letters: what differs is meant.
    assert asked("어떻게 공부했어요?", 0.7) and not asked("How did you stud it?", 0.7)


def test_a_follow_up_is_no_pins_unless_in_its_very_words(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    """What "it" is stands in the question before, which the pin knows nothing of."""
    wording = "which weather do you and your old neighbours like and was it always so"
    turned = "was it always so and which weather do you and your old neighbours like"
    author = pinned_author(site, bag_of_words, PIN.replace("What about C++?", wording))
    before = ["where do you live?"]
    assert author.ask(turned).confidence == PINNED > author.ask(turned, before).confidence
    assert author.ask(wording, before).confidence == PINNED


def test_a_pins_own_words_are_not_read_as_another_year(
    site: Settings, bag_of_words: BagOfWords
) -> None:
    author = pinned_author(
        site, bag_of_words, PIN.replace("What about C++?", "And the year after?")
    )
    asked = author.ask("and the year after?", ["what did you do in 2021?"])
    assert asked.quotes[0].title == "Rain"
    assert asked.confidence == author.ask(QUESTION).confidence
