"""What a web framework sees of a request that came over no socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import unquote, urlsplit

from aiohttp import web
from yarl import URL

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Transport:
    """Stand for a TCP connection of one request: it may be cut or end after half an answer."""

    def __init__(self) -> None:
        self.is_reset = False
        self.is_ended = False

    def get_extra_info(self, _name: str) -> None:
        """Return nothing: there is no socket."""
        return

    def abort(self) -> None:
        """Cut the connection."""
        self.is_reset = True

    def close(self) -> None:
        """End the connection, whole answer or not."""
        self.is_ended = True

    def write(self, _data: bytes) -> None:
        """Take what comes of a half answer; its reader never sees the whole."""


class Request:
    """Offer as much of a request as the exchange's faces look at."""

    remote = "127.0.0.1"

    def __init__(self, method: str, address: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(address)
        self.method = method
        self.path = parts.path
        self.raw_path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.headers = dict(headers)
        self.transport = Transport()
        self.match_info: dict[str, str] = {}

    @property
    def rel_url(self) -> URL:
        """Return path and query."""
        return URL(self.raw_path, encoded=True)

    @property
    def query(self) -> Mapping[str, str]:
        """Return the parameters of the address."""
        pairs = [pair.partition("=") for pair in self.raw_path.partition("?")[2].split("&") if pair]
        return {name: unquote(value) for name, _, value in pairs}

    async def read(self) -> bytes:
        """Return the body, which is always empty: everything stands in the address."""
        return b""


class Routes:
    """Collect what an exchange's face serves, as an application does for aiohttp."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], Handler] = {}

    @property
    def router(self) -> Routes:
        """Return what takes routes: itself."""
        return self

    def add_route(self, method: str, path: str, handler: Handler) -> None:
        """Serve a path."""
        self._handlers[method, path] = handler

    def add_get(self, path: str, handler: Handler) -> None:
        """Serve a path to GET."""
        self._handlers["GET", path] = handler

    def find(self, request: Request) -> Handler:
        """Return what serves a request."""
        found = self._handlers.get((request.method, request.path))
        if found is None:
            raise AssertionError(f"nobody serves {request.method} {request.path}")
        return found
