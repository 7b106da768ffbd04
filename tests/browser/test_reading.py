"""The reading page in a real browser: every kind of block, a quote in it, no script."""

from __future__ import annotations

import pytest

from ownwords.corpus import blocks_of
from ownwords.records import Post, Range
from ownwords.web.cards import marked
from ownwords.web.reading import reading_page
from ownwords.web.shell import asset
from ownwords.web.texts import KO

pytestmark = pytest.mark.browser

QUOTED = "| 하나 | 둘 |"
SOURCE = f"""
## 머리

{"앞에 선 문단이다. " * 200}

*힘준* 말과 **더 힘준** 말, `코드`, ~~지운 말~~, [고리 **안**](https://example.org/).

1. 첫째
   - 안의 것

   이어지는 문단.
2. 둘째

```python
print({"1, " * 80})
```

![나무 한 그루](tree.png)

> 남의 말.
>
> 또 한 마디.

|  | 무엇 |
|---|---|
{QUOTED}
| {"긴" * 60} | {"말" * 60} | {"셋" * 60} |

{"뒤에 선 문단이다. " * 200}
"""
SITE = "http://reading.example"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def read(browser):
    """Opens the reading page of SOURCE at the quote in it."""
    contexts = []

    def opened(**options):
        context = browser.new_context(viewport={"width": 390, "height": 844}, **options)
        contexts.append(context)
        post = Post("a.md", "a", "글", "2023-05-01", None, None, (), (), SOURCE, "utf-8")
        start = SOURCE.index(QUOTED)
        html = reading_page(post, blocks_of("a.md", SOURCE), Range(start, start + len(QUOTED)), KO)
        page = context.new_page()
        page.route(f"{SITE}/**", lambda route: route.fulfill(body="", content_type="text/css"))
        page.route(f"{SITE}/reading.css", lambda route: route.fulfill(
            body=asset("reading.css"), content_type="text/css"))  # fmt: skip
        page.route(f"{SITE}/a*", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(f"{SITE}/a#quote")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_without_scripts_the_page_opens_at_the_quote(read):
    page = read(java_script_enabled=False)
    marks = page.locator("mark")
    assert marks.all_inner_texts() == ["하나", "둘"]
    assert 0 < marks.nth(0).bounding_box()["y"] < 844
    assert page.locator("h1").bounding_box()["y"] < 0  # it has scrolled


def test_cells_stand_apart_and_nothing_is_wider_than_the_screen(read):
    page = read()
    one, other = (page.locator("mark").nth(at).bounding_box() for at in (0, 1))
    assert one["x"] + one["width"] + 8 <= other["x"] and abs(one["y"] - other["y"]) < 2
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_emphasis_code_and_links_are_set(read):
    page = read(java_script_enabled=False)
    looks = {"em": "fontStyle", "article strong": "fontWeight", "p > code": "fontFamily",
             "s": "textDecorationLine", "article p a": "textDecorationLine"}  # fmt: skip
    seen = [
        page.locator(tag).first.evaluate(f"one => getComputedStyle(one).{name}")
        for tag, name in looks.items()
    ]
    assert seen == ["italic", "700", "monospace", "line-through", "underline"]
    assert page.locator("article p a").get_attribute("href") == "https://example.org/"


def test_an_item_shows_its_own_number_and_depth(read):
    page = read()
    items = page.locator("article li")
    assert [items.nth(at).evaluate("item => item.value") for at in (0, 2)] == [1, 2]
    lefts = [items.nth(at).bounding_box()["x"] for at in range(3)]
    assert lefts[0] == lefts[2] < lefts[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_kind_of_block(read, scheme):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    page = read(color_scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
    assert len(found["passes"]) > 10
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def test_cells_of_a_quoted_row_stand_apart_in_a_card(browser):
    page = browser.new_page()
    quote = marked("하나\t둘", [Range(0, 4)])
    card = f'<figure class="ow-card"><blockquote>{quote}</blockquote></figure>'
    page.set_content(f'<style>{asset("page.css")}</style><div id="log">{card}</div>')
    edges = page.evaluate("""() => ["하나", "둘"].map(words => {
        const walk = document.createTreeWalker(document.querySelector("mark"), NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) if (walk.currentNode.data === words) {
            const range = new Range();
            range.selectNode(walk.currentNode);
            return range.getBoundingClientRect();
        }
    }).map(box => [box.left, box.right])""")
    assert edges[1][0] - edges[0][1] >= 8
    assert page.inner_text("blockquote") == "하나\t둘"  # what is copied
    page.close()
