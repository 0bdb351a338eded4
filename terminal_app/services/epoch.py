"""Recognise that an exchange for practice was reset and its account is another one."""

from __future__ import annotations

from collections.abc import Iterable

from terminal_app.domain.market import DAY_MS
from terminal_app.domain.order import Fill

# A venue may forget an order for a while: what is younger proves nothing.
FORGOTTEN_AFTER_MS = 60_000
# Source: Binance USDⓈ-M, userTrades without a start: the last seven days.
TOLD_DAYS = 6
FULL_ANSWER = 1000


def is_reset(known: Iterable[Fill], told: dict[str, list[Fill]], now_ms: int, age_ms: int) -> bool:
    """Say whether the venue has forgotten every fill that was known before it was asked.

    ``told`` are the newest fills by symbol as the venue tells them now; those younger than
    ``age_ms`` prove nothing. A venue that tells of one of them was not reset.
    """
    oldest_ms = now_ms - TOLD_DAYS * DAY_MS
    symbols = {symbol for symbol, fills in told.items() if len(fills) < FULL_ANSWER}
    expected = {
        fill.key
        for fill in known
        if fill.symbol in symbols and oldest_ms < fill.time_ms <= now_ms - age_ms
    }
    remembered = {fill.key for fills in told.values() for fill in fills}
    return bool(expected) and not expected & remembered
