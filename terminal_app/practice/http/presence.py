"""Who is connected, for how long, and how long nobody was."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import WSCloseCode

from terminal_app.practice.http.socket import Peer

_FAREWELL_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Stay:
    """Say until when a socket may stay, and what it is told when the server is to go down."""

    ends_ms: int
    farewell: Callable[[], bytes]


class Presence:
    """Keep the open sockets and the time of the last request; `now_s` are the loop's seconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._last_s = now_s()
        self._stays: dict[Peer, Stay] = {}

    def note_request(self) -> None:
        """Note that somebody asked."""
        self._last_s = self._now_s()

    def idle_s(self) -> float:
        """Return for how long nobody has asked or been connected."""
        if self._stays:
            self.note_request()
        return self._now_s() - self._last_s

    def enter(self, peer: Peer, stay: Stay) -> None:
        """Add an open socket."""
        self._stays[peer] = stay

    def leave(self, peer: Peer) -> None:
        """Drop a closed socket."""
        self._stays.pop(peer, None)

    def tick(self, server_ms: int) -> None:
        """End the sockets whose time is over (24 hours)."""
        over = [peer for peer, stay in self._stays.items() if stay.ends_ms <= server_ms]
        for peer in over:
            self.leave(peer)
            peer.close_soon(WSCloseCode.GOING_AWAY, "The connection has lasted for 24 hours")

    def announce_shutdown(self) -> None:
        """Send every socket its `serverShutdown` event."""
        for peer, stay in self._stays.items():
            peer.send(stay.farewell())

    def cut(self) -> None:
        """Drop every connection without a closing handshake."""
        for peer in tuple(self._stays):
            peer.cut()

    async def close(self) -> None:
        """Tell every socket that the server goes down, and close it."""
        self.announce_shutdown()
        peers = tuple(self._stays)
        for peer in peers:
            peer.close_soon(WSCloseCode.GOING_AWAY, "shutting down")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                for peer in peers:
                    await peer.finished.wait()
