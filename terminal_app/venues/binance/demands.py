"""What a venue asks for when it refuses because of a limit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from terminal_app.venues.binance.outcome import error_body

BANNED, LIMITED = 418, 429
TOO_MANY_ORDERS = -1015
DEFAULT_PAUSE_S = 30.0
# The shortest window of orders: those that go on too early find it in the counts.
ORDERS_PAUSE_S = 10.0
_UNTIL = re.compile(r"banned until (\d{13})\b")


class _FrameData(msgspec.Struct):
    # In epoch milliseconds, where REST tells seconds.
    retry_after_ms: int = msgspec.field(name="retryAfter")
    server_time_ms: int | None = msgspec.field(name="serverTime", default=None)


class _FrameError(msgspec.Struct):
    code: int
    message: str = msgspec.field(name="msg", default="")
    data: _FrameData | None = None


class _Frame(msgspec.Struct):
    status: int
    error: _FrameError


@dataclass(frozen=True, slots=True)
class Demand:
    """Hold for how many seconds nothing may be asked, or with ``orders_only`` no order placed."""

    status: int
    seconds: float
    orders_only: bool = False

    @property
    def is_ban(self) -> bool:
        """Say whether the address is banned, which asking would prolong."""
        return self.status == BANNED


def demand_in(status: int, headers: Mapping[str, str], body: bytes, now_ms: int) -> Demand | None:
    """Return what an answer over HTTP demands, or None where it is no matter of limits.

    Source: Binance, limits: Retry-After in seconds on 418 and 429; the text of a ban (-1003) tells
    its end in epoch milliseconds; -1015 is about new orders alone.
    """
    if status not in (BANNED, LIMITED):
        return None
    refusal = error_body(body)
    told = headers.get("retry-after", "")
    seconds = float(told) if told.isdecimal() else None
    if refusal is None:
        return _demand(status, 0, "", seconds, now_ms)
    return _demand(status, refusal.code, refusal.message, seconds, now_ms)


def demand_in_frame(frame: bytes, now_ms: int) -> Demand | None:
    """Return what an answer of the WebSocket API demands, or None where it demands nothing."""
    try:
        refused = msgspec.json.decode(frame, type=_Frame)
    except msgspec.MsgspecError:
        return None
    if refused.status not in (BANNED, LIMITED):
        return None
    error = refused.error
    seconds = None
    if error.data is not None:
        # The venue's clock may have jumped since it was measured: its own words fit together.
        told_ms = error.data.server_time_ms or now_ms
        seconds = (error.data.retry_after_ms - told_ms) / 1000
    return _demand(refused.status, error.code, error.message, seconds, now_ms)


def _demand(status: int, code: int, text: str, seconds: float | None, now_ms: int) -> Demand:
    orders_only = code == TOO_MANY_ORDERS
    until = _UNTIL.search(text)
    if seconds is None and until is not None:
        seconds = (int(until[1]) - now_ms) / 1000
    if seconds is None:
        seconds = ORDERS_PAUSE_S if orders_only else DEFAULT_PAUSE_S
    return Demand(status, max(seconds, 1.0), orders_only)
