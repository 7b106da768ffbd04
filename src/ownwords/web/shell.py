"""Gradio's page made the author's: its head, its masthead and its scripts' nonce.

All of it is written here, on the server, so that the page has a face, a title and a language
before any script has run, and something to say when none does.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from importlib import resources

from ownwords.settings import Settings
from ownwords.web.texts import EN, KO, Texts, spoken

_SCRIPT = re.compile(r"<script(?=[\s>])")
_PREVIEW = re.compile(r"<meta\s[^>]*?(?:property|name)=\"(?:og|twitter):[^>]*?>", re.IGNORECASE)
_VIEWPORT = re.compile(r"<meta\s+name=\"viewport\"[^>]*>", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\s+lang=\"\w*\"")
_LINKS = re.compile(r"<link\s+rel=\"(?:manifest|icon)\"[^>]*>", re.IGNORECASE)
# Resizes the page inside an embedding frame: nobody listens to it here.
_RESIZER = re.compile(r"<script>[^<]*?iframeResizer\.contentWindow.*?</script>", re.DOTALL)


def site_title(settings: Settings) -> str:
    """The page's title where no language is known: both, or the one of the settings."""
    author = settings.author
    return settings.site_title or f"{KO.site_title(author)} · {EN.site_title(author)}"


def asset(name: str) -> str:
    return (resources.files("ownwords.web") / name).read_text(encoding="utf-8")


def address(name: str) -> str:
    """An asset's address with its content in it, so that a browser may keep it for good."""
    return f"/{name}?v={hashlib.sha256(asset(name).encode()).hexdigest()[:12]}"


class Shell:
    """What `/` becomes: called with Gradio's HTML, the Accept-Language and the scripts' nonce."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._links = (
            f'<link rel="stylesheet" href="{address("page.css")}">'
            f'<link rel="icon" type="image/svg+xml" href="{address("icon.svg")}">'
            f'<script src="{address("page.js")}" defer></script>'
        )

    def __call__(self, page: str, accepted: str | None, nonce: str) -> str:
        texts = spoken(accepted)
        title, about = self._title(texts), texts.description
        if not accepted:  # a crawler: what it keeps is shown to people of both languages
            title, about = site_title(self._settings), f"{KO.description} {EN.description}"
        page = _PREVIEW.sub("", _LINKS.sub("", _RESIZER.sub("", page)))
        page = _LANGUAGE.sub(f'<html lang="{texts.language}"', page, count=1)
        page = _VIEWPORT.sub("", page, count=1)
        page = page.replace(*_titles(site_title(self._settings), self._title(texts)), 1)
        page = page.replace("<head>", "<head>" + _head(title, about), 1)
        page = page.replace("</head>", self._links + "</head>", 1)
        page = page.replace("<gradio-app", self._masthead(texts) + "<gradio-app", 1)
        return _SCRIPT.sub(f'<script nonce="{nonce}"', page)

    def _title(self, texts: Texts) -> str:
        return self._settings.site_title or texts.site_title(self._settings.author)

    def _masthead(self, texts: Texts) -> str:
        said = {
            "log": texts.conversation,
            "waiting": texts.waiting,
            "offline": texts.offline,
            "copied": texts.copied,
        }
        data = " ".join(f'data-{name}="{html.escape(word)}"' for name, word in said.items())
        return (
            f'<header class="ow-head" {data}><h1>{html.escape(self._title(texts))}</h1>'
            f"<p>{html.escape(texts.description)}</p></header>"
            f'<p class="ow-status" role="status"></p><p class="ow-late">{html.escape(texts.late)}</p>'
            "<noscript><style>.ow-late{display:none}</style>"
            f'<p class="ow-noscript">{html.escape(texts.no_script)}</p></noscript>'
        )


def _titles(general: str, own: str) -> tuple[str, str]:
    """What Gradio's configuration says the title is, and what it should say to this visitor."""
    return f'"title":{_in_script(general)},"space_id"', f'"title":{_in_script(own)},"space_id"'


def _in_script(text: str) -> str:
    """JSON that cannot end a script, as Gradio writes it."""
    plain = json.dumps(text, ensure_ascii=False)
    for char in "<>&'":
        plain = plain.replace(char, f"\\u{ord(char):04x}")
    return plain


def _head(title: str, about: str) -> str:
    title, about = html.escape(title), html.escape(about)
    return (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">'
        f'<title>{title}</title><meta name="description" content="{about}">'
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="website">'
        f'<meta property="og:description" content="{about}">'
    )
