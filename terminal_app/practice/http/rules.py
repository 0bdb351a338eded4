"""The rules of the house that differ between the markets: limits, their texts, lives of sockets."""

from dataclasses import dataclass, replace
from typing import Any, Final

_UNIT_MS: Final = {"SECOND": 1_000, "MINUTE": 60_000, "DAY": 86_400_000}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Name one limit as exchangeInfo lists it."""

    kind: str
    interval: str
    interval_num: int
    limit: int

    @property
    def window_ms(self) -> int:
        """Return the length of the window."""
        return _UNIT_MS[self.interval] * self.interval_num

    @property
    def suffix(self) -> str:
        """Return the end of its header name, such as 1M or 10S."""
        return f"{self.interval_num}{self.interval[0]}"

    def to_json(self) -> dict[str, Any]:
        """Write it as exchangeInfo does."""
        return {
            "rateLimitType": self.kind,
            "interval": self.interval,
            "intervalNum": self.interval_num,
            "limit": self.limit,
        }


@dataclass(frozen=True, slots=True)
class SocketRules:
    """Say how long a socket lives and how it is kept alive; at most 0 messages means any number.

    A ping goes out every `ping_s`, and its pong must come within `pong_s`.
    """

    ping_s: float
    pong_s: float
    messages_per_s: int = 0
    life_ms: int = 86_400_000


@dataclass(frozen=True, slots=True)
class HouseRules:
    """Hold one market's rules; the texts take a limit and its interval, or the end of a ban."""

    limits: tuple[RateLimit, ...]
    connections: RateLimit
    too_much_weight: str
    banned: str
    streams: SocketRules
    ws_api: SocketRules
    ws_api_weight: int
    late_code: int
    late_text: str
    late_requests_count: bool
    has_time_units: bool
    has_plain_weight_header: bool
    pools: tuple[RateLimit, ...] = ()

    @property
    def ws_api_limits(self) -> tuple[RateLimit, ...]:
        """Return what exchangeInfo lists on the WebSocket API: connections, no raw requests."""
        shown = (limit for limit in self.limits if limit.kind != "RAW_REQUESTS")
        return (*shown, self.connections)

    def scaled(self, factor: float) -> "HouseRules":
        """Return the rules with every limit multiplied, at least 1."""

        def scale(limit: RateLimit) -> RateLimit:
            return replace(limit, limit=max(1, int(limit.limit * factor)))

        return replace(
            self,
            limits=tuple(scale(limit) for limit in self.limits),
            connections=scale(self.connections),
            streams=replace(self.streams, messages_per_s=int(self.streams.messages_per_s * factor)),
            ws_api=replace(self.ws_api, messages_per_s=int(self.ws_api.messages_per_s * factor)),
        )


FUNDING_POOL: Final = RateLimit("FUNDING", "MINUTE", 5, 500)
STATISTICS_POOL: Final = RateLimit("STATISTICS", "MINUTE", 5, 1_000)
SPOT_RULES: Final = HouseRules(
    limits=(
        RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 6_000),
        RateLimit("ORDERS", "SECOND", 10, 100),
        RateLimit("ORDERS", "DAY", 1, 200_000),
        RateLimit("RAW_REQUESTS", "MINUTE", 5, 300_000),
    ),
    connections=RateLimit("CONNECTIONS", "MINUTE", 5, 300),
    too_much_weight=(
        "Too much request weight used; current limit is {limit} request weight per {interval}. "
        "Please use WebSocket Streams for live updates to avoid polling the API."
    ),
    banned=(
        "Way too much request weight used; IP banned until {until}. "
        "Please use WebSocket Streams for live updates to avoid bans."
    ),
    streams=SocketRules(ping_s=20.0, pong_s=60.0, messages_per_s=5),
    ws_api=SocketRules(ping_s=20.0, pong_s=60.0),
    ws_api_weight=2,
    late_code=-1021,
    late_text="Timestamp for this request is outside of the recvWindow.",
    late_requests_count=True,
    has_time_units=True,
    has_plain_weight_header=True,
)
USDM_RULES: Final = HouseRules(
    limits=(
        RateLimit("REQUEST_WEIGHT", "MINUTE", 1, 2_400),
        RateLimit("ORDERS", "MINUTE", 1, 1_200),
        RateLimit("ORDERS", "SECOND", 10, 300),
    ),
    connections=RateLimit("CONNECTIONS", "MINUTE", 5, 300),
    too_much_weight=(
        "Too many requests; current limit is {limit} requests per minute. "
        "Please use the websocket for live updates to avoid polling the API."
    ),
    banned=(
        "Way too many requests; IP banned until {until}. "
        "Please use the websocket for live updates to avoid bans."
    ),
    streams=SocketRules(ping_s=180.0, pong_s=600.0, messages_per_s=10),
    ws_api=SocketRules(ping_s=180.0, pong_s=600.0),
    ws_api_weight=5,
    late_code=-5028,
    late_text="Timestamp for this request is outside of the ME recvWindow.",
    late_requests_count=False,
    has_time_units=False,
    has_plain_weight_header=False,
    pools=(FUNDING_POOL, STATISTICS_POOL),
)
