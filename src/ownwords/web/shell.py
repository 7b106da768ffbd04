"""Gradio's page made the author's: its head, its masthead and its scripts' nonce.

All of it is written here, on the server, so that the page has a face, a title and a language
before any script has run, and something to say when none does.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass
from importlib import resources
from urllib.parse import parse_qsl, urlencode

from ownwords.settings import Settings
from ownwords.web import look
from ownwords.web.asked import SHARED, shared_questions
from ownwords.web.texts import EN, KO, Texts, spoken

TITLE_CHARS = 120  # of a question in the page's title

_SCRIPT = re.compile(r"<script(?=[\s>])")
_PREVIEW = re.compile(r"<meta\s[^>]*?(?:property|name)=\"(?:og|twitter):[^>]*?>", re.IGNORECASE)
_VIEWPORT = re.compile(r"<meta\s+name=\"viewport\"[^>]*>", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\s+lang=\"\w*\"")
_LINKS = re.compile(r"<link\s+rel=\"(?:manifest|icon)\"[^>]*>", re.IGNORECASE)
_WORDS = re.compile(r'"i18n_translations":\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}')
# Resizes the page inside an embedding frame: nobody listens to it here.
_RESIZER = re.compile(r"<script>[^<]*?iframeResizer\.contentWindow.*?</script>", re.DOTALL)


def site_title(settings: Settings) -> str:
    """The page's title where no language is known: both, or the one of the settings."""
    author = settings.author
    return settings.site_title or f"{KO.site_title(author)} · {EN.site_title(author)}"


def words(texts: Texts) -> dict[str, str]:
    """The words of the page's own components."""
    return {"placeholder": texts.placeholder, "send": texts.send, "again": texts.again}


def asset(name: str) -> str:
    return (resources.files("ownwords.web") / name).read_text(encoding="utf-8")


def address(name: str, content: str | bytes | None = None) -> str:
    """An asset's address with its content in it, so that a browser may keep it for good."""
    content = asset(name) if content is None else content
    content = content.encode() if isinstance(content, str) else content
    return f"/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor's language and address ask of the page."""

    texts: Texts
    is_crawler: bool  # it says no language, and what it keeps is shown to people of both
    query: tuple[tuple[str, str], ...] = ()
    home: str = ""  # the server's own address, as the visitor's browser knows it

    @property
    def question(self) -> str:
        """The last one of the address, cut for a title; "" without one."""
        asked = shared_questions(self.query)
        line = " ".join(asked[-1].split()) if asked else ""
        return "".join(filter(str.isprintable, line))[:TITLE_CHARS]


def visiting(accepted: str | None, query: str, home: str = "") -> Visit:
    """The visit of an `Accept-Language` header and a query string at the address `home`."""
    try:
        pairs = tuple(parse_qsl(query, max_num_fields=50))
    except ValueError:
        pairs = ()
    chosen = dict(pairs).get("lang")
    return Visit(spoken(accepted, chosen), not accepted and chosen is None, pairs, home)


class Shell:
    """What `/` becomes: called with Gradio's HTML, the visit and the scripts' nonce."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._links = (
            f'<link rel="stylesheet" href="{address("page.css")}">'
            f'<link rel="stylesheet" href="{address("look.css", look.style(settings))}">'
            f'<link rel="icon" type="image/svg+xml" href="{address("icon.svg")}">'
            f'<script src="{address("page.js")}" defer></script>'
        )
        picture = look.portrait(settings)
        self._portrait = (
            f'<img src="{address("portrait", picture.content)}" alt="" width="72" height="72">'
            if picture
            else ""
        )

    def __call__(self, page: str, visit: Visit, nonce: str) -> str:
        page = _PREVIEW.sub("", _LINKS.sub("", _RESIZER.sub("", page)))
        page = _LANGUAGE.sub(lambda _: _html(visit), page, count=1)
        page = _VIEWPORT.sub("", page, count=1)
        page = self._configured(page, visit)
        page = page.replace("<head>", "<head>" + self._head(visit), 1)
        page = page.replace("</head>", self._links + "</head>", 1)
        page = page.replace("<gradio-app", self._masthead(visit) + "<gradio-app", 1)
        return _SCRIPT.sub(f'<script nonce="{nonce}"', page)

    def _configured(self, page: str, visit: Visit) -> str:
        """Gradio's configuration with the visitor's title, and one language for every browser."""
        general = f'"title":{_in_script(site_title(self._settings))},"space_id"'
        own = f'"title":{_in_script(self._title(visit))},"space_id"'
        spoken_by_all = dict.fromkeys((KO.language, EN.language), words(visit.texts))
        translations = f'"i18n_translations":{_in_script(spoken_by_all)}'
        return _WORDS.sub(lambda _: translations, page.replace(general, own, 1), count=1)

    def _name(self, visit: Visit) -> str:
        named = visit.texts.site_title(self._settings.author)
        return (
            site_title(self._settings) if visit.is_crawler else self._settings.site_title or named
        )

    def _title(self, visit: Visit) -> str:
        name = self._name(visit)
        return f"{visit.question} — {name}" if visit.question else name

    def _about(self, visit: Visit) -> str:
        both = f"{KO.description} {EN.description}"
        return self._settings.about or (both if visit.is_crawler else visit.texts.description)

    def _head(self, visit: Visit) -> str:
        name, about = html.escape(self._name(visit)), html.escape(self._about(visit))
        title = html.escape(self._title(visit))
        image = html.escape(f"{visit.home}/preview.png")  # a preview wants a whole address
        return (
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width, '
            'initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">'
            f'<title>{title}</title><meta name="description" content="{about}">'
            f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{name}">'
            f'<meta property="og:description" content="{about}"><meta property="og:type" '
            'content="website"><meta name="twitter:card" content="summary_large_image">'
            f'<meta property="og:image" content="{image}"><meta property="og:image:width" '
            'content="1200"><meta property="og:image:height" content="630">'
        )

    def _masthead(self, visit: Visit) -> str:
        texts, escape = visit.texts, html.escape
        lines = "".join(
            f"<p>{escape(line)}</p>" for line in (self._settings.about, texts.description) if line
        )
        said = {
            "name": self._name(visit),
            "log": texts.conversation,
            "waiting": texts.waiting,
            "offline": texts.offline,
            "lost": texts.lost,
            "failed": texts.failed,
            "copied": texts.copied,
            "translate": texts.translate,
            "translating": texts.translating,
            "translated": texts.translated,
            "untranslated": texts.untranslated,
            "shared": str(SHARED),
        }
        data = " ".join(f'data-{name}="{escape(word)}"' for name, word in said.items())
        other = EN if texts is KO else KO
        elsewhere = [(name, value) for name, value in visit.query if name != "lang"]
        switch = "?" + urlencode([*elsewhere, ("lang", other.language)])
        return (
            f'<header class="ow-head" {data}>{self._portrait}<div><h1>{escape(self._name(visit))}</h1>'
            f"{lines}</div>"
            f'<a class="ow-lang" href="{escape(switch)}" hreflang="{other.language}" '
            f'lang="{other.language}">{texts.other_language}</a></header>'
            f'<p class="ow-status" role="status"></p><p class="ow-late">{escape(texts.late)}</p>'
            "<noscript><style>.ow-late{display:none}</style>"
            f'<p class="ow-noscript">{escape(texts.no_script)}</p></noscript>'
        )


def _html(visit: Visit) -> str:
    """The page's first tag; `__theme`, as Gradio knows it, fixes light or dark."""
    theme = dict(visit.query).get("__theme")
    fixed = f' data-theme="{theme}"' if theme in ("light", "dark") else ""
    return f'<html lang="{visit.texts.language}"{fixed}'


def _in_script(value: object) -> str:
    """JSON that cannot end a script, as Gradio writes it."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&'":
        plain = plain.replace(char, f"\\u{ord(char):04x}")
    return plain
