"""Question set → figures: hits, abstention, AUROC, calibration error."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from ownwords import confidence
from ownwords.errors import OwnwordsError
from ownwords.language import Language
from ownwords.records import Answer, Post, Quote, Range

WITHIN = 600  # characters a reader reads before giving up
SHOWN = 3  # quotes in order, whatever the setting, also those that an answer leaves for "more"
READ = 10  # quotes that are looked at: where they are short, more than three fit into WITHIN
BINS = 10


class Answers(Protocol):
    """What is evaluated: an `ask.Author`."""

    posts: tuple[Post, ...]

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer: ...

    def best(
        self, question: str, history: Sequence[str] = (), k: int | None = None
    ) -> tuple[Quote, ...]: ...


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    lang: Language
    kind: str
    question: str
    history: tuple[str, ...]
    gold: tuple[tuple[str, Range], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`first_hit` is the rank of the first quote that hits, 0 is the first, None for no hit among
    READ; `read` the characters before it; `highlighted` whether that quote's highlights do too."""

    question: Question
    answer: Answer
    first_hit: int | None
    read: int
    highlighted: bool
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares over `questions` questions; the hit rates count whatever the verdict. `within_600`: a
    hit begins before 600 characters were read, from the first quote on, in the order in which an
    answer and then `more` show them."""

    questions: int
    hit_1: float
    hit_3: float
    within_600: float
    wrongly_none: float


@dataclass(frozen=True, slots=True)
class Trust:
    """What the confidence is worth on questions of one language, or all of them. `abstained`: the
    share of unanswerable questions whose verdict is `none`."""

    questions: int
    auroc: float
    calibration_error: float
    abstained: float


@dataclass(frozen=True, slots=True)
class Errors:
    """What a setting of `caution` costs: shares of unanswerable questions that were `answered`
    and that were not refused (`answered` or `related`), of answerable ones that were refused."""

    false_answer: float
    not_refused: float
    false_refusal: float


@dataclass(frozen=True, slots=True)
class Report:
    """`groups` are of the answerable questions. `highlighted`: of the quotes that hit, the share whose
    highlights hold half of the place. `median_ms`: the middle one of the answers' times."""

    groups: dict[str, Figures]
    trust: dict[str, Trust]
    errors: dict[str, Errors]
    highlighted: float
    verbatim: float
    median_ms: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_questions(path: Path, posts: Sequence[Post]) -> tuple[Question, ...]:
    """Raises OwnwordsError with the line of a question that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise OwnwordsError(
            f"{path}: cannot be read ({error})", "Name a .jsonl file.", "questions"
        ) from None
    return tuple(_question(path, n, line, posts) for n, line in enumerate(lines, 1) if line.strip())


def _question(path: Path, number: int, line: str, posts: Sequence[Post]) -> Question:
    try:
        plain = json.loads(line)
        gold = tuple(place for one in plain["gold"] if (place := _place(one, posts)))
        if plain["gold"] and not gold:
            raise ValueError("no gold place stands in the corpus")
        asked, history = plain["question"], plain.get("history") or []
        if not isinstance(history, list):
            raise ValueError(f"history is {history!r}, not a list")
        for text in (asked, *history):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"{text!r} is no question in words")
        for name in ("id", "lang", "kind"):
            if not isinstance(plain[name], str):
                raise ValueError(f"{name} is {plain[name]!r}, not a text")
        named = plain["id"], plain["lang"], plain["kind"]
        return Question(*named, asked, tuple(history), gold)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise OwnwordsError(
            f"{path}:{number}: not a question ({error})",
            "Each line is an object with id, lang, kind, question and gold.",
            "questions",
        ) from None


def _place(gold: dict[str, Any], posts: Sequence[Post]) -> tuple[str, Range] | None:
    if "quote" not in gold:
        path, start, end = gold["post"], gold["start"], gold["end"]
        if not (type(start) is type(end) is int):
            raise ValueError(f"start and end are {start!r} and {end!r}, not whole numbers")
        if not any(post.path == path and 0 <= start < end <= len(post.source) for post in posts):
            raise ValueError(f"no place {start} to {end} in a post {path!r}")
        return path, Range(start, end)
    if not isinstance(gold["quote"], str) or not gold["quote"].strip():
        raise ValueError(f"a gold quote is {gold['quote']!r}, not a text")
    named_first = sorted(posts, key=lambda one: one.path != gold.get("post"))
    for post in named_first:
        at = post.source.find(gold["quote"])
        if at >= 0:
            return post.path, Range(at, at + len(gold["quote"]))
    return None


def evaluate(
    questions: Iterable[Question], author: Answers, done: Callable[[int], None] | None = None
) -> tuple[Report, tuple[Outcome, ...]]:
    outcomes = []
    for number, question in enumerate(questions, 1):
        outcomes.append(_outcome(question, author))
        if done:
            done(number)
    return _report(outcomes), tuple(outcomes)


def _outcome(question: Question, author: Answers) -> Outcome:
    answer = author.ask(question.question, question.history)
    quotes = author.best(question.question, question.history, READ)
    first, read = first_hit(quotes, question)
    sources = {post.path: post.source for post in author.posts}
    verbatim = all(_verbatim(quote, sources[quote.post]) for quote in quotes)
    highlighted = first is not None and any(
        covers(quotes[first], gold) and _highlights(quotes[first], sources[gold[0]], gold[1])
        for gold in question.gold
    )
    return Outcome(question, answer, first, read, highlighted, verbatim)


def first_hit(quotes: Sequence[Quote], question: Question) -> tuple[int | None, int]:
    """The rank of the first quote that hits, None where none does, and the characters before it."""
    hits = [any(covers(quote, gold) for gold in question.gold) for quote in quotes]
    first = hits.index(True) if True in hits else None
    return first, sum(len(quote.text) for quote in quotes[:first])


def covers(quote: Quote, gold: tuple[str, Range]) -> bool:
    """Whether the quote covers at least half of the gold span's characters."""
    path, place = gold
    return quote.post == path and shows(Range(quote.start, quote.end), place)


def shows(shown: Range, place: Range) -> bool:
    """Whether at least half of the place's characters stand in what is shown of the same post."""
    shared = min(shown.end, place.end) - max(shown.start, place.start)
    return shared * 2 >= place.end - place.start


def _highlights(quote: Quote, source: str, gold: Range) -> bool:
    """Whether half of the place's letters stand in the highlights, in one piece."""
    place = _letters(source[gold.start : gold.end])
    shown = _letters("".join(quote.text[a:b] for a, b in quote.highlights))
    found = SequenceMatcher(None, place, shown, autojunk=False).find_longest_match()
    return found.size * 2 >= len(place)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _verbatim(quote: Quote, source: str) -> bool:
    """Whether the quote's letters stand in its slice in their order, none invented.

    Deliberately not the check that the answer itself makes."""
    raw = iter(html.unescape(source[quote.start : quote.end]))
    return all(char in raw for char in quote.text if char.isalnum())


def _report(outcomes: Sequence[Outcome]) -> Report:
    wanted = [o for o in outcomes if o.question.gold]
    groups: dict[str, list[Outcome]] = {"all": wanted}
    for outcome in wanted:
        question = outcome.question
        follows = "follow-ups" if question.history else "the rest"
        for name in (question.lang, follows, f"{question.kind} {question.lang}"):
            groups.setdefault(name, []).append(outcome)
    languages = {"all": list(outcomes)}
    for outcome in outcomes:
        languages.setdefault(outcome.question.lang, []).append(outcome)
    hits = [o for o in wanted if o.first_hit is not None and o.first_hit < SHOWN]
    return Report(
        groups={name: _figures(group) for name, group in groups.items()},
        trust={name: _trust(group) for name, group in languages.items()},
        errors={caution: _errors(outcomes, caution) for caution in confidence.THRESHOLDS},
        highlighted=_share(o.highlighted for o in hits),
        verbatim=_share(o.verbatim for o in outcomes),
        median_ms=median([o.answer.took_ms for o in outcomes] or [0.0]),
    )


def _trust(outcomes: Sequence[Outcome]) -> Trust:
    sure = [o.answer.confidence for o in outcomes]
    right = [float(o.first_hit is not None and o.first_hit < SHOWN) for o in outcomes]
    wanted = [o.answer.confidence for o in outcomes if o.question.gold]
    unwanted = [o for o in outcomes if not o.question.gold]
    return Trust(
        questions=len(outcomes),
        auroc=auroc(wanted, [o.answer.confidence for o in unwanted]),
        calibration_error=calibration_error(sure, right),
        abstained=_share(o.answer.verdict == "none" for o in unwanted),
    )


def _errors(outcomes: Sequence[Outcome], caution: str) -> Errors:
    verdicts = [
        (bool(o.question.gold), confidence.verdict(o.answer.confidence, caution)) for o in outcomes
    ]
    return Errors(
        false_answer=_share(v == "answered" for wanted, v in verdicts if not wanted),
        not_refused=_share(v != "none" for wanted, v in verdicts if not wanted),
        false_refusal=_share(v == "none" for wanted, v in verdicts if wanted),
    )


def _figures(outcomes: Sequence[Outcome]) -> Figures:
    return Figures(
        questions=len(outcomes),
        hit_1=_share(o.first_hit == 0 for o in outcomes),
        hit_3=_share(o.first_hit is not None and o.first_hit < SHOWN for o in outcomes),
        within_600=_share(o.first_hit is not None and o.read < WITHIN for o in outcomes),
        wrongly_none=_share(o.answer.verdict == "none" for o in outcomes),
    )


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that an answerable question is more confident than an unanswerable one, ties
    counting half (Mann and Whitney 1947); 0.5 where one side is empty."""
    if not positive or not negative:
        return 0.5
    won = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    return round(won / (len(positive) * len(negative)), 4)


def calibration_error(confidence: Sequence[float], right: Sequence[float]) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017)."""
    total = 0.0
    for number in range(BINS):
        inside = [i for i, c in enumerate(confidence) if min(int(c * BINS), BINS - 1) == number]
        if inside:
            total += abs(sum(confidence[i] - right[i] for i in inside))
    return round(total / max(1, len(confidence)), 4)
