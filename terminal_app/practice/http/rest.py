"""REST: read the request, check who asks, call the handler, write JSON and the counters."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from aiohttp import web

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.auth import Authenticator, rest_payload
from terminal_app.practice.http.endpoint import Desk, Endpoint, Security
from terminal_app.practice.http.params import Parameters, merge
from terminal_app.practice.wire.numbers import encode

MarketDeskT = TypeVar("MarketDeskT", bound=Desk[Any])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log: Final = logging.getLogger(__name__)


class RestFace(Generic[MarketDeskT]):
    """Serve a table of (HTTP method, path) → endpoint for one market."""

    def __init__(
        self,
        desk: MarketDeskT,
        endpoints: Mapping[tuple[str, str], Endpoint[MarketDeskT]],
        authenticator: Authenticator,
    ) -> None:
        self._desk = desk
        self._endpoints = endpoints
        self._authenticator = authenticator

    def add_routes(self, app: web.Application) -> None:
        """Register every path; HEAD is not offered."""
        for (method, path), endpoint in self._endpoints.items():
            app.router.add_route(method, path, self._handler(endpoint))

    def _handler(self, endpoint: Endpoint[MarketDeskT]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            query = request.raw_path.partition("?")[2]
            body = "" if request.method == "GET" else await _read_body(request)
            try:
                result = self._answer(endpoint, request, query, body)
            except ExchangeError as error:
                return error_response(error, self._desk.counter.headers(with_orders=False))
            return json_response(result, headers=self._desk.counter.headers(endpoint.orders > 0))

        return handle

    def _answer(
        self, endpoint: Endpoint[MarketDeskT], request: web.Request, query: str, body: str
    ) -> Any:
        parameters = Parameters(merge(query, body))
        weight = endpoint.weigh(parameters)
        with self._desk.counter.charge(weight, orders=endpoint.orders, free=endpoint.free):
            self._authorize(endpoint, request, parameters, rest_payload(query, body))
            return endpoint.handler(self._desk, parameters)

    def _authorize(
        self,
        endpoint: Endpoint[MarketDeskT],
        request: web.Request,
        parameters: Parameters,
        payload: bytes,
    ) -> None:
        api_key = request.headers.get("X-MBX-APIKEY")
        if endpoint.security is Security.KEY:
            self._authenticator.check_key(api_key)
        elif endpoint.security is Security.SIGNED:
            self._authenticator.check_signed(api_key, parameters, payload)


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Write one JSON answer."""
    return web.Response(
        body=encode(value), status=status, headers=headers, content_type="application/json"
    )


def error_response(error: ExchangeError, headers: Mapping[str, str] | None = None) -> web.Response:
    """Write an error as Binance does: a code and a text."""
    return json_response({"code": error.code, "msg": error.message}, error.http_status, headers)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a web page could send, and answer every failure with JSON.

    A page that points its own name at this machine shows in `Host`; any page shows in `Origin`,
    which a program does not send.
    """
    if not _is_own_host(request):
        return _refuse("The Host header must name this server.")
    if "Origin" in request.headers:
        return _refuse("Requests from web pages are not accepted.")
    try:
        return await handler(request)
    except web.HTTPException as error:
        code = -1020 if error.status == 405 else -1000
        return json_response({"code": code, "msg": f"{error.reason}."}, error.status)
    except Exception:
        _log.exception("the handler of %s failed", request.path)
        message = "Internal error; unable to process your request. Please try again."
        return json_response({"code": -1001, "msg": message}, 500)


def _is_own_host(request: web.Request) -> bool:
    if request.transport is None:
        return False
    port = request.transport.get_extra_info("sockname")[1]
    return request.headers.get("Host") in (f"127.0.0.1:{port}", f"localhost:{port}")


def _refuse(message: str) -> web.Response:
    return json_response({"code": -1002, "msg": message}, 403)


async def _read_body(request: web.Request) -> str:
    try:
        return (await request.read()).decode()
    except UnicodeDecodeError:
        return "%FF"
