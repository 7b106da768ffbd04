"""An Answer → the HTML of one chat message. Everything of a post or a question is escaped.

The HTML stays on one line without blank lines, so that a Markdown renderer takes it as one block
of HTML and never reads a post's `*` or `#` as markup.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from ownwords.records import Answer, Nearest, Quote, Range
from ownwords.web.texts import Texts

Around = Callable[[str, int, int], tuple[str, str]]
LONG_QUESTION = 100  # characters; a longer one is set smaller


def answer_card(
    answer: Answer, around: Around, texts: Texts, author: str = "", is_scoped: bool = False
) -> str:
    """What the page shows for an answer; `around` gives a quote's neighbours by path and range.
    Where one post alone was searched, `none` is said of that post."""
    notice = f'<p class="ow-notice">{shown(answer.notice)}</p>' if answer.notice else ""
    if answer.verdict == "answered":
        body = f'{notice}<p class="ow-count">{shown(texts.count(len(answer.quotes)))}</p>'
        body += _quotes(answer.quotes, around, texts)
    elif notice:
        body = notice
    elif answer.verdict == "related":
        body = _related(answer, around, texts)
    else:
        nothing = texts.none_here if is_scoped else texts.nothing(author)
        body = f'<p class="ow-verdict">{shown(nothing)}</p>' + _nearest(answer.nearest, texts)
    if answer.suggestions and (answer.notice is not None or answer.verdict != "answered"):
        body += f'<p class="ow-try">{shown(texts.try_these)}</p>'
    return _message("ow-answer", body, texts)


def question_card(question: str, is_refused: bool = False) -> str:
    """One that was refused stays in the box, to be sent again."""
    more = " ow-long" if len(question) > LONG_QUESTION else ""
    more += " ow-refused" if is_refused else ""
    return f'<h2 class="ow-question{more}" lang="{tongue(question)}">{shown(question)}</h2>'


def sentence_card(sentence: str, texts: Texts) -> str:
    """The product's own words: a greeting, an error."""
    return _message("ow-answer", f'<p class="ow-notice">{shown(sentence)}</p>', texts)


def shown(text: str) -> str:
    """Text as HTML: escaped, on one line, without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br>".join(html.escape("".join(filter(_readable, line))) for line in lines)


def marked(text: str, spans: Sequence[Range]) -> str:
    """Text as HTML with the spans in `<mark>`; spans that overlap are taken together."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [celled(text[at:start]), "<mark>", celled(text[start:end]), "</mark>"]
            at = end
    return "".join([*pieces, celled(text[at:])])


def celled(text: str) -> str:
    """Text as HTML with the tab between two cells of a table made visible."""
    return shown(text).replace("\t", '<span class="ow-tab">\t</span>')


def _readable(char: str) -> bool:
    return char == "\t" or not (
        char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff"
    )


def _message(css: str, body: str, texts: Texts) -> str:
    return f'<div class="{css}" lang="{texts.language}">{body}</div>'


def _quotes(quotes: Sequence[Quote], around: Around, texts: Texts) -> str:
    return "".join(_card(quote, around, texts) for quote in quotes)


def _related(answer: Answer, around: Around, texts: Texts) -> str:
    quoted = {quote.title for quote in answer.quotes}
    others = [one for one in answer.nearest if one.title not in quoted]
    inside = _quotes(answer.quotes, around, texts) + _nearest(others, texts)
    return (
        f'<p class="ow-verdict">{shown(texts.related)}</p><details class="ow-related">'
        f"{_summary(texts.related_open, texts)}{inside}</details>"
    )


def _card(quote: Quote, around: Around, texts: Texts) -> str:
    """The neighbours stand in their place, before and after; `details` only shows or hides them."""
    before, after = around(quote.post, quote.start, quote.end)
    language = tongue(quote.text)
    label = f'<p class="ow-kind">{shown(texts.set_off)}</p>' if quote.kind == "set off" else ""
    return (
        f'<figure class="ow-card">{label}{_neighbour(before, "before", language)}'
        f'<blockquote lang="{language}">{marked(quote.text, quote.highlights)}</blockquote>'
        f"{_neighbour(after, 'after', language)}"
        f"<figcaption>{_source(quote, texts)}{_acts(bool(before or after), texts)}</figcaption></figure>"
    )


def _source(quote: Quote, texts: Texts) -> str:
    title = f'<a href="{html.escape(quote.link)}">{shown(quote.title)}</a>'
    day = html.escape(quote.date or "")
    date = f'<time datetime="{day}">{shown(texts.day(quote.date))}</time>' if quote.date else ""
    return f'<cite lang="{tongue(quote.title)}">{title}</cite>{date}'


def _acts(has_more: bool, texts: Texts) -> str:
    more = f'<details class="ow-around">{_summary(texts.around, texts)}</details>'
    copy = f'<button class="ow-copy">{shown(texts.copy)}</button>'
    return f'<div class="ow-acts">{more if has_more else ""}{copy}</div>'


def _neighbour(text: str, place: str, language: str) -> str:
    return f'<p class="ow-near ow-{place}" lang="{language}">{celled(text)}</p>' if text else ""


def _summary(words: str, texts: Texts) -> str:
    return (
        f'<summary><span class="ow-more">{shown(words)}</span>'
        f'<span class="ow-less">{shown(texts.less)}</span></summary>'
    )


def _nearest(nearest: Sequence[Nearest], texts: Texts) -> str:
    if not nearest:
        return ""
    items = "".join(
        f'<li><a href="{html.escape(one.link)}" lang="{tongue(one.title)}">{shown(one.title)}</a></li>'
        for one in nearest
    )
    return f'<p class="ow-label">{shown(texts.nearest)}</p><ul class="ow-nearest">{items}</ul>'


def tongue(text: str) -> str:
    """`ko` for a text with Hangul in it, else `en`: for `lang=` where a post does not say."""
    return "ko" if any("가" <= char <= "힣" for char in text) else "en"
