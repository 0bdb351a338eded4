"""The account's events on spot: a subscription on the WebSocket API, with any kind of key."""

from __future__ import annotations

import asyncio

import msgspec
from websockets.asyncio.client import ClientConnection

from terminal_app.errors import VenueRefused
from terminal_app.venues.base import AccountSink, AccountStreamReady
from terminal_app.venues.binance.clock import ServerClock
from terminal_app.venues.binance.kept_socket import KeptSocket, OnState
from terminal_app.venues.binance.mapping import event_name
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
        clock: ServerClock,
        tell: AccountSink,
        on_state: OnState,
        budget: ConnectionBudget,
    ) -> None:
        super().__init__("spot account", on_state, budget)
        self._address = address
        self._signer = signer
        self._clock = clock
        self._tell = tell
        self._subscribed = asyncio.Event()

    async def address(self) -> str:
        """Return the address of the WebSocket API, once the clock is known to sign with."""
        await self._clock.ensure()
        return self._address

    async def serve(self, connection: ClientConnection) -> None:
        """Subscribe and wait until that is confirmed."""
        self._subscribed.clear()
        params = signed_params(self._signer, {"timestamp": self._clock.timestamp_ms()})
        request = {
            "id": SUBSCRIBE_ID,
            "method": "userDataStream.subscribe.signature",
            "params": params,
        }
        await connection.send(msgspec.json.encode(request).decode())
        async with asyncio.timeout(SUBSCRIBE_S):
            await self._subscribed.wait()

    def on_frame(self, frame: bytes) -> None:
        """Take a reply or an event."""
        message = _decode(frame)
        if message.event:
            self._on_event(message.event)
        elif message.error is not None:
            if message.error.code == _TIMESTAMP_REFUSED:
                self._clock.doubt()
            error = message.error
            raise VenueRefused(error.code, error.message, message.status or 400)
        elif message.id == SUBSCRIBE_ID:
            self._subscribed.set()
            self.mark_live()
            self._tell(AccountStreamReady())

    def _on_event(self, event: msgspec.Raw) -> None:
        name = event_name(event)
        if name == "serverShutdown":
            raise Reconnect("the venue restarts this server")
        if name == "eventStreamTerminated":
            raise Reconnect("the venue ended the account's events")
        for account_event in account_events(name, event):
            self._tell(account_event)
