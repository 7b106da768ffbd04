from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownwords.records import Range
from ownwords.sentences import split

# Each row is one text, its sentences joined by a blank.
CASES = [
    ["공부했습니다.", "다음은 무엇일까요?", "끝."],
    ["그녀는 “정말 좋다.”라고 말했다.", "나도 그랬다."],
    ['그는 "왜 그래?"라며 웃었다.', "그랬다."],
    ['"안 될까?" 하고 생각했다.', "그래도 했다."],
    ["“좋아요.”", "그가 답했다."],
    ["정말요?!", "네…", "그렇습니다."],
    ["값은 3.14이다.", "버전은 v8.0.1이다."],
    ["hudi.blog에서 봤다.", "https://a.kr/b?x=1.2 를 열었다."],
    ["index.md를 고쳤다.", "main.py 도."],
    ["Dr. Kim met Mr. Lee.", "They spoke."],
    ["The U.S. Army came.", "It left."],
    ["J. R. R. Tolkien wrote it.", "I read it."],
    ["Use tools, e.g. Git, vs. SVN.", "OK."],
    ["We used Python, Java, etc.", "Then we left."],
    ["It cost $3.50.", "Cheap!"],
    ['She said "Go!" and left.', "He stayed."],
    ['"Is it true?" he asked.', "Yes."],
    ["Wait... what?", "Yes."],
    ["Really?!", "Yes!"],
    ["(This is inside.)", "This is not."],
    ["나는 (사실은.) 몰랐다.", "그랬다."],
    ["2021. 3. 1. 에 시작했다.", "끝났다."],
    ["2021년 3월에 시작했다.", "3월에 끝났다."],
    ["1. 첫째다.", "2. 둘째다."],
    ["가. 첫째 항목이다.", "나. 둘째 항목이다."],
    ["Node.js를 썼다.", "Vue.js도 썼다."],
    ["これは文です。", "次です。"],
    ["好！", "是吗？", "是。"],
    ["It ends at 5 p.m. on Friday.", "Good."],
    ["약 3.5배 빨라졌다(약 2초).", "좋다."],
    ["좋았다ㅋㅋ.", "또 하자!"],
    ["그는 갔다.", "그녀도 갔다."],
    ["AT&T Inc. grew.", "Fine."],
    ["“나가지 못하게 되지 않을까?” 하는 걱정이었다.", "끝."],
    ["왜일까? 라는 질문이었다.", "답은 없다."],
    ["할 수 있을까? 라고 물었다.", "그렇다."],
    ["'괜찮아.'라고 했다.", "괜찮았다."],
    ["고생했다.", "고맙다."],
    ["끝났다.", "하는 수 없었다."],
    ["모르겠다.", "는개가 내렸다."],
    ["뭘까?", "고민했다."],
    ["공부를 했다!", "정말로."],
    ["Ph.D. 과정이다.", "힘들다."],
    ["What is a) one and b) two?", "Hm."],
]

# What only meaning decides: an ellipsis inside a sentence, an abbreviation or a number at its end.
UNDECIDED = [
    ["음... 그렇구나.", "알겠다."],
    ["생각해 보니... 아니었다.", "끝."],
    ["He lives in the U.S.", "She does not."],
    ["See No. 5 and Fig. 2.", "Then go on."],
]


def sentences(text: str, lines: tuple[int, ...] = (0,), atoms: tuple[Range, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in split(text, lines, atoms)]


@pytest.mark.parametrize("expected", CASES, ids=" / ".join)
def test_a_text_is_split_where_a_reader_would(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize("wished", UNDECIDED, ids=" / ".join)
@pytest.mark.xfail(strict=True, reason="only the meaning tells")
def test_what_the_rules_get_wrong(wished: list[str]) -> None:
    assert sentences(" ".join(wished)) == wished


@pytest.mark.parametrize(
    "line",
    ["공부를 했습니다", "교육을 들었음", "그랬죠", "좋았어요", "웃겼다ㅋㅋ", "그랬네", "개발자다."],
)
def test_a_line_with_a_final_ending_is_a_sentence_without_a_full_stop(line: str) -> None:
    assert sentences(f"{line} 그리고 잤다", (0, len(line) + 1)) == [line, "그리고 잤다"]


@pytest.mark.parametrize("line", ["업무를 진행하다,", "교육이 있어", "the first", "그래서"])
def test_a_line_wrapped_inside_a_sentence_is_no_end(line: str) -> None:
    text = f"{line} 그리고 잤다"
    assert sentences(text, (0, len(line) + 1)) == [text]


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
