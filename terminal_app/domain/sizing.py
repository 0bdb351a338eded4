"""How large an order may be, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Level


class SizeUnit(StrEnum):
    """Name what a size is given in; RISK is the percent of the account that a stop may cost."""

    BASE = "BASE"
    QUOTE = "QUOTE"
    RISK = "RISK"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold what taking a size from the book now would give.

    ``quantity`` is what the known book can fill; ``slippage_percent`` counts from
    the best price.
    """

    quantity: Decimal
    quote: Decimal
    average_price: Decimal
    worst_price: Decimal
    slippage_percent: Decimal


def walk_book(levels: Iterable[Level], quantity: Decimal) -> Estimate | None:
    """Return what a market order of a size would meet, or None where the book is empty."""
    left, quote, best, worst = quantity, ZERO, ZERO, ZERO
    for level in levels:
        best = best or level.price
        taken = min(left, level.quantity)
        quote += taken * level.price
        left -= taken
        worst = level.price
        if left <= ZERO:
            break
    filled = quantity - left
    if filled <= ZERO:
        return None
    average = quote / filled
    return Estimate(filled, quote, average, worst, abs(average - best) / best * 100)


def quantity_for_percent(
    instrument: Instrument, percent: int, affordable: Decimal, *, is_market: bool
) -> Decimal:
    """Return the legal size nearest below a percentage of what can be afforded, 0 for none."""
    sizes = instrument.quantity_range(is_market=is_market)
    wanted = affordable * percent / 100
    if sizes.most is not None:
        wanted = min(wanted, sizes.most)
    quantity = instrument.round_quantity(wanted, Rounding.DOWN)
    return quantity if quantity >= sizes.least else ZERO


def affordable_to_buy(available: Decimal, price: Decimal, fee_rate: Decimal) -> Decimal:
    """Return the size that an amount of quote asset buys, leaving room for the fee."""
    if price <= ZERO or available <= ZERO:
        return ZERO
    return available / (price * (1 + fee_rate))


def affordable_from_book(levels: Iterable[Level], available: Decimal, fee_rate: Decimal) -> Decimal:
    """Return the size that an amount of quote asset takes from the book, best price first."""
    left, quantity = available / (1 + fee_rate), ZERO
    for level in levels:
        worth = level.price * level.quantity
        if worth >= left:
            return quantity + max(left, ZERO) / level.price
        left -= worth
        quantity += level.quantity
    return quantity


def affordable_on_margin(
    available: Decimal, price: Decimal, leverage: int, fee_rate: Decimal
) -> Decimal:
    """Return the size that a margin opens at a leverage, leaving room for the fee."""
    if price <= ZERO or available <= ZERO:
        return ZERO
    return available / (price * (Decimal(1) / leverage + fee_rate))


def quantity_from_quote(instrument: Instrument, quote: Decimal, price: Decimal) -> Decimal:
    """Return the legal size nearest below what an amount of quote asset is worth."""
    if price <= ZERO:
        return ZERO
    return instrument.round_quantity(quote / price, Rounding.DOWN)


def quantity_for_risk(
    instrument: Instrument, risk: Decimal, entry: Decimal, stop: Decimal, fee_rate: Decimal
) -> Decimal:
    """Return the legal size nearest below that loses an amount of quote asset at a stop.

    The fees of both ways are part of the loss.
    """
    each = loss_at_stop(Decimal(1), entry, stop, fee_rate)
    if each <= ZERO or risk <= ZERO:
        return ZERO
    return instrument.round_quantity(risk / each, Rounding.DOWN)


def loss_at_stop(quantity: Decimal, entry: Decimal, stop: Decimal, fee_rate: Decimal) -> Decimal:
    """Return what a size loses between its entry and its stop, with the fees of both ways."""
    return quantity * (abs(entry - stop) + (entry + stop) * fee_rate)
