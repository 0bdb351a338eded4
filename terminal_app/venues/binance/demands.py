"""What a venue asks for when it refuses because of a limit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from terminal_app.venues.binance.outcome import error_body

BANNED, LIMITED = 418, 429
TOO_MANY_ORDERS = -1015
DEFAULT_PAUSE_S = 30.0
# The shortest window of orders: those that go on too early find it in the counts.
ORDERS_PAUSE_S = 10.0
_UNTIL = re.compile(r"banned until (\d{13})\b")


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
    """Return what an answer demands, or None where it is no matter of limits.

    Source: Binance, limits: Retry-After in seconds on 418 and 429; the text of a ban (-1003) tells
    its end in epoch milliseconds; -1015 is about new orders alone.
    """
    if status not in (BANNED, LIMITED):
        return None
    refusal = error_body(body)
    orders_only = refusal is not None and refusal.code == TOO_MANY_ORDERS
    told = headers.get("retry-after", "")
    until = _UNTIL.search(refusal.message) if refusal is not None else None
    if told.isdecimal():
        seconds = float(told)
    elif until is not None:
        seconds = max((int(until[1]) - now_ms) / 1000, 1.0)
    else:
        seconds = ORDERS_PAUSE_S if orders_only else DEFAULT_PAUSE_S
    return Demand(status, seconds, orders_only)
