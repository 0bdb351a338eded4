"""Margin of USDⓈ-M futures in single-asset mode, as pure Decimal functions.

`amount` is a signed position in base units (long > 0), prices and money are in the quote asset.
Source of the formulas: Binance futures, margin and liquidation FAQs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_ZERO = Decimal(0)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Bracket:
    """Hold one leverage bracket: floor < notional <= cap; `cum` is the maintenance amount."""

    number: int
    initial_leverage: int
    notional_floor: Decimal
    notional_cap: Decimal
    maintenance_margin_rate: Decimal
    cum: Decimal


def make_brackets(tiers: Iterable[tuple[int, Decimal, Decimal]]) -> tuple[Bracket, ...]:
    """Build brackets from (initial leverage, notional cap, maintenance rate), lowest first.

    The maintenance amount keeps the margin continuous where two brackets meet.
    """
    brackets: list[Bracket] = []
    floor = rate_before = cum = _ZERO
    for number, (leverage, cap, rate) in enumerate(tiers, start=1):
        cum += floor * (rate - rate_before)
        brackets.append(Bracket(number, leverage, floor, cap, rate, cum))
        floor, rate_before = cap, rate
    return tuple(brackets)


def bracket_for(notional: Decimal, brackets: Sequence[Bracket]) -> Bracket:
    """Return the bracket of an unsigned notional; the last one also beyond its cap."""
    for bracket in brackets:
        if notional <= bracket.notional_cap:
            return bracket
    return brackets[-1]


def max_notional(leverage: int, brackets: Sequence[Bracket]) -> Decimal:
    """Return the largest notional allowed at a leverage, 0 above the highest leverage."""
    caps = [b.notional_cap for b in brackets if b.initial_leverage >= leverage]
    return max(caps, default=_ZERO)


def initial_margin(notional: Decimal, leverage: int) -> Decimal:
    """Return the initial margin of a notional of either sign."""
    return abs(notional) / leverage


def maintenance_margin(notional: Decimal, brackets: Sequence[Bracket]) -> Decimal:
    """Return the maintenance margin of a notional of either sign."""
    size = abs(notional)
    bracket = bracket_for(size, brackets)
    return size * bracket.maintenance_margin_rate - bracket.cum


def unrealized_pnl(amount: Decimal, entry_price: Decimal, mark_price: Decimal) -> Decimal:
    """Return the profit of a position at the mark price."""
    return amount * (mark_price - entry_price)


def break_even_price(amount: Decimal, entry_price: Decimal, costs: Decimal) -> Decimal:
    """Return the exit price that earns back `costs`: commission paid minus profit realised.

    A fresh position gives entry × (1 ± fee rate), which is what Binance shows; its rule after
    partial closes is not published. 0 when flat.
    """
    if not amount:
        return _ZERO
    return max(_ZERO, entry_price + costs / amount)


@dataclass(frozen=True, slots=True)
class Leg:
    """Hold one position of a symbol: its signed amount and where it was opened."""

    amount: Decimal
    entry_price: Decimal


def liquidation_price(
    amount: Decimal,
    entry_price: Decimal,
    wallet_balance: Decimal,
    brackets: Sequence[Bracket],
    other_maintenance_margin: Decimal = _ZERO,
    other_unrealized_pnl: Decimal = _ZERO,
) -> Decimal:
    """Return the mark price at which a one-way position is liquidated, 0 when there is none.

    Cross: the cross wallet, with maintenance margin and unrealised profit of all other cross
    positions. Isolated: the isolated wallet, others 0. The bracket is the one that holds at the
    price found. Source: Binance futures FAQ, liquidation price in one-way mode.
    """
    funds = wallet_balance - other_maintenance_margin + other_unrealized_pnl
    return joint_liquidation_price((Leg(amount, entry_price),), funds, brackets)


def joint_liquidation_price(
    legs: Sequence[Leg], funds: Decimal, brackets: Sequence[Bracket]
) -> Decimal:
    """Return the mark price at which the positions of one symbol are liquidated together.

    `legs` are the one-way position or long and short of hedge mode; `funds` is what backs them:
    wallet - maintenance margin + unrealised profit of all others. 0 when there is none. Source:
    Binance futures FAQ, liquidation price in hedge mode.
    """
    held = [leg for leg in legs if leg.amount]
    if not held:
        return _ZERO
    price = held[0].entry_price
    seen: set[tuple[int, ...]] = set()
    while True:
        tiers = [bracket_for(abs(leg.amount) * price, brackets) for leg in held]
        numbers = tuple(tier.number for tier in tiers)
        if numbers in seen:
            return max(_ZERO, price)
        seen.add(numbers)
        numerator, denominator = funds, _ZERO
        for leg, tier in zip(held, tiers, strict=True):
            numerator += tier.cum - leg.amount * leg.entry_price
            denominator += abs(leg.amount) * tier.maintenance_margin_rate - leg.amount
        if not denominator:
            return _ZERO
        price = numerator / denominator
        if price <= 0:
            return _ZERO


def bankruptcy_price(amount: Decimal, entry_price: Decimal, funds: Decimal) -> Decimal:
    """Return the price at which closing a position leaves nothing of its funds, 0 at the least."""
    if not amount:
        return _ZERO
    return max(_ZERO, entry_price - funds / amount)
