import pytest

from ownwords import frontmatter


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_yaml_and_toml_say_the_same(newline: str, bom: str) -> None:
    yaml = newline.join(["---", "Title: 제목", "draft: true", "---", "글"])
    toml = newline.join(["+++", 'Title = "제목"', "draft = true", "+++", "글"])
    for source in (yaml, toml):
        front = frontmatter.read(bom + source)
        assert (front.fields, front.lines) == ({"title": "제목", "draft": True}, 4)


def test_a_date_that_is_none_stays_a_text() -> None:
    front = frontmatter.read("---\ndate: 2019-03-01 21:10:65\n---\n")
    assert front.fields == {"date": "2019-03-01 21:10:65"}


@pytest.mark.parametrize("source", ["글이다", "---\n\n글이다\n", "", "--- a\nb: c\n---\n"])
def test_a_text_without_front_matter(source: str) -> None:
    assert frontmatter.read(source) == frontmatter.FrontMatter({}, 0)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("---\ntitle: a\nb: [1\n---\n", 3),
        ("---\na: b: c\n---\n", 2),
        ("+++\na = 1\nb = = 2\n+++\n", 3),
        ("---\n- a\n---\n", 2),
        ("---\ntitle: a\n글\n", 1),
    ],
)
def test_a_fault_names_the_line_of_the_file(source: str, line: int) -> None:
    fault = frontmatter.read(source).fault
    assert fault is not None
    assert fault[0] == line
    assert fault[1]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fields_on_top_of_a_file_need_no_fence(newline: str) -> None:
    lines = [
        "Title: One: a day",
        "Date: 2019-10-29",
        "Tags: a,",
        "    b",
        "Summary:",
        "",
        "글: 이다",
    ]
    front = frontmatter.read("\ufeff" + newline.join(lines))
    fields = {"title": "One: a day", "date": "2019-10-29", "tags": "a, b", "summary": ""}
    assert (front.fields, front.lines) == (fields, 5)


def test_text_may_follow_the_fields_at_once() -> None:
    front = frontmatter.read("Title: 하루\nStatus: draft\n글이다.\n\n더 있다.")
    assert (front.fields, front.lines) == ({"title": "하루", "status": "draft"}, 2)


@pytest.mark.parametrize(
    "source",
    ["Note: this is a text.\n\nMore.", "Title: a\nand a text that goes on\n", "Title:\n\n글", "  Title: a\n"],
)  # fmt: skip
def test_a_text_that_begins_like_a_field_is_a_text(source: str) -> None:
    assert frontmatter.read(source) == frontmatter.FrontMatter({}, 0)


def test_yaml_may_have_a_closing_fence_alone() -> None:
    front = frontmatter.read("title: 하루\ntags:\n- a\n- b\n---\n글이다.")
    assert (front.fields, front.lines) == ({"title": "하루", "tags": ["a", "b"]}, 5)
    assert frontmatter.read("title: a: b\ndraft: true\n---\n글이다.").fault  # no draft gets in so
    assert frontmatter.read("Why: a heading\n---\n글이다.") == frontmatter.FrontMatter({}, 0)
