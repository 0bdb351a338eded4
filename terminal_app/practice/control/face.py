"""The control face: look at the exchange and steer it. Every call needs the token."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from terminal_app.practice.control.fields import Fields, read_fields
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.rest import Handler, error_response, json_response

# A call gets its fields and gives what is written as JSON; its path has no /control/ in front.
Call = Callable[[Fields], Any | Awaitable[Any]]
Calls = Mapping[tuple[str, str], Call]


class ControlFace:
    """Serve tables of (HTTP method, name) → call under /control/."""

    def __init__(self, token: str, *tables: Calls) -> None:
        self._token = token.encode()
        self._tables = tables

    def add_routes(self, app: web.Application) -> None:
        """Register the calls."""
        for table in self._tables:
            for (method, name), call in table.items():
                app.router.add_route(method, f"/control/{name}", _handler(call))

    @web.middleware
    async def check_token(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse who does not bring the token in `X-Control-Token`."""
        token = request.headers.get("X-Control-Token", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(token, self._token):
            return error_response(
                ExchangeError(-1002, "The control token is missing or wrong.", 401)
            )
        return await handler(request)


def _handler(call: Call) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            fields = read_fields({**request.query, **request.match_info}, await request.read())
            result = call(fields)
            if isinstance(result, Awaitable):
                result = await result
        except ExchangeError as error:
            return error_response(error)
        return json_response(result)

    return handle
