"""The account's events on spot: a subscription on the WebSocket API, with any kind of key."""

from __future__ import annotations

import asyncio

import msgspec

from terminal_app.errors import VenueRefused
from terminal_app.venues.account_events import AccountSink, AccountStreamReady
from terminal_app.venues.binance.kept_socket import KeptSocket, OnState
from terminal_app.venues.binance.line import TIMING, Line, Timing
from terminal_app.venues.binance.mapping import event_name
from terminal_app.venues.binance.repeats import Repeats
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import Signer, signed_params
from terminal_app.venues.binance.spot.mapping import account_events
from terminal_app.venues.binance.spot.wire import ApiFrame
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect

SUBSCRIBE_ID = 1
SUBSCRIBE_S = 10.0
_TIMESTAMP_REFUSED = -1021

_decode = msgspec.json.Decoder(ApiFrame).decode


class SpotUserStream(KeptSocket):
    """Carry account events; every connection subscribes anew with a fresh timestamp.

    Source: Binance spot, userDataStream.subscribe.signature; listen keys ended in 2026.
    """

    def __init__(
        self,
        address: str,
        signer: Signer,
        rest: RestClient,
        tell: AccountSink,
        on_state: OnState,
        budget: ConnectionBudget,
        *,
        timing: Timing = TIMING,
    ) -> None:
        super().__init__("spot account", on_state, budget, timing=timing)
        self._address = address
        self._signer = signer
        self._rest = rest
        self._tell = tell
        self._repeats = Repeats()

    async def address(self) -> str:
        """Return the address of the WebSocket API, once the clock is known to sign with."""
        await self._rest.clock.be_sure()
        return self._address

    async def serve(self, line: Line) -> None:
        """Subscribe and wait until that is confirmed."""
        params = signed_params(self._signer, {"timestamp": self._rest.clock.timestamp_ms()})
        request = {
            "id": SUBSCRIBE_ID,
            "method": "userDataStream.subscribe.signature",
            "params": params,
        }
        await line.connection.send(msgspec.json.encode(request).decode())
        await asyncio.sleep(SUBSCRIBE_S)
        if line.ready_s is None:
            raise Reconnect("the venue did not answer the subscription of the account's events")

    def on_live(self, line: Line) -> None:
        """Have everything asked for that may have been missed."""
        self._tell(AccountStreamReady())

    def on_frame(self, line: Line, frame: bytes) -> None:
        """Take a reply or an event."""
        message = _decode(frame)
        if message.event:
            self._on_event(line, frame, message.event)
        elif message.error is not None:
            if message.error.code == _TIMESTAMP_REFUSED:
                self._rest.clock.doubt()
            self._rest.limits.note_frame(frame)
            error = message.error
            raise VenueRefused(error.code, error.message, message.status or 400)
        elif message.id == SUBSCRIBE_ID:
            self.mark_ready(line)

    def on_unreadable(self, line: Line, frame: bytes, error: Exception) -> None:
        """Put a frame aside, and have asked for what it may have told."""
        super().on_unreadable(line, frame, error)
        self._tell(AccountStreamReady())

    def _on_event(self, line: Line, frame: bytes, event: msgspec.Raw) -> None:
        name = event_name(event)
        if name == "serverShutdown":
            self.replace(line, "the venue restarts this server")
        elif name == "eventStreamTerminated":
            raise Reconnect("the venue ended the account's events")
        elif not line.speaks:
            line.keep_back(frame)
        elif not self._repeats.has(bytes(event)):
            self._rest.audit.heard(event)
            for account_event in account_events(name, event):
                self._tell(account_event)
