"""What a position is worth to who holds it: closing fees, its way to liquidation, its past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from terminal_app.domain.account import MarginMode, Position, PositionSide
from terminal_app.domain.income import Income
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.margin import Bracket, liquidation_price
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill

FUNDING = "FUNDING_FEE"


def closing_fee(position: Position, taker_rate: Decimal | None) -> Decimal | None:
    """Return what closing at the mark price costs a taker, None where the rate is not known."""
    return None if taker_rate is None else position.notional * taker_rate


def liquidation_distance(position: Position) -> Decimal | None:
    """Return how far the mark price is from liquidation in percent of it, signed; None if none."""
    price, mark = position.liquidation_price, position.mark_price
    if price is None or price <= ZERO or mark <= ZERO:
        return None
    return (price - mark) / mark * 100


def margin_ratio(
    position: Position, positions: Iterable[Position], wallet: Decimal | None
) -> Decimal | None:
    """Return maintenance margin in percent of what backs it; at 100 the position is liquidated.

    An isolated position is backed by its own margin; cross positions share ``wallet``, the margin
    asset's balance, less what isolated positions were given, plus their profit. None where that is
    not known. Source: Binance USDⓈ-M, margin ratio.
    """
    if position.isolated_margin is not None:
        needed, backing = position.maintenance_margin, position.isolated_margin
        backing += position.unrealized_profit
    elif wallet is None:
        return None
    else:
        held = [one for one in positions if one.margin_asset == position.margin_asset]
        cross = [one for one in held if one.margin_mode is MarginMode.CROSS]
        needed = sum((one.maintenance_margin for one in cross), ZERO)
        apart = sum((one.isolated_margin or ZERO for one in held), ZERO)
        backing = wallet - apart + sum((one.unrealized_profit for one in cross), ZERO)
    return needed / backing * 100 if backing > ZERO else None


def opened_ms(position: Position, fills: Iterable[Fill]) -> int | None:
    """Return when a position was opened: the fill after which its size was never 0 again.

    ``fills`` are those of its symbol, in any order. None where they do not reach back so far, and
    in hedge mode, where a fill does not say which of two positions it changed.
    """
    if position.position_side is not PositionSide.BOTH:
        return None
    left = position.amount
    sign = 1 if left > ZERO else -1
    for fill in sorted(fills, key=lambda one: (one.time_ms, one.trade_id), reverse=True):
        left -= fill.quantity if fill.side is Side.BUY else -fill.quantity
        if left * sign <= ZERO:
            return fill.time_ms
    return None


def funding_since(symbol: str, since_ms: int, income: Iterable[Income]) -> Decimal:
    """Return what funding brought (more than 0) or cost a symbol since a moment."""
    paid = (
        one.amount
        for one in income
        if one.kind == FUNDING and one.symbol == symbol and one.time_ms >= since_ms
    )
    return sum(paid, ZERO)


def distance_at_leverage(
    side: Side, leverage: int, notional: Decimal, brackets: Sequence[Bracket]
) -> Decimal | None:
    """Return how far from its entry a position is liquidated that has only its own margin.

    In percent of the entry price, always positive; ``notional`` is its worth. None without brackets
    and for nothing held.
    """
    if not brackets or notional <= ZERO:
        return None
    # Only the worth counts: one unit is bought at that price.
    amount = Decimal(1) if side is Side.BUY else Decimal(-1)
    price = liquidation_price(amount, notional, notional / leverage, brackets)
    return abs(price - notional) / notional * 100
