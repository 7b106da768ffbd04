"""A text fragment, rule by rule. That a browser follows them is shown in browser/test_links.py."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from ownwords.links import Surroundings, post_link, quote_link, surroundings, text_directive
from ownwords.passages import passages_of
from ownwords.records import Block, Post
from ownwords.tracked import Tracked

SITE = "https://example.org"
LONG = " ".join(f"word{number}" for number in range(40))


def parts(directive):
    """`[prefix-] start [end] [-suffix]`, decoded."""
    return [unquote(part) for part in directive.split(",")]


def test_a_quote_links_to_the_posts_own_address_or_to_the_reading_page():
    assert quote_link(f"{SITE}/a/", "x", 1, 2, "ab") == f"{SITE}/a/#:~:text=ab"
    assert quote_link(None, "내 글", 3, 9, "ab") == "/posts/%EB%82%B4%20%EA%B8%80?s=3-9#quote"
    assert quote_link("javascript:alert(1)", "x", 3, 9, "ab") == "/posts/x?s=3-9#quote"
    assert post_link(None, "a/b") == "/posts/a%2Fb"


def test_a_fragment_of_the_address_stays_before_the_directive():
    assert quote_link(f"{SITE}/a#top", "x", 1, 2, "ab") == f"{SITE}/a#top:~:text=ab"
    assert quote_link(f"{SITE}/a#:~:text=old", "x", 1, 2, "ab") == f"{SITE}/a#:~:text=ab"


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("A-b, c&d", "A%2Db%2C%20c%26d"),
        ("100% #1 = 'a'+b?", "100%25%20%231%20%3D%20%27a%27%2Bb%3F"),
        ("글쓰기", "%EA%B8%80%EC%93%B0%EA%B8%B0"),
        ("a\ud800", "a%3F"),
        ("  two   blanks ", "two%20blanks"),
    ],
)
def test_what_is_syntax_is_percent_encoded(text, encoded):
    assert text_directive(text) == encoded


def test_a_quote_without_words_has_no_directive():
    assert text_directive(" \n\t") == ""
    assert quote_link(f"{SITE}/a", "x", 1, 2, "\n") == f"{SITE}/a"


def test_long_quotes_name_their_ends_in_whole_words():
    # 4 * 5 + 3 = 23 and 3 * 6 + 2 = 20 characters of 24
    assert parts(text_directive(LONG)) == ["word0 word1 word2 word3", "word37 word38 word39"]


def test_the_two_ends_never_overlap():
    words = ["가" * 30, "나" * 31]
    assert parts(text_directive(" ".join(words))) == words


def test_one_long_word_is_named_whole():
    assert text_directive("a" * 70) == "a" * 70


def test_punctuation_parts_words_where_there_are_no_blanks():
    text = "今日は良い天気です。" + "とても" * 20 + "。明日も晴れます。"
    assert parts(text_directive(text)) == ["今日は良い天気です。", "明日も晴れます。"]


@pytest.mark.parametrize("text", ["short.\nother.", "short.\tother."])
def test_two_blocks_are_named_by_their_ends_however_short(text):
    assert parts(text_directive(text)) == ["short.", "other."]


def test_each_end_stays_inside_its_block():
    text = "첫째.\n" + LONG + "\n끝이다."
    assert parts(text_directive(text)) == ["첫째.", "끝이다."]


@pytest.mark.parametrize("again", ["Yes", "yes", "YES\nor no"])
def test_what_stands_before_tells_a_short_quote_from_its_like(again):
    around = Surroundings(f"{again}\nI ask you. Yes\nI see.", "I ask you.", "I see.")
    assert parts(text_directive("Yes", around)) == ["you.-", "Yes"]


def test_a_prefix_grows_until_it_tells():
    around = Surroundings("I ask you. Yes.\nThey ask you. Yes.", "They ask you.")
    assert parts(text_directive("Yes.", around)) == ["They ask you.-", "Yes."]


def test_a_prefix_stays_inside_one_block():
    around = Surroundings("Yes.\nNo.\nHow?\nYes.", "No.\nHow?")
    assert parts(text_directive("Yes.", around)) == ["How?-", "Yes."]


def test_what_stands_after_tells_where_the_prefix_does_not():
    around = Surroundings("Yes. One.\nYes. Two.", "", "Two.\nThree.")
    assert parts(text_directive("Yes.", around)) == ["Yes.", "-Two."]
    around = Surroundings("So. Yes. One.\nSo. Yes. Two.", "So.", "Two.")
    assert parts(text_directive("Yes.", around)) == ["So.-", "Yes.", "-Two."]


def test_the_start_of_a_long_quote_takes_a_prefix_too():
    page = f"word0 word1 word2 word3 word9\nHere: {LONG}"
    assert parts(text_directive(LONG, Surroundings(page, "Here:")))[:2] == [
        "Here:-",
        "word0 word1 word2 word3",
    ]


def test_a_start_grows_where_it_is_not_known_what_stands_before_it():
    page = f"word0 word1 word2 word3 word9\n{LONG}"
    start, _ = parts(text_directive(LONG, Surroundings(page)))
    assert start == "word0 word1 word2 word3 word4"


def test_an_end_that_stands_inside_the_quote_grows():
    text = f"{LONG} he said at last it is done. {LONG} she said at last it is done."
    assert parts(text_directive(text))[1] == "she said at last it is done."


def test_an_end_that_cannot_grow_takes_a_suffix():
    text = "Who?\nNobody.\nWho else?\nNobody."
    around = Surroundings(f"{text}\nSo it was.", "", "So it was.")
    assert parts(text_directive(text, around)) == ["Who?", "Nobody.", "-So"]


def post_of(*blocks):
    """A post of `(kind, text)` blocks with an empty line between two."""
    at, made = 0, []
    for kind, text in blocks:
        made.append(Block(kind, Tracked.literal(text, at), int(kind == "heading")))
        at += len(text) + 2
    source = "\n\n".join(text for _, text in blocks)
    return Post("a.md", "a", "제목", None, None, None, (), (), source, "utf-8", tuple(made))


def around(post, text):
    passages = passages_of(0, post, 10)
    at = next(at for at, one in enumerate(passages) if one.text == text)
    return surroundings(post, passages, at)


ONE, TWO = "첫 문단은 이렇게 쓴다.", "둘째 문단은 저렇게 쓴다."


def test_neighbours_touch_a_quote():
    post = post_of(("prose", ONE), ("prose", TWO))
    assert around(post, ONE) == Surroundings(f"제목\n{ONE}\n{TWO}", "", TWO)
    assert around(post, TWO) == Surroundings(f"제목\n{ONE}\n{TWO}", ONE, "")


def test_a_heading_touches_what_it_heads():
    post = post_of(("prose", ONE), ("heading", "다음 이야기"), ("prose", TWO))
    assert around(post, TWO) == Surroundings(f"제목\n{ONE}\n다음 이야기\n{TWO}", "다음 이야기", "")
    assert around(post, ONE).after == ""


def test_what_stands_behind_code_touches_nothing():
    post = post_of(("prose", ONE), ("code", "print(1)"), ("prose", TWO))
    assert around(post, ONE).after == around(post, TWO).before == ""
