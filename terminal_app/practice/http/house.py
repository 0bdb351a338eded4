"""One market's house: its rules and the state that every face of the market shares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.lag import ReadLag
from terminal_app.practice.http.limits import RateCounter
from terminal_app.practice.http.presence import Presence, Stay
from terminal_app.practice.http.rules import HouseRules, SocketRules
from terminal_app.practice.http.socket import Peer


@dataclass(slots=True)
class House:
    """Join limits, keys, lag and network of one market; the control face may set each of them."""

    rules: HouseRules
    authenticator: Authenticator
    presence: Presence
    network: Network
    now_ms: Callable[[], int]
    counter: RateCounter = field(init=False)
    lag: ReadLag = field(init=False)

    def __post_init__(self) -> None:
        self.counter = RateCounter(self.rules, self.now_ms)
        self.lag = ReadLag(self.now_ms)

    def parts(self) -> dict[str, object]:
        """Return what belongs to this process, whatever is put back from a snapshot."""
        return {
            "itself": self,
            "rules": self.rules,
            "authenticator": self.authenticator,
            "presence": self.presence,
            "network": self.network,
            "lag": self.lag,
        }

    def knock(self, request: web.Request, rules: SocketRules, weight: int = 0) -> Peer:
        """Return the peer for a new socket, or raise what its limits say; nothing is sent yet."""
        self.counter.admit_connection(weight)
        return Peer(request, rules, self.network, self.counter.bans.offend)

    def shutdown_event(self) -> dict[str, Any]:
        """Return the event that tells a client to connect anew."""
        return {"e": "serverShutdown", "E": self.now_ms()}

    def stay(self, rules: SocketRules, farewell: Callable[[], bytes]) -> Stay:
        """Return how long a socket opened now may stay."""
        return Stay(self.now_ms() + rules.life_ms, farewell)
