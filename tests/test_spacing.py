"""Korean without blanks, or with blanks anywhere, is read as words; what is spaced already stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import BagOfWords
from ownwords import ask, encoder
from ownwords.build import build
from ownwords.settings import Settings
from ownwords.spacing import RUN, spaced


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("어떻게공부하셨나요", "어떻게 공부하셨나요"),
        ("어떻게공부하셧나요", "어떻게 공부하셧나요"),  # misspelt too
        ("학교는왜그만두셨어요?", "학교는 왜 그만두셨어요?"),
        ("JPA를쓰시는이유가궁금합니다", "JPA를 쓰시는 이유가 궁금합니다"),
        ("군대는 어디로지원하셨고왜그렇게정하셨나요", "군대는 어디로 지원하셨고 왜 그렇게 정하셨나요"),
        ("데이터베이스정규화과정", "데이터베이스정규화과정"),  # nouns stay together
        ("어떻 게공 부하 셨나 요", "어떻게 공부하셨나요"),
        ("어떻  게공\n부하 셨나 요", "어떻게 공부하셨나요"),
        ("어떻 게공 부하 셨나 요\udcff", "어떻게 공부하셨나요\udcff"),
        ("댓글 은왜 못달 게해 놨어 요? 책 은왜", "댓글은 왜 못 달게 해놨어요? 책은 왜"),
        ("대학 때 는 무슨 공부 를 하 셨 나요", "대학 때는 무슨 공부를 하셨나요"),  # each morpheme apart
    ],
)  # fmt: skip
def test_words_are_told_apart(typed: str, read: str) -> None:
    assert spaced(typed) == read


@pytest.mark.parametrize(
    "text",
    ["", "how did you study?", "어떻게 공부하셨나요?", "공부 를 어떻게 하셨나요", "헬름 대신 커스터마이즈 왜 쓰나요", "일 안 한 날 뭐 해요", "공부 를 하다 가 힘들 었던 적이 많이 있었나요 그리고 왜 다시 했나요", "커뮤니티활동은", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "가" * (RUN - 1)],
)  # fmt: skip
def test_what_needs_none_gets_none(text: str) -> None:
    assert spaced(text) == text


@given(
    st.text(
        st.sampled_from("가나다를는 ?\n\0\ud800")
        | st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
    )
    | st.text()
)
def test_nothing_but_blanks_changes(text: str) -> None:
    assert "".join(spaced(text).split()) == "".join(text.split())


def test_a_question_without_blanks_is_answered_as_with_them(
    tmp_path: Path, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    text = "나는 저녁마다 도서관에서 통계를 공부했다. 비가 오면 집에서 쉬었다.\n"
    (tmp_path / "corpus" / "a.md").write_text(f"# 공부\n\n{text * 3}", encoding="utf-8")
    settings = Settings(corpus=str(tmp_path / "corpus"), index=str(tmp_path / "index"))
    build(settings, open_encoder=lambda *_: bag_of_words)
    monkeypatch.setattr(encoder, "open_for_answers", lambda *_, **__: bag_of_words)
    author = ask.open_author(tmp_path / "index", settings)
    apart, together = (
        author.ask(question) for question in ("저녁마다 도서관에서 공부했다", "저녁마다도서관에서공부했다")
    )  # fmt: skip
    assert (together.verdict, together.confidence) == (apart.verdict, apart.confidence)
    assert together.quotes == apart.quotes and together.quotes
    assert together.question == "저녁마다도서관에서공부했다"
    history = author.ask("더 자세히", ["저녁마다도서관에서공부했다"])
    assert (
        history.confidence == author.ask("더 자세히", ["저녁마다 도서관에서 공부했다"]).confidence
    )
