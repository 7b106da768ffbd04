"""A post's inline markup on the reading page: as the post means it, and nothing that runs."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from ownwords.corpus import blocks_of
from ownwords.records import Post, Range, Style
from ownwords.tracked import Tracked
from ownwords.web.reading import reading_page
from ownwords.web.styled import TAGS, Words, address, styled
from ownwords.web.texts import EN

BASE = "https://example.org/a/"


def article(source, quoted="", path="a.md", url=BASE):
    at = source.find(quoted)
    post = Post(path, "a", "T", None, url, None, (), (), source, "utf-8")
    page = reading_page(
        post, blocks_of(path, source), Range(at, at + len(quoted)) if quoted else None, EN
    )
    body = page.split("</h1>")[1].split("</article>")[0]
    return re.sub(r'^<p class="byline">.*?</p>', "", body)


@pytest.mark.parametrize(("source", "shown"), [
    ("a *b* **c** ~~d~~ `e`", "a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code>"),
    ("***a***", "<em><strong>a</strong></em>"),
    ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ("`<b>` \\*a\\* &amp;", "<code>&lt;b&gt;</code> *a* &amp;"),
    ("a  \nb\\\nc\nd<br>e", "a<br>b<br>c d<br>e"),
    ("[a **b**](https://b.example/?x=1&y=%22)", '<a href="https://b.example/?x=1&amp;y=%22">a <strong>b</strong></a>'),
    ("**[a](https://b.example)**", '<strong><a href="https://b.example">a</a></strong>'),
    ("[a](../b/) [c](#d)", '<a href="https://example.org/b/">a</a> <a href="https://example.org/a/#d">c</a>'),
    ("<https://b.example> <me@b.example>",
     '<a href="https://b.example">https://b.example</a> <a href="mailto:me@b.example">me@b.example</a>'),
    ("a <b>b</b> <i>c</i> <kbd>d</kbd> H<sub>2</sub>O",
     "a <strong>b</strong> <em>c</em> <kbd>d</kbd> H<sub>2</sub>O"),
    ("<b>a", "a"),
    ("![a](b.png) c ![*d*](e.png)", "c"),
])  # fmt: skip
def test_markdown_reads_as_it_is_meant(source, shown):
    assert article(source) == f"<p>{shown}</p>"


def test_html_reads_as_it_is_meant():
    source = '<p>a <em>b</em> <a href="/c">c</a> <del>d</del></p><ul><li>e <code>f</code></li></ul>'
    assert article(source, path="a.html") == (
        '<p>a <em>b</em> <a href="https://example.org/c">c</a> <s>d</s></p>'
        "<ul><li>e <code>f</code></li></ul>"
    )
    assert article("<b>a<p>b</b>c", path="a.html") == (
        "<p><strong>a</strong></p><p><strong>b</strong>c</p>"
    )


def test_headings_lists_quotes_and_cells_are_set_too():
    assert article("# T\n\n## a *b*\n\n- `c`\n\n> **d**\n") == (
        "<h2>a <em>b</em></h2><ul><li><code>c</code></li></ul>"
        "<blockquote><p><strong>d</strong></p></blockquote>"
    )
    table = article("| *a* | b |\n|---|---|\n| c | x **d** |\n| [e](/f) | |\n")
    assert "<th><em>a</em></th><th>b</th>" in table
    assert "<td>c</td><td>x <strong>d</strong></td>" in table
    assert '<td><a href="https://example.org/f">e</a></td>' in table


@pytest.mark.parametrize(("source", "quoted", "shown"), [
    ("a *b* c d.", "*b* c", 'a <mark id="quote"><em>b</em> c</mark> d.'),
    ("*a b* c", "b* c", '<em>a </em><mark id="quote"><em>b</em> c</mark>'),
    ("a *b c* d", "a *b", '<mark id="quote">a <em>b</em></mark><em> c</em> d'),
    ("**a [b](https://c.example) d**", "b", '<strong>a </strong><mark id="quote"><strong>'
     '<a href="https://c.example">b</a></strong></mark><strong> d</strong>'),
])  # fmt: skip
def test_a_quoted_span_stays_in_one_mark(source, quoted, shown):
    assert article(source, quoted) == f"<p>{shown}</p>"


def test_a_relative_link_needs_the_posts_address():
    assert article("[a](b) [c](https://d.example)", url=None) == (
        '<p>a <a href="https://d.example">c</a></p>'
    )


def test_addresses():
    safe = ("https://a.example", "http://a.example/가", "mailto:a@b.example")
    assert tuple(address(href, None) for href in safe) == safe
    assert address("b?c#d", BASE) == f"{BASE}b?c#d"
    assert address("//b.example/c", BASE) == "https://b.example/c"
    assert address("https://a.example/\nb", BASE) == "https://a.example/b"  # as browsers read it
    hostile = ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:a",
               "data:text/html,<script>", "vbscript:a", "blob:https://a.example/1", "file:///etc/passwd",
               "http://", "https://[", "mailto:", ""]  # fmt: skip
    assert [address(href, BASE) for href in hostile] == [""] * len(hostile)
    assert [address(href, "javascript:a") for href in ("b", "#c")] == ["", ""]


SHOWN = TAGS | {"p", "br", "hr", "mark", "div", "table", "tr", "td", "th", "span"}


class Tags(HTMLParser):
    """The tags of a page, which have to be closed in the order they were opened in."""

    def __init__(self, page):
        super().__init__()
        self.found, self._open = [], []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


HOSTILE = [
    "[a](javascript:alert(1)) <a href=javascript:alert(1)>b</a> <javascript:alert(1)>",
    "[a](  JAVASCRIPT:alert(1) ) [b](&#106;avascript:alert(1)) [c](java&#9;script:alert(1))",
    '<a href="https://a.example" onclick=alert(1) style=x>a</a> <b onmouseover=alert(1)>b</b>',
    '[a](https://a.example/"onmouseover="alert(1)) [b](<https://a.example/><script>alert(1)</script>)',
    "*a <script>alert(1)</script> b* **<img src=x onerror=alert(1)>** `</code><script>alert(1)`",
    '<a href="https://a.example/x&quot; onclick=&quot;alert(1)">a</a>',
    "<a href='data:text/html,<script>alert(1)</script>'>a</a> <a href='//evil.example'>b</a>",
    "**a *b** c* ~~d **e~~ f** [g *h](https://a.example) i*",
    "<b>a<i>b</b>c</i> </b></em></mark></article> <mark>m</mark> <a><a href=/x>y</a></a>",
    "[a [b](https://b.example) c](https://a.example) <a href=/x>d [e](/y)</a>",
    '<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg> <math href="javascript:a">b</math>',
    "<iframe src=javascript:alert(1)></iframe><style>*{color:red}</style><form><button>x</form>",
    "| <b>a | b</b> |\n|---|---|\n| [c](javascript:a) | `d` <script>alert(1)</script> |",
    "\x1b]8;;https://evil.example\x07a\x1b]8;;\x07 **\x1b[31mb**",
]


@pytest.mark.parametrize("path", ["a.md", "a.mdx", "a.html"])
@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("url", [BASE, None])
def test_nothing_hostile_gets_through(source, path, url):
    for quoted in ("", source[2:9], source[len(source) // 2 :]):
        tags = Tags(body := article(source, quoted, path, url)).found
        assert {tag for tag, _ in tags} <= SHOWN
        names = {(tag, name) for tag, attrs in tags for name in attrs}
        assert names <= {
            ("a", "href"),
            ("mark", "id"),
            ("div", "class"),
            ("div", "tabindex"),
            ("span", "class"),
        }
        hrefs = [attrs["href"] for tag, attrs in tags if tag == "a"]
        assert all(href.startswith(("https://", "http://")) for href in hrefs)
        assert not set(body) & set("\x1b\x07")


def test_links_do_not_nest_and_overlaps_are_closed():
    content = Tracked.literal("abcdef", 0)
    links = (Style(1, 3, "a", "https://in.example"), Style(0, 6, "a", "https://out.example"))
    assert styled(Words(content, links), None, None) == '<a href="https://out.example">abcdef</a>'
    crossed = (Style(0, 4, "em"), Style(2, 6, "strong"))
    assert styled(Words(content, crossed), Range(3, 5), None) == (
        "<em>ab<strong>c</strong></em><mark><em><strong>d</strong></em><strong>e</strong></mark>"
        "<strong>f</strong>"
    )


def test_what_is_read_is_not_changed_by_how_it_is_set():
    source = "".join(f"*a{n}* **b** `c` [d](https://e.example/{n}) <b>f</b>\n" for n in range(300))
    body = article(source)
    class_free = html.unescape("".join(part.split(">", 1)[-1] for part in body.split("<")))
    (block,) = blocks_of("a.md", source)
    assert class_free == block.content.text
    assert body.count("<a ") == body.count("<code>") == 300 and body.count("<strong>") == 600
