"""What one asks of anybody, and what an answer makes of posts that have no word of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords import matters
from ownwords.ask import open_author
from ownwords.build import build
from ownwords.settings import Settings

NEAR = "A cache holds what is asked for often. 캐시는 자주 찾는 것을 담아 둔다."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("how old are you?", "I turned thirty."), ("나이가 어떻게 되세요?", "1991년 양띠."), ("나이는?", "보리는 여섯 살이 되었다."), ("몇 살이에요?", "제가 9살 때 만난 컴퓨터"),
        ("are you married?", "아내와 걸었다."), ("결혼하셨어요?", "Ilse and I have shared a kitchen for years."), ("여자친구 있으세요?", "그녀와 사귀던 때"), ("any partner?", "my husband"),
        ("do you have kids?", "Our daughter starts school."), ("자녀가 있나요?", "둘째가 태어났다."), ("형제가 있나요?", "남동생이 둘"), ("any siblings", "my older brother"),
        ("고양이 키우세요?", "검은 개 먹물이입니다. 산책을"), ("do you have any pets?", "The terrier barked."), ("종교가 있으세요?", "I'm a Quaker."), ("군대 다녀오셨어요?", "복학하고 나서"),
        ("in the army?", "three years in the Royal Engineers"), ("MBTI가 뭐예요?", "an INFJ, they say"), ("자격증 있어요?", "정보처리기사에 붙었다."), ("키가 몇이에요?", "182 cm"), ("키 몇이에요?", "키는"), ("나이", "30대"),
        ("what did you major in?", "그 뒤 국문과를 나왔다."), ("무슨 대학교 나오셨어요?", "전북대를 다녔다."), ("전공이 뭐예요?", "What did you study? Engineering."), ("did you go to college?", "I left school at sixteen."),
        ("비전공자세요?", "a BSc in physics"), ("대학교?", "휴학을 했다."), ("연봉이 얼마예요?", "한 달에 370만 원"), ("salary?", "He asked: $61,000."), ("how much do you make a year?", "thirty-nine thousand"), ("월급 얼마 받으세요?", "수입은"),
    ],
)  # fmt: skip
def test_a_matter_is_told_by_its_words_in_either_language(question: str, told: str) -> None:
    assert matters.untold(question, [NEAR])
    assert not matters.untold(question, [NEAR, told])


@pytest.mark.parametrize(
    "question",
    [
        "how old is the cat?", "결혼식은 어디서 했어요?", "시각장애인 사용자는 어땠나요?", "is there a pet insurance app?", "왜 그만뒀어요?", "how did you meet your wife?", "what is a parent class?",
        "키가 되는 열은 무엇인가요?", "JWT 토큰 나이", "대학교 축제", "what degree of parallelism?", "부모교육은 어떻게 해요?", "어느 학교에서 강연했어요?", "무슨 대학병원이에요?", "대학원은 왜 갔어요?", "how do I get a higher salary", "전공 책 추천", "what is a degree of a node?", "Redlock이 뭐야? 그리고 결혼했어?", "결혼하셨어요? " + "그리고 " * 30,
    ],
)  # fmt: skip
def test_other_questions_ask_for_none(question: str) -> None:
    assert not matters.untold(question, [])


@pytest.mark.parametrize(
    ("question", "others", "own"),
    [
        ("전공이 뭐예요?", "석사 분들이 계셨습니다. 그 분들에게", "석사를 마쳤습니다. 그 분들에게"),
        ("salary?", "개발자로 일하는 김민수입니다.", "첫해 수입입니다."), ("연봉?", "수입차가 페이지에 나온다.", "페이가 낮다."),
        ("결혼하셨어요?", "결혼하신 분이 많다.", "결혼한 뒤"), ("무슨 대학 나왔어요?", "AI 대학원 방", "대학 시절"),
    ],
)  # fmt: skip
def test_words_of_others_and_parts_of_words_tell_none(question: str, others: str, own: str) -> None:
    assert matters.untold(question, [others])
    assert not matters.untold(question, [own])


def test_what_is_only_near_does_not_tell_it(small_site: Settings, bag_of_words: BagOfWords) -> None:
    post, asked = Path(small_site.corpus) / "cranes.md", "are you married?"
    post.write_text("# Cranes\n\nAre you, are you, are you, cried it.\n", encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    near = open_author(small_site.index, small_site).ask(asked)
    assert (near.verdict, near.confidence) == ("none", matters.UNTOLD)
    post.write_text("# Cranes\n\nAre you married, are you, cried it.\n", encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    assert open_author(small_site.index, small_site).ask(asked).confidence > matters.UNTOLD
