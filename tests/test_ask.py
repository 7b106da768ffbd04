"""Answers on two posts: notices, requests for more, the other keyboard, scope."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import BagOfWords
from ownwords import confidence, finding, names, notices
from ownwords.about import introduces, presents
from ownwords.ask import Author, open_author
from ownwords.build import build
from ownwords.errors import OwnwordsError
from ownwords.finding import FAR
from ownwords.notices import Kind
from ownwords.records import Answer
from ownwords.retrieve import Chosen
from ownwords.settings import Settings


@pytest.fixture
def author(small_site: Settings) -> Author:
    return open_author(Path(small_site.index), small_site)


def test_an_answer_quotes_the_post_verbatim(author: Author) -> None:
    first = author.ask("who read code with my classmates?").quotes[0]
    source = author.posts[[post.path for post in author.posts].index(first.post)].source
    assert source[first.start : first.end] == first.text
    assert first.title == "How I studied"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("Old roof?", "related"), ("classmates", "related"), ("ROOF", "related"), ("class", "none"), ("old silver", "none"), ("it", "none")],
)  # fmt: skip
def test_a_word_that_stands_in_what_is_found_is_shown_closed(
    author: Author, monkeypatch: pytest.MonkeyPatch, question: str, verdict: str
) -> None:
    monkeypatch.setattr(author._finder, "sure", lambda _: 0.1)
    assert author.ask(question).verdict == verdict


@pytest.mark.parametrize(
    ("question", "text", "stands"),
    [
        ("카프카?", "우리는 카프카를 썼다.", True), ("카프카", "우리는 포카프카를 썼다.", False), ("C++", "C++17 was new.", False), ("C++", "We use C++.", True),
        ("카페", unicodedata.normalize("NFD", "카페에서 일했다."), True), ("책", "책을 읽었다.", False), ("silver  street", "A silver\nstreet.", True),
    ],
)  # fmt: skip
def test_a_question_stands_in_a_text_as_whole_words(question: str, text: str, stands: bool) -> None:
    assert names.stands(question, text) is stands


def test_what_has_no_letters_is_answered_in_the_language_of_the_conversation_else_of_the_posts(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    korean, english = (notices.text(Kind.HELP, language) for language in ("ko", "en"))
    assert (
        author.ask("👍").notice == author.ask("...", ["how did you study?", "1"]).notice == english
    )
    assert author.ask("👍", ["어떻게 공부했나요?", "?"]).notice == korean
    monkeypatch.setattr(author._queries, "readings", lambda typed: [typed, "믐캬"])
    assert author.ask("help me please").notice == english  # the reading that is one says it
    monkeypatch.setattr(author._retriever, "share", lambda language: float(language == "ko"))
    assert author.ask("👍").notice == korean


@pytest.mark.parametrize("message", ["안녕하세요", "thanks!", "what can I ask?", "dkssudgktpdy"])
def test_a_courtesy_gets_the_products_own_words(author: Author, message: str) -> None:
    answer = author.ask(message)
    assert answer.notice and not answer.quotes and answer.verdict == "none"
    assert answer.suggestions == author.suggestions


def test_a_question_gets_no_notice(author: Author) -> None:
    assert author.ask("was the street silver?").notice is None


RAIN = "rain fell on the old roof"


@pytest.fixture
def rainy(small_site: Settings, bag_of_words: BagOfWords) -> Author:
    """A third post, on what the second one is about."""
    text = "# Rain again\n\nRain fell on the old roof all day. The street was grey.\n"
    (Path(small_site.corpus) / "again.md").write_text(text, encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    return open_author(small_site.index, small_site)


def test_who_are_you_is_the_posts_to_answer_first(
    rainy: Author, small_site: Settings, bag_of_words: BagOfWords
) -> None:
    answer = rainy.ask("who are you?")
    assert answer.notice and answer.verdict != "answered"
    text = "# Me\n\nWho are you, people ask. I am a carpenter from the north.\n"
    (Path(small_site.corpus) / "me.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    answer = open_author(small_site.index, small_site).ask("who are you?")
    assert answer.verdict == "answered" and answer.notice is None
    assert answer.quotes[0].title == "Me"


def test_more_shows_the_next_places_and_never_one_again(rainy: Author) -> None:
    first, more = rainy.ask(RAIN, k=1), rainy.ask("more", [RAIN], k=1)
    assert {quote.title for quote in first.quotes + more.quotes} == {"Rain", "Rain again"}
    assert more.confidence <= first.confidence


def test_where_nothing_is_left_more_is_no_answer(rainy: Author) -> None:
    answer = rainy.ask("more", [RAIN, "more"], k=1)  # a passage is, but not on rain
    assert (answer.verdict, answer.confidence, answer.quotes) == ("none", 0.0, ())
    assert (
        answer.notice
        == "No other place in the author's posts was found that surely speaks of this."
    )
    assert rainy.ask("more", [RAIN, *["more"] * 9]).notice == answer.notice


def test_more_of_nothing_is_no_question(author: Author) -> None:
    for history in ([], ["hello", "thanks!"], ["more"]):
        answer = author.ask("more", history)
        assert (
            answer.notice == "Ask a question first; then more of the author's posts can be shown."
        )
        assert not answer.quotes and answer.suggestions == author.suggestions


@pytest.mark.parametrize("question", ["why?", "왜요?", "dho?"])
def test_a_question_that_leans_on_nothing_asks_for_one(author: Author, question: str) -> None:
    answer = author.ask(question, ["hello"])
    assert (answer.verdict, answer.quotes) == ("none", ())
    assert answer.notice is not None
    assert author.ask(question, ["which open communities?"]).notice is None


def test_a_courtesy_is_no_question_to_lean_on(author: Author) -> None:
    asked = "did rain fall on the roof?"
    plain, thanked = (
        author.ask("and on the old roof?", history) for history in ([asked], [asked, "thanks!"])
    )
    assert plain.quotes and thanked.quotes == plain.quotes


def test_the_year_after_is_asked_for_by_its_number(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    for year in (2021, 2022):
        text = f"# {year}\n\nIn {year} I built a boat of oak.\n"
        (Path(small_site.corpus) / f"{year}.md").write_text(text, encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    asked = "a boat of oak in 2021?"
    assert [quote.title for quote in author.best(asked, k=1)] == ["2021"]
    after = author.best("and the year after?", [asked], k=1)
    assert after == author.best("a boat of oak in 2022?", [asked], k=1)
    assert [quote.title for quote in after] == ["2022"]


@pytest.mark.parametrize(
    "request_", ["more", "ㅡㅐㄱㄷ", "ej dkffuwntpdy"]
)  # the last is "더 알려주세요"
def test_a_history_typed_on_the_other_keys_is_read_as_it_was(rainy: Author, request_: str) -> None:
    typed = "ㄱ먀ㅜ ㄹ디ㅣ ㅐㅜ 솓 ㅐㅣㅇ 개ㅐㄹ"  # RAIN
    assert rainy.ask(typed, k=1).quotes == rainy.ask(RAIN, k=1).quotes
    more = rainy.ask("more", [RAIN], k=1).quotes
    assert more and rainy.ask(request_, [typed], k=1).quotes == more


def test_an_index_of_passages_of_another_length_says_so(small_site: Settings) -> None:
    index = small_site.index
    assert not open_author(index, small_site).warnings
    [warning] = open_author(index, replace(small_site, passage_chars=200)).warnings
    assert "of 300 characters, the settings ask for 200" in warning


def test_scope_keeps_to_one_post(author: Author) -> None:
    (rain,) = (post for post in author.posts if post.title == "Rain")
    found = author.ask("did rain fall on the old roof?", scope=rain.id)
    assert author.suggestions and not found.suggestions
    assert {quote.title for quote in found.quotes} == {"Rain"}
    with pytest.raises(OwnwordsError, match="no post 'snow'"):
        author.ask("rain?", scope="snow")


@pytest.mark.parametrize("scope", ["https://x.y/a/", "https://x.y/a", "https://x.y/a/#part", "far"])
def test_a_scope_is_a_posts_id_or_its_address(
    small_site: Settings, bag_of_words: BagOfWords, scope: str
) -> None:
    text = "---\nurl: https://x.y/a/\n---\n# Far\n\nRain fell on the far roof.\n"
    (Path(small_site.corpus) / "far.md").write_text(text, encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    answer = open_author(small_site.index, small_site).ask("rain on the roof?", scope=scope)
    assert {quote.title for quote in answer.quotes} == {"Far"}


def test_the_authors_own_question_in_another_post_is_out_of_scope(
    small_site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confidence, "verdict", lambda *_: "answered")
    text = "# Boats\n\nHow was the boat of oak carved?\n\nWith a knife of flint, by the harbour.\n"
    (Path(small_site.corpus) / "boats.md").write_text(text, encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    asked = "how was the boat of oak carved?"
    assert author.ask(asked).quotes[0].title == "Boats"
    [other, *_] = [post for post in author.posts if post.title != "Boats"]
    assert "Boats" not in {quote.title for quote in author.ask(asked, scope=other.id).quotes}


def test_what_is_asked_of_evaluation_is_checked_too(author: Author) -> None:
    for question, k in (("  ", 1), (RAIN, 0)):
        with pytest.raises(OwnwordsError):
            author.best(question, k=k)


def test_a_quote_that_does_not_stand_in_its_post_is_never_shown(small_site: Settings) -> None:
    author = open_author(small_site.index, small_site)
    assert author.ask(RAIN).verdict == "answered"
    changed = tuple(
        replace(post, source=post.source.replace("roof", "door")) for post in author.posts
    )
    author.posts = changed
    answer = author.ask(RAIN, k=1)
    assert (answer.quotes, answer.verdict) == ((), "none")


def test_what_answers_is_marked_in_whichever_post_it_stands(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    told = "The harbour was empty. A lantern of brass hung from the ladder. Nobody came by."
    (Path(small_site.corpus) / "zoo.md").write_text(f"# Zoo\n\n{told}\n", encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    quote = author.best("a lantern of brass hung from the ladder?", k=1)[0]
    assert (quote.title, author.posts[0].title == "Zoo") == ("Zoo", False)
    marked = [quote.text[a:b] for a, b in quote.highlights]
    assert marked == ["A lantern of brass hung from the ladder."]


def test_within_a_scope_only_its_own_passages_make_an_answer_sure(author: Author) -> None:
    rain, study = (
        next(post for post in author.posts if post.title == title)
        for title in ("Rain", "How I studied")
    )
    asked = "did rain fall on the old roof?"
    here, there = (author.ask(asked, scope=post.id) for post in (rain, study))
    assert here.verdict == "answered" and there.verdict == "none"
    assert here.confidence == author.ask(asked).confidence > there.confidence


def test_what_is_suggested_is_answered(small_site: Settings, bag_of_words: BagOfWords) -> None:
    """A heading that says nothing alone, or asks for more, is no question to suggest."""
    text = (
        "# More\n\n## Why?\n\nWhy do I plant oaks? More oaks make more shade, and shade is why.\n"
    )
    (Path(small_site.corpus) / "oaks.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    assert author.suggestions and not {"Why?", "More"} & set(author.suggestions)
    for suggestion in author.suggestions:
        assert author.ask(suggestion).verdict == "answered"


@pytest.mark.parametrize("question", ["why?", "and?", "for example?", "and the year after?"])
@pytest.mark.parametrize("history", [[], ["why?"], ["more", "why?"], ["thanks!"]])
def test_what_hangs_on_nothing_gets_a_notice(
    rainy: Author, question: str, history: list[str]
) -> None:
    answer = rainy.ask(question, history)
    assert answer.notice and not answer.quotes and answer.verdict == "none"


def test_why_is_no_surer_than_what_it_is_asked_of(rainy: Author) -> None:
    asked = "what did the silver train cost?"
    assert rainy.ask("why?", [asked]).confidence <= rainy.ask(asked).confidence
    assert rainy.ask("why?", [RAIN]).verdict == "answered"


def test_suggestions_are_of_several_posts_the_newest_first(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    for number, animal in enumerate(("otter", "heron", "badger")):
        text = f"---\ndate: 2024-01-0{number + 1}\n---\n# Day {number}\n\n## So, where does the {animal} sleep?\n\n"
        text += f"The {animal} does sleep where reeds grow.\n\n## Then what of that {animal}?\n\nNo.\n\n"
        text += f"## When does the {animal} eat?\n\nThe {animal} does eat when fish come.\n"
        (Path(small_site.corpus) / f"{animal}.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    asked = [one for one in open_author(small_site.index, small_site).suggestions if "the" in one]
    turns = [f"Where does the {one} sleep?" for one in ("badger", "heron", "otter")]
    assert asked[:3] == turns and not any(one.startswith("Then") for one in asked)


def test_the_page_about_the_author_says_who_he_is(
    rainy: Author, small_site: Settings, bag_of_words: BagOfWords
) -> None:
    text = "# Hello\n\nWho knows?\n\n![me](me.png)\n\nAnna builds boats of larch and oak.\n\n## Before\n\nShe sailed.\n"
    about = Path(small_site.corpus) / "about" / "index.md"
    about.parent.mkdir()
    about.write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    for asked in ("who are you?", "hi, who are you?", "introduce yourself"):
        answer = author.ask(asked)
        assert [quote.text for quote in answer.quotes] == [
            "Anna builds boats of larch and oak.", "She sailed."
        ]  # fmt: skip
        assert (answer.verdict, answer.notice) == ("answered", None)
    (rain,) = (post for post in author.posts if post.title == "Rain")
    assert author.ask("who are you?", scope=rain.id).verdict != "answered"
    assert author.ask("more", ["who are you?"]).notice


def test_without_such_a_page_the_sentence_says_so_in_which_he_presents_himself(
    rainy: Author, small_site: Settings, bag_of_words: BagOfWords
) -> None:
    assert rainy.ask("who are you?").verdict != "answered"
    post = Path(small_site.corpus) / "larch.md"
    post.write_text(
        "# Larch\n\nIt floats. I'm Anna Birk, and I build boats. They are of oak.\n", "utf-8"
    )
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    for asked in ("who are you?", "작가님 성함이 어떻게 되세요?"):
        answer = author.ask(asked)
        (quote,) = answer.quotes
        assert [quote.text[a:b] for a, b in quote.highlights] == [
            "I'm Anna Birk, and I build boats."
        ]
        assert (answer.verdict, answer.notice) == ("answered", None)
    (rain,) = (post for post in author.posts if post.title == "Rain")
    assert author.ask("who are you?", scope=rain.id).notice


@pytest.mark.parametrize(
    ("sentence", "so"),
    [
        ("현재는 1년차 개발자로 일하고 있는 김민수입니다.", True), ("안녕하세요, 프론트엔드 개발자 서다온입니다.", True), ("저는 후디라고 합니다.", True),
        ("저는 부산에 사는 백엔드 개발자입니다.", True), ("제 이름은 김하나예요.", True), ("I'm Nell.", True), ("Hi, I’m Menna Prosser, I teach.", True),
        ("My name's Ebbe.", True), ("I am a security engineer and I enjoy it.", True), ("안녕하세요, 오늘은 리액트를 소개합니다.", False),
        ("저는 반대하는 입장입니다.", False), ("고민하고 있는 문제입니다.", False), ("I'm sure that it works.", False), ("I am a fan of Rust.", False),
        ("He said that I'm a liar.", False), ("아내는 교사입니다.", False), ("저희 팀은 이것을 도메인이라고 부릅니다.", False),
    ],
)  # fmt: skip
def test_a_sentence_in_which_its_author_says_who_he_is(sentence: str, so: bool) -> None:
    assert presents(sentence) is so


@pytest.mark.parametrize(
    ("path", "title", "is_about"),
    [
        ("about.md", "x", True), ("pages/about/index.md", "x", True), ("about.ko.md", "x", True), ("a.md", "About me", True),
        ("a.md", "자기 소개", True), ("소개.md", "x", True), ("about-docker/index.md", "Docker", False), ("index.md", "x", False),
        ("me-and-my-cat.md", "Me and my cat", False),
    ],
)  # fmt: skip
def test_which_post_is_about_the_author(
    author: Author, path: str, title: str, is_about: bool
) -> None:
    assert introduces(replace(author.posts[0], path=path, title=title)) is is_about


def test_what_was_asked_is_not_suggested_again(rainy: Author) -> None:
    first, *others = rainy.suggestions
    assert rainy.ask(first.upper()).suggestions == tuple(others)
    assert first not in rainy.ask("thanks", [first]).suggestions


def test_what_says_far_less_than_the_best_quote_is_left_for_more(rainy: Author) -> None:
    finder = rainy._finder
    found = finder.surest(["did rain fall on the roof?"], [], None, 3).retrieved
    far = FAR * finder._calibration.background[found.language].deviation
    scores, says = np.full((2, len(found.scores)), -np.inf, np.float32)
    rows = [0, 1, 2]  # of three posts, so no two make one quote
    scores[rows], says[rows] = [3, 2, 1], [0.5, 0.5 - 1.1 * far, 0.5 - 0.9 * far]
    found = replace(found, scores=scores, witnesses=says)
    assert finder.answers(found, 3, 2) == [((0,), (2,)), ((1,),)]
    assert finder.answers(found, 3, 1) == [((0,), (2,))]
    assert finder.answers(found, 1, 3) == [((0,),), ((1,),), ((2,),)]
    chosen = replace(found, chosen=Chosen((0, 1)))
    assert finder.answers(chosen, 3, 2) == [((0,), (1,), (2,))]
    says[rows] = [0.5 - 2 * far, 0.5, 0.5]  # the best by its score stays, whatever it says
    assert finder.answers(replace(found, witnesses=says), 3, 1) == [((0,), (1,), (2,))]
    assert finder.answers(replace(found, scores=np.full_like(scores, -np.inf)), 3, 2) == []


def test_what_is_left_for_more_is_among_the_best(
    rainy: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FAR", 0)
    asked = "rain fell on the old roof"
    assert len(rainy.ask(asked).quotes) < 3
    assert len(rainy.best(asked, k=3)) == 3


def test_who_you_are_leans_on_nothing(rainy: Author) -> None:
    alone = rainy.ask("너는 누구야?")
    behind = rainy.ask("너는 누구야?", ["did rain fall on the old roof?"])
    assert (behind.confidence, behind.notice) == (alone.confidence, alone.notice)
    assert alone.notice


def test_a_name_asked_for_behind_a_question_is_not_the_authors(
    rainy: Author, small_site: Settings, bag_of_words: BagOfWords
) -> None:
    about = Path(small_site.corpus) / "about.md"
    about.write_text("# About\n\nAnna builds boats of larch and oak.\n", encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    asked = "이름이 뭐예요?"
    assert author.ask(asked).quotes[0].post == "about.md"
    for own in ("thanks", "누구세요?", "who are you?"):
        assert author.ask(asked, [own]).quotes[0].post == "about.md"
    behind = author.ask(asked, ["did rain fall on the roof?"])
    assert behind.notice and behind.verdict != "answered"  # it may be the author's all the same
    assert all(quote.post != "about.md" for quote in behind.quotes)


def test_what_surely_tells_a_name_tells_another_name_but_not_the_authors(
    rainy: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rainy._finder, "sure", lambda _: 0.9)
    behind = rainy.ask("이름이 뭐예요?", ["did rain fall on the roof?"])
    assert (behind.verdict, behind.notice) == ("answered", None)
    alone = rainy.ask("이름이 뭐예요?")
    assert alone.verdict == "related" and alone.notice


def test_nothing_that_one_visitor_asked_reaches_another(rainy: Author) -> None:
    """Many at once, each behind his own questions, get what each gets alone."""
    asked = [
        ("and then?", ("did rain fall on the roof?",)),
        ("and then?", ("which open communities?",)),
        ("silver street", ("my classmates read code daily",)),
        ("silver street", ()),
        ("more", ("did rain fall on the roof?",)),
        ("why?", ("which open communities?", "did rain fall on the old roof all night")),
    ]

    def told(one: tuple[str, tuple[str, ...]]) -> Answer:
        return replace(rainy.ask(*one), took_ms=0)

    alone = [told(one) for one in asked]
    assert len({str(one) for one in alone}) == len(asked)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(told, asked * 40)) == alone * 40
