"""REST: read the request, send it down the pipeline, write JSON and the counters."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from aiohttp import web

from terminal_app.practice.errors import ExchangeError, RateLimitError
from terminal_app.practice.http.auth import Caller, rest_payload
from terminal_app.practice.http.endpoint import Desk, Endpoint
from terminal_app.practice.http.params import Parameters, merge
from terminal_app.practice.http.pipeline import Call, Pipeline
from terminal_app.practice.http.time_unit import in_microseconds, wants_microseconds
from terminal_app.practice.wire.numbers import encode

MarketDeskT = TypeVar("MarketDeskT", bound=Desk[Any])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log: Final = logging.getLogger(__name__)
_NOT_FOUND_PAGE: Final = "<html><body><h2>404 Not found</h2></body></html>\n"


class RestFace(Generic[MarketDeskT]):
    """Serve a table of (HTTP method, path) → endpoint for one market."""

    def __init__(
        self,
        pipeline: Pipeline[MarketDeskT],
        endpoints: Mapping[tuple[str, str], Endpoint[MarketDeskT]],
    ) -> None:
        self._pipeline = pipeline
        self._counter = pipeline.desk.counter
        self._endpoints = endpoints

    def add_routes(self, app: web.Application) -> None:
        """Register every path; HEAD is not offered."""
        for (method, path), endpoint in self._endpoints.items():
            app.router.add_route(method, path, self._handler(endpoint))

    def _handler(self, endpoint: Endpoint[MarketDeskT]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                self._counter.admit_request()
                result = await self._answer(endpoint, request)
            except ExchangeError as error:
                response = error_response(error, self._counter.headers(with_orders=False))
            else:
                headers = self._counter.headers(endpoint.orders > 0)
                response = json_response(result, headers=headers)
            return response

        return handle

    async def _answer(self, endpoint: Endpoint[MarketDeskT], request: web.Request) -> Any:
        query = request.raw_path.partition("?")[2]
        body = "" if request.method == "GET" else await _read_body(request)
        shows_microseconds = self._counter.rules.has_time_units and wants_microseconds(
            request.headers.get("X-MBX-TIME-UNIT")
        )
        caller = Caller(request.headers.get("X-MBX-APIKEY"), request.remote or "")
        call = Call(Parameters(merge(query, body)), rest_payload(query, body), caller)
        result = await self._pipeline.serve(endpoint, call)
        return in_microseconds(result) if shows_microseconds else result


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Write one JSON answer."""
    return web.Response(
        body=encode(value), status=status, headers=headers, content_type="application/json"
    )


def error_response(error: ExchangeError, headers: Mapping[str, str] | None = None) -> web.Response:
    """Write an error as Binance does: a code and a text, and when to come back after a limit."""
    body: dict[str, Any] = {"code": error.code, "msg": error.message}
    if error.data is not None:
        body["data"] = error.data
    if isinstance(error, RateLimitError):
        headers = {**(headers or {}), "Retry-After": str(error.retry_after_s)}
    return json_response(body, error.http_status, headers)


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
    except web.HTTPNotFound as error:
        if "text/html" in request.headers.get("Accept", ""):
            return web.Response(status=404, text=_NOT_FOUND_PAGE, content_type="text/html")
        return json_response({"code": -1000, "msg": f"{error.reason}."}, 404)
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
