from hypothesis import given
from hypothesis import strategies as st

from ownwords.tracked import Tracked

SOURCE = "a **b** c\n> d &amp; e"


def test_parts_join_with_the_range_of_the_gap() -> None:
    joined = Tracked.join(
        " ", [Tracked.literal("ab", 3), Tracked.empty(), Tracked.literal("cd", 8)]
    )
    assert joined.text == "ab cd"
    assert (joined.starts[2], joined.ends[2]) == (5, 8)
    assert (joined.start, joined.end) == (3, 10)


def test_nothing_joined_is_nothing() -> None:
    assert Tracked.join(" ", []) == Tracked.join(" ", [Tracked.empty()]) == Tracked.empty()


def test_what_the_file_holds_stands_in_it() -> None:
    text = Tracked.join(" ", [Tracked.literal("a", 0), Tracked.literal("b", 4)])
    entity = Tracked.concat([Tracked.literal("d ", 12), Tracked.replaced("&", 14, 19)])
    assert text.stands_in(SOURCE)
    assert entity.stands_in(SOURCE)


def test_a_changed_word_or_a_dropped_one_does_not_stand() -> None:
    assert not Tracked.literal("x", 0).stands_in(SOURCE)
    assert not Tracked.replaced(" ", 0, 9).stands_in(SOURCE)
    assert not Tracked.literal("e", 400).stands_in(SOURCE)


def test_a_gap_may_drop_tags_but_no_letter() -> None:
    source = "a</p> <!-- b --> <p class=c>d <b> e &#44032;"
    assert Tracked.replaced("\n", 1, source.index("d")).stands_in(source)
    assert not Tracked.replaced("\n", 1, source.index(" <b>")).stands_in(source)
    assert Tracked.replaced("가", source.index("<b>"), len(source)).stands_in(source)


@st.composite
def tracked(draw: st.DrawFn) -> Tracked:
    parts, at = [], 0
    for text, kind in draw(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 3)))):
        start = at + draw(st.integers(0, 3))
        if kind == 0:
            parts.append(Tracked.literal(text, start))
            at = start + len(text)
        else:
            parts.append(Tracked.replaced(text, start, start + kind))
            at = start + kind
    return Tracked.concat(parts)


@given(tracked())
def test_storing_and_reading_gives_the_same(text: Tracked) -> None:
    assert Tracked.from_json(text.text, text.to_json()) == text


@given(st.text(), st.integers(0, 20))
def test_every_slice_of_a_file_stands_in_it(source: str, start: int) -> None:
    assert Tracked.literal(source[start:], start).stands_in(source)
