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


def is_reset(
    known: Iterable[Fill],
    told: dict[str, list[Fill]],
    now_ms: int,
    age_ms: int,
    resting_ms: Iterable[int] = (),
) -> bool:
    """Say whether the venue has forgotten every fill that was known before some moment.

    ``told`` are the newest fills by symbol as the venue tells them now; those younger than
    ``age_ms`` prove nothing. Who traded on after a reset is told of that alone; a venue that tells
    of older ones, or has an order of ours resting from before, was not reset. ``resting_ms`` is
    when those orders were made.
    """
    oldest_ms = now_ms - TOLD_DAYS * DAY_MS
    symbols = {symbol for symbol, fills in told.items() if len(fills) < FULL_ANSWER}
    asked_for = [fill for fill in known if fill.symbol in symbols and fill.time_ms > oldest_ms]
    remembered = {fill.key for fills in told.values() for fill in fills}
    gone = [
        fill for fill in asked_for if fill.key not in remembered and fill.time_ms <= now_ms - age_ms
    ]
    if not gone:
        return False
    newest_gone_ms = max(fill.time_ms for fill in gone)
    still = [fill for fill in asked_for if fill.key in remembered]
    since_ms = [*(fill.time_ms for fill in still), *resting_ms]
    if any(since <= newest_gone_ms for since in since_ms):
        return False
    # An answer that is empty for one symbol alone proves nothing.
    return not still or bool({fill.symbol for fill in still} & {fill.symbol for fill in gone})
