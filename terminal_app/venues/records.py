"""What went over the wire, for who keeps a record of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Hold a request and what came back, without secrets; ``status`` is None for no answer."""

    way: str
    request: str
    status: int | None
    answer: str
    latency_us: int
    client_order_id: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Hold an account event as the venue sent it, without secrets."""

    text: str


RecordSink = Callable[[Exchanged | Heard], None]


class Records:
    """Tell who keeps a record what goes over the wire.

    ``key_fingerprint`` tells the API key from others without telling the key; it is empty without
    one. ``receive_window_ms`` is how long after its timestamp the venue takes a request.
    """

    def __init__(self, key_fingerprint: str, receive_window_ms: int) -> None:
        self.key_fingerprint = key_fingerprint
        self.receive_window_ms = receive_window_ms
        self._sink: RecordSink | None = None

    @property
    def are_kept(self) -> bool:
        """Say whether anybody listens."""
        return self._sink is not None

    def listen(self, sink: RecordSink) -> None:
        """Tell this from now on; of an account event before anything is done with it."""
        self._sink = sink

    def tell(self, record: Exchanged | Heard) -> None:
        """Tell of one request or event."""
        if self._sink is not None:
            self._sink(record)
