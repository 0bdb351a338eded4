"""Every rule of a symbol that an order can be held against before it is sent.

Each refusal names field, rule, value and nearest legal value. What is not known here, as a price
that has not come yet, is left to the venue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from terminal_app.domain.instrument import ZERO, Instrument, Rounding, StepRange, plain
from terminal_app.domain.market import MINUTE_MS, Side
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    PegKind,
    PriceKind,
    TimeInForce,
)
from terminal_app.errors import InvalidOrder

_TAKE_PROFIT = frozenset({OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT})
_AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
# Source: Binance USDⓈ-M, goodTillDate: more than 600 s ahead.
SHORTEST_LIFE_MS = 10 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class MarketNow:
    """Hold what an order is checked against at this moment; None is unknown.

    ``most_notional`` is what a position may be worth at the leverage that is set, ``held`` the
    signed position.
    """

    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None
    mark: Decimal | None = None
    open_orders: int = 0
    waiting_orders: int = 0
    order_lists: int = 0
    held: Decimal = ZERO
    most_notional: Decimal | None = None
    now_ms: int | None = None

    @property
    def middle(self) -> Decimal | None:
        """Return the price between the best two."""
        if self.bid is None or self.ask is None:
            return None
        return (self.bid + self.ask) / 2

    def watched(self, kind: PriceKind) -> Decimal | None:
        """Return the price that a trigger watches."""
        return self.mark if kind is PriceKind.MARK else self.last

    def without_prices(self) -> MarketNow:
        """Return it for an order that begins to work in another market than this one."""
        return replace(self, bid=None, ask=None, last=None, mark=None)


def check_request(instrument: Instrument, request: OrderRequest, now: MarketNow) -> None:
    """Refuse an order that breaks a rule of its symbol, by the first rule that is broken."""
    if not instrument.is_trading:
        rule = f"the exchange takes no new orders now ({instrument.status})"
        raise InvalidOrder("Symbol", rule, instrument.symbol)
    # A waiting limit order's price is measured from its trigger, so that comes first.
    _check_trigger(instrument, request, now)
    _check_price(instrument, request, now)
    _check_callback(instrument, request)
    _check_good_till(request, now)
    _check_size(instrument, request)
    _check_visible(instrument, request)
    _check_worth(instrument, request, now)
    _check_counts(instrument, request, now)


def check_list(instrument: Instrument, request: OrderListRequest, now: MarketNow) -> None:
    """Refuse orders that stand together and break a rule, alone or by how they stand."""
    _check_count("order lists", instrument.counts.lists, now.order_lists)
    is_pair = request.kind is OrderListKind.OCO
    for index, order in enumerate(request.orders):
        # What waits for another order begins in a market that nobody knows yet.
        begins_now = is_pair or index == 0
        check_request(instrument, order, now if begins_now else now.without_prices())
    if request.kind is not OrderListKind.OTO:
        above, below = request.orders[-2:]
        _check_pair(instrument, above, below, now.last if is_pair else None)


def expected_price(request: OrderRequest, now: MarketNow) -> Decimal | None:
    """Return the price an order is likely to trade at, as far as it is known."""
    if request.price is not None:
        return request.price
    if request.trigger is not None and request.trigger.price is not None:
        return request.trigger.price
    is_own_side = request.peg is not None and request.peg.kind is PegKind.OWN_SIDE
    return now.ask if (request.side is Side.BUY) is not is_own_side else now.bid


def _check_price(instrument: Instrument, request: OrderRequest, now: MarketNow) -> None:
    if request.price is None:
        if request.type.has_price and request.peg is None:
            raise InvalidOrder("Price", "an order of this kind needs one", "is empty")
        return
    band = instrument.buy_band if request.side is Side.BUY else instrument.sell_band
    # Source: Binance: spot measures from an average of trades, USDⓈ-M from the mark price, and a
    # waiting limit order there from its trigger.
    reference = now.mark if instrument.contract else now.middle
    if instrument.contract and request.trigger is not None:
        reference = request.trigger.price
    instrument.check_price(request.price, band, reference)


def _check_trigger(instrument: Instrument, request: OrderRequest, now: MarketNow) -> None:
    if not request.type.has_trigger:
        return
    trigger = request.trigger
    if trigger is None or trigger.price is None:
        if request.type is not OrderType.TRAILING_STOP:
            raise InvalidOrder("Trigger price", "an order that waits needs one", "is empty")
        return
    instrument.check_price(trigger.price, field="Trigger price")
    watched = now.watched(trigger.kind)
    is_trailing = request.type is OrderType.TRAILING_STOP
    if watched is None or (is_trailing and not instrument.contract):
        return
    tick = instrument.tick_size
    # A trailing stop begins to trail on the side where the market must come from.
    if _waits_above(request) is not is_trailing:
        word, is_wrong, nearest = "above", trigger.price <= watched, watched + tick
        rounding = Rounding.UP
    else:
        word, is_wrong, nearest = "below", trigger.price >= watched, watched - tick
        rounding = Rounding.DOWN
    if is_wrong:
        rule = (
            f"it would trigger at once: it must be {word} the {trigger.kind.value.lower()}"
            f" price {plain(watched)} {instrument.quote_asset}"
        )
        legal = plain(instrument.round_price(nearest, rounding))
        value = plain(trigger.price)
        raise InvalidOrder("Trigger price", rule, value, f"{legal} {instrument.quote_asset}")


def _check_callback(instrument: Instrument, request: OrderRequest) -> None:
    percent = request.trigger.callback_percent if request.trigger is not None else None
    if percent is None:
        if request.type is OrderType.TRAILING_STOP:
            raise InvalidOrder("Callback", "a trailing stop needs one", "is empty")
        return
    rules = instrument.trailing
    if rules is None:
        rule = "the exchange takes no trailing stops in this symbol"
        raise InvalidOrder("Callback", rule, f"{plain(percent)} %")
    side = rules.rising if _waits_above(request) else rules.falling
    side.check("Callback", percent, " %")


def _check_good_till(request: OrderRequest, now: MarketNow) -> None:
    if request.time_in_force is not TimeInForce.GTD:
        return
    if request.good_till_ms is None:
        raise InvalidOrder("Good till", "an order with an end needs its time", "is empty")
    if now.now_ms is None or request.good_till_ms > now.now_ms + SHORTEST_LIFE_MS:
        return
    minutes = SHORTEST_LIFE_MS // MINUTE_MS
    left = max(request.good_till_ms - now.now_ms, 0) // MINUTE_MS
    rule = f"the exchange takes an end that is more than {minutes} min away"
    raise InvalidOrder("Good till", rule, f"in {left} min", f"{minutes + 1} min")


def _check_size(instrument: Instrument, request: OrderRequest) -> None:
    if request.close_position or request.quote_quantity is not None:
        return
    if request.quantity is None:
        least = f"{plain(instrument.quantity.least)} {instrument.base_asset}"
        raise InvalidOrder("Size", "it must be more than 0", "is empty", least)
    instrument.check_quantity(request.quantity, is_market=_is_market(instrument, request))


def _check_visible(instrument: Instrument, request: OrderRequest) -> None:
    visible, quantity = request.visible_quantity, request.quantity
    if visible is None or quantity is None:
        return
    instrument.check_quantity(visible, is_market=False, field="Visible size")
    unit = f" {instrument.base_asset}"
    if visible > quantity:
        rule = "it cannot be more than the size"
        raise InvalidOrder("Visible size", rule, plain(visible), plain(quantity) + unit)
    parts = instrument.counts.iceberg_parts
    if parts is not None and (quantity / visible).to_integral_value(ROUND_CEILING) > parts:
        nearest = instrument.round_quantity(quantity / parts, Rounding.UP)
        rule = f"it would make more than {parts} parts of the order"
        raise InvalidOrder("Visible size", rule, plain(visible), plain(nearest) + unit)


def _check_worth(instrument: Instrument, request: OrderRequest, now: MarketNow) -> None:
    if request.reduce_only or request.close_position:
        return
    if request.quote_quantity is not None:
        _check_quote(instrument, request.quote_quantity)
        return
    price, quantity = expected_price(request, now), request.quantity
    if price is None or price <= ZERO or quantity is None:
        return
    instrument.check_notional(quantity, price, is_market=_is_market(instrument, request))
    if now.most_notional is None:
        return
    sign = 1 if request.side is Side.BUY else -1
    after = abs(now.held + sign * quantity)
    if after > abs(now.held) and after * price > now.most_notional:
        room = now.most_notional / price - sign * now.held
        nearest = plain(max(instrument.round_quantity(room, Rounding.DOWN), ZERO))
        rule = (
            f"at this leverage a position may be worth at most {plain(now.most_notional)}"
            f" {instrument.quote_asset}"
        )
        raise InvalidOrder("Size", rule, plain(quantity), f"{nearest} {instrument.base_asset}")


def _check_quote(instrument: Instrument, quote: Decimal) -> None:
    rule, unit = instrument.notional, f" {instrument.quote_asset}"
    least = rule.minimum if rule.binds_market_minimum else ZERO
    most = rule.maximum if rule.binds_market_maximum else ZERO
    StepRange(least, most, ZERO).check("Size", quote, unit)


def _check_counts(instrument: Instrument, request: OrderRequest, now: MarketNow) -> None:
    counts = instrument.counts
    if request.type.has_trigger:
        _check_count("waiting orders", counts.waiting, now.waiting_orders)
    if request.type is not OrderType.MARKET and request.time_in_force not in _AT_ONCE:
        _check_count("open orders", counts.open, now.open_orders)


def _check_count(words: str, most: int | None, count: int) -> None:
    if most is not None and count >= most:
        rule = f"the exchange keeps at most {most} {words} of a symbol; cancel one first"
        raise InvalidOrder(words.capitalize(), rule, str(count + 1))


def _check_pair(
    instrument: Instrument, above: OrderRequest, below: OrderRequest, last: Decimal | None
) -> None:
    high, low = _standing(above), _standing(below)
    if high is None or low is None:
        return
    unit = f" {instrument.quote_asset}"
    if high <= low:
        rule = f"the order above must be above the one below, at {plain(low)}{unit}"
        legal = plain(instrument.round_price(low + instrument.tick_size, Rounding.UP))
        raise InvalidOrder("Price above", rule, plain(high), legal + unit)
    if last is not None and high <= last:
        legal = plain(instrument.round_price(last + instrument.tick_size, Rounding.UP))
        rule = f"it must be above the last price {plain(last)}{unit}"
        raise InvalidOrder("Price above", rule, plain(high), legal + unit)
    if last is not None and low >= last:
        legal = plain(instrument.round_price(last - instrument.tick_size, Rounding.DOWN))
        rule = f"it must be below the last price {plain(last)}{unit}"
        raise InvalidOrder("Price below", rule, plain(low), legal + unit)


def _standing(request: OrderRequest) -> Decimal | None:
    trigger = request.trigger
    return trigger.price if trigger is not None else request.price


def _waits_above(request: OrderRequest) -> bool:
    """Say whether the market must rise to the trigger."""
    return (request.side is Side.BUY) is not (request.type in _TAKE_PROFIT)


def _is_market(instrument: Instrument, request: OrderRequest) -> bool:
    # Source: Binance: USDⓈ-M holds triggered market orders to MARKET_LOT_SIZE, spot MARKET alone.
    if request.type is OrderType.MARKET:
        return True
    return bool(instrument.contract) and not request.type.has_price
