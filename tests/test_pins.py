import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownwords import pinned, pins
from ownwords.corpus import read_corpus
from ownwords.passages import passages_of
from ownwords.pins import Pin, Reading, Resolution, ResolvedPin, wordings
from ownwords.records import Passage, Post, Range
from ownwords.settings import Settings
from ownwords.tracked import Tracked

YEAR = """---
title: My year
questions:
  - How was your year?
---
# My year

## How I studied

First I joined the **open communities** of the
city, and read [their code](https://example.org/code) every day. Then I learned `List<String>`.

> A quote I liked.

## 2. 그 다음에는

정부 과정에 들어갔다. “동기들”이 많았다.

```
print("code that is not quoted")
```

## How I studied

Again, later. The end came.
"""


@pytest.fixture
def site(tmp_path: Path) -> tuple[tuple[Post, ...], tuple[Passage, ...]]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "my-year.md").write_text(YEAR, encoding="utf-8")
    (folder / "rain.md").write_text("# Rain\n\nIt rained all night.\n", encoding="utf-8")
    posts = read_corpus(folder, Settings(), date(2026, 1, 1)).posts
    return posts, tuple(p for row, post in enumerate(posts) for p in passages_of(row, post))


def written(tmp_path: Path, text: str) -> Reading:
    file = tmp_path / "pins.toml"
    file.write_text(text, encoding="utf-8")
    return pins.read(file)


def place(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]], quote: str = "", heading: str = ""
) -> Resolution:
    return pins.resolve([Pin(("q",), "my-year", quote, heading, line=7)], *site)


PIN = """
[[pin]]
questions = ["How did you study?", "어떻게 공부했나요?"]
post = "my-year"
quote = "open communities"
"""


def test_a_file_of_pins_is_read_with_the_lines_that_name_their_places(tmp_path: Path) -> None:
    found = written(tmp_path, PIN + '[[pin]]\nheading = "그 다음에는"\npost = "my-year.md"\nquestions = "And then?"\n')  # fmt: skip
    assert found.problems == ()
    assert found.pins == (
        Pin(("How did you study?", "어떻게 공부했나요?"), "my-year", quote="open communities", line=5),
        Pin(("And then?",), "my-year.md", heading="그 다음에는", line=7),
    )  # fmt: skip


def test_there_may_be_no_pins(tmp_path: Path) -> None:
    assert pins.read(tmp_path / "pins.toml") == Reading((), ())
    assert written(tmp_path, "") == Reading((), ())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[[pin]]\nquestions = [\n", 3, "not TOML"),
        ('x = "\n', 1, "not TOML"),
        ('[[pins]]\npost = "a"\n', 1, "there is no `pins`"),
        ('\n[pin]\npost = "a"\n', 2, "`pin` is one table"),
        ("pin = [1]\n", 0, "expected a table"),
        (PIN + 'qoute = "x"\n', 6, "`qoute`"),
        (PIN.replace('quote = "open communities"', ""), 2, "names no place"),
        (PIN + 'heading = "x"\n', 5, "both a quote and a heading"),
        (PIN.replace("open communities", "… !"), 5, "holds no words"),
        (PIN.replace('post = "my-year"\n', ""), 2, "names no post"),
        (PIN.replace('"my-year"', "3"), 4, "`post` is 3"),
        (PIN.replace('["How did you study?", "어떻게 공부했나요?"]', "[]"), 3, "no questions"),
        (PIN.replace('"How did you study?"', "1"), 3, "`questions` is [1"),
        (PIN + PIN.replace("How did", "how  DID"), 8, "the pin of line 5 too"),
    ],
)
def test_a_fault_is_told_with_its_line_and_a_fix(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    [problem] = written(tmp_path, text).problems
    assert (problem.path, problem.line, problem.severity) == ("pins.toml", line, "error")
    assert said in problem.message
    assert problem.fix


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    [problem] = written(tmp_path, PIN + 'qoute = "x"\n').problems
    assert "`quote`" in problem.fix


def test_a_file_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "pins.toml").write_bytes("[[pin]] # 글".encode("cp949"))
    [problem] = pins.read(tmp_path / "pins.toml").problems
    assert "UTF-8" in problem.fix


def test_a_bad_pin_leaves_the_others(tmp_path: Path) -> None:
    found = written(tmp_path, '[[pin]]\npost = "x"\n' + PIN)
    assert [pin.line for pin in found.pins] == [7]
    assert len(found.problems) == 1


def test_a_header_inside_a_text_is_no_pin(tmp_path: Path) -> None:
    found = written(tmp_path, PIN.replace('"open communities"', '"""\n[[pin]]\nopen"""') + PIN.replace("How", "Why").replace("어떻게", "왜"))  # fmt: skip
    assert [pin.line for pin in found.pins] == [5, 12]


@pytest.mark.parametrize(
    ("quote", "slice"),
    [
        ("First I joined the open communities of the city", "First I joined the **open communities** of the\ncity"),
        ("First I joined the **open communities** of the\ncity,", "First I joined the **open communities** of the\ncity"),
        ("read [their code](https://example.org/code) every day", "read [their code](https://example.org/code) every day"),
        ("READ their   code", "read [their code"),
        ("I learned List<String>", "I learned `List<String"),
        ('"동기들"이 많았다', "동기들”이 많았다"),
        ("정부과정에 들어갔다", "정부 과정에 들어갔다"),
        ("The <em>end</em> came", "The end came"),
        ("> 2. The end came", "The end came"),
    ],
)  # fmt: skip
def test_a_quote_is_found_whatever_its_blanks_and_markup(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]], quote: str, slice: str
) -> None:
    posts, passages = site
    found = place(site, quote)
    assert found.problems == ()
    [pin] = found.pins
    assert pin.range is not None
    assert posts[pin.post].source[pin.range.start : pin.range.end].startswith(slice)
    [row] = pin.passages
    assert passages[row].start <= pin.range.start < pin.range.end <= passages[row].end


def test_a_quote_may_reach_over_two_passages(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]],
) -> None:
    _, passages = site
    [pin] = place(site, "Then I learned List<String>. A quote I liked.").pins
    assert [passages[row].kind for row in pin.passages] == ["prose", "set off"]


def test_overlapping_passages_count_once() -> None:
    text = "One two three. Four five six. Seven."
    post = Post("a.md", "a", "A", None, None, None, (), (), text, "utf-8")
    content = Tracked.literal(text, 0)
    windows = [content.slice(0, 29), content.slice(15, 36)]
    passages = [Passage(0, one, (), "prose", (Range(0, len(one)),)) for one in windows]
    found = pins.resolve([Pin(("q",), "a", "Four five six."), Pin(("r",), "a", "six. Seven")], [post], passages)  # fmt: skip
    assert found.problems == ()
    assert [(pin.passages, pin.range) for pin in found.pins] == [
        ((0,), Range(15, 28)),
        ((0, 1), Range(25, 35)),
    ]


@pytest.mark.parametrize(
    ("quote", "heading", "said", "fix"),
    [
        ("First I joined the closed communities of the city, and read their code every day.", "", "does not stand", "First I joined the open"),
        ("Bananas", "", "does not stand", "Copy it"),
        ("code that is not quoted", "", "nothing is quoted", "heading"),
        ("", "How I studed", "no text under a heading", "'How I studied'"),
    ],
)  # fmt: skip
def test_a_text_that_no_longer_stands_there_is_a_problem_with_file_and_line(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]], quote: str, heading: str, said: str, fix: str
) -> None:  # fmt: skip
    found = place(site, quote, heading)
    assert found.pins == ()
    [problem] = found.problems
    assert (problem.path, problem.line, problem.severity) == ("pins.toml", 7, "error")
    assert said in problem.message
    assert "my-year.md" in problem.message
    assert fix in problem.fix


def test_an_unknown_post_names_the_nearest(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]],
) -> None:
    found = pins.resolve([Pin(("q",), "my-yaer", "x"), Pin(("r",), "zzz", "x")], *site)
    assert [problem.fix for problem in found.problems] == [
        "The nearest one is `my-year`.",
        "Give its id, or its path in the corpus folder.",
    ]


def test_a_heading_is_the_first_section_of_that_name(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]],
) -> None:
    _, passages = site
    found = place(site, heading="## how i studied")
    [pin], [problem] = found.pins, found.problems
    texts = " ".join(passages[row].text for row in pin.passages)
    assert texts.startswith("First I joined")
    assert texts.endswith("A quote I liked.")
    assert pin.range == Range(YEAR.index("First"), YEAR.index("liked.") + len("liked."))
    assert (problem.severity, problem.line) == ("warning", 7)


@pytest.mark.parametrize("heading", ["2. 그 다음에는", "## 2. 그다음에는"])
def test_a_heading_may_be_numbered(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]], heading: str
) -> None:
    [pin] = place(site, heading=heading).pins
    assert pin.range is not None
    assert YEAR[pin.range.start :].startswith("정부 과정에")


def test_front_matter_pins_its_post(site: tuple[tuple[Post, ...], tuple[Passage, ...]]) -> None:
    posts, passages = site
    made = pins.from_front_matter(posts)
    assert made == (Pin(("How was your year?",), "my-year", path="my-year.md", line=3),)
    assert pins.resolve(made, posts, passages) == Resolution(
        (ResolvedPin(("How was your year?",), 0),), ()
    )
    [problem] = pins.resolve(made, posts, []).problems
    assert (problem.path, problem.line, problem.severity) == ("my-year.md", 3, "warning")


def test_a_question_of_two_pins_is_said(
    site: tuple[tuple[Post, ...], tuple[Passage, ...]],
) -> None:
    posts, passages = site
    own = Pin(("how was your YEAR",), "my-year", heading="How I studied", line=7)
    found = pins.resolve([own, *pins.from_front_matter(posts)], posts, passages)
    [problem] = [one for one in found.problems if "too" in one.message]
    assert (problem.path, problem.line, problem.severity) == ("my-year.md", 3, "warning")
    assert "'How was your year?' is pinned in pins.toml:7 too" in problem.message


def test_wordings_name_their_pins() -> None:
    both = [ResolvedPin(("a", "b"), 0), ResolvedPin(("c",), 1)]
    assert wordings(both).texts == ("a", "b", "c")
    assert wordings(both).pins == (0, 0, 1)


@given(
    st.lists(st.text(), max_size=3),
    st.integers(0, 9),
    st.lists(st.integers(0, 99), max_size=3),
    st.none() | st.tuples(st.integers(0, 9), st.integers(9, 20)),
)
def test_a_resolved_pin_survives_json(
    questions: list[str], post: int, rows: list[int], where: tuple[int, int] | None
) -> None:
    pin = ResolvedPin(tuple(questions), post, tuple(rows), Range(*where) if where else None)
    assert ResolvedPin.from_json(json.loads(json.dumps(pin.to_json()))) == pin


@pytest.mark.parametrize("plain", [{}, {"questions": 1, "post": 0, "passages": [], "range": None}, {"questions": [], "post": 0, "passages": [], "range": [1]}])  # fmt: skip
def test_what_is_no_pin_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        ResolvedPin.from_json(plain)


def test_the_file_stands_beside_the_corpus(tmp_path: Path) -> None:
    assert pins.beside(tmp_path / "corpus") == tmp_path / "pins.toml"


VALUES = st.recursive(
    st.text() | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.lists(st.dictionaries(st.sampled_from([*pins.KEYS, "other"]), VALUES), max_size=3))
def test_whatever_is_written_is_a_pin_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, entries: list[dict[str, object]]
) -> None:
    lines = [
        line
        for entry in entries
        for line in ("[[pin]]", *(f"{key} = {json.dumps(value)}" for key, value in entry.items()))
    ]
    file = tmp_path_factory.mktemp("pins") / "pins.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = pins.read(file)
    headers = [at for at, line in enumerate(lines, 1) if line == "[[pin]]"]
    not_toml = [p for p in found.problems if p.message.startswith("not TOML")]
    assert not_toml or len(found.pins) + len(found.problems) == len(headers)
    assert all(1 <= problem.line <= len(lines) + 1 for problem in found.problems)


@pytest.mark.parametrize(
    ("one", "same"),
    [("what about c++", True), ("What about C++~ ㅋㅋ", True), ("What about C++ 😊", True), ("What about  C++ ?", True), ("What about C#?", False), ("what about C", False)],
)  # fmt: skip
def test_only_case_blanks_and_punctuation_make_no_difference(one: str, same: bool) -> None:
    assert (pins.spelled(one) == pins.spelled("What about C++?")) is same
    assert pins.spelled("ES2.0은?") != pins.spelled("ES20은?")
    assert pins.spelled("1/2 done?") != pins.spelled("12 done?")
    assert pins.spelled("at 10:30") != pins.spelled("at 1030")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("How did you study?", "Why did you study?", True),
        ("공부는 왜 했어요?", "어떻게 공부했어요?", True),
        ("올해 목표가 뭐예요?", "언제 목표를 이뤘어요?", True),
        ("2021년 회고", "2022년 회고", True),
        ("How did you study?", "공부한 방법이 뭐예요?", False),
        ("개발자가 된 계기", "why did you become a developer", False),
        ("추천하는 책이 있나요?", "which books do you like?", False),
        ("추천하는 책이 있나요?", "추천하지 않는 책이 있나요?", True),
        ("어떻게 공부했나요?", "어떻게 공부를 그만뒀나요?", True),
        ("회사를 왜 그만두셨나요?", "왜 퇴사하셨어요?", False),
        ("Why did you leave?", "why did you quit your job?", False),
        ("올해 목표가 뭐예요?", "작년 목표가 뭐였나요?", True),
        ("올해 목표가 뭐예요?", "목표가 뭐예요?", False),
        ("공부법 알려주세요", "어떻게 공부했나요?", False),
        ("What was your method of studying?", "How did you study?", False),
        ("Which year did you start?", "언제 시작했나요?", False),
        ("오해는 풀렸나요?", "언제 시작했나요?", True),
        ("왜 리액트를 쓰나요?", "왜 리액트를 안쓰나요?", True),
        ("왜 취업을 했나요?", "왜 취업을 못했나요?", True),
        ("왜 테스트를 작성하나요?", "왜 테스트를 작성안하나요?", True),
        ("why can you use react?", "why cannot you use react?", True),
        ("왜 안드로이드를 하나요?", "왜 모바일을 하나요?", False),
        ("왜 불안했나요?", "왜 걱정했나요?", False),
        ("왜 제안했나요?", "왜 권했나요?", False),
    ],
)
def test_the_wording_alone_tells_some_questions_apart(one: str, other: str, apart: bool) -> None:
    assert pinned.differ(one, other) == pinned.differ(other, one) == apart
