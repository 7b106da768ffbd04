"""Questions that ask for an address, and what an answer makes of posts that tell none."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords import contacts
from ownwords.ask import open_author
from ownwords.build import build
from ownwords.settings import Settings


@pytest.mark.parametrize(
    "question",
    [
        "연락처 좀 알려줘", "연락처?", "이메일 주소가 어떻게 되나요", "메일 주소 알 수 있을까요?", "어디로 연락하면 되나요?", "작가님께 연락하려면 어떻게 해야 하나요?",
        "연락은 어떻게 드리면 되나요?", "연락 방법", "메일 드려도 되나요?", "인스타 계정 있어요?", "박 사장님 연락처 알 수 있을까요", "강의 요청하려면 어디로 연락하나요",
        "how can I contact you?", "contact?", "what's your email", "email address?", "do you have an instagram account?", "where can I write to you", "how to reach the author",
        "can I email you somewhere", "could you tell me the best way to reach the author?", "how can I get in touch about a talk?", "author's contact details", "깃허브 주소 알려줘", "링크드인 있어요?",
    ],
)  # fmt: skip
def test_an_address_is_asked_for(question: str) -> None:
    assert contacts.asked(question)


@pytest.mark.parametrize(
    "question",
    [
        "메일은 언제 확인해요?", "메일 서버는 어떻게 만들었나요?", "그 친구랑 지금도 연락하나요?", "이메일 검증은 어떻게 하나요", "인스타 왜 지우셨어요?", "전화번호 같은 민감정보가 흘러가는 건 어떻게 막음",
        "why did you leave your email provider", "how do you handle email", "contact lenses", "리쿠르터한테 어떻게 연락이 왔어요?", "인스타 언제 시작했어요?", "how did you reach your goal?", "what message broker do you use", "are you still in contact with him?",
        "how can I contact you " + "about it " * 20,
    ],
)  # fmt: skip
def test_something_else_is_asked_for(question: str) -> None:
    assert not contacts.asked(question)


@pytest.mark.parametrize(
    ("source", "tells"),
    [
        ("Write to pat@cranes.example.", True), ("[write](mailto:pat@cranes.example)", True), ("연락은 010-1234-5678로", True), ("인스타그램 @cranes_pat 으로", True), ("@cranes on Mastodon", True),
        ("https://www.linkedin.com/in/pat", True), ("You can email me. I am slow.", True), ("궁금한 것은 메일 주세요.", True),
        ("A cache holds what is asked for often.", False), ("`@Transactional` opens one", False), ("I wrote an email.", False), ("친구에게 연락을 받았다.", False),
        ("see https://github.com/pat/cranes", False), ("https://github.com/pat, me", True),
    ],
)  # fmt: skip
def test_what_tells_an_address(source: str, tells: bool) -> None:
    assert contacts.told(source) is tells


def test_what_is_only_near_tells_no_address(small_site: Settings, bag_of_words: BagOfWords) -> None:
    post, asked = Path(small_site.corpus) / "cranes.md", "how can I contact you?"
    text = "# Cranes\n\nHow can I contact a crane? I can contact you, said the crane, not it me.\n"
    post.write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    near = open_author(small_site.index, small_site).ask(asked)
    assert (near.verdict, near.confidence) == ("none", contacts.UNTOLD)
    post.write_text(f"{text[:-1]} I am [here](mailto:pat@cranes.example).\n", encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    assert open_author(small_site.index, small_site).ask(asked).verdict == "answered"


def test_what_tells_an_address_comes_first(small_site: Settings, bag_of_words: BagOfWords) -> None:
    text = "# Cranes\n\nHow can I contact you? How can I contact you, asks a crane.\n\n## Cafe\n\nContact can me: pat@cranes.example.\n"
    (Path(small_site.corpus) / "cranes.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    first, *_ = author.ask("how can I contact you?").quotes
    assert first.text == "Contact can me: pat@cranes.example."
