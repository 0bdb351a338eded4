"""The WebSocket API: requests and replies on one socket, and who is logged on to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
from aiohttp import WSCloseCode

from terminal_app.practice.errors import ExchangeError, RateLimitError
from terminal_app.practice.http.auth import Caller, ws_api_payload
from terminal_app.practice.http.endpoint import Desk, Endpoint, Security
from terminal_app.practice.http.keys import ApiKey, KeyType
from terminal_app.practice.http.params import Parameters, text_of
from terminal_app.practice.http.pipeline import Call, Pipeline
from terminal_app.practice.http.time_unit import in_microseconds
from terminal_app.practice.wire.numbers import encode

WsDeskT = TypeVar("WsDeskT", bound=Desk[Any])
_ID: Final = re.compile(r"[a-zA-Z0-9-_]{1,36}")
_HIDE: Final = "returnRateLimits"
_KEY_GONE: Final = {
    "id": None,
    "status": 401,
    "error": {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."},
}
_KEY_NAMES: Final = {KeyType.HMAC: "HMAC_SHA256", KeyType.RSA: "RSA"}


class Outlet(Protocol):
    """Take frames for a client, and the end of its connection."""

    def send(self, text: bytes) -> None: ...

    def close_soon(self, code: int, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Connection:
    """Hold what one socket was opened with."""

    outlet: Outlet
    address: str
    connected_ms: int
    shows_limits: bool = True
    in_microseconds: bool = False


class Request(msgspec.Struct):
    """Hold one request; `params` keep the text of their numbers, which is what was signed."""

    id: int | str | None
    method: str
    params: dict[str, msgspec.Raw] = {}


class WsApiSession(Generic[WsDeskT]):
    """Answer the requests of one connection from a table of methods, and those on its session.

    Once logged on, a request needs neither key nor signature, though it may bring others.
    """

    def __init__(
        self,
        connection: Connection,
        pipeline: Pipeline[WsDeskT],
        methods: Mapping[str, Endpoint[WsDeskT]],
    ) -> None:
        self._connection = connection
        self._pipeline = pipeline
        self._methods = {**methods, **self._own_methods()}
        self._key: ApiKey | None = None
        self._authorized_ms: int | None = None
        pipeline.authenticator.keys.watch(self._on_key_gone)

    async def answer(self, text: str) -> None:
        """Carry out one request and queue its reply."""
        try:
            request = _decode_request(text)
        except ExchangeError as error:
            self._send({"id": None, "status": 400, "error": _error(error)})
            return
        endpoint = self._methods.get(request.method.removeprefix("v3/"))
        shows_limits = self._connection.shows_limits
        reply: dict[str, Any] = {"id": request.id}
        try:
            parameters = Parameters({name: text_of(raw) for name, raw in request.params.items()})
            shows_limits = parameters.flag(_HIDE, shows_limits)
            if endpoint is None:
                raise ExchangeError(-1020, "This operation is not supported.", 404)
            result = await self._call(endpoint, parameters)
        except ExchangeError as error:
            reply |= {"status": error.http_status, "error": _error(error)}
        else:
            is_fine = self._connection.in_microseconds
            reply |= {"status": 200, "result": in_microseconds(result) if is_fine else result}
        if shows_limits:
            with_orders = endpoint is not None and endpoint.orders > 0
            reply["rateLimits"] = self._pipeline.desk.counter.to_json(True, with_orders)
        self._send(reply)
        if reply["status"] == 418:
            self._connection.outlet.close_soon(WSCloseCode.POLICY_VIOLATION, "IP banned")

    def close(self) -> None:
        """Forget what belongs to the closed connection."""
        self._pipeline.authenticator.keys.unwatch(self._on_key_gone)

    def _own_methods(self) -> dict[str, Endpoint[WsDeskT]]:
        return {
            "session.logon": Endpoint(self._log_on, 2, Security.SIGNED),
            "session.status": Endpoint(self._status, 2),
            "session.logout": Endpoint(self._log_out, 2),
        }

    async def _call(self, endpoint: Endpoint[WsDeskT], parameters: Parameters) -> Any:
        caller = self._caller(endpoint, parameters)
        call = Call(parameters, ws_api_payload(parameters.as_dict()), caller)
        return await self._pipeline.serve(endpoint, call)

    def _caller(self, endpoint: Endpoint[WsDeskT], parameters: Parameters) -> Caller:
        address = self._connection.address
        if endpoint.security is Security.NONE:
            return Caller(None, address)
        is_logged_on = self._key is not None and "apiKey" not in parameters
        if is_logged_on and "signature" not in parameters:
            return Caller(None, address, self._key)
        return Caller(parameters.text("apiKey"), address)

    def _log_on(self, desk: WsDeskT, parameters: Parameters) -> Any:
        key = self._pipeline.authenticator.keys.get(parameters.text("apiKey"))
        if key is None or key.key_type is not KeyType.ED25519:
            name = _KEY_NAMES[key.key_type if key else KeyType.HMAC]
            raise ExchangeError(-4056, f"{name} API key is not supported.")
        self._key = key
        self._authorized_ms = desk.now_ms()
        return self._status(desk, parameters)

    def _log_out(self, desk: WsDeskT, parameters: Parameters) -> Any:
        self._forget_key()
        return self._status(desk, parameters)

    def _status(self, desk: WsDeskT, _parameters: Parameters) -> Any:
        return {
            "apiKey": None if self._key is None else self._key.api_key,
            "authorizedSince": self._authorized_ms,
            "connectedSince": self._connection.connected_ms,
            "returnRateLimits": self._connection.shows_limits,
            "serverTime": desk.now_ms(),
        }

    def _forget_key(self) -> None:
        self._key = None
        self._authorized_ms = None

    def _on_key_gone(self, api_key: str) -> None:
        if self._key is not None and self._key.api_key == api_key:
            self._forget_key()
            self._send(_KEY_GONE)

    def _send(self, message: Mapping[str, Any]) -> None:
        self._connection.outlet.send(encode(message))


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


def _error(error: ExchangeError) -> dict[str, Any]:
    written: dict[str, Any] = {"code": error.code, "msg": error.message}
    if isinstance(error, RateLimitError):
        written["data"] = {"serverTime": error.now_ms, "retryAfter": error.retry_at_ms}
    elif error.data is not None:
        written["data"] = error.data
    return written
