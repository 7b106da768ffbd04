"""What the API takes and gives: the OpenAPI document, and a page of it made here, without a script."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

import ownwords
from ownwords.settings import Settings

JSON = "application/json"
QUESTION = "how did you study?"
# The same question in three languages; each is run as it stands by a test.
EXAMPLES = {
    "curl": """\
curl -s {base}/api/ask \\
  -H 'content-type: application/json' \\
  -d '{{"question": "{question}", "k": 2}}'
""",
    "JavaScript": """\
const reply = await fetch("{base}/api/ask", {{
  method: "POST",
  headers: {{ "content-type": "application/json" }},
  body: JSON.stringify({{ question: "{question}", k: 2 }}),
}});
const answer = await reply.json();
if (!reply.ok) throw new Error(`${{answer.error.message}}. ${{answer.error.fix}}.`);
for (const quote of answer.quotes) console.log(quote.title, "-", quote.text);
console.log(answer.verdict);
""",
    "Python": """\
import json
from urllib.request import Request, urlopen

body = json.dumps({{"question": "{question}", "k": 2}}).encode()
request = Request("{base}/api/ask", body, {{"content-type": "application/json"}})
with urlopen(request) as reply:
    answer = json.load(reply)
for quote in answer["quotes"]:
    print(quote["title"], "-", quote["text"])
print(answer["verdict"])
""",
}

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


def document(settings: Settings) -> dict[str, Any]:
    """OpenAPI 3.1, with the limits of the settings."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ownwords",
            "version": ownwords.__version__,
            "description": "Questions answered in the author's own sentences. Errors are in the "
            "language of `Accept-Language`, Korean or English.",
        },
        "paths": {
            "/api/ask": {"post": _ask(settings)},
            "/healthz": {"get": _plain("The process is there.", {"status": _TEXT})},
            "/readyz": {"get": _ready()},
            "/posts/{id}": {"get": _post()},
        },
        "components": {"schemas": {**_schemas(), "Question": _question(settings)}},
    }


def _ask(settings: Settings) -> dict[str, Any]:
    refused = {
        "400": "Not UTF-8 JSON.",
        "404": "`scope` names no post.",
        "413": f"The body is over {settings.max_body_bytes} bytes.",
        "422": "A value of the wrong type or over its limit.",
        "429": "Too many questions from this address; `Retry-After` says for how many seconds.",
        "500": "Something failed here.",
        "503": "No index yet, or too many questions at once; with `Retry-After`.",
    }
    answered = {"description": "The answer.", "content": {JSON: {"schema": _ref("Answer")}}}
    return {
        "operationId": "ask",
        "summary": "Ask a question",
        "requestBody": {"required": True, "content": {JSON: {"schema": _ref("Question")}}},
        "responses": {"200": answered, **{code: _error(text) for code, text in refused.items()}},
    }


def _ready() -> dict[str, Any]:
    plain = _plain("An index is open.", {"build": _TEXT, "posts": _COUNT, "passages": _COUNT})
    plain["responses"]["503"] = _error("There is no index that can be opened.")
    return plain


def _post() -> dict[str, Any]:
    page = {"text/html": {"schema": _TEXT}}
    return {
        "summary": "Read a post",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": _TEXT},
            {"name": "s", "in": "query", "schema": {**_TEXT, "pattern": "^[0-9]+-[0-9]+$"},
             "description": "The span to mark, in characters of the file."},
        ],
        "responses": {
            "200": {"description": "The post as a page.", "content": page},
            "404": {"description": "There is no such post.", "content": page},
        },
    }  # fmt: skip


def _plain(summary: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    said = {"description": summary, "content": {JSON: {"schema": schema}}}
    return {"summary": summary, "responses": {"200": said}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": _ref("Error")}}}


def _question(settings: Settings) -> dict[str, Any]:
    text = {**_TEXT, "maxLength": settings.max_question_chars}
    properties = {
        "question": {**text, "minLength": 1, "description": "One sentence, Korean or English."},
        "history": {
            "type": "array",
            "items": text,
            "maxItems": settings.max_history,
            "description": "Earlier questions of the same person, oldest first.",
        },
        "k": {"type": "integer", "minimum": 1, "maximum": settings.max_quotes,
              "default": settings.quotes, "description": "Quotes at most."},
        "scope": {**_TEXT, "description": "A post's id or address: answers come from it alone."},
    }  # fmt: skip
    return {"type": "object", "properties": properties, "required": ["question"]}


def _schemas() -> dict[str, Any]:
    span = {"type": "array", "prefixItems": [_COUNT, _COUNT], "minItems": 2, "maxItems": 2}
    quote = {
        "post": {**_TEXT, "description": "Path of the post's file in the corpus."},
        "title": _TEXT,
        "date": {**_MAYBE, "description": "As `YYYY-MM-DD`."},
        "url": {**_MAYBE, "description": "The post's own address, where it has one."},
        "start": {**_COUNT, "description": "Where the quote begins, in characters of the file."},
        "end": _COUNT,
        "text": {**_TEXT, "description": "The author's words. Text, not HTML: escape it."},
        "highlights": {
            "type": "array",
            "items": span,
            "description": "The sentences that answer, as ranges in `text`.",
        },
        "kind": {"enum": ["prose", "set off"], "description": "`set off`: a block quote."},
        "link": {**_TEXT, "description": "To the place itself."},
        "score": {"type": "number"},
    }
    near = {"title": _TEXT, "link": _TEXT}
    answer = {
        "question": _TEXT,
        "verdict": {"enum": ["answered", "related", "none"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "quotes": {"type": "array", "items": _ref("Quote")},
        "nearest": {"type": "array", "items": _ref("Nearest")},
        "notice": {**_MAYBE, "description": "A fixed sentence of the product, e.g. to a greeting."},
        "suggestions": {"type": "array", "items": _TEXT},
        "build": {**_TEXT, "description": "The build of the index that answered."},
        "took_ms": {"type": "number"},
    }
    error = {"code": _TEXT, "message": _TEXT, "fix": _TEXT}
    return {
        "Answer": _object(answer),
        "Quote": _object(quote),
        "Nearest": _object(near),
        "Error": _object({"error": _object(error)}),
    }


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def base(scheme: str, host: str | None) -> str:
    """The server's address for the examples; a `Host` that is none is left out of them."""
    known = re.fullmatch(r"[\w.-]+(:\d+)?|\[[\da-fA-F:]+\](:\d+)?", host or "", re.ASCII)
    return f"{scheme}://{host}" if known else "http://127.0.0.1:7860"


def examples(address: str) -> dict[str, str]:
    return {name: text.format(base=address, question=QUESTION) for name, text in EXAMPLES.items()}


def docs_page(settings: Settings, address: str) -> str:
    """The document as a page that loads nothing but our own style sheets."""
    told = document(settings)
    body = f"<h1>{told['info']['title']} API</h1><p>{_prose(told['info']['description'])}</p>"
    body += '<p><a href="/api/openapi.json">OpenAPI 3.1</a></p>'
    for name, text in examples(address).items():
        body += f'<h2>{name}</h2><pre tabindex="0"><code>{html.escape(text)}</code></pre>'
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            body += f"<h2><code>{method.upper()} {path}</code></h2>{_operation(operation)}"
    for name, schema in told["components"]["schemas"].items():
        body += f'<h2 id="{name}">{name}</h2>{_fields(schema)}'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ownwords API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/reading.css"><link rel="stylesheet" href="/look.css">'
        '<link rel="icon" type="image/svg+xml" href="/icon.svg"></head>'
        f"<body><main><article>{body}</article></main></body></html>"
    )


def _operation(operation: Mapping[str, Any]) -> str:
    sent = operation.get("requestBody")
    takes = f"<p>Takes {_linked(sent['content'][JSON]['schema'])} as JSON.</p>" if sent else ""
    rows = [
        (code, _prose(told["description"]) + _gives(told))
        for code, told in operation["responses"].items()
    ]
    return f"<p>{_prose(operation['summary'])}</p>{takes}{_table(rows)}"


def _gives(told: Mapping[str, Any]) -> str:
    schema = next(iter(told["content"].values()))["schema"]
    return f" {_linked(schema)}" if "$ref" in schema else ""


def _fields(schema: Mapping[str, Any]) -> str:
    return _table(
        [
            (f"{name}{'' if name in schema['required'] else ' (optional)'}", _kind(field))
            for name, field in schema["properties"].items()
        ]
    )


def _kind(field: Mapping[str, Any]) -> str:
    described = _prose(field.get("description", ""))
    rest = {key: value for key, value in field.items() if key != "description"}
    if "$ref" in rest:
        return _linked(rest)
    if "$ref" in rest.get("items", {}):
        return f"list of {_linked(rest['items'])}"
    return f"<code>{html.escape(json.dumps(rest))}</code> {described}"


def _linked(schema: Mapping[str, Any]) -> str:
    name = schema["$ref"].rpartition("/")[2]
    return f'<a href="#{name}">{name}</a>'


def _table(rows: list[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th>{html.escape(name)}</th><td>{text}</td></tr>" for name, text in rows)
    return f'<div class="wide" tabindex="0"><table>{cells}</table></div>'


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
