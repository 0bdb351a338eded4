"""The crowd of the synthetic market: limit orders, cancels and market orders of nobody."""

import math
from dataclasses import dataclass
from random import Random

from terminal_app.practice.engine.kinds import Side, SymbolStatus
from terminal_app.practice.engine.listing import LiveListing
from terminal_app.practice.engine.order_book import ANONYMOUS, BookSide
from terminal_app.practice.sources.fair_price import FairPrice

_CLOSED_MS = 1_000
_LEVELS = 230
_LEVELS_MAX = 290
_NEAR_GAP = 2.5e-6
_FOLLOW_LEVELS = 80
_MARKET_ORDER_REACH = 0.001
_HIT_FIRST = 0.2
_HIT_NEXT = 0.02


@dataclass(frozen=True, slots=True)
class FlowProfile:
    """Say how busy a symbol is: events a second, sizes in quote units."""

    book_changes_per_second: float
    trades_per_second: float
    median_trade: float = 160.0
    median_level: float = 4_000.0

    @property
    def mean_trade(self) -> float:
        """Return the mean size of a market order."""
        return self.median_trade * math.exp(_TRADE_SPREAD**2 / 2)


_TRADE_SPREAD = 1.5
_LEVEL_SPREAD = 1.2


class OrderFlow:
    """Keep the book of one symbol alive around its fair price."""

    def __init__(
        self,
        rng: Random,
        listing: LiveListing,
        fair: FairPrice,
        profile: FlowProfile,
        is_futures: bool,
    ) -> None:
        self._rng = rng
        self._listing = listing
        self._book = listing.book
        self._fair = fair
        self._profile = profile
        self._is_futures = is_futures
        self._tick = float(listing.rules.tick_size)
        self._lot = float(listing.rules.step_size)
        self._direction = Side.BUY
        self._rate = profile.book_changes_per_second + profile.trades_per_second
        self._trade_share = profile.trades_per_second / self._rate

    def fill_book(self, time_ms: int) -> None:
        """Build the first book around the fair price."""
        fair = round(self._fair_ticks())
        self._add(Side.BUY, fair - 1, 8.0)
        self._add(Side.SELL, fair, 8.0)
        for side in (self._book.bids, self._book.asks):
            while len(side.prices) < _LEVELS:
                self._extend(side)
        self._listing.publish(time_ms)

    def act(self, time_ms: int) -> float:
        """Do one thing and return the time of the next."""
        if self._listing.status is not SymbolStatus.TRADING:
            return time_ms + _CLOSED_MS
        rng = self._rng
        if rng.random() < self._trade_share:
            self._trade(time_ms)
        else:
            self._change_book(time_ms)
        self._listing.publish(time_ms)
        return time_ms + 1000 * rng.expovariate(self._rate * self._fair.intensity)

    def _fair_ticks(self) -> float:
        price = self._fair.price
        if self._is_futures:
            price *= 1 + self._fair.basis
        return price / self._tick

    def _trade(self, time_ms: int) -> None:
        rng = self._rng
        if rng.random() > 0.65:
            self._direction = self._direction.opposite
        side = self._direction
        reach = 1 + _MARKET_ORDER_REACH if side is Side.BUY else 1 - _MARKET_ORDER_REACH
        limit_ticks = round(self._fair_ticks() * reach)
        self._listing.take_anonymously(side, self._trade_lots(), limit_ticks, time_ms)

    def _trade_lots(self) -> int:
        quote = self._profile.median_trade * math.exp(self._rng.gauss(0, _TRADE_SPREAD))
        return max(1, round(quote / (self._fair_ticks() * self._tick * self._lot)))

    def _change_book(self, time_ms: int) -> None:
        book, rng = self._book, self._rng
        bid, ask, fair = book.bids.best(), book.asks.best(), self._fair_ticks()
        if ask is None or fair > ask + 0.5:
            self._follow(Side.BUY, fair, time_ms)
        elif bid is None or fair < bid - 0.5:
            self._follow(Side.SELL, fair, time_ms)
        elif ask - bid > 1:
            self._close_spread(bid, ask, fair)
        else:
            side = book.bids if rng.random() < 0.5 else book.asks
            self._stir(side)

    def _stir(self, side: BookSide) -> None:
        rng = self._rng
        count = len(side.prices)
        if count < _LEVELS:
            self._extend(side)
            return
        depth = min(count - 1, int(rng.expovariate(1 / 25)))
        ticks = side.at_depth(depth)
        is_crowded = count > _LEVELS_MAX or len(side.levels[ticks].queue) > 6
        if is_crowded or rng.random() < 0.5:
            far = side.at_depth(count - 1)
            self._book.thin(side.side, far if count > _LEVELS_MAX else ticks)
            return
        if rng.random() < 0.4:
            ticks -= _sign(side.side) * self._gap(depth)
        self._add(side.side, ticks, 3.0 if depth == 0 else 1.0)

    def _follow(self, taker: Side, fair: float, time_ms: int) -> None:
        """Move the touch to the fair price: some makers are hit, most step aside."""
        makers = self._book.side(taker.opposite)
        sign = _sign(taker)
        for moved in range(_FOLLOW_LEVELS):
            best = makers.best()
            if best is None or sign * (fair - best) <= 0.5:
                break
            level = makers.levels[best]
            if level.own:
                self._listing.take_anonymously(taker, level.lots, best, time_ms)
                continue
            if self._rng.random() < (_HIT_FIRST if moved == 0 else _HIT_NEXT):
                self._listing.take_anonymously(taker, self._trade_lots(), best, time_ms)
            if best in makers.levels:
                self._book.clear_level(makers.side, best)
        while len(makers.prices) < _LEVELS // 2:
            self._extend(makers)
        self._back_up(taker, fair)

    def _back_up(self, side: Side, fair: float) -> None:
        """Put new orders of the followers up to the new touch."""
        opposite = self._book.side(side.opposite).best()
        behind = self._book.side(side).best()
        sign = _sign(side)
        touch = round(fair) - (sign if opposite is None else 0)
        if opposite is not None:
            touch = opposite - sign
        ticks = touch
        for depth in range(12):
            if behind is not None and sign * (ticks - behind) <= 0:
                break
            self._add(side, ticks, 6.0 if depth == 0 else 1.0)
            ticks -= sign * self._gap(depth)

    def _close_spread(self, bid: int, ask: int, fair: float) -> None:
        if fair - bid > ask - fair:
            self._add(Side.BUY, ask - 1, 5.0)
        else:
            self._add(Side.SELL, bid + 1, 5.0)

    def _extend(self, side: BookSide) -> None:
        count = len(side.prices)
        if not count:
            ticks = round(self._fair_ticks()) + (0 if side.side is Side.SELL else -1)
        else:
            ticks = side.at_depth(count - 1) - _sign(side.side) * self._gap(count)
        if ticks > 0:
            self._add(side.side, ticks, 1.5)

    def _add(self, side: Side, ticks: int, weight: float) -> None:
        quote = self._profile.median_level * weight * math.exp(self._rng.gauss(0, _LEVEL_SPREAD))
        lots = max(1, round(quote / (ticks * self._tick * self._lot)))
        opposite = self._book.side(side.opposite).best()
        if opposite is None or _sign(side) * (opposite - ticks) > 0:
            self._book.rest(ANONYMOUS, side, ticks, lots)

    def _gap(self, depth: int) -> int:
        mean = self._fair_ticks() * _NEAR_GAP * (1 + depth / 60)
        if mean <= 1:
            return 1
        return 1 + int(self._rng.expovariate(1 / mean))


def _sign(side: Side) -> int:
    return 1 if side is Side.BUY else -1
