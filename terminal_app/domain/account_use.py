"""Where an account's money is tied up, and what all of it is worth in one currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderType


@dataclass(frozen=True, slots=True)
class Use:
    """Hold what ties an asset up: orders by their count and amount, positions by their margin."""

    orders: int = 0
    in_orders: Decimal = ZERO
    positions: int = 0
    in_positions: Decimal = ZERO


def uses_on_spot(orders: Iterable[Order], instruments: Mapping[str, Instrument]) -> dict[str, Use]:
    """Return what working spot orders tie up, by asset: a buy its quote asset, a sell its base."""
    uses: dict[str, Use] = {}
    for order in orders:
        instrument = instruments.get(order.symbol)
        if instrument is None or order.type is OrderType.MARKET:
            continue
        is_buy = order.side is Side.BUY
        asset = instrument.quote_asset if is_buy else instrument.base_asset
        amount = order.remaining * order.price if is_buy else order.remaining
        known = uses.get(asset, Use())
        uses[asset] = Use(known.orders + 1, known.in_orders + amount)
    return uses


def uses_on_margin(
    orders: Iterable[Order], positions: Iterable[Position], locked: Mapping[str, Decimal]
) -> dict[str, Use]:
    """Return what ties margin up, by asset: positions by their initial margin, orders the rest."""
    count = sum(not order.reduce_only for order in orders)
    uses: dict[str, Use] = {}
    for position in positions:
        known = uses.get(position.margin_asset, Use())
        margin = known.in_positions + position.initial_margin
        uses[position.margin_asset] = Use(0, ZERO, known.positions + 1, margin)
    for asset, amount in locked.items():
        known = uses.get(asset, Use())
        rest = max(amount - known.in_positions, ZERO)
        is_tied = count > 0 and rest > ZERO
        uses[asset] = Use(
            count if is_tied else 0, rest if is_tied else ZERO, known.positions, known.in_positions
        )
    return uses


@dataclass(frozen=True, slots=True)
class Conversion:
    """Name a symbol whose price turns one asset into another; ``divides`` for the way back."""

    symbol: str
    divides: bool


def conversions(
    asset: str, currency: str, instruments: Iterable[Instrument]
) -> tuple[Conversion, ...] | None:
    """Return the fewest conversions from an asset to a currency, at most two; None for no way."""
    if asset == currency:
        return ()
    steps: dict[str, dict[str, Conversion]] = {}
    for one in instruments:
        if one.is_trading:
            steps.setdefault(one.base_asset, {})[one.quote_asset] = Conversion(one.symbol, False)
            steps.setdefault(one.quote_asset, {})[one.base_asset] = Conversion(one.symbol, True)
    first = steps.get(asset, {})
    if currency in first:
        return (first[currency],)
    for between, step in sorted(first.items()):
        second = steps.get(between, {}).get(currency)
        if second is not None:
            return step, second
    return None


def worth(
    amount: Decimal, way: Iterable[Conversion], price_of: Callable[[str], Decimal | None]
) -> Decimal | None:
    """Return an amount after its conversions, None where a price is not known."""
    for step in way:
        price = price_of(step.symbol)
        if price is None or price <= ZERO:
            return None
        amount = amount / price if step.divides else amount * price
    return amount
