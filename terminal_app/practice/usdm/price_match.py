"""Prices that the exchange finds for an order, and dates an order may live to."""

from decimal import Decimal
from typing import Final

from terminal_app.practice.engine.kinds import PriceMatch, Side
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.errors import ExchangeError

_LEAST_LIFE_MS: Final = 600_000
_END_OF_TIME_MS: Final = 253_402_300_799_000


def matched_price(match: PriceMatch, side: Side, listing: Listing) -> Decimal:
    """Return the price of the level that an order names; -5041 when the book ends before it."""
    is_opponent = match.value.startswith("OPPONENT")
    levels = listing.book.levels(side.opposite if is_opponent else side, match.depth)
    if len(levels) < match.depth:
        raise ExchangeError(-5041, "No depth matches this BBO order")
    return listing.rules.price(levels[-1][0])


def check_good_till_date(good_till_date_ms: int, now_ms: int) -> None:
    """Raise -5040 for a date less than ten minutes ahead or beyond the year 9999."""
    if not now_ms + _LEAST_LIFE_MS < good_till_date_ms < _END_OF_TIME_MS:
        raise ExchangeError(
            -5040,
            "The goodTillDate timestamp must be greater than the current time plus 600 seconds "
            "and smaller than 253402300799000 (UTC 9999-12-31 23:59:59)",
        )
