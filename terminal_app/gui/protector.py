"""From a price beside a position or a holding to the order that ends it there."""

from __future__ import annotations

import secrets
from decimal import Decimal

from PySide6.QtCore import QObject

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import Instrument, plain
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderListKind, OrderRequest
from terminal_app.errors import NotConnected
from terminal_app.gui.trader import Trader
from terminal_app.services.aim import Aim
from terminal_app.services.desk import Desk
from terminal_app.services.holdings import (
    known_holding,
    pair_of,
    selling_request,
    standing_exit,
)
from terminal_app.services.list_changes import replace_list
from terminal_app.services.order_moves import (
    can_move,
    moved_request,
    other_leg,
    protecting_request,
    standing_protection,
)
from terminal_app.services.session import Session


class Protector(QObject):
    """Have what is held closed at prices: by one take profit and one stop loss each."""

    def __init__(self, desk: Desk, trader: Trader) -> None:
        super().__init__(trader)
        self._desk = desk
        self._trader = trader

    def protect(self, key: str, price: Decimal) -> None:
        """Have a position, or a holding where there are none, closed once a price is reached.

        Above or below the market decides whether that takes profit or stops a loss; what stands
        for the same already moves there instead.
        """
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        position = session.account.positions.get(key)
        if position is not None and position.symbol == instrument.symbol:
            work = self._protect(session, instrument, position, price)
            self._trader.start(work, "protect position")
        elif not session.venue.capabilities.has_positions:
            self._trader.start(self._sell(session, instrument, price), "protect holding")

    def move(self, key: str, price: Decimal) -> None:
        """Have an order at another price; a leg of a pair takes the other one along."""
        session, instrument = self._desk.session, self._desk.instrument
        order = session.orders.store.orders.get(key) if session is not None else None
        if session is None or instrument is None or order is None:
            return
        if order.order_list_id is None:
            self._trader.move(self._desk.aim, key, price)
        elif order.symbol == instrument.symbol:
            work = self._move_leg(session, instrument, order, price)
            self._trader.start(work, "move a pair")

    async def _move_leg(
        self, session: Session, instrument: Instrument, order: Order, price: Decimal
    ) -> None:
        other = other_leg(order, session.orders.store.working())
        if other is None:
            raise NotConnected("Nothing was sent: the pair is on its way, or traded meanwhile.")
        await self._pair(session, instrument, moved_request(order, price), other)

    async def _protect(
        self, session: Session, instrument: Instrument, position: Position, price: Decimal
    ) -> None:
        self._trader.check(session, is_closing=False)
        request = protecting_request(position, price, _market(session))
        store = session.orders.store
        standing = standing_protection(request, store.working())
        if standing is not None:
            if not can_move(standing):
                text = "Nothing was sent: the exit that stands is unknown or on its way."
                raise NotConnected(text)
            self._trader.move(Aim(session, instrument), store.key_of(standing), price)
            return
        await self._place(session, instrument, request)

    async def _sell(self, session: Session, instrument: Instrument, price: Decimal) -> None:
        self._trader.check(session, is_closing=False)
        store, account = session.orders.store, session.account
        free = account.available(instrument.base_asset)
        balance = account.balances.get(instrument.base_asset)
        total = balance.total if balance is not None else None
        holding = known_holding(store.fills.values(), instrument, total)
        if holding is None or free is None:
            raise NotConnected("Nothing was sent: nothing is known to be held.")
        request = selling_request(instrument, holding.quantity, price, _market(session))
        standing = standing_exit(request, store.working())
        if standing is not None and OrderListKind.OCO in session.venue.capabilities.order_lists:
            await self._pair(session, instrument, request, standing)
        elif free >= holding.quantity:
            await self._place(session, instrument, request)
        else:
            locked = plain(holding.quantity - free)
            text = f"{locked} {instrument.base_asset} is locked by other orders: cancel them first."
            raise NotConnected(f"Nothing was sent: {text}")

    async def _place(
        self, session: Session, instrument: Instrument, request: OrderRequest
    ) -> None:  # fmt: skip
        session.entry(instrument).check(request)
        beside = await self._trader.confirmed(session, request)
        if beside is None:
            return
        self._trader.check(session, is_closing=False)
        await session.orders.place(request, secrets.token_hex(8), session.seen(), beside)

    async def _pair(
        self, session: Session, instrument: Instrument, request: OrderRequest, standing: Order
    ) -> None:
        """Put a pair in place of what stands, or of its list: the asset is free once that ended."""
        self._trader.check(session, is_closing=False)
        pair = pair_of(request, standing)
        session.entry(instrument).check_list(pair)
        beside = await self._trader.confirmed(session, request)
        if beside is None:
            return
        self._trader.check(session, is_closing=False)
        # The leg that stays comes again: it is no second one of its like.
        (same,) = [leg for leg in pair.orders if leg.type is not request.type]
        told = (*beside, *(doubt.name for doubt in session.safety.guard.doubts(same)))
        number, store = standing.order_list_id, session.orders.store
        before = [one for one in store.working() if number and one.order_list_id == number]
        action_id = secrets.token_hex(8)
        await replace_list(session, before or [standing], pair, action_id, session.seen(), told)


def _market(session: Session) -> Decimal:
    trade = session.market_data.last_trade
    if trade is None:
        raise NotConnected("Nothing was sent: no trade was seen yet to measure from.")
    return trade.price
