import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownwords.records import Range
from ownwords.sentences import split
from sentence_cases import CASES, HELD_OUT, LINES, UNDECIDED


def sentences(text: str, lines: tuple[int, ...] = (0,), atoms: tuple[Range, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in split(text, lines, atoms)]


@pytest.mark.parametrize(
    "expected", [case for kind in CASES.values() for case in kind] + HELD_OUT, ids=" / ".join
)
def test_a_text_is_split_where_a_reader_would(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize("expected", LINES, ids=" / ".join)
def test_a_text_in_lines_is_split_where_a_reader_would(expected: list[str]) -> None:
    text = "\n".join(expected)
    lines = (0, *(at + 1 for at, char in enumerate(text) if char == "\n"))
    assert sentences(text.replace("\n", " "), lines) == [one.replace("\n", " ") for one in expected]


@pytest.mark.parametrize(
    "expected", [case for kind in CASES.values() for case in kind], ids=" / ".join
)
def test_a_text_in_nfd_is_split_at_the_same_places(expected: list[str]) -> None:
    decomposed = [unicodedata.normalize("NFD", sentence) for sentence in expected]
    assert sentences(" ".join(decomposed)) == decomposed


@pytest.mark.parametrize("wished", UNDECIDED, ids=" / ".join)
def test_what_only_the_meaning_decides_is_got_wrong(wished: list[str]) -> None:
    assert sentences(" ".join(wished)) != wished  # told here, so that a change is noticed


@pytest.mark.parametrize(
    "line",
    [
        "공부를 했습니다",
        "교육을 들었음",
        "그랬죠",
        "좋았어요",
        "웃겼다ㅋㅋ",
        "그랬네",
        "개발자다.",
        "글을 쓴다",
    ],
)
def test_a_line_with_a_final_ending_is_a_sentence_without_a_full_stop(line: str) -> None:
    assert sentences(f"{line} 그리고 잤다", (0, len(line) + 1)) == [line, "그리고 잤다"]


@pytest.mark.parametrize(
    "line", ["업무를 진행하다,", "교육이 있어", "the first", "그래서", "바로 하다"]
)
def test_a_line_wrapped_inside_a_sentence_is_no_end(line: str) -> None:
    text = f"{line} 그리고 잤다"
    assert sentences(text, (0, len(line) + 1)) == [text]


def test_a_plain_ending_before_a_clause_that_hangs_on_it_is_no_end() -> None:
    assert sentences("쓰게 된다 보니 힘들다.", (0, 6)) == ["쓰게 된다 보니 힘들다."]


def test_a_smiley_on_the_next_line_is_not_the_last_lines() -> None:
    assert sentences("좋았다. 😄 또 보자.", (0, 5)) == ["좋았다.", "😄 또 보자."]


def test_no_sentence_begins_inside_an_atom() -> None:
    text = "앞의 굵은 말. 더 굵은 말. 뒤다."
    assert sentences(text, atoms=(Range(3, 16),)) == ["앞의 굵은 말. 더 굵은 말.", "뒤다."]


def test_a_mark_stays_with_the_character_it_combines_with() -> None:
    assert sentences("끝。\u0301다음") == ["끝。\u0301다음"]


@given(st.text(), st.lists(st.integers(0, 40)), st.tuples(st.integers(0, 20), st.integers(0, 20)))
def test_any_text_is_covered_in_order(text: str, lines: list[int], atom: tuple[int, int]) -> None:
    begins = tuple(sorted({0, *(at for at in lines if at < len(text))}))
    atoms = (Range(min(atom), max(atom)),)
    found = split(text, begins, atoms)
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())
    for before, after in pairwise(found):
        assert before.start < before.end <= after.start < after.end
    for begin, _ in found[1:]:
        gap = text[:begin].rstrip()
        assert not atoms[0].start < len(gap) < atoms[0].end
