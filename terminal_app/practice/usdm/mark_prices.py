"""Mark price, index, funding rate and funding times of the futures market."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from terminal_app.practice.engine.events import MarkPrice
from terminal_app.practice.engine.intervals import HOUR_MS, SECOND_MS
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.model import ZERO, SymbolRules

FUNDING_RATE_CAP = Decimal("0.02")
INTEREST_RATE = Decimal("0.0001")
_CLAMP = Decimal("0.0005")
_ATOM = Decimal("0.00000001")
_PREMIUM_MEMORY_S = 300

Valuation = Callable[[Listing], tuple[Decimal, Decimal]]


class MarkPrices:
    """Mark every symbol once a second and call for the funding of those whose hour it is.

    Most settle at 00, 08 and 16 UTC, some every 4 hours or every hour, from midnight on; their
    rate is for that time. `value` returns (mark, index) of a listing.
    """

    def __init__(
        self, listings: Mapping[str, Listing], value: Valuation, emit: Emit, start_ms: int
    ) -> None:
        self.marks: dict[str, Decimal] = {}
        self.on_marked: Callable[[], None] = lambda: None
        self.on_funding: Callable[[Sequence[str]], None] = lambda _symbols: None
        self._listings = listings
        self._value = value
        self._emit = emit
        self._premiums = dict.fromkeys(listings, ZERO)
        self._latest: dict[str, MarkPrice] = {}
        self._next_funding_ms = {
            symbol: _next_funding(listing.rules, start_ms) for symbol, listing in listings.items()
        }
        self._mark_all(start_ms)

    def of(self, symbol: str) -> MarkPrice:
        """Return the latest mark of a symbol."""
        return self._latest[symbol]

    def tick(self, time_ms: int) -> float:
        """Mark every symbol and return the time of the next marks."""
        due = [symbol for symbol, due_ms in self._next_funding_ms.items() if time_ms >= due_ms]
        for symbol, listing in self._listings.items():
            # Not only where it is due: a recording may have been sought back.
            self._next_funding_ms[symbol] = _next_funding(listing.rules, time_ms)
        self._mark_all(time_ms)
        for mark in self._latest.values():
            self._emit(mark)
        if due:
            self.on_funding(due)
        self.on_marked()
        return time_ms - time_ms % SECOND_MS + SECOND_MS

    def _mark_all(self, time_ms: int) -> None:
        for symbol, listing in self._listings.items():
            mark, index = (price.quantize(_ATOM) for price in self._value(listing))
            self.marks[symbol] = mark
            premium = self._premiums[symbol]
            premium += ((mark - index) / index - premium) / _PREMIUM_MEMORY_S
            self._premiums[symbol] = premium.quantize(Decimal("1e-12"))
            rate = premium + min(max(INTEREST_RATE - premium, -_CLAMP), _CLAMP)
            rate = rate * listing.rules.funding_interval_hours / 8
            self._latest[symbol] = MarkPrice(
                symbol=symbol,
                time_ms=time_ms,
                mark_price=mark,
                index_price=index,
                settle_price=index,
                funding_rate=min(max(rate, -FUNDING_RATE_CAP), FUNDING_RATE_CAP).quantize(_ATOM),
                interest_rate=INTEREST_RATE,
                next_funding_time_ms=self._next_funding_ms[symbol],
            )


def _next_funding(rules: SymbolRules, time_ms: int) -> int:
    interval_ms = rules.funding_interval_hours * HOUR_MS
    return time_ms - time_ms % interval_ms + interval_ms
