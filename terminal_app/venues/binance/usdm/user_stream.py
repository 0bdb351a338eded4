"""The account's events on USDⓈ-M: a listen key that has to be kept alive."""

from __future__ import annotations

import asyncio
import logging

from terminal_app.errors import VenueError, VenueRefused
from terminal_app.venues.account_events import AccountSink, AccountStreamReady
from terminal_app.venues.binance.kept_socket import KeptSocket, OnState
from terminal_app.venues.binance.line import TIMING, Line, Timing
from terminal_app.venues.binance.mapping import event_name
from terminal_app.venues.binance.repeats import Repeats
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.usdm.mapping import account_events
from terminal_app.venues.binance.usdm.wire import ListenKey
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect

LISTEN_KEY_PATH = "/fapi/v1/listenKey"
# Every half hour would keep it; at a weight of 1 this also finds soon that the key has ended and no
# event told so, while the socket stays open and silent.
KEEP_ALIVE_S = 30.0
_KEY_IS_GONE = -1125

_log = logging.getLogger(__name__)


class UsdmUserStream(KeptSocket):
    """Carry account events; every connection asks for the listen key anew.

    Source: Binance USDⓈ-M, user data streams: the key lives 60 minutes after its last use, and a
    socket whose key has expired stays open and silent.
    """

    def __init__(
        self,
        stream_root: str,
        rest: RestClient,
        tell: AccountSink,
        on_state: OnState,
        budget: ConnectionBudget,
        *,
        keep_alive_s: float = KEEP_ALIVE_S,
        timing: Timing = TIMING,
    ) -> None:
        super().__init__("usdm account", on_state, budget, timing=timing)
        self._stream_root = stream_root
        self._rest = rest
        self._tell = tell
        self._keep_alive_s = keep_alive_s
        self._repeats = Repeats()

    async def address(self) -> str:
        """Ask for the listen key and return the address that carries it."""
        listen_key = await self._rest.request_keyed(ListenKey, "POST", LISTEN_KEY_PATH)
        return f"{self._stream_root}/private/ws?listenKey={listen_key.key}"

    async def serve(self, line: Line) -> None:
        """Report the stream ready and keep its key alive."""
        self.mark_ready(line)
        while True:
            await asyncio.sleep(self._keep_alive_s)
            await self._keep_alive()

    def on_live(self, line: Line) -> None:
        """Have everything asked for that may have been missed."""
        self._tell(AccountStreamReady())

    def on_frame(self, line: Line, frame: bytes) -> None:
        """Take an event."""
        name = event_name(frame)
        if name == "listenKeyExpired":
            raise Reconnect("the venue's key for account events expired")
        if name == "serverShutdown":
            self.replace(line, "the venue restarts this server")
        elif not line.speaks:
            line.keep_back(frame)
        elif not self._repeats.has(frame):
            self._rest.audit.heard(frame)
            for account_event in account_events(name, frame):
                self._tell(account_event)

    def on_unreadable(self, line: Line, frame: bytes, error: Exception) -> None:
        """Put a frame aside, and have asked for what it may have told."""
        super().on_unreadable(line, frame, error)
        self._tell(AccountStreamReady())

    async def _keep_alive(self) -> None:
        try:
            await self._rest.request_keyed(ListenKey, "PUT", LISTEN_KEY_PATH)
        except VenueError as error:
            if isinstance(error, VenueRefused) and error.code == _KEY_IS_GONE:
                raise Reconnect("the venue's key for account events expired") from error
            _log.warning("the listen key was not kept alive: %s", error)
