"""Ask Binance over HTTP: two clients, no cancelling, no blind repeats."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import httpx
import msgspec

from terminal_app.domain.instrument import Market
from terminal_app.errors import NotConnected, Trouble, VenueRefused, VenueUnclear
from terminal_app.tasks import TaskScope
from terminal_app.venues.binance.audit import Audit
from terminal_app.venues.binance.clock import ServerClock
from terminal_app.venues.binance.limits import Priority, RequestLimits, shares_with
from terminal_app.venues.binance.outcome import Answer, error_body
from terminal_app.venues.binance.refusals import explain
from terminal_app.venues.binance.signing import Signer, rest_query, signed_query
from terminal_app.venues.binance.traffic import BinanceTraffic
from terminal_app.venues.binance.weights import orders, weight
from terminal_app.venues.connection_settings import DEFAULTS, ConnectionSettings

T = TypeVar("T")
Query = Sequence[tuple[str, str]]
Sent = httpx.Response | Exception

RECV_WINDOW_MS = "5000"
GET_RETRIES = 2
WRITE_TIMEOUT_S, POOL_TIMEOUT_S = 5.0, 1.5
_CONNECTION_ERRORS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
)
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_TIMESTAMP_REFUSED = -1021

_log = logging.getLogger(__name__)


def quieten_http_logs() -> None:
    """Keep httpx from logging addresses, which hold signatures and listen keys."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


class HttpLane:
    """Send requests through one HTTP client, each in a task that nobody cancels half-way.

    Cancelling a request poisons httpcore's pool, and a cancelled order is an order of unknown
    fate; so a caller may go away, the request stays until its own time-out.
    """

    def __init__(self, name: str, settings: ConnectionSettings, base_address: str) -> None:
        self._settings = settings
        self._proxy = settings.proxy_for(base_address)
        self._scope = TaskScope(f"http {name}")
        self._in_flight: set[asyncio.Task[Sent]] = set()
        self._retiring_scope = TaskScope(f"http {name}, stuck pools")
        self._retiring: set[asyncio.Task[None]] = set()
        self._client = self._new_client()

    async def send(self, method: str, address: str, headers: dict[str, str]) -> Sent:
        """Send a request whose address goes out byte for byte; return what came of it."""
        if self._scope.closed:
            return NotConnected("The connection to the venue is closed.")
        task = self._scope.spawn(self._send(method, address, headers), method)
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)
        return await asyncio.shield(task)

    async def close(self, wait_s: float) -> None:
        """Wait for what is in flight, then close."""
        if self._in_flight:
            await asyncio.wait(tuple(self._in_flight), timeout=wait_s)
        await self._scope.close()
        # A client whose closing is cancelled keeps its sockets for ever: these are waited for.
        await asyncio.gather(*self._retiring)
        await self._retiring_scope.close()
        await self._client.aclose()

    async def _send(self, method: str, address: str, headers: dict[str, str]) -> Sent:
        client = self._client
        try:
            return await client.request(method, address, headers=headers)
        except httpx.PoolTimeout as error:
            if client is self._client:
                _log.warning("the connection pool is stuck: it is built anew")
                self._client = self._new_client()
                task = self._retiring_scope.spawn(self._retire(client), "close")
                self._retiring.add(task)
                task.add_done_callback(self._retiring.discard)
            return error
        except Exception as error:
            # Whatever it is, it belongs to the answer: an order's fate depends on it.
            return error

    async def _retire(self, client: httpx.AsyncClient) -> None:
        # Requests that still run on the old client end by themselves, at their time-out.
        if self._in_flight:
            await asyncio.wait(tuple(self._in_flight), timeout=self._settings.answer_timeout_s)
        await client.aclose()

    def _new_client(self) -> httpx.AsyncClient:
        settings = self._settings
        return httpx.AsyncClient(
            timeout=httpx.Timeout(
                settings.read_timeout_s,
                connect=settings.connect_timeout_s,
                write=WRITE_TIMEOUT_S,
                pool=POOL_TIMEOUT_S,
            ),
            verify=_trusted(),
            proxy=self._proxy,
            trust_env=False,
            follow_redirects=False,
            http2=False,
            limits=httpx.Limits(max_connections=20, keepalive_expiry=5.0),
        )


@cache
def _trusted() -> ssl.SSLContext:
    # Reading who is trusted takes some 70 ms: all clients share what was read once.
    return httpx.create_ssl_context(trust_env=False)


class RestClient:
    """Speak REST with one market; orders and everything else have clients of their own."""

    def __init__(
        self,
        market: Market,
        base_address: str,
        signer: Signer | None,
        settings: ConnectionSettings = DEFAULTS,
    ) -> None:
        self.clock = ServerClock(self._server_time_ms)
        self.audit = Audit(signer.api_key if signer is not None else "", int(RECV_WINDOW_MS))
        self.latency_ms: int | None = None
        self._market = market
        self._time_path = "/api/v3/time" if market is Market.SPOT else "/fapi/v1/time"
        self._base_address = base_address.rstrip("/")
        self._signer = signer
        self.answer_timeout_s = settings.answer_timeout_s
        self._orders = HttpLane("orders", settings, base_address)
        self._data = HttpLane("data", settings, base_address)
        self.limits = RequestLimits(self.clock.now_ms, shares_with(settings.limit_buffer_percent))
        self.traffic = BinanceTraffic(self.limits)

    @property
    def signer(self) -> Signer | None:
        """Return what signs, or None without a key."""
        return self._signer

    async def close(self) -> None:
        """Let orders in flight come to their end, then close."""
        await asyncio.gather(self._orders.close(self.answer_timeout_s), self._data.close(0.5))

    async def get(
        self,
        type_: type[T],
        path: str,
        params: Query = (),
        priority: Priority = Priority.READ,
    ) -> T:
        """Read something public."""
        return await self._read(type_, path, params, priority, signed=False)

    async def get_signed(
        self,
        type_: type[T],
        path: str,
        params: Query = (),
        priority: Priority = Priority.READ,
    ) -> T:
        """Read something of the account."""
        return await self._read(type_, path, params, priority, signed=True)

    async def post_signed(self, type_: type[T], path: str, params: Query) -> T:
        """Change something of the account that is no order, once. May raise ``VenueError``."""
        return self._decoded(type_, await self.ask_order("POST", path, params))

    async def request_keyed(self, type_: type[T], method: str, path: str) -> T:
        """Send a request that needs the key but no signature, as listen keys do."""
        self.limits.take(Priority.ORDER, weight(self._market, method, path))
        address = f"{self._base_address}{path}"
        answer = await self._ask(self._data, method, address, keyed=True)
        return self._decoded(type_, answer)

    async def ask_order(self, method: str, path: str, params: Query) -> Answer:
        """Send an order request once and return whatever came of it; never raise."""
        try:
            await self.clock.ensure()
            self.take_order(method, path)
            address = self._signed_address(path, params)
        except (NotConnected, VenueUnclear, VenueRefused) as error:
            return Answer(error=NotConnected(f"Nothing was sent: {error}"))
        started_ns = time.monotonic_ns()
        answer = await self._ask(self._orders, method, address, keyed=True)
        self.traffic.rest.note((time.monotonic_ns() - started_ns) // 1000)
        self.note_refusal(answer)
        return answer

    def draft_order(self, method: str, path: str, params: Query) -> str:
        """Return a signed order request in words; it is not sent."""
        return f"{method} {self._signed_address(path, params).removeprefix(self._base_address)}"

    def take_order(self, method: str, path: str) -> None:
        """Count an order request that is about to leave; raise ``NotConnected`` instead.

        An order never waits in silence: there is room for it, or it is not sent.
        """
        priority = Priority.CANCEL if method == "DELETE" else Priority.ORDER
        self.limits.take(priority, weight(self._market, method, path), orders(method, path))

    def note_refusal(self, answer: Answer) -> None:
        """Count what went wrong; measure the clock again when a timestamp was refused."""
        if answer.status == 200:
            return
        if answer.status is None:
            is_proven = isinstance(answer.error, (NotConnected, *_NOTHING_SENT))
            self.traffic.troubles[Trouble.NETWORK if is_proven else Trouble.UNKNOWN_OUTCOME] += 1
            return
        refusal = error_body(answer.body)
        code, text = (refusal.code, refusal.message) if refusal is not None else (None, "")
        self.traffic.troubles[explain(self._market, code, text, answer.status).trouble] += 1
        if code == _TIMESTAMP_REFUSED:
            self.clock.doubt()

    async def _read(
        self, type_: type[T], path: str, params: Query, priority: Priority, *, signed: bool
    ) -> T:
        attempt = 0
        names_symbol = any(name == "symbol" for name, _ in params)
        cost = weight(self._market, "GET", path, names_symbol=names_symbol)
        while True:
            if signed:
                await self.clock.be_sure()
            # Nothing is awaited between this and the request: a pause may begin at any moment.
            await self.limits.take_in_turn(priority, cost)
            if signed:
                address = self._signed_address(path, params)
            else:
                address = f"{self._base_address}{path}{_question(params)}"
            answer = await self._ask(self._data, "GET", address, keyed=signed)
            attempt += 1
            if attempt > GET_RETRIES or not isinstance(answer.error, _CONNECTION_ERRORS):
                self.note_refusal(answer)
                return self._decoded(type_, answer)
            await asyncio.sleep(0.1 * attempt)

    async def _ask(self, lane: HttpLane, method: str, address: str, *, keyed: bool) -> Answer:
        headers = {"Accept": "application/json"}
        if keyed and self._signer is not None:
            headers["X-MBX-APIKEY"] = self._signer.api_key
        started_s = time.monotonic()
        response = await lane.send(method, address, headers)
        self.audit.http(method, address, response, time.monotonic() - started_s)
        if isinstance(response, Exception):
            return Answer(error=response)
        self.latency_ms = max(1, round((time.monotonic() - started_s) * 1000))
        self.limits.note_answer(response.status_code, response.headers, response.content)
        return Answer(response.status_code, response.content)

    def _signed_address(self, path: str, params: Query) -> str:
        if self._signer is None:
            raise NotConnected("There is no API key for this environment.")
        stamped = [
            *params,
            ("recvWindow", RECV_WINDOW_MS),
            ("timestamp", str(self.clock.timestamp_ms())),
        ]
        return f"{self._base_address}{path}?{signed_query(self._signer, stamped)}"

    async def _server_time_ms(self) -> int:
        # Without the time nothing can be signed, not even a cancel.
        self.limits.take(Priority.CANCEL, weight(self._market, "GET", self._time_path))
        address = f"{self._base_address}{self._time_path}"
        answer = await self._ask(self._data, "GET", address, keyed=False)
        return self._decoded(_ServerTime, answer).server_time_ms

    def _decoded(self, type_: type[T], answer: Answer) -> T:
        if answer.error is not None:
            raise _as_venue_error(answer.error) from answer.error
        if answer.status != 200:
            raise _refusal(self._market, answer)
        try:
            return msgspec.json.decode(answer.body, type=type_)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise VenueUnclear("The venue's answer cannot be read.", str(error)) from error


class _ServerTime(msgspec.Struct):
    server_time_ms: int = msgspec.field(name="serverTime")


def _question(params: Query) -> str:
    return f"?{rest_query(params)}" if params else ""


def _as_venue_error(error: BaseException) -> NotConnected | VenueUnclear:
    if isinstance(error, NotConnected):
        return error
    if isinstance(error, _NOTHING_SENT):
        return NotConnected("The venue cannot be reached.", type(error).__name__)
    return VenueUnclear("The venue did not answer.", type(error).__name__)


def _refusal(market: Market, answer: Answer) -> VenueRefused | VenueUnclear:
    status: Any = answer.status
    refusal = error_body(answer.body)
    if refusal is not None:
        told = explain(market, refusal.code, refusal.message, status)
        return VenueRefused(refusal.code, told.sentence, status, told.trouble, refusal.message)
    if status in (403, 418, 429):
        return VenueRefused(-status, f"HTTP {status}", status)
    return VenueUnclear(f"The venue answered HTTP {status} without a reason.")
