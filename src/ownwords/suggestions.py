"""Questions that this corpus answers, to be offered to a visitor who does not know what to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from ownwords import confidence, conversation, notices
from ownwords.confidence import Calibration
from ownwords.encoder import Encoder
from ownwords.language import Language, language_of
from ownwords.pins import spelled
from ownwords.retrieve import Retrieved, Retriever
from ownwords.selection import flat
from ownwords.store import Index

MOST = 8  # in one language
# From this confidence on in both languages a question that one asks of anybody is offered. On 21 blogs
# (docs/quality.md) the best quote then answers 48 of 53, read by eye.
SURE = 0.8
# What visitors ask of anybody, in Korean and in English. Two more were left out, since with them it was
# 51 of 62: what the author does for a living, and how the site was made.
COMMON = (
    ("공부는 어떻게 했어요?", "How did you study?"),
    ("지금 하는 일은 어떻게 시작했어요?", "How did you get into what you do?"),
    ("왜 이 분야를 골랐어요?", "Why did you choose this field?"),
    ("회사는 왜 그만뒀어요?", "Why did you leave your job?"),
    ("취업은 어떻게 했어요?", "How did you find your job?"),
    ("면접은 어땠어요?", "How did the interview go?"),
    ("가장 힘들었던 일은 뭐예요?", "What was hardest for you?"),
    ("가장 뿌듯했던 일은 뭐예요?", "What are you most proud of?"),
    ("실패한 일이 있어요?", "What did you fail at?"),
    ("후회하는 일이 있어요?", "What do you regret?"),
    ("누구에게 도움을 받았어요?", "Who helped you?"),
    ("처음 시작하는 사람에게 해 주고 싶은 말이 있어요?", "What would you tell a beginner?"),
    ("요즘은 무엇을 배우고 있어요?", "What are you learning these days?"),
    ("앞으로 무엇을 하고 싶어요?", "What do you want to do next?"),
    ("올해 목표는 뭐예요?", "What are your goals for this year?"),
    ("한 해를 어떻게 보냈어요?", "How was your year?"),
    ("하루를 어떻게 보내요?", "What is your day like?"),
    ("어떤 습관이 있어요?", "Which habits do you keep?"),
    ("글은 왜 쓰기 시작했어요?", "Why did you start writing?"),
    ("직접 만든 것은 뭐가 있어요?", "What have you made yourself?"),
    ("어떤 책을 좋아해요?", "Which books do you like?"),
    ("어떤 음악을 들어요?", "What music do you listen to?"),
    ("여행은 어디로 다녀왔어요?", "Where have you travelled?"),
    ("취미가 뭐예요?", "What are your hobbies?"),
    ("운동은 하세요?", "Do you exercise?"),
    ("왜 이사했어요?", "Why did you move?"),
    ("아이를 키우는 건 어때요?", "What is it like to raise children?"),
    ("반려동물을 키우세요?", "Do you have a pet?"),
)
_COUNTERPART = dict([*COMMON, *(pair[::-1] for pair in COMMON)])
_ORDER: tuple[Language, ...] = ("ko", "en")  # of each pair
# Who says "I" in an author's question is the author, in a visitor's the visitor.
_FIRST_PERSON = re.compile(
    r"\b(?:i|i'm|i'd|i've|i'll|me|my|mine|we|our|us)\b"
    r"|(?:^|\s)(?:나|내|저|제|우리)(?:가|는|도|를|에게|한테|의|만|와|랑)?(?=\s|$)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[^!?！？][?？]$")
_ASKS = re.compile(
    r"왜|무엇|무슨|뭐|뭘|어떻게|어떤|어떠|어디|언제|누구|누가|몇|얼마|어느"
    r"|\b(?:how|what|why|when|where|who|whom|whose|which)\b",
    re.IGNORECASE,
)


def suited(questions: Sequence[str], language: Language) -> tuple[str, ...]:
    """The first ones for a visitor who reads this language: those in it come first, and none comes in
    both languages."""
    kept: list[str] = []
    for question in sorted(questions, key=lambda one: language_of(one) != language):
        if _COUNTERPART.get(question) not in kept:
            kept.append(question)
    return tuple(kept[:MOST])


def suggest(index: Index, encoder: Encoder, calibration: Calibration) -> tuple[str, ...]:
    """What the author's pins and front matter name; then, each with another quote, what one asks of
    anybody in the corpus's language in turn with what the author asks as a visitor might; then his other
    questions; then titles: at most MOST that are answered. Then what one asks of anybody in the other
    language, half as many.
    """
    answers = _Answers(Retriever(index, encoder), calibration)
    common = list(answers.common())
    main = _ORDER.index(_language(index))
    lines = _asked(index)
    asked = islice(filter(answers.surely, filter(_as_a_visitor, lines)), MOST)
    turns = chain.from_iterable(zip_longest([pair[main] for pair in common], asked))
    titles = _in_turn(index, [[post.title] for post in index.posts])
    others = filter(answers.surely, chain(lines, titles))
    named = filter(answers.surely, _named(index))
    apart = islice(answers.apart(named, filter(None, chain(turns, others))), MOST)
    kept = tuple(apart)
    same = [question for question in kept if language_of(question) != _ORDER[main]]
    twins = answers.apart(same, (pair[1 - main] for pair in common))
    return (*kept, *islice(twins, len(same), len(same) + MOST // 2))


class _Answers:
    def __init__(self, retriever: Retriever, calibration: Calibration) -> None:
        self._retriever, self._calibration = retriever, calibration

    def apart(self, named: Iterable[str], others: Iterable[str]) -> Iterator[str]:
        """All that are named, and the others that are not answered by the quote of one before."""
        shown: set[int] = set()
        for question in named:
            shown |= self._quote(self._retriever.retrieve(question))
            yield question
        for question in others:
            rows = self._quote(self._retriever.retrieve(question))
            if shown.isdisjoint(rows):
                shown |= rows
                yield question

    def surely(self, question: str) -> bool:
        """Whether it is answered as a question where nothing was asked before: a heading like "Why?"
        is not."""
        if self._retriever.pinned.words(question):
            return True
        alone = not (
            notices.notice_of(question)
            or conversation.wants_more(question)
            or conversation.hangs(question)
            or conversation.points_back(question)
        )
        found = self._retriever.retrieve(question) if alone else None
        if found is None:
            return False
        return bool(found.chosen) or confidence.verdict(self._sure(found), "strict") == "answered"

    def common(self) -> Iterator[tuple[str, str]]:
        """Of what one asks of anybody, the pairs that are answered in both languages, by the same
        quote: a mistake in one is seldom made in the other. One of each quote."""
        shown: set[int] = set()
        for pair in filter(lambda pair: all(map(self.surely, pair)), COMMON):
            found = [self._retriever.retrieve(question) for question in pair]
            one, other = map(self._quote, found)
            if min(map(self._sure, found)) >= SURE and one & other and not shown & (one | other):
                shown |= one | other
                yield pair

    def _quote(self, found: Retrieved) -> set[int]:
        """The rows of the best quote."""
        return set(flat(self._retriever.selection.quotes(found.scores, 1)))

    def _sure(self, found: Retrieved) -> float:
        return confidence.probability(found.weak, self._calibration.background[found.language])


def _language(index: Index) -> Language:
    """That of most passages."""
    korean = sum(language_of(passage.text) == "ko" for passage in index.passages)
    return "ko" if 2 * korean >= len(index.passages) else "en"


def _named(index: Index) -> list[str]:
    """The first wording of each pin of `pins.toml`, and the questions of front matter, none twice."""
    pinned = [pin.questions[0] for pin in index.pins if pin.passages]
    found: dict[str, str] = {}
    for one in (*pinned, *_in_turn(index, [post.questions for post in index.posts])):
        found.setdefault(spelled(one), one)
    return list(found.values())


def _asked(index: Index) -> list[str]:
    """What the posts' authors ask in headings and in lines of their own, without words that join it to what
    stands before ("그래서 ...?")."""
    found: list[list[str]] = [[] for _ in index.posts]
    for passage in index.passages:
        leads = (passage.text[a:b] for a, b in passage.sentences[: passage.lead])
        for line in map(str.strip, (*passage.headings, *leads)):
            if line.endswith(("?", "？")):
                alone = conversation.opened(line).strip()
                found[passage.post].append(alone[:1].upper() + alone[1:])
    return _in_turn(index, found)


def _as_a_visitor(line: str) -> bool:
    """Whether the author's question may be a visitor's: it asks with a word for it, and not of "me"."""
    return bool(_QUESTION.search(line) and _ASKS.search(line) and not _FIRST_PERSON.search(line))


def _in_turn(index: Index, by_post: Sequence[Iterable[str]]) -> list[str]:
    """Those of the newest post first, and one of every post before the second of any."""
    rows = range(len(index.posts))
    newest = sorted(rows, key=lambda row: index.posts[row].date or "", reverse=True)
    turns = zip_longest(*(dict.fromkeys(by_post[row]) for row in newest))
    return list(dict.fromkeys(one for turn in turns for one in turn if one is not None))
