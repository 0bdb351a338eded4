"""What an order would make of a position: liquidation price, funding, risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.margin import Bracket, Leg, joint_liquidation_price


@dataclass(frozen=True, slots=True)
class Backing:
    """Hold what stands behind the positions of one symbol, None where it is not known.

    ``funds`` is the wallet without the maintenance margin of other positions and with their
    profit; in isolated mode what was put aside for this one. ``other`` is the opposite position of
    hedge mode.
    """

    leg: Leg
    funds: Decimal | None
    brackets: Sequence[Bracket]
    is_isolated: bool = False
    leverage: int | None = None
    other: Leg | None = None


def leg_after(leg: Leg, amount: Decimal, price: Decimal) -> Leg:
    """Return a position after a signed size traded at a price.

    Source: Binance USDⓈ-M: more of it averages the entry, less leaves it, a turn begins anew.
    """
    total = leg.amount + amount
    if not total:
        return Leg(ZERO, ZERO)
    if leg.amount * amount >= ZERO:
        worth = leg.amount * leg.entry_price + amount * price
        return Leg(total, worth / total)
    is_turned = leg.amount * total < ZERO
    return Leg(total, price if is_turned else leg.entry_price)


def liquidation_after(
    backing: Backing, amount: Decimal, price: Decimal, fee: Decimal
) -> Decimal | None:
    """Return the liquidation price after a trade, 0 where there is none, None where it is unknown.

    It is an estimate: funding and fees to come are not in it.
    """
    if backing.funds is None or not backing.brackets:
        return None
    after = leg_after(backing.leg, amount, price)
    funds = backing.funds + realised(backing.leg, amount, price) - fee
    if backing.is_isolated:
        if backing.leverage is None:
            return None
        funds = _isolated_funds(backing, backing.leverage, after, price)
    legs = [after] if backing.other is None else [after, backing.other]
    return joint_liquidation_price(legs, funds, backing.brackets)


def realised(leg: Leg, amount: Decimal, price: Decimal) -> Decimal:
    """Return the profit that a trade takes out of a position, before fees."""
    if leg.amount * amount >= ZERO:
        return ZERO
    closed = min(abs(leg.amount), abs(amount))
    sign = 1 if leg.amount > ZERO else -1
    return sign * closed * (price - leg.entry_price)


def funding_due(amount: Decimal, mark: Decimal, rate: Decimal) -> Decimal:
    """Return what a position gets at the next funding, negative for what it pays."""
    return -amount * mark * rate


def _isolated_funds(backing: Backing, leverage: int, after: Leg, price: Decimal) -> Decimal:
    held, present = backing.funds or ZERO, backing.leg.amount
    if not after.amount or not present or present * after.amount < ZERO:
        return abs(after.amount) * price / leverage
    grown = abs(after.amount) - abs(present)
    if grown >= ZERO:
        return held + grown * price / leverage
    return held * after.amount / present
