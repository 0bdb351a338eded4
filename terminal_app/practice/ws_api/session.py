"""The WebSocket API: requests and replies on one socket, and user events between them."""

import re
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.auth import Authenticator, ws_api_payload
from terminal_app.practice.http.endpoint import Desk, Endpoint, Security
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.streams.hub import Sink
from terminal_app.practice.wire.numbers import encode

WsDeskT = TypeVar("WsDeskT", bound=Desk[Any])
_ID: Final = re.compile(r"[a-zA-Z0-9-_]{1,36}")
_HIDE: Final = "returnRateLimits"


class Request(msgspec.Struct):
    """Hold one request; `params` keep the text of their numbers, which is what was signed."""

    id: int | str | None
    method: str
    params: dict[str, msgspec.Raw] = {}


class WsApiSession(Generic[WsDeskT]):
    """Answer the requests of one connection from a table of methods."""

    def __init__(
        self,
        sink: Sink,
        desk: WsDeskT,
        methods: Mapping[str, Endpoint[WsDeskT]],
        authenticator: Authenticator,
        shows_limits: bool,
    ) -> None:
        self._sink = sink
        self._desk = desk
        self._methods = methods
        self._authenticator = authenticator
        self._shows_limits = shows_limits

    def on_text(self, text: str) -> None:
        """Carry out one request and queue its reply."""
        try:
            request = _decode_request(text)
        except ExchangeError as error:
            self._send({"id": None, "status": 400, "error": _error(error)})
            return
        endpoint = self._methods.get(request.method.removeprefix("v3/"))
        shows_limits = self._shows_limits
        reply: dict[str, Any] = {"id": request.id}
        try:
            parameters = Parameters({name: _text(raw) for name, raw in request.params.items()})
            shows_limits = parameters.flag(_HIDE, self._shows_limits)
            if endpoint is None:
                raise ExchangeError(-1020, "This operation is not supported.", 404)
            result = self._call(endpoint, parameters)
        except ExchangeError as error:
            reply |= {"status": error.http_status, "error": _error(error)}
        else:
            reply |= {"status": 200, "result": result}
        if shows_limits:
            with_orders = endpoint is not None and endpoint.orders > 0
            reply["rateLimits"] = self._desk.counter.to_json(True, with_orders)
        self._send(reply)

    def close(self) -> None:
        """Forget what belongs to the closed connection: here nothing."""

    def _call(self, endpoint: Endpoint[WsDeskT], parameters: Parameters) -> Any:
        weight = endpoint.weigh(parameters)
        with self._desk.counter.charge(weight, orders=endpoint.orders, free=endpoint.free):
            self._authorize(endpoint, parameters)
            return endpoint.handler(self._desk, parameters)

    def _authorize(self, endpoint: Endpoint[WsDeskT], parameters: Parameters) -> None:
        if endpoint.security is Security.NONE:
            return
        api_key = parameters.text("apiKey")
        if endpoint.security is Security.KEY:
            self._authenticator.check_key(api_key)
        else:
            payload = ws_api_payload(parameters.as_dict())
            self._authenticator.check_signed(api_key, parameters, payload)

    def _send(self, reply: dict[str, Any]) -> None:
        self._sink.send(encode(reply))


def _decode_request(text: str) -> Request:
    try:
        request = msgspec.json.decode(text, type=Request)
    except msgspec.MsgspecError:
        raise ExchangeError(-1135, "Invalid JSON Request") from None
    if isinstance(request.id, str) and not _ID.fullmatch(request.id):
        raise ExchangeError(
            -1135,
            "Invalid 'id' in JSON request; expected an integer, a string matching "
            f"'^{_ID.pattern}$', or null.",
        )
    return request


def _text(raw: msgspec.Raw) -> str:
    data = bytes(raw)
    return msgspec.json.decode(data, type=str) if data.startswith(b'"') else data.decode()


def _error(error: ExchangeError) -> dict[str, Any]:
    return {"code": error.code, "msg": error.message}
