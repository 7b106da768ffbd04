"""What a question owes to the ones before it."""

from __future__ import annotations

import pytest

from ownwords.conversation import (
    Asked,
    asked_before,
    contexts,
    dated,
    hangs,
    joins,
    leaning,
    opened,
    points_back,
    says_nothing,
    wants_more,
)
from ownwords.returning import to_first, without


@pytest.mark.parametrize(
    "question",
    [
        "그 다음에는?", "왜요?", "was it hard?", "그분들한테 뭘 물어보셨어요?",
        "거기 참가비는 얼마였나요", "그럼 단점은요", 
        "and its drawbacks?", "any example of it?", "what about the other one?", "how about them?", "예를 들면?", "더 자세히",
        "why not?", "그 방식 메모리 쪽으로는 단점 없나요?", "그다음 해에는?", "그해에는?", "그후에는요?", "왜 그러셨어요?",
        "이후에는요?", "왜 그렇게 하셨나요", "거긴 어땠어요?", "그밖에는요?", "어디서요?", "언제부터요?", "얼마나 걸렸어요?", "다음 해에는?",
        "예시는?", "그래서 결과는요?", "그리고요?", "and then?", "so?", "how long?", "which one?", "did that work?", "who were they?", "for instance?",
        "왜 필요해요?", "왜 만들었어요?", "종류는?", "차이점은?", "예시 코드 있어요?", "단점은?", "뭐가 제일 도움됐어요?", "얼마나 자주 해요?",
        "누구랑 갔어요?", "제일 좋았던 건?", "what was the hardest part?", "이듬해는?", "둘 중에 뭐가 나아요?", "첫 번째는?", "disadvantages?",
        "pros and cons", "how much?", "the next year?", "어려웠어요?", "어떻게 해결했어요?", "왜 시작했어요?", "특징이 뭐예요?", "효과 있었어요?",
        "또요?", "what happened next?", "elaborate", "이건 어때요?", "이 회사는 왜요?", "is it any good?",
    ],
)  # fmt: skip
def test_wordings_that_point_back(question: str) -> None:
    assert points_back(question)


@pytest.mark.parametrize(
    "question",
    [
        "처음 회사에서는 어떤 일을 맡으셨나요?", "which languages did you learn first?", "어떻게 공부했나요?",
        "그래프 이론은 어디에 쓰나요?", "저축은 얼마나 하셨어요?", "이력서는 어떻게 쓰셨나요?", "더블 버퍼링이 뭐예요?",
        "why did he become a developer?", "is it risky to quit a job?", "is there really demand for developers?",
        "왜 개발자가 되셨나요?", "글을 왜 그렇게 꾸준히 올리시나요?", "IT 회사에 지원하셨나요?", "why a career in IT then?",
        "저 비전공자인데 개발자가 될 수 있을까요?", "이건희 전기를 읽으셨나요?", "이 블로그는 언제 시작했나요?",
        "다음 주에는 어디로 가세요?", "what would you like to do next?", "근데 마케팅은 왜 그만두셨어요?", "and your salary?",
        "결과를 어떻게 확인하나요?", "is this blog about java?",
        "그 유명한 우아한테크코스는 어때요?", "더 좋은 개발자가 되려면?", "또 이직할 생각 있어요?", "여기 블로그는 뭐로 만들었어요?",
        "저기 질문 있는데요", "방금 왔는데 뭐 하는 곳이에요", "해당 블로그 주인은 누구", "those who want to be managers, any advice?",
        "what's it like being a manager", "왜 퇴사했어요?", "취미는?", "연봉은?", "어디 살아요?", "what about kafka?", "언제 결혼했어요?",
        "가장 좋아하는 책은?", "how much money do you make?", "how to study?", "필요한 자질은?",
    ],
)  # fmt: skip
def test_wordings_that_stand_alone(question: str) -> None:
    assert not points_back(question)


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("What about your salary?", "your salary?"), ("근데, 요청은 왜요?", "요청은 왜요?"), ("So, and then why?", "why?"),
        ("그럼에도 계속했나요?", "그럼에도 계속했나요?"), ("and?", "and?"), ("so much for plans", "so much for plans"), ("", ""),
        ("And... the exam?", "the exam?"), ("그럼요? 그 시험은요?", "그 시험은요?"), ("WHAT ABOUT THE EXAM?", "THE EXAM?"),
        ("what  about the exam?", "the exam?"),
        *((name, name) for name in ("OR-tools 써봤어요?", "so-called microservices?", "Then.js?", "And/or?", "AND gate은 뭐예요?",
                                    "OR 연산은 뭐예요?", "is AND a gate?", "or's?", "then 메서드는요?", "and 연산자는?")),
        ("how about 카프카?", "카프카?"),
    ],
)  # fmt: skip
def test_what_joins_a_question_to_another_is_not_read_alone(question: str, alone: str) -> None:
    assert opened(question) == alone


@pytest.mark.parametrize(
    "question", ["왜요?", "why?", "언제요?", "근데 왜?", "how much?", "why not?"]
)
def test_some_do_not_even_say_what_they_ask_about(question: str) -> None:
    assert says_nothing(question) and points_back(question)


@pytest.mark.parametrize(
    "question",
    ["왜요?", "그건 왜요?", "그리고?", "and?", "so?", "예를 들면?", "for example?", "and the year after?", "그 다음 해에는요?"],
)  # fmt: skip
def test_some_ask_for_nothing_where_nothing_was_asked_before(question: str) -> None:
    assert hangs(question)


@pytest.mark.parametrize(
    "question", ["단점은?", "가장 힘들었던 점은?", "그 다음 해에는 뭘 했어요?", "so much for plans", "더", "who?!x"]
)  # fmt: skip
def test_others_ask_for_something(question: str) -> None:
    assert not hangs(question)


@pytest.mark.parametrize(
    "question", ["단점은?", "그건 왜 그래요?", "왜 필요해요?", "더", "what was it?"]
)
def test_others_say_it(question: str) -> None:
    assert not says_nothing(question) and points_back(question)


@pytest.mark.parametrize(
    ("question", "joined"),
    [
        ("and why did you leave?", True), ("근데 요청 하나가 영영 안끝나면요?", True), ("그래서, 어떻게 끝났어요?", True),
        ("그럼 김치찌개는 어떻게 끓여요?", True), ("그럼에도 계속했나요?", False), ("or", True), ("orbit", False),
        ("what about kafka?", True), ("how about JWT?", True), ("what happened?", False),
    ],
)  # fmt: skip
def test_words_that_join_a_question_to_another(question: str, joined: bool) -> None:
    assert joins(question) is joined


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("더 자세히", True), ("더 알려주세요", True), ("좀 더 자세히 얘기해주세요", True), ("another example", True), ("more", True),
        ("tell me more", True), ("any other examples?", True), ("다른 예시 보여줘", True), ("또 있어요?", True),
        ("더 좋은 방법은 없었나요?", False), ("다른 회사도 지원하셨나요?", False), ("what more could a visitor want?", False),
        ("더 큰 회사로 옮길 생각은 없으세요?", False), ("more details please", True),
        ("더 자세히 설명해 줘", True), ("더 구체적으로", True), ("더보기", True), ("자세히 알려줘", True), ("예시 하나 더", True),
        ("또 다른 예시", True), ("더알려주세요", True), ("one more", True), ("could you tell me more?", True),
        ("are there other examples?", True), ("can you elaborate on that?", True), ("what else?", True),
        ("다른 언어는요?", False), ("알려줘", False), ("what would you like to do next?", False),
        ("tell me more about your company", False), ("what next?", False), ("그 다음에는?", False),
        ("더 자세히 알려줄 수 있나요?", True), ("더 알고 싶어요", True), ("하나만 더", True), ("explain more", True),
        ("그렇군요 더 알려주세요", True), ("또 다른 방법은?", True), ("더 자세히 알려주실 수 있나요?", True), ("더 볼 수 있을까요?", True),
        ("더 말해 봐", True), ("또 뭐가 있어요?", True), ("이어서 보여줘", True), ("나머지는?", True), ("한 번 더", True), ("한개 더", True),
        ("추가로 알려줘", True), ("상세히", True), ("쫌 더", True), ("딴 건 없어?", True), ("다음꺼", True),
        ("ok, tell me more", True), ("네, 더요", True), ("thanks, more please", True), ("say more", True),
        ("see more", True), ("next page", True), ("in more detail", True), ("can you explain more?", True),
        ("anything more?", True), ("any other tips?", True), ("더", True), ("더 보여줘", True), ("다른 예는 없나요?", True),
        ("더 자세히 설명해줘", True), ("tell me more about it", True), ("계속", True), ("계속해줘", True), ("다음", True),
        ("또 있어?", True), ("더 있나요", True), ("다른 건?", True), ("예시 하나 더 보여줘", True),
        ("are there any other examples?", True), ("show me another", True), ("더 없나요?", True), ("go on", True),
        ("please elaborate", True),
        ("more info", True), ("details", True), ("3개 더", True), ("두 개 더 보여줘", True), ("give me 3 more", True), ("more of this", True),
        ("다 보여줘", True), ("show all", True), ("더 있음?", True), ("더있어여?", True), ("혹시 더 있을까요?", True), ("그 외에는?", True),
        ("그 밖에는?", True), ("조금만 더 자세히 알려주시면 감사하겠습니다", True), ("more plz", True), ("다른 이야기 해줘", False),
        ("something else", False), ("one more thing", False), ("다 뭐예요", False), ("뭐 있어요?", False), ("전부 몇 개예요", False),
        ("계속하나요?", False), ("계속해요?", False), ("또 하나요?", False), ("더 하나요?", False), ("다음 글은?", False),
        ("다음 이야기는?", False), ("더 공부하고 싶었나요?", False), ("another job?", False), ("다른 회사는?", False),
        ("더 좋은 방법은 없나요 리액트에서", False), ("what other languages do you know?", False), ("next year?", False),
        ("더 나은 개발자", False), ("go?", False), ("다음 해에는", False), ("do you have any tips for juniors?", False),
        ("the next step", False), ("다른 사람은?", False), ("말은?", False), ("예", False), ("예시", False),
        ("ㅋㅋ 더 보여줘", True), ("ㅇㅇ 더", True), ("넹 더 알려주세요", True), ("오키 더", True), ("헐 더", True),
        ("ㅎㅎ 다른 것도", True), ("gimme more", True),
        ("explain", False), ("거기 더 있었나요", False), ("know", False), ("보기", False),
    ],
)  # fmt: skip
def test_wordings_that_ask_for_more(question: str, more: bool) -> None:
    assert wants_more(question) is more


@pytest.mark.parametrize(
    "word", ["더", "말", "더말", "더 ", "알려줘", "예시 ", "more ", "and ", "any "]
)
def test_a_long_request_that_is_none_is_told_in_one_pass(word: str) -> None:
    """Were the pattern to try every way to cut it, this would not end in our time."""
    assert not wants_more((word * 60)[:58] + "x")
    assert not wants_more(word * 200)


def test_more_is_about_the_last_question_that_was_one() -> None:
    assert asked_before("왜 그만뒀나요?", ("a",)) == Asked("왜 그만뒀나요?", ("a",))
    assert asked_before("더 자세히", ("a", "b")) == Asked("b", ("a",), pages=1)
    assert asked_before("more", ("a", "b", "another example")) == Asked("b", ("a",), pages=2)
    assert asked_before("더 자세히", ()) == Asked("더 자세히", ())


def test_a_long_history_leaves_room_for_the_question() -> None:
    chain = [f"그건 왜 그랬나요 {'가' * 90} {n}?" for n in range(9)]
    assert leaning(chain) == (chain[3], chain[8])
    assert leaning(["그" + "가" * 480]) == ("가" * 300,)
    assert leaning(["가" * 200, "그건" + "가" * 98]) == ("가" * 200, "그건" + "가" * 98)
    assert leaning(["가" * 201, "그건" + "가" * 98]) == ("그건" + "가" * 98,)


def test_a_return_may_lean_on_any_of_the_earlier_questions() -> None:
    asked = ["첫 회사는 어땠나요?", "어떤 책을 읽으셨나요?", "더", "그 책은 어땠나요?"]
    last = "어떤 책을 읽으셨나요? 그 책은 어땠나요?"
    assert contexts("그럼 월급은요?", asked) == [last]
    assert contexts("아까 그 회사는 왜 그만두셨나요?", asked) == [last, asked[1], asked[0]]
    assert contexts("back to the first company", asked) == [last, asked[1], asked[0]]
    assert contexts("아까 그 회사는요?", []) == []
    for first in (
        "처음 질문으로 돌아가서, 월급은요?",
        "back to my first question, how long?",
        "처음에 물어본 회사 말인데요",
    ):
        assert contexts(first, asked) == [asked[0]] and contexts(first, []) == []


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("아까 그 회사는 왜 그만두셨나요?", "그 회사는 왜 그만두셨나요?"), ("아까 말한 그 팀은요?", "그 팀은요?"), ("처음 질문으로 돌아가서, 몇 명이에요?", "몇 명이에요?"),
        ("아까 결혼식 얘기로 돌아가서, 어땠어요?", "결혼식, 어땠어요?"), ("다시 여행 얘기로 가서, 왜 화났어요?", "여행, 왜 화났어요?"),
        ("처음에 물어본 집 얘기로 다시 돌아가면, 몇 평이에요?", "집, 몇 평이에요?"), ("아까 물어본 거 중에 첫 번째 거요, 어땠대요?", "어땠대요?"),
        ("방금 말한 책은 재밌었어요?", "책은 재밌었어요?"), ("back to the exam, was it hard?", "the exam, was it hard?"),
        ("Going back to my first question, how long?", "how long?"), ("that company you mentioned earlier, why?", "that company, why?"),
        ("about that carrier from earlier, is it cheap?", "about that carrier, is it cheap?"),
        *((same, same) for same in ("처음 몇 달은 어땠어요?", "아버지는 언제 돌아가셨나요?", "CFS는 어떻게 돌아가나요?", "would you ever go back to work?",
                                    "what was the earlier work?", "처음에 어떻게 시작했어요?", "맨 처음 다닌 회사는?", "이야기로 돈을 벌 수 있나요?", "아까", "방금 저장했는데요",
                                    "처음 말한 사람은 누구예요?", "", ".NET은 어때요?", "have you talked about React?", "Back to the Future 보셨어요?",
                                    "다시 그 주제로 가서 왜요?", "!important")),
    ],
)  # fmt: skip
def test_what_says_where_a_question_returns_to_is_not_read(question: str, rest: str) -> None:
    assert without(question) == rest


@pytest.mark.parametrize(
    "question",
    [
        "처음 질문을 올릴 때 무서웠나요?",
        "실전 이야기는요?",
        "사건의 전말은?",
        "첫 질문이 뭐였나요?",
    ],
)
def test_a_first_question_of_the_authors_is_no_return_to_the_visitors(question: str) -> None:
    assert not to_first(question)


def test_history_is_taken_as_far_as_it_leans_itself() -> None:
    assert leaning(()) == ()
    assert leaning(("처음 회사에서는 어떤 일을 하셨나요?", "왜요?")) == (
        "처음 회사에서는 어떤 일을 하셨나요?",
        "왜요?",
    )
    assert leaning(
        ("오래 전 질문은 무엇이었을까요?", "어떤 책을 제일 많이 읽으셨나요?", "더 알려주세요")
    ) == ("어떤 책을 제일 많이 읽으셨나요?",)


def test_of_a_chain_the_first_and_the_last_are_read() -> None:
    asked = ("a house?", "a trip?", "how long?", "with friends?", "rain?")
    assert leaning(asked, {"how long?", "with friends?", "rain?"}.__contains__) == (
        "a trip?",
        "rain?",
    )
    assert leaning(asked, {"with friends?"}.__contains__) == ("rain?",)
    assert leaning(asked, lambda _: True) == ("a house?", "rain?")
    assert contexts("alone?", asked, lambda _: True) == ["a house? rain?"]


IN_2021, DID_2021 = "2021년에는 뭘 했어요?", "what did you do in 2021?"


@pytest.mark.parametrize(
    ("questions", "read"),
    [
        ([IN_2021, "그 다음 해에는?"], "2022년에는 뭘 했어요?"),
        ([IN_2021, "근데 이듬해에는요?"], "2022년에는 뭘 했어요?"),
        ([IN_2021, "그다음 해에는?", "그 다음해는?"], "2023년에는 뭘 했어요?"),
        ([IN_2021, "그 전 해에는요"], "2020년에는 뭘 했어요?"),
        ([IN_2021, "그 다음 해에는 쉬었어요?"], "2022년에는 쉬었어요?"),
        ([IN_2021, "왜요?", "그 다음 해에는?"], "2022년에는 뭘 했어요?"),
        ([DID_2021, "and the year after?"], "what did you do in 2022?"),
        ([DID_2021, "did you move the year before that?"], "did you move in 2020?"),
        ([DID_2021, "what about the following year"], "what did you do in 2022?"),
        # nothing to count from, or a year of its own, or not a year
        (["2021년과 2022년 중에 언제?", "그 다음 해에는?"], "그 다음 해에는?"),
        (["어떻게 공부했어요?", "그 다음 해에는?"], "그 다음 해에는?"),
        ([IN_2021, "어디 살아요?", "그 다음 해에는?"], "그 다음 해에는?"),
        ([IN_2021, "2019년 그 다음 해에는?"], "2019년 그 다음 해에는?"),
        ([IN_2021, "그 다음 해결책은?"], "그 다음 해결책은?"),
        (["그 다음 해에는?"], "그 다음 해에는?"),
        ([IN_2021, "그 바로 다음 해에는?"], "2022년에는 뭘 했어요?"),
        # counted from something else, or from now on
        *(
            ([IN_2021, asked], asked)
            for asked in (
                "퇴사한 이듬해에는 뭘 했어요?",
                "졸업한 다음 해에는요?",
                "이거 다음 해도 돼요?",
            )
        ),
        *(
            ([DID_2021, asked], asked)
            for asked in (
                "what did you do the year after you quit?",
                "and the year before the pandemic?",
                "what about the year before last?",
                "plans for the next year?",
                "and the following years?",
            )
        ),
        ([DID_2021, "were you busy during the year after?"], "were you busy in 2022?"),
        ([DID_2021, "the previous year, 2019?"], "the previous year, 2019?"),
        # the year in other words
        (["How was 2018?", "and the year after?"], "How was 2019?"),
        (["2018?", "and the year after?"], "2019?"),
        (["tell me about your 2018", "the year before?"], "tell me about your 2017"),
        (["2018에는 뭐했어?", "그 다음 해는?"], "2019에는 뭐했어?"),
        (["2018 회고", "그 다음 해는?"], "2019 회고"),
        # a year alone
        (["여행은 어디로 갔어요?", "2023년에는요?"], "2023년에는 여행은 어디로 갔어요?"),
        ([IN_2021, "2019년은?"], "2019년에는 뭘 했어요?"),
        (["Where did you travel?", "and in 2022?"], "Where did you travel in 2022?"),
        ([DID_2021, "what about 2019?"], "what did you do in 2019?"),
        (["2023년에는?"], "2023년에는?"),
        (["2021~2023년에는 뭘 했어요?", "2019년에는?"], "2019년에는?"),
        # several years, or a time that is not one
        *(
            ([asked, "그 다음 해에는?"], "그 다음 해에는?")
            for asked in (
                "2021~2023년에는 뭘 했어요?",
                "2021년부터 2023까지 뭘 했어요?",
                "2000년대에는 뭘 했어요?",
                "2021년생이세요?",
                "what did you do in 2021-2022?",
                "what did you do in 2021, 2022?",
                "what did you do in 2021/22?",
            )
        ),
        # no years
        *(
            ([asked, "그 다음 해에는?"], "그 다음 해에는?")
            for asked in (
                "월급 2000만원 받았어요?",
                "2048 게임 만들었어요?",
                "windows 2000 쓰셨어요?",
            )
        ),
    ],
)
def test_the_year_after_is_counted_from_the_year_before(questions: list[str], read: str) -> None:
    found = dated(questions)
    assert found[-1] == read
    assert found[:1] == questions[:1]
