"""Who listens to which stream."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from terminal_app.practice.wire.numbers import encode

MAX_STREAMS: Final = 1_024


class Sink(Protocol):
    """Take frames that are ready to be sent."""

    def send(self, text: bytes) -> None: ...


class Listener:
    """Hold what one connection asked for; `combined` wraps payloads with their stream's name."""

    def __init__(self, sink: Sink, combined: bool) -> None:
        self.sink = sink
        self.combined = combined
        self.streams: dict[str, None] = {}
        self.events: dict[str, frozenset[str]] = {}

    def deliver(self, stream: str, payload: bytes) -> None:
        """Send one payload in the form this connection wants."""
        if self.combined:
            payload = b'{"stream":' + encode(stream) + b',"data":' + payload + b"}"
        self.sink.send(payload)


class Hub:
    """Deliver payloads to the connections that listen to a stream, encoding each once."""

    def __init__(self) -> None:
        self._listeners: dict[str, dict[Listener, None]] = {}

    def names(self) -> Iterable[str]:
        """Return the names of all streams with a listener."""
        return tuple(self._listeners)

    def wants(self, stream: str) -> bool:
        """Tell whether anybody listens."""
        return stream in self._listeners

    def add(self, listener: Listener, stream: str) -> None:
        """Start delivery."""
        self._listeners.setdefault(stream, {})[listener] = None

    def discard(self, listener: Listener, stream: str) -> None:
        """End delivery, if there was any."""
        listeners = self._listeners.get(stream)
        if listeners is not None:
            listeners.pop(listener, None)
            if not listeners:
                del self._listeners[stream]

    def publish(self, stream: str, payload: Any) -> None:
        """Send a payload to all who listen; its `e` is matched with their event filters."""
        listeners = self._listeners.get(stream)
        if not listeners:
            return
        encoded = encode(payload)
        for listener in tuple(listeners):
            wanted = listener.events.get(stream)
            if wanted is None or payload["e"] in wanted:
                listener.deliver(stream, encoded)
