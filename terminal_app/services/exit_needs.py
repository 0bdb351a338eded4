"""Which exits of an entry are due, and what speaks against sending them unasked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.account import PositionSide
from terminal_app.domain.exit_doubts import ExitDoubt, ExitSight, find_doubt
from terminal_app.domain.exits import STOP_LOSS, TAKE_PROFIT, exit_orders, left_after_fee
from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderListKind, OrderRequest, PriceKind
from terminal_app.services.account import AccountService
from terminal_app.services.clock import venue_now_ms
from terminal_app.services.exit_plans import REFUSED, UNCLEAR, ExitPart, ExitPlan, leg_of
from terminal_app.services.order_entry import Means
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.services.prices import PriceService
from terminal_app.venues.base import Venue

_WORDS = {STOP_LOSS: "stop loss", TAKE_PROFIT: "take profit"}


class Place(Protocol):
    """Be where exits are sent: one market, as a session holds it."""

    venue: Venue
    orders: OrderService
    account: AccountService
    prices: PriceService

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return what can be traded, by symbol."""

    def means(self, instrument: Instrument) -> Means:
        """Return what an order in an instrument can be paid with."""


@dataclass(frozen=True, slots=True)
class Due:
    """Hold the exits that a part of an entry lacks, the protecting one first."""

    part: ExitPart
    requests: tuple[OrderRequest, ...]


class ExitNeeds:
    """Compare a plan with what its entry has filled and with what is held.

    ``exit_keys`` are all exits of all plans; other orders that close are strangers.
    """

    def __init__(self, place: Place, plan: ExitPlan, exit_keys: Collection[str]) -> None:
        self._place = place
        self._plan = plan
        self._exit_keys = exit_keys
        # A fill may be told before the position it makes: only what was seen can be gone.
        self._was_held = plan.is_resumed and plan.covered > ZERO

    @property
    def knows_lists(self) -> bool:
        """Say whether the venue itself ends the one of two exits when the other fills."""
        return OrderListKind.OCO in self._place.venue.capabilities.order_lists

    def due(self, order: Order, *, is_wanted: bool = False) -> list[Due]:
        """Return what was never sent, or refused.

        Where a person wants it all the same, what nobody knows of comes again, and no more than is
        held.
        """
        instrument = self._place.instruments.get(order.symbol)
        if instrument is None or self.is_gone():
            return []
        parts, new = list(self._plan.parts), order.executed_quantity - self._plan.covered
        if new > ZERO:
            parts.append(ExitPart(new))
        left = self.held() if is_wanted else None
        due = []
        for part in parts:
            quantity = self._quantity(instrument, part.covers)
            if left is not None:
                quantity = instrument.round_quantity(min(quantity, left), Rounding.DOWN)
            legs = self._missing(part, is_wanted=is_wanted)
            if not legs or quantity < instrument.quantity.least:
                continue
            left = left - quantity if left is not None else None
            wanted = exit_orders(instrument, self._plan.entry, quantity, self._plan.exits)
            due.append(Due(part, tuple(one for one in wanted[::-1] if leg_of(one) in legs)))
        return due

    def doubt(self, order: Order, due: list[Due]) -> ExitDoubt | None:
        """Return why what is due must not leave by itself, None where it may."""
        plan, store = self._plan, self._place.orders.store
        needed = sum((one.requests[0].quantity or ZERO for one in due), ZERO)
        unknown = store.unknown(order.symbol, order.side.opposite)
        sent = [store.orders[key] for one in due for key in one.part.keys if key in store.orders]
        refused = dict.fromkeys(one.reason for one in sent if one.status in REFUSED)
        sight = ExitSight(
            needed,
            self.held(),
            self.price(),
            (venue_now_ms(self._place.venue) - order.updated_ms) / 1000,
            tuple(one.client_order_id for one in unknown),
            ", ".join(refused),
            self._strangers(order) if plan.is_resumed else (),
        )
        return find_doubt(plan.entry.side, plan.exits, sight)

    def unclear(self) -> ExitDoubt | None:
        """Return a doubt while nobody knows of exits that were sent, None where all are known."""
        known = self._plan.unclear(self._place.orders.store.orders)
        lost = [one for one in known if one.status is OrderStatus.UNKNOWN]
        if not lost:
            return None
        names = " and ".join(f"{_WORDS[leg_of(one)]} {one.client_order_id}" for one in lost)
        reason = f"nobody knows yet whether the {names} reached the exchange"
        return ExitDoubt(reason, is_asked=True)

    def is_settled(self, part: ExitPart) -> bool:
        """Say whether nothing is left to be done with what was sent for a part."""
        known = self._place.orders.store.orders
        statuses = [known[key].status for key in part.keys if key in known]
        if self.knows_lists:
            return not any(status in UNCLEAR for status in statuses)
        return all(status.is_final for status in statuses)

    def held(self) -> Decimal | None:
        """Return how much of what the entry opened is there to be closed, None where unknown."""
        account, entry = self._place.account, self._plan.entry
        if self._place.venue.capabilities.has_positions:
            held = account.held(entry.symbol, entry.position_side)
            return max(held if entry.side is Side.BUY else -held, ZERO)
        instrument = self._place.instruments.get(entry.symbol)
        if instrument is None or entry.side is Side.SELL:
            return None
        return account.available(instrument.base_asset)

    def price(self) -> Decimal | None:
        """Return the price that the exits watch, None while it is not known."""
        entry = self._plan.entry
        if self._plan.exits.kind is PriceKind.MARK:
            for position in self._place.account.positions_in(entry.symbol):
                return position.mark_price
        return self._place.prices.price(entry.symbol)

    def is_gone(self) -> bool:
        """Say whether the position that the entry made was there and is no more."""
        if not self._place.venue.capabilities.has_positions:
            return False
        is_held = bool(self.held())
        was_held, self._was_held = self._was_held, self._was_held or is_held
        return was_held and not is_held

    def _missing(self, part: ExitPart, *, is_wanted: bool) -> tuple[str, ...]:
        known, plan = self._place.orders.store.orders, self._plan
        missing = plan.missing(part, known)
        if not is_wanted:
            return missing
        lost = {leg_of(one) for one in plan.unclear(known)}
        return tuple(leg for leg in plan.legs if leg in missing or leg in lost)

    def _quantity(self, instrument: Instrument, filled: Decimal) -> Decimal:
        is_buy = self._plan.entry.side is Side.BUY
        fee_rate = self._place.means(instrument).fee_rate if is_buy else ZERO
        return left_after_fee(instrument, filled, fee_rate)

    def _strangers(self, order: Order) -> tuple[str, ...]:
        store, has_positions = (
            self._place.orders.store,
            self._place.venue.capabilities.has_positions,
        )
        return tuple(
            describe(one)
            for key, one in store.orders.items()
            if one.status.is_working
            and (one.symbol, one.side, one.position_side)
            == (order.symbol, order.side.opposite, order.position_side)
            and key not in self._exit_keys
            and (one.reduce_only or one.close_position or not has_positions or _is_hedged(one))
        )


def _is_hedged(order: Order) -> bool:
    return order.position_side is not PositionSide.BOTH
