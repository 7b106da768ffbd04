"""The chat page, the JSON API and the reading page: one app, one process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ownwords import pins
from ownwords.errors import OwnwordsError
from ownwords.live import LiveAuthor
from ownwords.settings import FILE, Settings

if TYPE_CHECKING:
    from ownwords.web.guard import Guard

__all__ = ["create_app", "serve"]

GRACE_SECONDS = 2  # for questions in flight when the server is told to stop
REBUILT = {"index_damaged", "index_format", "model_mismatch", "model_updated"}
_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
}


def create_app(live: LiveAuthor, settings: Settings) -> Guard:
    """The whole site as an ASGI app. Switches Gradio's analytics off in this process first."""
    os.environ.update(_GRADIO)
    from fastapi import FastAPI

    with _absent("mcp"):  # Gradio loads it for a server of its own: 24 MB that nobody asked for
        from ownwords.web import page
    from ownwords.web import api, tools, widget
    from ownwords.web.guard import Guard
    from ownwords.web.limits import Gate

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gate = Gate(settings)
    widget.add_routes(app, settings)
    api.add_routes(app, live, settings, gate)
    tools.add_routes(app, live, settings, gate)
    mounted = page.mount(app, live, settings, gate)
    return Guard(app, settings, mounted.events, mounted.close_tabs, gate)


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """A library that is not loaded yet cannot be, for the time of an import."""
    hidden: dict[str, Any] = {} if name in sys.modules else {name: None}
    sys.modules.update(hidden)
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


def serve(settings: Settings, host: str | None = None, port: int | None = None) -> None:
    """Builds if it must, then answers until it is stopped; prints one line with the address.

    Raises OwnwordsError when there is no index to serve or the address is taken.
    """
    if is_stale(settings):
        _build(settings)
    live = LiveAuthor(Path(settings.index), settings)
    _open(live, settings)
    with _listening(settings.host if host is None else host, _or(port, settings.port)) as listener:
        _run(create_app(live, settings), listener)


def is_stale(settings: Settings) -> bool:
    """Whether the index is missing, something of the corpus is newer than it (by mtime), or a day
    began since (posts dated ahead become due at midnight). Without a corpus there is nothing newer.
    """
    corpus, current = Path(settings.corpus), Path(settings.index) / "CURRENT"
    if not current.exists():
        return True
    built = current.stat().st_mtime
    if corpus.is_dir() and date.fromtimestamp(built) < date.today():
        return True
    beside = [corpus.absolute().parent / FILE, pins.beside(corpus)]
    watched = [corpus, *beside, *corpus.rglob("*")]
    return any(path.exists() and path.lstat().st_mtime > built for path in watched)


def _open(live: LiveAuthor, settings: Settings) -> None:
    """Opens the index; builds it anew where another version or model made it and the posts are
    there."""
    try:
        live.current()
    except OwnwordsError as error:
        if error.code not in REBUILT or not Path(settings.corpus).is_dir():
            raise
        _build(settings, full=error.code == "model_updated")
        live.current()


def _build(settings: Settings, full: bool = False) -> None:
    """In a child process, so that what a build loads never stays with the server."""
    command = [sys.executable, "-m", "ownwords", "build", *(["--full"] if full else [])]
    command += ["--corpus", settings.corpus, "--index", settings.index]
    code = subprocess.run(command, check=False).returncode
    if code and not (Path(settings.index) / "CURRENT").exists():
        raise OwnwordsError(
            f"{settings.corpus}: the build ended with exit code {code} and left no index",
            "Mend what it reports above, then run `ownwords build`.",
            "build",
        )


def _or(port: int | None, default: int) -> int:
    return default if port is None else port


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OwnwordsError(
            f"cannot listen on {host}:{port} ({error.strerror or error})",
            "Choose another with `--port`, or stop what listens there.",
            "address",
        ) from None


def _run(app: Guard, listener: socket.socket) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                print(f"Ownwords answers at {_address(listener)}", flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.close_tabs()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `trusted_hops` says whom to believe
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config).run(sockets=[listener])


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"
