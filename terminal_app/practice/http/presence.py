"""Who is connected, and how long nobody was."""

from collections.abc import Callable

from aiohttp import WSCloseCode

from terminal_app.practice.http.socket import Peer


class Presence:
    """Keep the open sockets and the time of the last request; times are the loop's seconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._last_s = now_s()
        self._peers: set[Peer] = set()

    def note_request(self) -> None:
        """Note that somebody asked."""
        self._last_s = self._now_s()

    def idle_s(self) -> float:
        """Return for how long nobody has asked or been connected."""
        if self._peers:
            self.note_request()
        return self._now_s() - self._last_s

    def enter(self, peer: Peer) -> None:
        """Add an open socket."""
        self._peers.add(peer)

    def leave(self, peer: Peer) -> None:
        """Drop a closed socket."""
        self._peers.discard(peer)

    def cut(self) -> None:
        """Drop every connection without a closing handshake."""
        for peer in tuple(self._peers):
            peer.cut()

    async def close(self) -> None:
        """Close every socket."""
        for peer in tuple(self._peers):
            await peer.close(WSCloseCode.GOING_AWAY, "shutting down")
