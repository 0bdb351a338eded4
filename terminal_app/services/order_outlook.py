"""What an order would make of the account: liquidation price, funding, risk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.account import MarginMode, Position, PositionSide
from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.margin import Leg
from terminal_app.domain.market import Side
from terminal_app.domain.outlook import (
    Backing,
    funding_due,
    leg_after,
    liquidation_after,
)
from terminal_app.domain.sizing import loss_at_stop
from terminal_app.services.account import AccountService
from terminal_app.services.instruments import InstrumentService
from terminal_app.services.market_lines import MarketLines
from terminal_app.services.order_entry import Means, OrderDraft, Preview

NO_LEG = Leg(ZERO, ZERO)


class Place(Protocol):
    """Be where an order would trade: one market, as a session holds it."""

    account: AccountService
    rules: InstrumentService
    markets: MarketLines

    def means(self, instrument: Instrument) -> Means:
        """Return what an order in an instrument can be paid with."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hold what comes after an order; None stands where it is not known or does not apply.

    A ``liquidation`` of 0 is none. ``funding`` is what the position would get, negative for pay.
    """

    liquidation: Decimal | None = None
    liquidation_percent: Decimal | None = None
    funding: Decimal | None = None
    funding_ms: int | None = None
    risk: Decimal | None = None
    risk_percent: Decimal | None = None


NO_OUTLOOK = Outlook()


def equity(place: Place, instrument: Instrument) -> Decimal | None:
    """Return what the account is worth in an instrument's quote asset, None while it is unknown.

    With margin that is the wallet with the open profit; on spot the two assets of the pair.
    """
    account = place.account
    if not account.is_loaded:
        return None
    quote = account.balances.get(instrument.quote_asset)
    total = quote.total if quote is not None else ZERO
    if instrument.contract:
        held = account.positions.values()
        profits = (each.unrealized_profit for each in held if _is_margin(each, instrument))
        return total + sum(profits, ZERO)
    base = account.balances.get(instrument.base_asset)
    data = place.markets.find(instrument.symbol)
    middle = data.book.middle() if data is not None else None
    if base is None or not base.total:
        return total
    return total + base.total * middle if middle is not None else None


def outlook(
    place: Place, instrument: Instrument, draft: OrderDraft, preview: Preview, stop: Decimal | None
) -> Outlook:
    """Return what comes after an order; ``stop`` is the price of its stop loss."""
    risk, risk_percent = _risk(place, instrument, preview, stop)
    if not instrument.contract:
        return Outlook(risk=risk, risk_percent=risk_percent)
    sign = 1 if draft.side is Side.BUY else -1
    amount, price = sign * preview.quantity, preview.likely_price
    backing = _backing(place, instrument, draft)
    data = place.markets.find(instrument.symbol)
    mark = data.mark if data is not None else None
    after = leg_after(backing.leg, amount, price)
    price_after = liquidation_after(backing, amount, price, preview.taker_fee or ZERO)
    reference = mark.mark_price if mark is not None else price
    distance = (price_after / reference - 1) * 100 if price_after and reference else None
    return Outlook(
        price_after,
        distance,
        funding_due(after.amount, mark.mark_price, mark.funding_rate) if mark else None,
        mark.next_funding_ms if mark is not None else None,
        risk,
        risk_percent,
    )


def _risk(
    place: Place, instrument: Instrument, preview: Preview, stop: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    rate = place.account.taker_rate
    if stop is None or rate is None or not preview.quantity:
        return None, None
    risk = loss_at_stop(preview.quantity, preview.likely_price, stop, rate)
    whole = equity(place, instrument)
    return risk, risk / whole * 100 if whole else None


def _backing(place: Place, instrument: Instrument, draft: OrderDraft) -> Backing:
    account, symbol = place.account, instrument.symbol
    means, settings = place.means(instrument), account.settings(symbol)
    side, other_side = PositionSide.BOTH, None
    if means.is_hedged:
        is_long = (draft.side is Side.BUY) is not draft.closes
        side, other_side = PositionSide.LONG, PositionSide.SHORT
        if not is_long:
            side, other_side = other_side, side
    here = {position.position_side: position for position in account.positions_in(symbol)}
    present = here.get(side)
    is_isolated = settings is not None and settings.margin_mode is MarginMode.ISOLATED
    funds = _cross_funds(account, instrument)
    if is_isolated:
        funds = present.isolated_margin or ZERO if present is not None else ZERO
    other = here.get(other_side) if other_side is not None and not is_isolated else None
    return Backing(
        _leg(present),
        funds,
        place.rules.brackets.get(symbol, ()),
        is_isolated,
        means.leverage,
        _leg(other) if other is not None else None,
    )


def _cross_funds(account: AccountService, instrument: Instrument) -> Decimal | None:
    if not account.is_loaded or account.is_multi_assets:
        return None
    balance = account.balances.get(instrument.quote_asset)
    funds = balance.total if balance is not None else ZERO
    for position in account.positions.values():
        if not _is_margin(position, instrument):
            continue
        if position.margin_mode is MarginMode.ISOLATED:
            # What was put aside for it backs nothing else.
            funds -= position.isolated_margin or ZERO
        elif position.symbol != instrument.symbol:
            funds += position.unrealized_profit - position.maintenance_margin
    return funds


def _is_margin(position: Position, instrument: Instrument) -> bool:
    return position.margin_asset == instrument.quote_asset


def _leg(position: Position | None) -> Leg:
    return Leg(position.amount, position.entry_price) if position is not None else NO_LEG
