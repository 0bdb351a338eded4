"""Who listens to which stream."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from terminal_app.practice.http.time_unit import in_microseconds
from terminal_app.practice.wire.numbers import encode

MAX_STREAMS: Final = 1_024


class Sink(Protocol):
    """Take frames that are ready to be sent."""

    def send(self, text: bytes) -> None: ...


class Listener:
    """Hold what one connection asked for; `combined` wraps payloads with their stream's name."""

    def __init__(self, sink: Sink, combined: bool, in_microseconds: bool = False) -> None:
        self.sink = sink
        self.combined = combined
        self.in_microseconds = in_microseconds
        self.streams: dict[str, None] = {}
        self.events: dict[str, frozenset[str]] = {}


class Hub:
    """Deliver payloads to the connections that listen to a stream, encoding each once."""

    def __init__(self) -> None:
        self._listeners: dict[str, dict[Listener, None]] = {}
        self._heads: dict[str, bytes] = {}

    def names(self) -> Iterable[str]:
        """Return the names of all streams with a listener."""
        return tuple(self._listeners)

    def wants(self, stream: str) -> bool:
        """Tell whether anybody listens."""
        return stream in self._listeners

    def add(self, listener: Listener, stream: str) -> None:
        """Start delivery."""
        self._listeners.setdefault(stream, {})[listener] = None
        self._heads[stream] = b'{"stream":' + encode(stream) + b',"data":'

    def discard(self, listener: Listener, stream: str) -> None:
        """End delivery, if there was any."""
        listeners = self._listeners.get(stream)
        if listeners is not None:
            listeners.pop(listener, None)
            if not listeners:
                del self._listeners[stream]
                del self._heads[stream]

    def publish(self, stream: str, payload: Any) -> None:
        """Send a payload to all who listen; its `e` is matched with their event filters."""
        listeners = self._listeners.get(stream)
        if not listeners:
            return
        bare = encode(payload)
        wrapped = self._heads[stream] + bare + b"}"
        for listener in tuple(listeners):
            wanted = listener.events.get(stream)
            if wanted is not None and payload["e"] not in wanted:
                continue
            if listener.in_microseconds:
                self._send_fine(listener, stream, payload)
            else:
                listener.sink.send(wrapped if listener.combined else bare)

    def _send_fine(self, listener: Listener, stream: str, payload: Any) -> None:
        bare = encode(in_microseconds(payload))
        listener.sink.send(self._heads[stream] + bare + b"}" if listener.combined else bare)
