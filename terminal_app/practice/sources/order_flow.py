"""The crowd of the synthetic market: limit orders, cancels and market orders of nobody."""

import math
from random import Random

from terminal_app.practice.engine.kinds import Side, SymbolStatus
from terminal_app.practice.engine.listing import LiveListing
from terminal_app.practice.engine.order_book import ANONYMOUS, BookSide, OrderBook
from terminal_app.practice.sources.fair_price import FairPrice
from terminal_app.practice.sources.flow_profile import (
    ECHO_SHARE,
    LARGEST_TRADE,
    LEVEL_SPREAD,
    TOUCH_SPREAD,
    TRADE_SPREAD,
    FlowProfile,
)

_CLOSED_MS = 1_000
_LEVELS = 230
_LEVELS_MAX = 290
# Levels lie so close (in basis points) near the touch and ever farther apart behind it.
_GAP_BP = 0.05
_EVEN_LEVELS = 120
_FOLLOW_LEVELS = 80
_MARKET_ORDER_REACH = 0.001
_HIT_FIRST = 0.2
_HIT_NEXT = 0.02
_ECHO_MS = 12.0
_SAME_DIRECTION = 0.3
_BACK_UP_LEVELS = 10
_STIR_DEPTH = 60
_TOUCH_ORDERS = 10
_REQUOTES_AT_ONCE = 0.92
# Less rests near the touch than behind it.
_NEAR_SHARE = 0.08
_NEAR_BP = 4.0
_BP = 1e-4
_SIGNS = {Side.BUY: 1, Side.SELL: -1}


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
        self._is_echo = False
        self._traits = fair.mood.traits

    def fill_book(self, time_ms: int) -> None:
        """Build the first book around the fair price."""
        self._traits = self._fair.mood.traits
        fair = round(self._fair_ticks())
        self._add_touch(Side.BUY, fair - self._spread_ticks())
        self._add_touch(Side.SELL, fair)
        for side in (self._book.bids, self._book.asks):
            self._fill(side, _LEVELS)
        self._listing.publish(time_ms)

    def act(self, time_ms: int) -> float:
        """Do one thing and return the time of the next."""
        if self._listing.status is not SymbolStatus.TRADING:
            return time_ms + _CLOSED_MS
        rng, profile = self._rng, self._profile
        if self._fair.mood.traits is not self._traits:
            self._change_mood()
        trades = profile.trades_per_second * self._traits.trades * (1 - ECHO_SHARE)
        rate = trades + profile.book_changes_per_second * self._traits.book_changes
        is_trade = self._is_echo or rng.random() * rate < trades
        if is_trade:
            self._trade(time_ms)
        else:
            self._change_book(time_ms)
        self._listing.publish(time_ms)
        # Market orders come in flocks: one follows another at once.
        self._is_echo = is_trade and rng.random() < ECHO_SHARE
        if self._is_echo:
            return time_ms + rng.expovariate(1 / _ECHO_MS)
        return time_ms + 1000 * rng.expovariate(rate * self._fair.intensity)

    def _change_mood(self) -> None:
        """Withdraw what a thinner market would not hold; a deeper one fills up by itself."""
        kept = self._fair.mood.traits.depth / self._traits.depth
        self._traits = self._fair.mood.traits
        for side in (self._book.bids, self._book.asks):
            for ticks in list(side.best_first()):
                if not side.levels[ticks].own and self._rng.random() > kept:
                    self._book.clear_level(side.side, ticks)
            self._fill(side, _LEVELS)

    def _fair_ticks(self) -> float:
        price = self._fair.price
        if self._is_futures:
            price *= 1 + self._fair.basis
        return price / self._tick

    def _spread_ticks(self) -> int:
        return max(1, round(self._fair_ticks() * self._traits.spread_bp * _BP))

    def _trade(self, time_ms: int) -> None:
        rng = self._rng
        if not self._is_echo and rng.random() > _SAME_DIRECTION:
            is_sale = rng.random() < self._fair.mood.sell_share
            self._direction = Side.SELL if is_sale else Side.BUY
        side = self._direction
        reach = 1 + _MARKET_ORDER_REACH if side is Side.BUY else 1 - _MARKET_ORDER_REACH
        limit_ticks = round(self._fair_ticks() * reach)
        self._listing.take_anonymously(side, self._trade_lots(), limit_ticks, time_ms)
        if rng.random() < _REQUOTES_AT_ONCE:
            self._change_book(time_ms)

    def _trade_lots(self) -> int:
        profile = self._profile
        quote = profile.median_trade * math.exp(self._rng.gauss(0, TRADE_SPREAD))
        quote = min(quote, LARGEST_TRADE * profile.mean_trade)
        return max(1, round(quote / (self._fair_ticks() * self._tick * self._lot)))

    def _change_book(self, time_ms: int) -> None:
        book, rng = self._book, self._rng
        bid, ask, fair = book.bids.best(), book.asks.best(), self._fair_ticks()
        if ask is None or fair > ask + 0.5:
            self._follow(Side.BUY, fair, time_ms)
        elif bid is None or fair < bid - 0.5:
            self._follow(Side.SELL, fair, time_ms)
        else:
            least = self._spread_ticks()
            if ask - bid > least:
                self._close_spread(bid, ask, fair, least)
            elif ask - bid < least and self._step_back(fair - bid < ask - fair):
                return
            else:
                self._stir(book.bids if rng.random() < 0.5 else book.asks)

    def _step_back(self, is_bid: bool) -> bool:
        """Clear the touch where the spread is too narrow for the day; own orders stay."""
        side = self._book.bids if is_bid else self._book.asks
        touch = side.best()
        if touch is None or side.levels[touch].own or len(side.prices) < 2:
            return False
        self._book.clear_level(side.side, touch)
        return True

    def _stir(self, side: BookSide) -> None:
        rng = self._rng
        count = len(side.prices)
        if count < _LEVELS:
            self._fill(side, count + 1)
            return
        depth = min(count - 1, int(rng.expovariate(1 / _STIR_DEPTH)))
        ticks = side.at_depth(depth)
        is_crowded = count > _LEVELS_MAX or len(side.levels[ticks].queue) > 12
        if is_crowded or rng.random() < 0.5:
            far = side.at_depth(count - 1)
            self._book.thin(side.side, far if count > _LEVELS_MAX else ticks)
        elif depth == 0:
            self._add_touch(side.side, ticks)
        else:
            if rng.random() < 0.4:
                ticks -= _sign(side.side) * self._gap(depth)
            self._add(side.side, ticks, depth)

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
        self._fill(makers, _LEVELS // 2)
        self._back_up(taker, fair)

    def _back_up(self, side: Side, fair: float) -> None:
        """Put new orders around the fair price; now and then makers take their time."""
        least, sign = self._spread_ticks(), _sign(side)
        ticks = round(fair)
        _leave_touch(self._book, self._book.side(side))
        if self._rng.random() < _REQUOTES_AT_ONCE:
            self._add_touch(side.opposite, ticks + sign * least)
        opposite = self._book.side(side.opposite).best()
        behind = self._book.side(side).best()
        if opposite is not None and sign * (ticks - opposite) > -least:
            ticks = opposite - sign * least
        # A leap leaves a wide gap behind: fewer levels that hold as much fill it.
        gap = max(1.0, self._fair_ticks() * _GAP_BP * _BP)
        stretch = 1.0 if behind is None else max(1.0, abs(ticks - behind) / gap / _BACK_UP_LEVELS)
        for depth in range(2 * _BACK_UP_LEVELS):
            if behind is not None and sign * (ticks - behind) <= 0:
                break
            if depth == 0:
                self._add_touch(side, ticks)
            else:
                self._add(side, ticks, depth, stretch)
            ticks -= sign * round(self._gap(depth) * stretch)

    def _close_spread(self, bid: int, ask: int, fair: float, least: int) -> None:
        if fair - bid > ask - fair:
            self._add_touch(Side.BUY, ask - least)
        else:
            self._add_touch(Side.SELL, bid + least)

    def _fill(self, side: BookSide, levels: int) -> None:
        """Add levels behind the last one; there are none below one tick."""
        for count in range(len(side.prices), levels):
            if not count:
                ticks = round(self._fair_ticks()) + (0 if side.side is Side.SELL else -1)
            else:
                ticks = side.at_depth(count - 1) - _sign(side.side) * self._gap(count)
            if ticks > 0:
                self._add(side.side, ticks, count)
            if len(side.prices) == count:
                return

    def _add_touch(self, side: Side, ticks: int) -> None:
        for _ in range(_TOUCH_ORDERS):
            self._rest(side, ticks, self._profile.touch / _TOUCH_ORDERS, TOUCH_SPREAD)

    def _add(self, side: Side, ticks: int, depth: int, stretch: float = 1.0) -> None:
        spacing_bp = max(1 / (ticks * _BP), _GAP_BP * _widening(depth)) * stretch
        away_bp = abs(ticks / self._fair_ticks() - 1) / _BP
        share = min(1.0, _NEAR_SHARE + (1 - _NEAR_SHARE) * away_bp / _NEAR_BP)
        self._rest(side, ticks, self._profile.depth_per_bp * spacing_bp * share, LEVEL_SPREAD)

    def _rest(self, side: Side, ticks: int, mean: float, spread: float) -> None:
        quote = mean * self._traits.depth * math.exp(self._rng.gauss(-(spread**2) / 2, spread))
        lots = max(1, round(quote / (ticks * self._tick * self._lot)))
        opposite = self._book.side(side.opposite).best()
        if opposite is None or _sign(side) * (opposite - ticks) > 0:
            self._book.rest(ANONYMOUS, side, ticks, lots)

    def _gap(self, depth: int) -> int:
        mean = self._fair_ticks() * _GAP_BP * _BP * _widening(depth)
        if mean <= 1:
            return 1
        return 1 + int(self._rng.expovariate(1 / mean))


def _leave_touch(book: OrderBook, side: BookSide) -> None:
    """Take most orders of an old touch away: their makers have moved on."""
    ticks = side.best()
    for _ in range(_TOUCH_ORDERS):
        if ticks is None or len(side.prices) < 2 or len(side.levels[ticks].queue) < 2:
            return
        book.thin(side.side, ticks)


def _widening(depth: int) -> float:
    return 1.0 + max(0, depth - _EVEN_LEVELS) / 12


def _sign(side: Side) -> int:
    return _SIGNS[side]
