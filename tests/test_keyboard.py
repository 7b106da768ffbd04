import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownwords.keyboard import as_hangul, as_latin, candidates

ROOT = Path(__file__).parents[1]
SYLLABLES = st.text(st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣")))
# The keys of the conjoining letters in Unicode's order, written down apart from the module's own.
INITIAL = tuple("rRseEfaqQtTdwWczxvg")
VOWELS = "k.o.i.O.j.p.u.P.h.hk.ho.hl.y.n.nj.np.nl.b.m.ml.l"
FINALS = "r.R.rt.s.sw.sg.e.f.fr.fa.fq.ft.fx.fv.fg.a.q.qt.t.T.d.w.c.z.x.v.g"

KOREAN = [
    "어떻게 공부했나요?", "공부 방법", "기술스택", "안녕하세요", "처음 몇달은 어땟어요?", "개발자가 된 계기가 뭐에요",
    "그 다음에는 뭘 하셨어요?", "kill -9 쓰면 안되는 이유가 머임", "ai가 어떻게 돌아가는지 궁금해요", "db 연결은 몇개가 좋나요?",
    "CI 서버가 자꾸 멈춰요", "브랜치를 develop에 합칠땐 어떻게 하나요", "Redlock이 뭔가요?", "너무 힘들어요 ㅠㅠ 어떻게 버티셨나요",
    "전화로는 뭐라고 하셨길래요 ㅋㅋ", "k-mooc 들었어?", "왜 떨어지셨나요 ㅠ", "2022년에 쓴 글은 몇편인가요?", "JPA N+1 문제 해결법",
    "apt-get 이 안됩니다", "마케팅 일은 왜 그만두신거예요?", "쫓겨난 적 있나요? 왜요?", "USB를 읽는 까닭", "앉아서 값을 읽고 닭을 핥았다",
    "뭘 배웠는지 알려줘!", "git은 어떻게 배우셨나요", "외워서 시험 봤어요?", "원래 꿈이 뭐였나요", "의미 있었나요?", "떄려치고 싶었나요",
]  # fmt: skip
ENGLISH = [
    "how did you study?", "who are you?", "who did he do it with?", "so why did you go to work", "what was your plan?",
    "when did you start", "python course", "is it a bad sign if the team always agrees?", "did he go too?",
    "who won the last world cup", "do I have to try every web framework?", "another example", "how much did the tps drop",
    "show the form", "the end", "work", "also", "goal", "turn down", "then", "disk", "auto", "title", "signal", "dog", "TOEIC score", "and then?", "why?",
    "why django?", "how does duckdb store data on disk", "what didn't help?", "shenandoah vs zgc, which is better for you?",
    "favorite poem by Heo Su-gyeong?", "what time is it in sydney", "mysql vs sqlite", "DNS", "xml", "docker", "AWS VPC setup", "HELP ME PLEASE", "", "?", "12345", "k-mooc", "thx", "ok", "query",
]  # fmt: skip


def on_english_keys(text: str) -> str:
    """The keys of a Korean text, by the canonical decomposition of its syllables."""
    keys = []
    groups = ((0x1100, INITIAL), (0x1161, VOWELS.split(".")), (0x11A8, FINALS.split(".")))
    for char in unicodedata.normalize("NFD", text):
        for first, names in groups:
            if first <= ord(char) < first + len(names):
                char = names[ord(char) - first]
                break
        keys.append({"ㅋ": "z", "ㅠ": "b"}.get(char, char))
    return "".join(keys)


def unshifted(text: str) -> str:
    """The capitals that are lost on the Korean layout, small."""
    return "".join(key if key in "QWERTOP" else key.lower() for key in text)


@given(SYLLABLES)
def test_any_syllables_come_back_from_their_keys(text: str) -> None:
    assert as_hangul(on_english_keys(text)) == text
    assert as_latin(text) == on_english_keys(text)


@given(st.text(st.characters(max_codepoint=126)))
def test_any_keys_come_back_from_what_they_write(text: str) -> None:
    assert as_latin(as_hangul(text)) == unshifted(text)


@given(st.text())
def test_any_text_has_readings_the_first_of_which_is_itself(text: str) -> None:
    found = candidates(text)
    assert found[0] == text
    assert len(found) == len(set(found)) <= 2


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ("djEjgrp rhdqngoTskdy?", "어떻게 공부했나요?"),
        ("rkrtk", "각사"), ("rkrt k", "갃 ㅏ"), ("ekfr", "닭"), ("ekfrdl", "닭이"), ("dhkd", "왕"), ("dho", "왜"),
        ("Rkwl!! 3eo", "까지!! 3대"), ("zz", "ㅋㅋ"), ("hk", "ㅘ"), ("rr", "ㄱㄱ"), ("DHO", "오ㅒ"), ("dkss", "안ㄴ"), ("", ""),
    ],
)  # fmt: skip
def test_keys_compose_as_an_input_method_does(keys: str, written: str) -> None:
    assert as_hangul(keys) == written


@pytest.mark.parametrize("question", KOREAN)
def test_korean_on_english_keys_is_read(question: str) -> None:
    typed = on_english_keys(question)
    assert [one for one in candidates(typed) if one != typed] == [question]


def test_two_words_that_make_no_sense_as_they_were_typed_are_korean_alone() -> None:
    assert candidates("tkatjddms dho rmaksenjTdjdy?") == ("삼성은 왜 그만뒀어요?",)
    assert candidates("dkssudgktpdy") == ("dkssudgktpdy", "안녕하세요")
    typed = "tkatjddms at google in seoul and then in busan?"  # one of many, whatever it means
    assert candidates(typed)[0] == typed


@pytest.mark.parametrize("question", KOREAN)
def test_korean_stays_korean(question: str) -> None:
    assert candidates(question) == (question,)


@pytest.mark.parametrize("question", ENGLISH)
def test_english_stays_english(question: str) -> None:
    assert candidates(question) == (question,)


def test_no_word_and_no_line_of_the_readmes_is_taken_for_korean() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md")]
    words = {word for text in texts for word in re.findall("[A-Za-z]+", text)}
    lines = {line for text in texts for line in text.splitlines()}
    assert len(words) > 300
    assert [one for one in words | lines if candidates(one) != (one,)] == []


@pytest.mark.parametrize("question", ENGLISH[:10])
def test_english_on_korean_keys_is_read(question: str) -> None:
    typed = as_hangul(question)
    assert candidates(typed) == (typed, unshifted(question))


def test_an_input_method_that_composes_english_is_read() -> None:
    assert candidates("ㅗㅐㅈ 양 ㅛㅐㅕ ㄴㅅㅕ요?")[1] == "how did you study?"
    assert candidates("좨 ㅁㄱㄷ ㅛㅐㅕ")[1] == "who are you"


@pytest.mark.parametrize("text", ["ㅋㅋㅋ", "ㅠㅠ", "ㅜㅜ", "ㅎㅇ", "ㄱㅅ", "ㅇㅋ 감사", "ㅁㄹ", "진짜 힘들었어요 ㅠㅠ", "ㅡㅡ"])  # fmt: skip
def test_lone_letters_that_korean_uses_stay(text: str) -> None:
    assert candidates(text) == (text,)


@pytest.mark.parametrize("said", ["that's amazing", "amazing", "blazing fast", "vaping?"])
def test_no_word_in_ng_ends_with_a_sigh_and_a_laugh(said: str) -> None:
    assert candidates(said) == (said,)


def test_caps_lock_is_seen() -> None:
    typed = on_english_keys("어떻게 공부했나요?").swapcase()
    assert candidates(typed)[1] == "어떻게 공부했나요?"


def test_the_corpus_own_words_stay_latin() -> None:
    assert candidates("sigma") == ("sigma", "냐흠")
    assert candidates("sigma", latin={"sigma"}) == ("sigma",)
    assert candidates("EJ?") == ("EJ?", "더?") and candidates("EJ?", latin={"ej"}) == ("EJ?",)
    assert (
        candidates("rm ekdmadpsms?", latin={"rm"})[1] == "그 다음에는?"
    )  # amid Korean, a word of it
    assert candidates("todtjd sho", latin={"sho"})[1] == "생성 sho"


def test_a_word_of_the_corpus_with_a_particle_may_be_korean_after_all() -> None:
    typed = "rm ekdma godpsms?"
    assert candidates(typed, frozenset({"go"})) == ("그 다음 해에는?", "그 다음 go에는?")
    assert candidates(typed) == ("그 다음 해에는?",)
    assert candidates("rhdms dlTsk godptj", frozenset({"rhdms"}))[-1] == "rhdms 있나 해에서"


def test_a_small_english_word_of_a_name_stays_in_a_korean_question() -> None:
    assert "Ruby on Rails를 왜 골랐어요?" in candidates("Ruby on Railsfmf dho rhffkTdjdy?")
    assert candidates("why django?") == ("why django?",)
