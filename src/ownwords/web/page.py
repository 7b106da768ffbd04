"""The chat page: the only door to Gradio. Import it after analytics are switched off.

The Chatbot is an output only. A client can neither put a message into it nor into the history:
both live in the session's state, as this module wrote them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from fastapi import FastAPI

from ownwords.errors import OwnwordsError
from ownwords.live import LiveAuthor
from ownwords.settings import Settings
from ownwords.web import api
from ownwords.web.asked import (
    Refused,
    checked,
    earlier_questions,
    known_post,
    refusal,
    shared_questions,
)
from ownwords.web.cards import answer_card, question_card, sentence_card
from ownwords.web.events import Event
from ownwords.web.limits import Gate
from ownwords.web.shell import site_title, words
from ownwords.web.texts import EN, KO, Texts, spoken

log = logging.getLogger(__name__)

TURNS = 50  # a session keeps its last turns only
SUGGESTIONS = 4
SHORTENED = 60  # characters shown of a question that is too long
WORKERS = 8  # questions answered at once

PAPER, PAPER_DARK = "#faf9f6", "#171614"  # before page.css is there; the same as in it

Messages = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and the message that answered it; a refused one is no history."""

    question: str
    reply: str
    options: tuple[str, ...] = ()
    refused: bool = False


class Desk:
    """What the page's events call: each gives the whole conversation anew."""

    def __init__(self, live: LiveAuthor, settings: Settings, gate: Gate) -> None:
        self._live, self._settings, self._gate = live, settings, gate

    def greet(self, request: gr.Request) -> Messages:
        texts, title = _texts(request), self._only(request)
        if title is not None:
            return [_reply(sentence_card(texts.only.format(title=title), texts), ())]
        offered = self._suggestions(request)
        greeting = texts.greeting if offered else texts.greeting_alone
        return [_reply(sentence_card(greeting, texts), offered)]

    def open(self, request: gr.Request) -> tuple[Messages, tuple[Turn, ...]]:
        """The page as its address has it: `/?q=…` asks at once."""
        turns: tuple[Turn, ...] = ()
        for question in shared_questions(request.query_params.multi_items()):
            turns = (*turns, self._turn(question, turns, request))
        return self._shown(turns, request), turns

    def ask(
        self, question: Any, turns: Any, request: gr.Request
    ) -> tuple[Messages, tuple[Turn, ...]]:
        """The messages and the new state. The page's own script empties the box."""
        kept: tuple[Turn, ...] = turns or ()
        if isinstance(question, str) and not question.strip():
            return self._shown(kept, request), kept
        kept = (*kept, self._turn(question, kept, request))[-TURNS:]
        return self._shown(kept, request), kept

    def pick(
        self, turns: Any, picked: gr.SelectData, request: gr.Request
    ) -> tuple[Messages, tuple[Turn, ...]]:
        """A suggested question was clicked: it is asked like any other."""
        return self.ask(picked.value, turns, request)

    def clear(self, request: gr.Request) -> tuple[Messages, tuple[Turn, ...]]:
        return self.greet(request), ()

    def _shown(self, turns: tuple[Turn, ...], request: gr.Request) -> Messages:
        if not turns:
            return self.greet(request)
        messages: Messages = []
        for turn in turns:
            messages += [_asked(turn), _reply(turn.reply, turn.options)]
        return messages

    def _turn(self, question: Any, turns: tuple[Turn, ...], request: gr.Request) -> Turn:
        """Answered, or refused in a sentence: a visitor never sees an exception."""
        texts, scope = _texts(request), request.query_params.get("scope")
        asked = question if isinstance(question, str) else ""
        heard = [turn.question for turn in turns if not turn.refused]
        try:
            self._gate.asks(request)
            return self._answered(question, earlier_questions(heard, self._settings), scope, texts)
        except Refused as error:
            refused = error
        except OwnwordsError as error:
            refused = refusal(error)
        except Exception:
            log.exception("a question failed")
            refused = Refused(500, "internal")
        sentence = ". ".join(texts.error(refused.code, refused.limit)) + "."
        if len(asked) > self._settings.max_question_chars:
            asked = f"{asked[:SHORTENED]}…"  # all of it is still in the box, to be shortened there
        return Turn(asked, sentence_card(sentence, texts), refused=True)

    def _answered(self, question: Any, history: list[str], scope: str | None, texts: Texts) -> Turn:
        """`scope` narrows to one post where it names one: a site's other pages ask all of them."""
        asked = checked(question, history, None, None, self._settings)
        author = api.opened(self._live)
        post = known_post(author, scope)
        answer = author.ask(asked.question, asked.history, asked.k, post)
        reply = answer_card(answer, author.around, texts, self._settings.author, post is not None)
        offer = answer.notice is not None or answer.verdict != "answered"
        return Turn(asked.question, reply, answer.suggestions[:SUGGESTIONS] if offer else ())

    def _only(self, request: gr.Request) -> str | None:
        """The title of the one post that the page's address narrows the search to."""
        try:
            author = api.opened(self._live)
        except Refused:
            return None
        post = author.post(known_post(author, request.query_params.get("scope")) or "")
        return post.title if post else None

    def _suggestions(self, request: gr.Request) -> tuple[str, ...]:
        try:
            return api.opened(self._live).suggested(_texts(request).language)[:SUGGESTIONS]
        except Refused:
            return ()


@dataclass(frozen=True, slots=True)
class Mounted:
    """The page's events by Gradio's number, and what ends the heartbeat of each open tab: to be
    called in the server's event loop when it stops."""

    events: Mapping[int, Event]
    close_tabs: Callable[[], None]


def mount(app: FastAPI, live: LiveAuthor, settings: Settings, gate: Gate) -> Mounted:
    """Put the page at `/`, behind the routes that `app` already has."""
    page = _blocks(Desk(live, settings, gate), settings)
    page.queue(
        max_size=100, default_concurrency_limit=WORKERS, api_open=False, status_update_rate=10
    )
    page.state_session_capacity = 1000
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        max_file_size="1kb",
        blocked_paths=["/"],
        ssr_mode=False,
        i18n=gr.I18n(ko=words(KO), en=words(EN)),
        theme=_theme(),
    )
    page.has_launched = True  # a mounted app skips Gradio's file checks otherwise
    mounted: Any = app.routes[-1]
    events = {
        number: Event(len(event.inputs), event.collects_event_data)
        for number, event in page.fns.items()
    }
    return Mounted(events, lambda: mounted.app.stop_event.set())


def _blocks(desk: Desk, settings: Settings) -> Any:
    title = site_title(settings)
    word = gr.I18n(ko=words(KO), en=words(EN))
    with gr.Blocks(title=title, fill_height=True, analytics_enabled=False) as page:
        turns = gr.State(())
        log_ = gr.Chatbot(
            show_label=False,
            container=False,
            layout="panel",
            autoscroll=False,
            buttons=[],
            feedback_options=None,
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=[],
            allow_file_downloads=False,
            elem_id="log",
        )
        with gr.Column(elem_id="foot"):
            box = gr.Textbox(
                show_label=False,
                label=word("placeholder"),
                placeholder=word("placeholder"),
                submit_btn=word("send"),
                max_length=settings.max_question_chars,
                autofocus=True,
                elem_id="ask",
            )
            again = gr.Button(word("again"), elem_id="again")
        limits: dict[str, Any] = {"concurrency_limit": WORKERS, "api_visibility": "private"}
        common = {**limits, "concurrency_id": "ask", "show_progress": "hidden"}
        outputs = [log_, turns]
        page.load(desk.open, None, [log_, turns], **common)
        # A second Enter while an answer is on its way waits for it: the turns keep their order.
        box.submit(desk.ask, [box, turns], outputs, trigger_mode="always_last", **common)
        log_.option_select(desk.pick, [turns], outputs, **common)
        again.click(desk.clear, None, [log_, turns], **common)
    return page


def _theme() -> Any:
    """Little of it is seen: page.css sets the colours and the type."""
    plain = gr.themes.Base(primary_hue="stone", neutral_hue="stone", font=[], font_mono=[])
    return plain.set(body_background_fill=PAPER, body_background_fill_dark=PAPER_DARK)


def _texts(request: gr.Request) -> Texts:
    return spoken(request.headers.get("accept-language"), request.query_params.get("lang"))


def _asked(turn: Turn) -> dict[str, Any]:
    return {"role": "user", "content": question_card(turn.question, turn.refused)}


def _reply(content: str, options: tuple[str, ...]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if options:
        message["options"] = [{"label": option, "value": option} for option in options]
    return message
