"""The one place where every order is held against what a person allows themselves."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import Amendment, OrderRequest, OrderType
from terminal_app.domain.safety import (
    Doubt,
    Placed,
    RiskSight,
    SafetyRules,
    check_limits,
    doubts,
    reduces_risk,
)
from terminal_app.domain.sizing import walk_book
from terminal_app.errors import NeedsYes
from terminal_app.services.account import AccountService
from terminal_app.services.market_lines import MarketLines
from terminal_app.services.order_store import OrderStore
from terminal_app.services.safety.daily_loss import DailyLoss

# More orders than this within the time of the guard no hand sends.
REMEMBERED = 50


class Sight(Protocol):
    """Be where a guard looks: one market, as a session holds it."""

    account: AccountService
    markets: MarketLines

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return what can be traded, by symbol."""


class OrderGuard:
    """Refuse what breaks a rule of the person's own; what reduces a risk always passes."""

    def __init__(self, place: Sight, store: OrderStore, loss: DailyLoss) -> None:
        self._place = place
        self._store = store
        self._loss = loss
        self._placed: deque[tuple[float, OrderRequest]] = deque(maxlen=REMEMBERED)
        self.rules = SafetyRules()

    def set_rules(self, rules: SafetyRules) -> None:
        """Hold every order against other rules from now on."""
        self.rules = rules
        self._loss.set_rules(rules)

    def check(
        self, requests: Sequence[OrderRequest], told: Collection[str], instead_of: str = ""
    ) -> None:
        """Raise ``InvalidOrder`` for a broken rule, ``NeedsYes`` for a doubt not in ``told``.

        ``instead_of`` is the key of an order that ends when these leave.
        """
        for request in requests:
            sight = self._sight(request, instead_of)
            if not reduces_risk(request, sight):
                self._loss.check()
            instrument = self._place.instruments.get(request.symbol)
            if instrument is None:
                continue
            check_limits(instrument, request, self.rules, sight)
            for doubt in self._doubts(instrument, request, sight):
                if doubt.name not in told:
                    raise NeedsYes(doubt.name, doubt.finding)

    def doubts(self, request: OrderRequest) -> list[Doubt]:
        """Return what a person has to say yes to before this order leaves."""
        instrument = self._place.instruments.get(request.symbol)
        if instrument is None:
            return []
        return self._doubts(instrument, request, self._sight(request))

    def check_change(self, key: str, order: Order, change: Amendment) -> None:
        """Raise ``InvalidOrder`` for a change that a new order could not make either."""
        is_smaller = change.quantity is None or change.quantity <= order.quantity
        if is_smaller and change.price in (None, order.price):
            return
        quantity = change.quantity if change.quantity is not None else order.quantity
        request = OrderRequest(
            market=order.market,
            symbol=order.symbol,
            side=order.side,
            type=order.type,
            quantity=max(quantity - order.executed_quantity, ZERO),
            price=change.price or order.price or None,
            reduce_only=order.reduce_only,
            trigger=order.trigger,
            position_side=order.position_side,
        )
        sight = self._sight(request, key)
        if reduces_risk(request, sight):
            return
        self._loss.check()
        instrument = self._place.instruments.get(request.symbol)
        if instrument is not None:
            check_limits(instrument, request, self.rules, sight)

    def took(self, requests: Sequence[OrderRequest]) -> None:
        """Remember orders that were taken: the same again needs a yes."""
        now = time.monotonic()
        self._placed.extend((now, request) for request in requests)

    def _doubts(
        self, instrument: Instrument, request: OrderRequest, sight: RiskSight
    ) -> list[Doubt]:
        now = time.monotonic()
        ages = ((other, int((now - at) * 1000)) for at, other in self._placed)
        placed = [Placed(other, age) for other, age in ages if age < self.rules.duplicate_ms]
        return list(doubts(instrument, request, self.rules, sight, placed))

    def _sight(self, request: OrderRequest, instead_of: str = "") -> RiskSight:
        held = self._place.account.held(request.symbol, PositionSide.BOTH)
        # Of a day's orders only those that act on the same position matter, and only to a way out.
        is_way_out = held != ZERO and (held > ZERO) is (request.side is Side.SELL)
        return RiskSight(
            has_positions=self._has_positions(request.symbol),
            held=held,
            resting=self._resting(request, instead_of) if is_way_out else ZERO,
            market=self._market_price(request.symbol),
            worst=self._worst(request),
        )

    def _resting(self, request: OrderRequest, instead_of: str) -> Decimal:
        terms = (request.symbol, request.side)
        sizes = (
            order.remaining
            for order in self._store.working()
            if (order.symbol, order.side) == terms
            and not order.reduce_only
            and self._store.key_of(order) != instead_of
        )
        return sum(sizes, ZERO)

    def _has_positions(self, symbol: str) -> bool:
        instrument = self._place.instruments.get(symbol)
        return instrument is None or bool(instrument.contract)

    def _market_price(self, symbol: str) -> Decimal | None:
        data = self._place.markets.find(symbol)
        middle = data.book.middle() if data is not None else None
        if middle is not None:
            return middle
        positions = self._place.account.positions_in(symbol)
        return positions[0].mark_price if positions else None

    def _worst(self, request: OrderRequest) -> Decimal | None:
        data = self._place.markets.find(request.symbol)
        if request.type is not OrderType.MARKET or request.quantity is None or data is None:
            return None
        estimate = walk_book(data.book.side(request.side.opposite), request.quantity)
        return estimate.worst_price if estimate is not None else None
