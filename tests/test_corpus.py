import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from ownwords.corpus import Reading, read_corpus
from ownwords.records import QUOTABLE
from ownwords.settings import Settings

TODAY = date(2026, 1, 1)


def read(root: Path, **settings: object) -> Reading:
    return read_corpus(root, Settings(**settings), TODAY)  # type: ignore[arg-type]


def put(root: Path, name: str, text: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("posts/essay/my-year/index.md", "essay-my-year"),
        ("My Post, [1] 한글.md", "my-post-1-한글"),
        (unicodedata.normalize("NFD", "한글.md"), "한글"),
        ("posts/2019-03-01-first.md", "first"),
    ],
)
def test_ids_come_from_the_path(tmp_path: Path, path: str, id: str) -> None:
    put(tmp_path, path, "글이다.")
    (post,) = read(tmp_path).posts
    assert post.id == id
    assert (tmp_path / post.path).is_file()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("2019-03-01 21:10:65", "2019-03-01"), ("2019/3/1", "2019-03-01"),
     ("2019년 3월 1일", "2019-03-01"), ("2019. 3. 1.", "2019-03-01"), ("20190301", "2019-03-01"),
     ("2019-03-01T09:00:00+09:00", "2019-03-01"), ("'2019-3-1 오후 3:10'", "2019-03-01"),
     ("March 1st, 2019", "2019-03-01"), ("1 Mar 2019", "2019-03-01"),
     ("Fri, 01 Mar 2019 21:10:00 GMT", "2019-03-01"),
     (unicodedata.normalize("NFD", "2019년 3월 1일"), "2019-03-01"),
     ("someday", None), ("2019-13-01", None), ("2019-02-30", None), ("201931", None),
     ("March 2019", None), ("[2019, 3]", None), ("2019", None)],
)  # fmt: skip
def test_odd_dates(tmp_path: Path, written: str, read_as: str | None) -> None:
    put(tmp_path, "a.md", f"---\ndate: {written}\n---\n글이다.")
    reading = read(tmp_path)
    assert reading.posts[0].date == read_as
    assert [p.severity for p in reading.problems] == ([] if read_as else ["warning"])


def test_private_things_never_come_in(tmp_path: Path) -> None:
    put(tmp_path, "draft.md", "---\ndraft: true\n---\n글")
    put(tmp_path, "private.md", "+++\nprivate = true\n+++\n글")
    put(tmp_path, "future.md", "---\ndate: 2026-01-02\n---\n글")
    put(tmp_path, "pelican.md", "Title: 글\nStatus: draft\n\n글")
    put(tmp_path, "wordpress.md", "---\nstatus: Private\n---\n글")
    put(tmp_path, "_hidden.md", "글")
    put(tmp_path, "_posts/a.md", "글")
    put(tmp_path, ".secret/a.md", "글")
    put(tmp_path, "public.md", "글이다.")
    reading = read(tmp_path)
    assert [post.path for post in reading.posts] == ["public.md"]
    assert reading.skipped == 8


def test_fields_without_a_fence_are_no_text(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a.md",
        "Title: 하루\nDate: 2019-10-29\nSlug: one-day\nStatus: published\n\n글이다.",
    )
    [post] = read(tmp_path).posts
    assert (post.title, post.date, post.id) == ("하루", "2019-10-29", "one-day")
    assert [block.content.text for block in post.blocks] == ["글이다."]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "outside.md", "밖")
    put(tmp_path, "corpus/a.md", "글이다.")
    (tmp_path / "corpus" / "b.md").symlink_to(tmp_path / "outside.md")
    reading = read(tmp_path / "corpus")
    assert [post.path for post in reading.posts] == ["a.md"]
    assert "symbolic link" in reading.problems[0].message


def test_a_link_to_itself_is_told_and_its_neighbour_stays(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("a.md")
    (tmp_path / "up").symlink_to(tmp_path)
    put(tmp_path, "b.md", "글이다.")
    reading = read(tmp_path)
    assert [post.path for post in reading.posts] == ["b.md"]
    assert [(problem.path, problem.severity) for problem in reading.problems] == [("a.md", "error")]


@pytest.mark.parametrize("name", ["undefined", "idna", "rot13", "no-such"])
def test_a_declared_encoding_that_is_none_is_passed_over(tmp_path: Path, name: str) -> None:
    text = f"<meta charset={name}><p>안녕하세요.</p>"
    put(tmp_path, "a.html", text.encode("cp949"))
    (post,) = read(tmp_path).posts
    assert (post.source, post.encoding) == (text, "cp949")


def test_a_day_that_is_none_in_a_file_name_dates_nothing(tmp_path: Path) -> None:
    put(tmp_path, "2019-02-30-a.md", "글이다.")
    put(tmp_path, "2019-02-28-b.md", "글이다.")
    assert [post.date for post in read(tmp_path).posts] == ["2019-02-28", None]


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"", 0, "empty"),
        (b"---\ntitle: [a\n---\ntext", 3, "front matter"),
        (b"---\ntitle: a\ntext", 1, "closing"),
        (b"\x89PNG\x00\x01\x02\x03\x00\x00" * 20, 0, "binary|encoding"),
        (b"text " * 500, 0, "more than"),
    ],
)
def test_a_bad_file_is_told_and_its_neighbour_stays(
    tmp_path: Path, data: bytes, line: int, said: str
) -> None:
    put(tmp_path, "bad.md", data)
    put(tmp_path, "good.md", "글이다.")
    reading = read(tmp_path, max_file_bytes=2000)
    assert [post.path for post in reading.posts] == ["good.md"]
    (problem,) = reading.problems
    assert problem.severity == "error"
    assert any(word in problem.message for word in said.split("|"))
    assert problem.fix


def test_a_korean_export_in_cp949_is_read_with_a_warning(tmp_path: Path) -> None:
    text = "안녕하세요. 마케팅 업무를 했습니다."
    put(tmp_path, "a.txt", text.encode("cp949"))
    reading = read(tmp_path)
    assert (reading.posts[0].source, reading.posts[0].encoding) == (text, "cp949")
    assert [problem.severity for problem in reading.problems] == ["warning"]


def test_two_posts_with_one_id(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\nid: same\n---\n글이다.")
    put(tmp_path, "b.md", "---\nid: same\n---\n글이다.")
    reading = read(tmp_path)
    assert [post.path for post in reading.posts] == ["a.md"]
    assert "a.md" in reading.problems[0].message


def test_a_first_line_that_repeats_the_title_is_a_heading(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\ntitle: 제목이다\n---\n\n제목이다\n첫 문장이다.\n둘째다.")
    first, second = read(tmp_path).posts[0].blocks
    assert (first.kind, first.content.text) == ("heading", "제목이다")
    assert second.content.text == "첫 문장이다. 둘째다."


def test_html_keeps_the_article_and_its_places(tmp_path: Path) -> None:
    source = (
        "<html><head><title>t</title></head><body><nav>메뉴</nav><article><h1>제목</h1>"
        "<p>첫 <b>문장</b> &amp; 끝.</p><script>x</script><blockquote>인용</blockquote>"
        "</article><footer>발</footer></body></html>"
    )
    put(tmp_path, "a.html", source)
    blocks = [b for b in read(tmp_path).posts[0].blocks if b.kind in QUOTABLE]
    assert [(b.kind, b.content.text) for b in blocks] == [
        ("prose", "첫 문장 & 끝."),
        ("set off", "인용"),
    ]
    assert source[blocks[0].content.start : blocks[0].content.end] == "첫 <b>문장</b> &amp; 끝."


def test_a_posts_address_follows_the_template(tmp_path: Path) -> None:
    put(tmp_path, "posts/a.md", "글이다.")
    (post,) = read(tmp_path, site_url="https://x.y/", post_url="{site_url}/{slug}/").posts
    assert post.url == "https://x.y/a/"


def test_a_date_in_toml_and_one_that_is_left_empty(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "+++\ndate = 2019-03-01T21:10:00Z\n+++\n글이다.")
    put(tmp_path, "b.md", "---\ndate:\n---\n글이다.")
    reading = read(tmp_path)
    assert [post.date for post in reading.posts] == ["2019-03-01", None]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("---\ntitle:\n---\n# 머리말\n\n글이다.", "머리말"),
        ("---\ntitle: ''\n---\n첫 줄이다.\n\n둘째 글.", "첫 줄이다."),
        ("---\ntitle: 2024\n---\n글이다.", "2024"),
        ("글이다.\n\n## 나중의 머리\n\n끝.", "나중의 머리"),
        ("```\ncode\n```\n\n글이다.", "글이다."),
        ("![그림](a.png)\n", "a"),
        ("가" * 300, "가" * 120),
    ],
)
def test_a_missing_title_is_made_from_the_text(tmp_path: Path, source: str, title: str) -> None:
    put(tmp_path, "a.md", source)
    assert [post.title for post in read(tmp_path).posts] == [title]


def test_names_with_blanks_commas_brackets_and_hangul_make_ids_of_their_own(tmp_path: Path) -> None:
    names = [
        "내 글, [초안] (1).md",
        "내 글, [초안] (2).md",
        "a&b=c?.md",
        "#해시.md",
        "100%.md",
        "글.글.md",
    ]
    for name in names:
        put(tmp_path, name, "글이다.")
    posts = {post.path: post.id for post in read(tmp_path).posts}
    assert set(posts) == set(names)
    assert len(set(posts.values())) == len(names)
    assert all(re.fullmatch(r"[\w-]+", id) for id in posts.values())


def test_a_name_without_a_letter_still_has_an_id(tmp_path: Path) -> None:
    put(tmp_path, "(!).md", "글이다.")
    assert [post.id for post in read(tmp_path).posts] == ["post"]


def test_text_in_nfd_is_read_as_it_stands(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", "---\ntitle: 한글 제목\n---\n한글 제목\n첫 문장이다.")
    put(tmp_path, "a.md", text)
    (post,) = read(tmp_path).posts
    assert post.source == text
    heading, prose = post.blocks
    assert (heading.kind, unicodedata.normalize("NFC", heading.content.text)) == (
        "heading",
        "한글 제목",
    )
    assert text[prose.content.start : prose.content.end] == unicodedata.normalize(
        "NFD", "첫 문장이다."
    )


def test_one_name_in_two_forms_is_two_posts_with_one_id(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        put(tmp_path, unicodedata.normalize(form, "한글.md"), f"글이다. {form}")
    reading = read(tmp_path)
    assert [post.id for post in reading.posts] == ["한글"]
    assert [problem.severity for problem in reading.problems] == ["error"]


def test_the_essay_is_one_post_without_a_date(tmp_path: Path) -> None:
    reading = read(Path(__file__).parents[1] / "corpus")
    (post,) = reading.posts
    assert (post.title, post.date, post.lang) == ("마케터에서 MLOPS 개발자가 된 이유", None, "ko")
    assert (
        "오전엔 키워드입찰과 홈페이지, 제품 소개서, 콜드메일 등을 작성하고,\n오후엔" in post.source
    )
    assert reading.problems == ()


@pytest.mark.parametrize(
    "name", ["a.md", "a.MD", "a.markdown", "a.mdx", "a.txt", "a.html", "a.HTM"]
)
def test_every_kind_of_post_is_read(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, "---\ntitle: 제목\n---\n\n글이다.\n")
    put(tmp_path, "b.pdf", b"%PDF-1.7")
    (post,) = read(tmp_path).posts
    assert (post.path, post.title) == (name, "제목")
    (block,) = post.blocks
    assert (block.kind, block.content.text) == ("prose", "글이다.")
    assert post.source[block.content.start : block.content.end] == "글이다."


def test_a_linked_folder_out_of_the_corpus_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "outside/a.md", "밖")
    put(tmp_path, "corpus/b.md", "글이다.")
    (tmp_path / "corpus" / "c").symlink_to(tmp_path / "outside")
    reading = read(tmp_path / "corpus")
    assert [post.path for post in reading.posts] == ["b.md"]
    assert [(p.path, "symbolic link" in p.message) for p in reading.problems] == [("c", True)]


def test_a_post_dated_today_comes_in(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\ndate: 2026-01-01\npublished: true\ndraft: false\n---\n글이다.")
    put(tmp_path, "2026-01-02-b.md", "글이다.")
    put(tmp_path, "c.md", "---\npublished: false\n---\n글이다.")
    reading = read(tmp_path)
    assert [post.path for post in reading.posts] == ["a.md"]
    assert reading.skipped == 2


def test_published_may_be_the_day(tmp_path: Path) -> None:
    put(tmp_path, "a.md", '---\n{\npublished: "2022-12-14T23:02:02Z",\n}\n---\n글이다.')
    put(tmp_path, "b.md", "---\ndate: 2021-05-01\npublished: 2022-12-14\n---\n글이다.")
    put(tmp_path, "c.md", "---\npublished: 2030-01-01\n---\n글이다.")
    put(tmp_path, "e.md", "---\ndate: 2021-05-01\npublished: 2030-01-01\n---\n글이다.")
    put(tmp_path, "d.md", "---\npublished: soon\n---\n글이다.")
    reading = read(tmp_path)
    assert [(post.path, post.date) for post in reading.posts] == [
        ("a.md", "2022-12-14"),
        ("b.md", "2021-05-01"),
    ]
    assert reading.skipped == 3
