"""Ask over the WebSocket API: many requests on one connection, each answered by its id."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from itertools import count

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from terminal_app.errors import NotConnected, VenueRefused, VenueUnclear
from terminal_app.venues.base import ConnectionState
from terminal_app.venues.binance.kept_socket import KeptSocket, OnState
from terminal_app.venues.binance.limits import RateLimitRow
from terminal_app.venues.binance.line import TIMING, Line, Timing
from terminal_app.venues.binance.outcome import Answer, error_body
from terminal_app.venues.binance.rest import (
    RECV_WINDOW_MS,
    Query,
    RestClient,
)
from terminal_app.venues.binance.signing import Ed25519Signer, Signer, signed_params
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect

LOG_ON_S = 10.0
# Source: Binance, WebSocket API: numbers of orders and times are JSON integers, amounts are texts.
_INTEGERS = frozenset({"orderId", "algoId", "cancelOrderId", "trailingDelta", "goodTillDate"})

_log = logging.getLogger(__name__)


class _Frame(msgspec.Struct):
    id: int | str | None = None
    status: int = 0
    result: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()
    event: msgspec.Raw = msgspec.Raw()
    rate_limits: list[RateLimitRow] = msgspec.field(name="rateLimits", default_factory=list)


_decode = msgspec.json.Decoder(_Frame).decode
_encode = msgspec.json.Encoder().encode


class ApiSocket(KeptSocket):
    """Carry requests and their answers over one connection that is kept.

    With an Ed25519 key the connection is logged on once and requests need no signature.
    Source: Binance, WebSocket API: session.logon, request signing, rate limit errors.
    """

    def __init__(
        self,
        name: str,
        address: str,
        signer: Signer,
        rest: RestClient,
        on_state: OnState,
        budget: ConnectionBudget,
        *,
        timing: Timing = TIMING,
    ) -> None:
        super().__init__(name, on_state, budget, timing=timing)
        self._address = address
        self._signer = signer
        self._rest = rest
        self._connection: ClientConnection | None = None
        self._is_logged_on = False
        self._ids = count(1)
        self._waiting: dict[int, tuple[ClientConnection, asyncio.Future[Answer]]] = {}

    @property
    def is_ready(self) -> bool:
        """Say whether a request can be written now."""
        connection = self._connection
        is_open = connection is not None and connection.state is State.OPEN
        return is_open and self.state is ConnectionState.LIVE

    async def ask(self, method: str, params: Query, cost: tuple[str, str]) -> Answer:
        """Send a signed request once and return whatever came of it; never raise.

        ``cost`` names the REST call whose weight and count it shares.

        ``NotConnected`` in the answer proves that nothing was written.
        """
        connection = self._connection
        try:
            if connection is None or not self.is_ready:
                raise NotConnected("Nothing was sent: the order connection is down.")
            self._rest.take_order(*cost)
            signed = self._signed(params)
        except NotConnected as error:
            return Answer(error=error)
        started_s = time.monotonic()
        answer = await self._exchange(connection, method, signed)
        self._rest.audit.socket(method, signed, answer, time.monotonic() - started_s)
        self._rest.note_refusal(answer)
        return answer

    def draft(self, method: str, params: Query) -> str:
        """Return a signed request in words; it is not sent."""
        signed = self._signed(params)
        return f"{method}?" + "&".join(f"{name}={value}" for name, value in signed.items())

    async def address(self) -> str:
        """Return the address, once the clock is known to sign with."""
        await self._rest.clock.be_sure()
        return self._address

    async def serve(self, line: Line) -> None:
        """Log on where the key can."""
        if isinstance(self._signer, Ed25519Signer):
            await self._log_on(line.connection)
        self.mark_ready(line)

    def on_live(self, line: Line) -> None:
        """Send on this connection from now on; what is on its way elsewhere stays there."""
        self._connection = line.connection

    def on_frame(self, line: Line, frame: bytes) -> None:
        """Hand an answer to who waits for it."""
        message = _decode(frame)
        if message.event:
            # Whatever the venue tells here of its server, a fresh connection is the answer.
            self.replace(line, "the venue restarts this server")
            return
        answer = _answer(message)
        self._rest.limits.learn(message.rate_limits)
        if message.status != 200:
            self._rest.limits.note_frame(frame)
        waiting = self._waiting.pop(message.id, None) if isinstance(message.id, int) else None
        if waiting is not None:
            _settle(waiting[1], answer)
        elif message.id is None and message.status == 401:
            refusal = error_body(answer.body)
            raise VenueRefused(refusal.code if refusal else -2015, "The key is no longer valid.")

    async def farewell(self, line: Line) -> None:
        """Wait until everything that was asked on a connection is answered or given up."""
        while asked := self._asked(line.connection):
            await asyncio.wait(asked)

    def on_lost(self, line: Line) -> None:
        """Tell everybody who waits for a connection that no answer will come."""
        if not line.is_connected:
            return
        if self._connection is line.connection:
            self._connection = None
        for future in self._asked(line.connection):
            _settle(future, Answer(error=VenueUnclear("The order connection was lost.")))

    def _asked(self, connection: ClientConnection) -> list[asyncio.Future[Answer]]:
        return [
            future
            for asked, future in self._waiting.values()
            if asked is connection and not future.done()
        ]

    async def _exchange(
        self, connection: ClientConnection, method: str, params: Mapping[str, str | int]
    ) -> Answer:
        number = next(self._ids)
        request = _encode({"id": number, "method": method, "params": params})
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = connection, future
        started_ns = time.monotonic_ns()
        try:
            # From here on the request may have left, whatever becomes of the connection.
            await connection.send(request, text=True)
            async with asyncio.timeout(self._rest.answer_timeout_s):
                answer = await future
        except (TimeoutError, ConnectionClosed, OSError) as error:
            if isinstance(error, TimeoutError):
                self._leave(connection)
            return Answer(error=error)
        finally:
            self._waiting.pop(number, None)
        self._rest.traffic.socket.note((time.monotonic_ns() - started_ns) // 1000)
        return answer

    def _leave(self, connection: ClientConnection) -> None:
        """Send nothing more to a server that owes an answer; others may still get theirs."""
        line = self._relay.line
        if line is not None and line.is_connected and line.connection is connection:
            self.replace(line, "an answer did not come in time")

    async def _log_on(self, connection: ClientConnection) -> None:
        answer = await asyncio.wait_for(
            self._exchange(
                connection,
                "session.logon",
                signed_params(self._signer, {"timestamp": self._rest.clock.timestamp_ms()}),
            ),
            LOG_ON_S,
        )
        self._rest.note_refusal(answer)
        if answer.status == 200:
            self._is_logged_on = True
            return
        refusal = error_body(answer.body)
        if refusal is None:
            raise Reconnect("the order connection was not logged on")
        raise VenueRefused(refusal.code, refusal.message, answer.status or 400)

    def _signed(self, params: Query) -> Mapping[str, str | int]:
        stamped: dict[str, str | int] = {
            name: int(value) if name in _INTEGERS else value for name, value in params
        }
        stamped["recvWindow"] = int(RECV_WINDOW_MS)
        stamped["timestamp"] = self._rest.clock.timestamp_ms()
        return stamped if self._is_logged_on else signed_params(self._signer, stamped)


def _settle(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)


def _answer(message: _Frame) -> Answer:
    body = message.result if message.status == 200 else message.error
    return Answer(message.status or None, bytes(body))
