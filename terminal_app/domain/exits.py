"""Where a position is to be left: at a profit, at a loss, whichever comes first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    PriceKind,
    TimeInForce,
    Trigger,
)
from terminal_app.errors import InvalidOrder

TAKE_PROFIT, STOP_LOSS = "TP", "SL"


@dataclass(frozen=True, slots=True)
class Exits:
    """Hold the prices at which what an order opens is to be closed; None is no such exit.

    ``kind`` is the price that a stop loss watches.
    """

    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    kind: PriceKind = PriceKind.LAST

    @property
    def is_empty(self) -> bool:
        """Say whether there is no exit."""
        return self.take_profit is None and self.stop_loss is None

    @property
    def is_pair(self) -> bool:
        """Say whether there are both."""
        return self.take_profit is not None and self.stop_loss is not None

    def __str__(self) -> str:
        parts = []
        if self.take_profit is not None:
            parts.append(f"take profit {plain(self.take_profit)}")
        if self.stop_loss is not None:
            parts.append(f"stop loss {plain(self.stop_loss)}")
        return ", ".join(parts)


NO_EXITS = Exits()


def check_exits(instrument: Instrument, side: Side, entry: Decimal, exits: Exits) -> None:
    """Refuse exits off the tick, or on the wrong side of the entry of a side."""
    tick, is_buy = instrument.tick_size, side is Side.BUY
    for name, price, is_above in (
        (TAKE_PROFIT, exits.take_profit, is_buy),
        (STOP_LOSS, exits.stop_loss, not is_buy),
    ):
        if price is None:
            continue
        instrument.check_price(price, field=name)
        if price <= entry if is_above else price >= entry:
            word = "above" if is_above else "below"
            step = tick if is_above else -tick
            rounding = Rounding.UP if is_above else Rounding.DOWN
            nearest = plain(instrument.round_price(entry + step, rounding))
            rule = f"it must be {word} the entry at {plain(entry)} {instrument.quote_asset}"
            raise InvalidOrder(name, rule, plain(price), f"{nearest} {instrument.quote_asset}")


def exit_orders(
    instrument: Instrument, entry: OrderRequest, quantity: Decimal, exits: Exits
) -> tuple[OrderRequest, ...]:
    """Return what closes a size that an entry opened, take profit first.

    With margin both wait for their trigger and only reduce; else the take profit rests as a limit
    order, as order lists want it.
    """
    base = OrderRequest(
        entry.market,
        entry.symbol,
        entry.side.opposite,
        OrderType.LIMIT,
        quantity,
        reduce_only=bool(instrument.contract),
        position_side=entry.position_side,
        self_trade_prevention=entry.self_trade_prevention,
    )
    orders = []
    if exits.take_profit is not None:
        if instrument.contract:
            trigger = Trigger(exits.take_profit, exits.kind)
            orders.append(replace(base, type=OrderType.TAKE_PROFIT_MARKET, trigger=trigger))
        else:
            orders.append(replace(base, price=exits.take_profit, time_in_force=TimeInForce.GTC))
    if exits.stop_loss is not None:
        trigger = Trigger(exits.stop_loss, exits.kind)
        orders.append(replace(base, type=OrderType.STOP_MARKET, trigger=trigger))
    return tuple(orders)


def exit_list(orders: tuple[OrderRequest, ...]) -> OrderListRequest:
    """Return take profit and stop loss as orders of which one ends the other."""
    take_profit, stop_loss = orders
    is_selling = take_profit.side is Side.SELL
    pair = (take_profit, stop_loss) if is_selling else (stop_loss, take_profit)
    return OrderListRequest(OrderListKind.OCO, pair)


def with_exits(entry: OrderRequest, orders: tuple[OrderRequest, ...]) -> OrderListRequest:
    """Return an entry on which its exits wait at the venue."""
    if len(orders) == 1:
        return OrderListRequest(OrderListKind.OTO, (entry, *orders))
    return OrderListRequest(OrderListKind.OTOCO, (entry, *exit_list(orders).orders))


def left_after_fee(instrument: Instrument, quantity: Decimal, fee_rate: Decimal) -> Decimal:
    """Return the legal size that is sure to be there after a fee was taken out of it."""
    if instrument.contract:
        return quantity
    return instrument.round_quantity(quantity * (1 - max(fee_rate, ZERO)), Rounding.DOWN)
