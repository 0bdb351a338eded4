"""How long a message is under way on each leg: asymmetric, with a seeded jitter."""

from enum import StrEnum
from random import Random


class Leg(StrEnum):
    """Name a part of the way: to the exchange, inside it, back, and of events to a client."""

    REQUEST = "request"
    ENGINE = "engine"
    REPLY = "reply"
    STREAM = "stream"


class Latency:
    """Draw the delay of each message: a fixed part and up to a jitter on top, in milliseconds."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"{seed} latency")
        self._delays = dict.fromkeys(Leg, (0.0, 0.0))
        self.is_off = True

    def set(self, leg: Leg, delay_ms: float, jitter_ms: float) -> None:
        """Set one leg; 0 and 0 make it instant again."""
        self._delays[leg] = (delay_ms, jitter_ms)
        self.is_off = all(delay == (0.0, 0.0) for delay in self._delays.values())

    def seed(self, seed: int) -> None:
        """Begin the jitter afresh."""
        self._rng = Random(f"{seed} latency")

    def seconds(self, leg: Leg) -> float:
        """Return how long the next message of a leg is under way."""
        delay_ms, jitter_ms = self._delays[leg]
        if jitter_ms:
            delay_ms += self._rng.uniform(0, jitter_ms)
        return delay_ms / 1_000

    def to_json(self) -> dict[str, dict[str, float]]:
        """Write every leg in milliseconds."""
        return {leg: {"ms": ms, "jitter": jitter} for leg, (ms, jitter) in self._delays.items()}
