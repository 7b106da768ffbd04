"""How often one client may ask, and how many questions are looked up at once.

A token bucket for each client: it holds `burst` questions, each takes one, and it fills again at
an even pace. Nothing here reads a clock of its own or knows of HTTP beyond a header's text.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from ownwords.messages import say
from ownwords.settings import Settings
from ownwords.web.asked import Refused

log = logging.getLogger(__name__)

KEPT = 10_000  # clients remembered; the one not seen for longest is forgotten first
OTHERS = 5  # requests of the page's own (events, posts) that stand against one question
BUSY_SECONDS = 2  # until a server that is full may be asked again

Clock = Callable[[], float]


class Buckets:
    """One bucket for each client; `clock` gives seconds. At most `kept` are remembered: the memory
    is bounded, whatever number of addresses comes by."""

    def __init__(self, per_minute: int, burst: int, clock: Clock, kept: int = KEPT) -> None:
        """`per_minute` 0 admits everything."""
        self._pace, self._burst, self._clock, self._kept = per_minute / 60, burst, clock, kept
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, at seconds
        self._lock = Lock()

    def wait(self, client: str) -> float:
        """Takes one; 0.0 when there was one, otherwise the seconds until there is."""
        if not self._pace:
            return 0.0
        with self._lock:
            now = self._clock()
            level, since = self._levels.pop(client, (float(self._burst), now))
            level = min(self._burst, level + max(now - since, 0.0) * self._pace)
            admitted = level >= 1
            self._levels[client] = (level - admitted, now)
            while len(self._levels) > self._kept:
                self._levels.popitem(last=False)
        return 0.0 if admitted else (1 - level) / self._pace

    def __len__(self) -> int:
        return len(self._levels)


class Gate:
    """The limits of the settings: every face asks here before it looks anything up."""

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        pace, burst = settings.questions_per_minute, settings.questions_burst
        self._hops, self._most = settings.trusted_hops, settings.max_in_flight
        self._questions = Buckets(pace, burst, clock)
        self._others = Buckets(pace * OTHERS, burst * OTHERS, clock)
        self._in_flight = 0
        self._warned = False
        self._lock = Lock()

    def client(self, peer: str | None, headers: Mapping[str, str]) -> str:
        return client_of(peer or "", headers.get("x-forwarded-for"), self._hops)

    def asks(self, request: Any) -> None:
        """A question of a Starlette request, or of a Gradio one. Raises Refused, 429."""
        _admit(self._questions, self._whose(request))

    def visits(self, request: Any) -> None:
        """Something that costs, and is no question by itself. Raises Refused, 429."""
        _admit(self._others, self._whose(request))

    @contextmanager
    def flight(self) -> Iterator[None]:
        """While a question is looked up. Raises Refused, 503, when too many are already."""
        with self._lock:
            if self._in_flight >= self._most:
                raise Refused(503, "busy", BUSY_SECONDS)
            self._in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def _whose(self, request: Any) -> str:
        peer = request.client.host if request.client else None
        if not self._hops and "x-forwarded-for" in request.headers:
            self._warn()
        return self.client(peer, request.headers)

    def _warn(self) -> None:
        """Once: a proxy that nobody told of makes all visitors one."""
        with self._lock:
            first, self._warned = not self._warned, True
        if first:
            log.warning(say("proxied"))


def _admit(buckets: Buckets, client: str) -> None:
    seconds = buckets.wait(client)
    if seconds:
        raise Refused(429, "too_many", math.ceil(seconds))


def client_of(peer: str, forwarded: str | None, hops: int) -> str:
    """The client's address: the peer's, or behind `hops` proxies of one's own what the outermost of
    them wrote into `X-Forwarded-For`. Each adds the address it was called from on the right, so
    only the last `hops` entries can be believed; whatever stands before them a client may invent.
    """
    entries = [entry.strip() for entry in (forwarded or "").split(",") if entry.strip()]
    believed = entries[-hops:] if hops else []
    return _network(believed[0] if believed else peer) or _network(peer) or peer


def _network(text: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one (a household has that many); "" for neither."""
    try:
        address = ipaddress.ip_address(_bare(text))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))


def _bare(text: str) -> str:
    """Without a port and brackets: `192.0.2.1:80`, `[2001:db8::1]:80`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, _ = text.partition(":")
    return host if colon and text.count(":") == 1 else text.partition("%")[0]
