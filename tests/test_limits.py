"""The limits in public, by hand: a clock that is set, and the whole app with small limits."""

from __future__ import annotations

import gc
import json
import re
import threading
import warnings
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from ownwords.settings import Settings
from ownwords.web import create_app
from ownwords.web.asked import Refused
from ownwords.web.limits import Buckets, Gate, client_of
from ownwords.web.texts import EN, KO
from web_fakes import FakeAuthor, FakeLive

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of Gradio's start
SMALL = Settings(questions_per_minute=1, questions_burst=2, trusted_hops=1, max_in_flight=1)


class SetClock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_empties_and_fills_again_at_an_even_pace() -> None:
    clock = SetClock()
    buckets = Buckets(per_minute=30, burst=3, clock=clock)  # one every two seconds
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.wait("b") == 0
    clock.seconds = 1
    assert buckets.wait("a") == 1  # asking in vain costs nothing
    clock.seconds = 2
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 2]
    clock.seconds = 1000
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 2]  # never fuller than full


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    clock = SetClock()
    buckets = Buckets(60, 2, clock)
    clock.seconds = 10
    assert buckets.wait("a") == 0
    clock.seconds = 0
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 1]


def test_only_so_many_clients_are_kept() -> None:
    buckets = Buckets(60, 1, SetClock(), kept=3)
    assert [buckets.wait(name) for name in "abca"] == [0, 0, 0, 1]
    assert buckets.wait("d") == 0  # forgets b, the one not seen for longest
    assert len(buckets) == 3
    assert [buckets.wait("a"), buckets.wait("b")] == [1, 0]


def test_zero_is_no_limit() -> None:
    buckets = Buckets(0, 1, SetClock())
    assert {buckets.wait("a") for _ in range(1000)} == {0.0}
    assert len(buckets) == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "hops", "client"),
    [
        ("192.0.2.1", None, 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 0, "192.0.2.1"),  # nobody's word is taken
        ("192.0.2.1", "198.51.100.7", 1, "198.51.100.7"),
        ("192.0.2.1", "10.9.9.9, 198.51.100.7", 1, "198.51.100.7"),  # the first is invented
        ("192.0.2.1", "10.9.9.9, 198.51.100.7, 203.0.113.5", 2, "198.51.100.7"),
        ("192.0.2.1", "198.51.100.7", 2, "198.51.100.7"),  # called past the outer proxy
        ("192.0.2.1", None, 1, "192.0.2.1"),
        ("192.0.2.1", " , ", 1, "192.0.2.1"),
        ("192.0.2.1", "unknown", 1, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7:4711", 1, "198.51.100.7"),
        ("192.0.2.1", "[2001:db8:0:1:2::3]:80", 1, "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::9", None, 0, "2001:db8:0:1::/64"),
        ("fe80::1%eth0", None, 0, "fe80::/64"),
        ("::ffff:192.0.2.1", None, 0, "192.0.2.1"),
        ("testclient", None, 0, "testclient"),
        ("", None, 0, ""),
    ],
)
def test_whose_request_it_is(peer: str, forwarded: str | None, hops: int, client: str) -> None:
    assert client_of(peer, forwarded, hops) == client


def test_only_so_many_questions_are_in_flight() -> None:
    gate = Gate(Settings(max_in_flight=2))
    with gate.flight():
        with gate.flight(), pytest.raises(Refused) as raised, gate.flight():
            pass
        with gate.flight():  # one has landed
            pass
    assert (raised.value.status, raised.value.code) == (503, "busy")


def test_a_request_without_a_peer_has_a_bucket_too() -> None:
    gate = Gate(Settings(questions_per_minute=1, questions_burst=1), SetClock())
    nobody = SimpleNamespace(client=None, headers={})
    gate.asks(nobody)
    with pytest.raises(Refused, match="too_many"):
        gate.asks(nobody)


def from_proxy(address="192.0.2.1"):
    headers = {"x-forwarded-for": "198.51.100.7"}
    return SimpleNamespace(client=SimpleNamespace(host=address), headers=headers)


@pytest.mark.parametrize(("locale", "word"), [("C", "start the server"), ("ko_KR", "다시 켜세요")])
def test_a_proxy_that_the_settings_do_not_know_is_warned_of_once(caplog, monkeypatch, locale, word):
    monkeypatch.setenv("LC_ALL", locale)
    gate = Gate(Settings())
    for ask in (gate.asks, gate.visits, gate.asks):
        ask(from_proxy())
    (warning,) = caplog.messages
    assert "trusted_hops = 1" in warning and word in warning


def test_a_known_proxy_and_no_proxy_are_not_warned_of(caplog):
    Gate(Settings(trusted_hops=1)).asks(from_proxy())
    Gate(Settings()).asks(SimpleNamespace(client=None, headers={}))
    assert caplog.messages == []


class SlowAuthor(FakeAuthor):
    """Answers `느린` when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def ask(self, question, *rest, **more):  # type: ignore[no-untyped-def]
        if "느린" in question:
            self.begun.set()
            assert self.go_on.wait(30)
        return super().ask(question, *rest, **more)


@pytest.fixture(scope="module")
def author():
    return SlowAuthor()


@pytest.fixture(scope="module")
def client(author):
    app = create_app(FakeLive(author), SMALL)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def ask(client, address, question="공부", **headers):
    sent = {"x-forwarded-for": address, **headers}
    return client.post("/api/ask", json={"question": question}, headers=sent)


def test_a_client_that_asks_too_often_is_told_when_to_come_again(client):
    address = "203.0.113.1"
    assert [ask(client, address).status_code for _ in range(2)] == [200, 200]
    refused = ask(client, f"192.0.2.99, {address}", **{"accept-language": "ko"})
    assert refused.status_code == 429
    seconds = int(refused.headers["retry-after"])
    assert 55 <= seconds <= 60
    assert refused.json()["error"] == {
        "code": "too_many",
        "message": KO.errors["too_many"][0],
        "fix": f"{seconds}초 뒤에 다시 물어봐 주세요",
    }
    assert ask(client, "203.0.113.2").status_code == 200


def test_a_server_that_is_full_says_when_to_come_again(client, author):
    replies = []
    slow = threading.Thread(target=lambda: replies.append(ask(client, "203.0.113.3", "느린 공부")))
    slow.start()
    assert author.begun.wait(30)
    full = ask(client, "203.0.113.4")
    author.go_on.set()
    slow.join()
    assert (full.status_code, full.json()["error"]["code"]) == (503, "busy")
    assert full.headers["retry-after"] == "2"
    assert replies[0].status_code == 200


def event(client, kind, data, address):
    config = client.get("/config").json()
    number = next(e["id"] for e in config["dependencies"] if e["targets"][0][1] == kind)
    session = re.sub(r"\D", "x", address)
    body = {"fn_index": number, "data": data, "session_hash": session}
    sent = {"x-forwarded-for": address}
    joined = client.post("/gradio_api/queue/join", json=body, headers=sent)
    if joined.status_code != 200:
        return joined, ""
    stream = client.get("/gradio_api/queue/data", params={"session_hash": session})
    done = [line for line in stream.text.splitlines() if "process_completed" in line]
    return joined, json.dumps(json.loads(done[-1][5:]), ensure_ascii=False)


def test_the_page_says_it_in_a_sentence_and_goes_on(client):
    asked = [event(client, "submit", ["공부", None], "203.0.113.5")[1] for _ in range(3)]
    assert [EN.errors["too_many"][0] in reply for reply in asked] == [False, False, True]
    assert ask(client, "203.0.113.5").status_code == 429  # one limit for page and API


def test_events_without_questions_are_limited_too(client):
    replies = [event(client, "click", [], "203.0.113.6")[0] for _ in range(11)]
    assert {reply.status_code for reply in replies[:-1]} == {200}
    assert replies[-1].status_code == 429
    assert int(replies[-1].headers["retry-after"]) in range(1, 13)


def test_posts_are_limited_too(client):
    sent = {"x-forwarded-for": "203.0.113.7"}
    replies = [client.get("/posts/essay", headers=sent) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [200] * 10 + [429]


def test_the_pages_queue_holds_no_larger_question_than_the_api(client):
    """The body's limit, and the question's, through the event that carries it."""
    joined, _ = event(client, "submit", ["가" * 70_000, None], "203.0.113.8")
    assert (joined.status_code, joined.json()["error"]["code"]) == (413, "too_large")
    _, reply = event(client, "submit", ["가" * 501, None], "203.0.113.9")
    assert EN.error("too_long", 500)[0] in reply
