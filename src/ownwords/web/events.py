"""The page's events, as its own script sends them: anything else never reaches Gradio.

Gradio builds components and opens files from what it is sent. The page sends texts and nothing
more, so a body with an object among its data is somebody's own and is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SESSION = re.compile(r"[0-9a-z]{1,40}")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the page: how many values it sends, and whether it names what was picked."""

    inputs: int
    picks: bool = False


def well_formed(body: bytes, events: Mapping[int, Event]) -> bytes | None:
    """The body of `queue/join` reduced to the fields that are known, or None for a crafted one."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or type(sent.get("fn_index")) is not int:
        return None
    event = events.get(sent["fn_index"])
    if event is None or not _is_session(sent.get("session_hash")):
        return None
    if not _are_texts(sent.get("data"), event.inputs):
        return None
    if event.picks and not _is_pick(sent.get("event_data")):
        return None
    return json.dumps(_known(sent, event)).encode()


def _known(sent: Mapping[str, Any], event: Event) -> dict[str, Any]:
    trigger = sent.get("trigger_id")
    return {
        "fn_index": sent["fn_index"],
        "session_hash": sent["session_hash"],
        "data": sent["data"],
        "event_data": sent["event_data"] if event.picks else None,
        "trigger_id": trigger if type(trigger) is int else None,
    }


def _is_session(value: Any) -> bool:
    return isinstance(value, str) and _SESSION.fullmatch(value) is not None


def _are_texts(data: Any, count: int) -> bool:
    return (
        isinstance(data, list)
        and len(data) == count
        and all(value is None or isinstance(value, str) for value in data)
    )


def _is_pick(picked: Any) -> bool:
    return (
        isinstance(picked, dict)
        and type(picked.get("index")) is int
        and isinstance(picked.get("value"), str)
    )
