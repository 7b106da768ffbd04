"""The widget: its script, the page's embedded form, and the view that shows it before it is pasted.

A site that may not embed the page is answered with a page that names the setting to change: it
holds nothing of the author's, so any site may frame it. The page itself never leaves this to
the address it was asked from: `frame-ancestors` decides.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import Headers
from starlette.types import Scope

from ownwords.errors import OwnwordsError
from ownwords.settings import Settings
from ownwords.web import look
from ownwords.web.shell import address, asset
from ownwords.web.texts import Texts, spoken

# One address in every site's page: kept for a day, then asked for by its ETag while still in use.
KEPT = "public, max-age=86400, stale-while-revalidate=604800"
ASSETS = {"embed.css": "text/css", "embed.js": "text/javascript"}
ACCENT = "#8a5a1f"
# The widget's options as the embed view offers them; () is a text of the author's own.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "mode": ("bubble", "inline", "link"),
    "position": ("bottom-right", "bottom-left", "top-right", "top-left"),
    "theme": ("auto", "light", "dark"),
    "language": ("auto", "ko", "en"),
    "scope": ("all", "post"),
    "label": (),
    "greeting": (),
    "question": (),
    "accent": (),
    "shortcut": (),
    "z-index": (),
}
OPTION_CHARS = 200

_GIVEN = '{ accent: "#8a5a1f" }'
_WORDS = {
    "ko": {
        "refused": "이 사이트에서는 아직 열 수 없습니다.",
        "fix": "이 서버의 설정 <code>allowed_sites</code>에 <code>{site}</code>을(를) 넣고 서버를 다시 켜 주세요.",
        "title": "내 사이트에 넣기",
        "paste": "아래 한 줄을 사이트의 HTML에 붙여 넣으세요. 이 페이지의 버튼이 미리 보기입니다.",
        "allow": "그 사이트의 주소를 설정 <code>allowed_sites</code>에 넣어야 열립니다.",
        "show": "미리 보기",
        "snippet": "붙여 넣을 코드",
        "preview": "미리 보기가 놓이는 곳",
    },
    "en": {
        "refused": "This site may not open it yet.",
        "fix": "Add <code>{site}</code> to the setting <code>allowed_sites</code> of this server and start it again.",
        "title": "On your site",
        "paste": "Paste this line into your site's HTML. The button on this page is the preview.",
        "allow": "It opens once that site's address is in the setting <code>allowed_sites</code>.",
        "show": "Preview",
        "snippet": "Code to paste",
        "preview": "Where the preview stands",
    },
}
_STYLE = (
    ":root{color-scheme:light dark}body{margin:0;padding:1.5rem;font:1rem/1.7 system-ui,sans-serif;"
    "word-break:keep-all;overflow-wrap:anywhere}main{max-width:40rem;margin:0 auto 6rem}"
    "h1{font-size:1.4rem}label{display:block;margin:.6rem 0;font-size:.9rem}"
    "input,select,textarea,button{box-sizing:border-box;width:100%;min-height:2.5rem;padding:.4rem "
    ".6rem;font:inherit;font-size:1rem}form{display:grid;grid-template-columns:repeat(auto-fit,"
    "minmax(15rem,1fr));gap:0 1rem;align-items:end}textarea{font-family:monospace}"
)


def snippet(base: str, options: Mapping[str, str] | None = None) -> str:
    """The line a site pastes; `base` is the server's address. Options at their defaults are left
    out, and every value is escaped."""
    chosen = "".join(
        f' data-{name}="{html.escape(value)}"'
        for name, value in (options or {}).items()
        if value and value != next(iter(OPTIONS[name]), "")
    )
    return f'<script src="{html.escape(base.rstrip("/"))}/widget.js" async{chosen}></script>'


def checked_base(url: str) -> str:
    """The address as it is. Raises OwnwordsError for one that no browser could load a script from."""
    parts = urlsplit(url)
    is_host = parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path in ("", "/")
    if is_host and not re.search(r"[\s\"'<>@?#]", url):
        return url
    raise OwnwordsError(
        f"{url!r} is not a server's address", "Write it as `https://ask.example.org`.", "settings"
    )


def script(settings: Settings) -> str:
    """`widget.js` with the settings in it and without what only its readers need."""
    lines = (line.strip() for line in asset("widget.js").splitlines())
    plain = "\n".join(line for line in lines if line and not line.startswith("//"))
    return plain.replace(_GIVEN, json.dumps({"accent": settings.accent or ACCENT}), 1)


def add_routes(app: FastAPI, settings: Settings) -> None:
    """`/widget.js`, the embedded form's parts and `/embed`, on `app`."""
    content = script(settings).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"etag": tag, "cache-control": KEPT, "cross-origin-resource-policy": "cross-origin"}

    @app.api_route("/widget.js", methods=["GET", "HEAD"])
    async def widget(request: Request) -> Response:
        if tag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/javascript", headers=headers)

    for name, kind in ASSETS.items():
        _add_asset(app, name, asset(name), kind)
    _add_asset(app, "embed-view.css", _STYLE, "text/css")

    @app.get("/embed")
    async def embed(request: Request) -> Response:
        texts = spoken(request.headers.get("accept-language"), request.query_params.get("lang"))
        return HTMLResponse(view(str(request.base_url), chosen(request.query_params), texts))


def _add_asset(app: FastAPI, name: str, content: str, kind: str) -> None:
    @app.get(f"/{name}")
    async def give() -> Response:
        return Response(content, media_type=kind)


def is_embedded(query: Sequence[tuple[str, str]]) -> bool:
    return ("embed", "1") in query


def embedded(page: str, query: Sequence[tuple[str, str]], settings: Settings, nonce: str) -> str:
    """The page's HTML in its embedded form: its own script and style, the widget's accent."""
    accent = dict(query).get("accent", "")
    colours = ""
    if re.fullmatch(r"[0-9a-fA-F]{6}", accent):
        colours = f"<style>{look.style(replace(settings, accent='#' + accent))}</style>"
    parts = (
        f'<link rel="stylesheet" href="{address("embed.css")}">{colours}'
        f'<script nonce="{nonce}" src="{address("embed.js")}" async></script></head>'
    )
    return page.replace("</head>", parts, 1)


def refused_site(scope: Scope, sites: Sequence[str]) -> str | None:
    """The origin of a site that asks for the embedded page and may not have it, else None.

    The widget's frame always sends its site's origin as the Referer. Where a browser says nothing,
    the page is sent and its `frame-ancestors` decides.
    """
    query = parse_qsl(scope["query_string"].decode("latin-1"))
    if scope["path"] != "/" or not is_embedded(query):
        return None
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site") in ("same-origin", "none"):
        return None
    parts = urlsplit(headers.get("referer", ""))
    if parts.scheme not in ("http", "https") or parts.netloc == headers.get("host"):
        return None
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return None if re.fullmatch(pattern(sites), origin) else origin


def pattern(sites: Sequence[str]) -> str:
    """A regular expression for all of the origins that `allowed_sites` covers, with `*` as in a
    CSP host source."""
    escaped = (re.escape(site.lower()) for site in sites)
    wild = (one.replace(r":\*", r"(:\d+)?").replace(r"\*", r"[^/:]+") for one in escaped)
    return "|".join(f"(?:{one})" for one in wild) or r"(?!)"


def refusal(scope: Scope, site: str) -> Response:
    """What a site that may not embed the page shows in the frame."""
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    texts = spoken(Headers(scope=scope).get("accept-language"), query.get("lang"))
    scheme = {"light": "light", "dark": "dark"}.get(query.get("__theme", ""), "light dark")
    words, nonce = _WORDS[texts.language], secrets.token_urlsafe(16)
    fix = words["fix"].format(site=html.escape(site))
    body = (
        f'{_head(texts, words["refused"])}<style nonce="{nonce}">{_STYLE}:root{{color-scheme:{scheme}}}</style></head><body>'
        f"<main><h1>{words['refused']}</h1><p>{fix}</p></main>"
        f'<script nonce="{nonce}">parent.postMessage({{ownwords:"refused"}},"*")</script></body></html>'
    )
    return HTMLResponse(
        body,
        403,
        {
            "content-security-policy": f"default-src 'none'; style-src 'nonce-{nonce}'; "
            f"script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors *",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
        },
    )


def chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The options of the embed view's address that the widget knows, cut to a bearable length."""
    values = {name: query.get(name, "")[:OPTION_CHARS].strip() for name in OPTIONS}
    return {
        name: value
        for name, value in values.items()
        if value and (not OPTIONS[name] or value in OPTIONS[name])
    }


def view(base: str, options: Mapping[str, str], texts: Texts) -> str:
    """The page where an author chooses options and sees the widget with them. Without a script
    but the widget's own: the form asks for the page anew."""
    words, line = _WORDS[texts.language], snippet(base, options)
    fields = "".join(_field(name, options.get(name, "")) for name in OPTIONS)
    return (
        f'{_head(texts, words["title"])}<link rel="stylesheet" href="/embed-view.css"></head><body>'
        f"<main><h1>{words['title']}</h1><p>{words['paste']} {words['allow']}</p>"
        f'<label>{words["snippet"]}<textarea readonly rows="4" spellcheck="false">{html.escape(line)}'
        f'</textarea></label><form method="get" action="/embed">'
        f'<input type="hidden" name="lang" value="{texts.language}">{fields}'
        f"<button>{words['show']}</button></form>"
        f'<section aria-label="{words["preview"]}">{snippet("", options)}</section></main></body></html>'
    )


def _head(texts: Texts, title: str) -> str:
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title>'
    )


def _field(name: str, value: str) -> str:
    if not OPTIONS[name]:
        return f'<label>{name}<input name="{name}" value="{html.escape(value)}"></label>'
    offered = "".join(
        f"<option{' selected' if option == value else ''}>{option}</option>"
        for option in OPTIONS[name]
    )
    return f'<label>{name}<select name="{name}">{offered}</select></label>'
