"""Figures that can be worked out by hand, from answers that are given."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ownwords.errors import OwnwordsError
from ownwords.evaluate import Question, covers, evaluate, read_questions
from ownwords.records import Answer, Post, Quote, Range

SOURCE = "one two three four. five six seven eight."
POST = Post("a.md", "a", "A", None, None, None, (), (), SOURCE, "utf-8")


def quote(start: int, end: int, *highlights: tuple[int, int], text: str | None = None) -> Quote:
    shown = SOURCE[start:end] if text is None else text
    spans = tuple(Range(*span) for span in highlights)
    return Quote("a.md", "A", None, None, start, end, shown, spans, "prose", "", 1.0)


class Given:
    """Answers by the question's text: the quotes and the confidence."""

    posts = (POST,)
    known: ClassVar[dict[str, tuple[tuple[Quote, ...], float]]] = {
        "hit first": ((quote(0, 19, (0, 19)),), 0.9),
        "hit second": ((quote(20, 41, (0, 4)), quote(0, 19, (15, 18))), 0.6),
        "miss": ((quote(20, 41, (0, 4)),), 0.2),
        "nothing there": ((quote(20, 41),), 0.1),
        "taken for one": ((quote(20, 41),), 0.8),
    }

    def best(self, question: str, history: object = (), k: int | None = None) -> tuple[Quote, ...]:
        return self.known[question][0][:k]

    def ask(self, question: str, history: object = ()) -> Answer:
        quotes, sure = self.known[question]
        verdict = "answered" if sure >= 0.5 else "none"
        return Answer(question, verdict, sure, quotes, (), None, (), "b", 0.0)  # type: ignore[arg-type]


def question(text: str, lang: str, gold: bool) -> Question:
    places = (("a.md", Range(0, 19)),) if gold else ()
    kind = "answerable" if gold else "unanswerable"
    return Question(text, lang, kind, text, (), places)  # type: ignore[arg-type]


QUESTIONS = [
    question("hit first", "ko", True),
    question("hit second", "en", True),
    question("miss", "ko", True),
    question("nothing there", "ko", False),
    question("taken for one", "en", False),
]


def test_the_figures_of_five_answers() -> None:
    report, outcomes = evaluate(QUESTIONS, Given())
    everything = report.groups["all"]
    assert (everything.questions, everything.hit_1, everything.hit_3) == (3, 0.3333, 0.6667)
    assert everything.wrongly_none == 0.3333  # "miss", at 0.2
    assert [o.read for o in outcomes] == [0, 21, 21, 21, 21]
    assert report.highlighted == 0.5  # the second one's highlight is the last word only
    assert report.verbatim == 1.0
    # Pairs of answerable and unanswerable: 0.9, 0.6, 0.2 against 0.1, 0.8: 4 of 6 are in order.
    assert report.trust["all"].auroc == 0.6667 and report.trust["all"].abstained == 0.5
    assert {name: group.questions for name, group in report.groups.items()} == {
        "all": 3, "ko": 2, "en": 1, "the rest": 3, "answerable ko": 2, "answerable en": 1,
    }  # fmt: skip
    assert (report.groups["ko"].hit_3, report.groups["en"].hit_3) == (0.5, 1.0)
    assert report.trust["ko"].auroc == 1.0 and report.trust["en"].auroc == 0.0


@pytest.mark.parametrize(("length", "within"), [(199, 1.0), (200, 0.0)])
def test_a_reader_goes_on_past_the_third_quote_up_to_600_characters(
    length: int, within: float
) -> None:
    class Fourth(Given):
        long = (quote(20, 41, text="five" + " " * (length - 4)),) * 3
        known: ClassVar = {"hit first": ((*long, quote(0, 19, (0, 19))), 0.9)}

    report, outcomes = evaluate(QUESTIONS[:1], Fourth())
    assert outcomes[0].first_hit == 3
    assert (report.groups["all"].hit_3, report.groups["all"].within_600) == (0.0, within)
    assert report.highlighted == 0.0  # of no quote among the first three
    assert report.trust["all"].calibration_error == 0.9  # nor do they make the answer right


def test_what_each_caution_costs() -> None:
    errors = evaluate(QUESTIONS, Given())[0].errors
    assert set(errors) == {"strict", "balanced", "generous"}
    assert errors["balanced"].false_answer == 0.5  # 0.8 of 0.1 and 0.8
    for loose, tight in (("generous", "balanced"), ("balanced", "strict")):
        assert errors[loose].false_answer >= errors[tight].false_answer
        assert errors[loose].not_refused >= errors[tight].not_refused
        assert errors[loose].false_refusal <= errors[tight].false_refusal


def test_a_quote_that_invents_a_letter_is_not_verbatim() -> None:
    class Inventing(Given):
        known: ClassVar = {"hit first": ((quote(0, 19, text="one two zebra"),), 0.9)}

    assert evaluate(QUESTIONS[:1], Inventing())[0].verbatim == 0.0


@pytest.mark.parametrize("named", ["a.md", "b.md"])
def test_a_quote_that_stands_in_two_posts_is_that_of_the_post_that_is_named(
    tmp_path: Path, named: str
) -> None:
    posts = (POST, replace(POST, path="b.md", source=f"Zero. {SOURCE}"))
    line = {"id": "1", "lang": "en", "kind": "answerable", "question": "?", "gold": []}
    line["gold"] = [{"post": named, "quote": "three"}]
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(line), encoding="utf-8")
    (question,) = read_questions(file, posts)
    at = {"a.md": 8, "b.md": 14}[named]
    assert question.gold == ((named, Range(at, at + 5)),)


def test_a_question_set_names_places_by_quote_or_offsets(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    rows = [
        {"id": "1", "lang": "en", "kind": "answerable", "question": "?", "gold": [{"quote": "five six"}]},
        {"id": "2", "lang": "en", "kind": "answerable", "question": "?",
         "gold": [{"post": "a.md", "start": 0, "end": 3}]},
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    first, second = read_questions(file, (POST,))
    assert first.gold == (("a.md", Range(20, 28)),) and second.gold == (("a.md", Range(0, 3)),)
    file.write_text(file.read_text("utf-8"), "utf-8-sig")  # as Windows' editors save it
    assert read_questions(file, (POST,)) == (first, second)


def line(**changed: Any) -> str:
    known = {"id": "1", "lang": "en", "kind": "answerable", "question": "?", "gold": []}
    return json.dumps(known | changed)


@pytest.mark.parametrize(
    "line",
    [
        "{", "3", '{"id": 1}', line(gold=[{"quote": "nowhere"}]), line(question=" "), line(question=3), line(history=[3]),
        line(gold=[{"post": "b.md", "start": 0, "end": 3}]), line(gold=[{"post": "a.md", "start": "a", "end": 3}]),
        line(gold=[{"post": "a.md", "start": 3, "end": 3}]), line(gold=[{"post": "a.md", "start": 0, "end": 999}]),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "q.jsonl").write_text("\n" + line, encoding="utf-8")
    with pytest.raises(OwnwordsError, match=r"q\.jsonl:2"):
        read_questions(tmp_path / "q.jsonl", (POST,))


@pytest.mark.parametrize(
    ("shown", "hit"), [((0, 9), False), ((0, 10), True), ((10, 41), True), ((11, 41), False)]
)
def test_a_hit_shows_half_of_the_place_in_its_post(shown: tuple[int, int], hit: bool) -> None:
    assert covers(quote(*shown), ("a.md", Range(0, 20))) is hit
    assert not covers(quote(*shown), ("b.md", Range(0, 20)))


def test_what_is_related_was_not_refused() -> None:
    class Related(Given):
        def ask(self, question: str, history: object = ()) -> Answer:
            return replace(super().ask(question), verdict="related")

    report, _ = evaluate(QUESTIONS, Related())
    assert report.trust["all"].abstained == 0
    assert report.groups["all"].wrongly_none == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"history": "how?"}, {"lang": ["ko"]}, {"gold": [{"quote": " "}]}, {"gold": [{"quote": 3}]}, {"gold": [{"quote": None}]},
        {"gold": [{"post": "a.md", "start": 0.0, "end": 3}]}, {"gold": [{"post": "a.md", "start": False, "end": 3}]},
    ],
)  # fmt: skip
def test_a_line_of_wrong_types_is_told_by_its_number(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    right = {
        "id": "1",
        "lang": "ko",
        "kind": "answerable",
        "question": "q?",
        "gold": [{"quote": "one"}],
    }
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(right) + "\n" + json.dumps({**right, **changed}), encoding="utf-8")
    with pytest.raises(OwnwordsError, match=":2: not a question"):
        read_questions(file, (POST,))
