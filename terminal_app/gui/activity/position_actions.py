"""Carry out what a person wants done with a position; one press is one action."""

from __future__ import annotations

import secrets
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Market, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_checks import MarketNow, check_request
from terminal_app.domain.order_request import OrderRequest
from terminal_app.domain.safety import AGAIN
from terminal_app.errors import NotConnected
from terminal_app.gui.activity.limit_close import LimitCloseDialog
from terminal_app.gui.activity.panel import ActivityPanel
from terminal_app.gui.activity.position_dialogs import MoveMarginDialog
from terminal_app.gui.activity.protect_dialog import ProtectDialog
from terminal_app.gui.activity.terms_menu import TermsMenu
from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.format import decimal_text
from terminal_app.gui.models import position_rows as rows
from terminal_app.gui.trader import Trader
from terminal_app.services.connection import ACCOUNT, MARKET
from terminal_app.services.desk import Desk
from terminal_app.services.notifications import Severity
from terminal_app.services.order_entry import closing_request
from terminal_app.services.order_words import describe
from terminal_app.services.position_orders import halving_request, reopening_request
from terminal_app.services.session import Session
from terminal_app.services.waiting import answered, until

# How long a closing order may take before what was to follow it is left undone.
CLOSES_WITHIN_S = 15.0


class PositionActions(QObject):
    """Close, halve, reverse and set up positions. Closing is always reduce-only."""

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        panel: ActivityPanel,
        terms: QAbstractButton,
        trader: Trader,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._trader = trader
        self._terms = TermsMenu(window, desk, trader.start)
        self._busy: set[tuple[Market, str]] = set()
        panel.positions.action.connect(self.on_action)
        panel.positions.opened.connect(lambda key, _column: self._show_symbol(key))
        panel.positions.menu_wanted.connect(
            lambda key, where: self._open_menu(self.menu(key), where)
        )
        self._terms.serve(terms)

    def on_action(self, key: str, name: str) -> None:
        """Do what a button of a position's row says."""
        session, position = self._found(key)
        if session is None or position is None:
            return
        if name == rows.CLOSE_MARKET:
            self._trader.close_position(session.market.value, position.key)
        elif name == rows.CLOSE_LIMIT:
            self._open_limit(session, position)
        elif name == rows.CLOSE_HALF:
            self._run(session, position.key, self._halve(session, position))
        elif name == rows.MORE:
            self._open_menu(self.menu(key), QCursor.pos())
        elif name == rows.REVERSE:
            self.reverse(position)

    def reverse(self, position: Position) -> None:
        """Ask whether a position is to be held on the other side, and see to it."""
        session = self._desk.sessions.get(position.market)
        if session is not None:
            self._run(session, position.key, self._reverse(session, position))

    def menu(self, key: str) -> QMenu | None:
        """Return what can be changed of a position, None where it is gone."""
        session, position = self._found(key)
        if session is None or position is None:
            return None
        name, start = position.key, self._trader.start
        menu = QMenu(self._window)
        menu.addAction(f"Show {position.symbol} on the chart", lambda: self._show_symbol(key))
        protect = menu.addAction(
            "Take profit and stop loss …", lambda: self._open_protection(session, position)
        )
        protect.setEnabled(position.symbol in session.instruments)
        move = menu.addAction(
            "Add or take out margin …",
            lambda: MoveMarginDialog(self._window, session, name, start).show(),
        )
        move.setEnabled(position.isolated_margin is not None)
        menu.addSeparator()
        self._terms.fill(menu, session, position.symbol)
        return menu

    def _open_menu(self, menu: QMenu | None, where: QPoint) -> None:
        if menu is not None:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(where)

    def _found(self, key: str) -> tuple[Session | None, Position | None]:
        market, name = key.split("|", 1)
        session = self._desk.sessions.get(Market(market))
        return session, session.account.positions.get(name) if session is not None else None

    def _show_symbol(self, key: str) -> None:
        session, position = self._found(key)
        if session is not None and position is not None:
            self._desk.select_market(session.market)
            self._desk.select_symbol(position.symbol)

    def _open_limit(self, session: Session, position: Position) -> None:
        if position.symbol in session.instruments:

            async def send(request: OrderRequest) -> str:
                return await self._carry(session, request, "")

            key, start = position.key, self._trader.start
            LimitCloseDialog(self._window, session, key, send, start).show()

    def _open_protection(self, session: Session, position: Position) -> None:
        async def carry(request: OrderRequest | None, key: str) -> str:
            return await self._carry(session, request, key)

        start = self._trader.start
        ProtectDialog(self._window, session, position.key, carry, start).show()

    async def _carry(self, session: Session, request: OrderRequest | None, key: str) -> str:
        """Send an order, one instead of another, or end that; return what the exchange said."""
        store = session.orders.store
        if request is None:
            order = store.orders[key]
            await session.orders.cancel(key)
            await until(store.observers, lambda: store.orders[key].status.is_final, CLOSES_WITHIN_S)
            return f"{describe(order)}: {store.orders[key].status.value.lower()}."
        sent = await self._send(session, request, instead_of=key)
        if sent is None:
            return ""
        order = await answered(store, sent)
        if order.status is OrderStatus.NEW:
            return f"At the exchange: {describe(order)}."
        return f"{describe(order)}: {order.status.value.lower()}."

    def _run(self, session: Session, key: str, work: Coroutine[Any, Any, None]) -> None:
        if (session.market, key) in self._busy:
            # The first press is not done yet: a second one is the other half of a double click.
            work.close()
            return
        self._busy.add((session.market, key))
        self._trader.start(self._alone(session, key, work), "position")

    async def _alone(self, session: Session, key: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._busy.discard((session.market, key))

    async def _halve(self, session: Session, position: Position) -> None:
        instrument = session.instruments.get(position.symbol)
        if instrument is None:
            raise NotConnected(f"Nothing was sent: the rules of {position.symbol} are not known.")
        await self._send(session, halving_request(position, instrument))

    async def _reverse(self, session: Session, position: Position) -> None:
        opening = reopening_request(position, is_hedged=bool(session.account.is_hedged))
        if not await ask(self._reverse_question(session, position, opening)):
            return
        self._check(session)
        if session.dry_run.is_on:
            raise NotConnected("Nothing was sent: a dry run cannot reverse, nothing is filled.")
        held = session.account.positions.get(position.key)
        if held is None or held.amount != position.amount:
            raise NotConnected("Nothing was sent: the position changed meanwhile. Look again.")
        action_id, seen = secrets.token_hex(8), session.seen()
        key = await session.orders.place(closing_request(position), action_id, seen)
        store = session.orders.store
        await until(store.observers, lambda: store.orders[key].status.is_final, CLOSES_WITHIN_S)
        order = store.orders[key]
        self._check(session)
        if order.status is not OrderStatus.FILLED:
            raise NotConnected(
                f"Not reversed: {describe(order)} is {order.status}. Nothing was opened."
            )
        account, name = session.account, position.key
        if not await until(
            account.observers, lambda: name not in account.positions, CLOSES_WITHIN_S
        ):
            raise NotConnected("Not reversed: the position is not flat. Nothing was opened.")
        # The question named both orders: the second is not the first one again.
        told = (AGAIN,)
        await session.orders.place(opening, f"{action_id}-opens", session.seen(), told)
        words = _held_words(-position.amount)
        text = f"Reversing {position.symbol}: closed, and a {words} is sent."
        self._desk.notifications.tell(Severity.INFO, text)

    def _reverse_question(
        self, session: Session, position: Position, opening: OrderRequest
    ) -> Question:
        after = _held_words(-position.amount)
        rate = session.account.taker_rate
        fees = ""
        if rate is not None:
            fee = decimal_text(position.notional * rate * 2, 2)
            fees = f" Both cost about {fee} {position.margin_asset} in fees."
        text = (
            f"Two orders at market: first the {_held_words(position.amount)} {position.symbol} is"
            f" closed, reduce-only; once that is filled, a {after} is opened.{fees} Should the"
            " second be refused, you are flat."
        )
        title = f"{session.venue.environment.title}: reverse {position.symbol}?"
        role = "submit" if opening.side is Side.BUY else "danger"
        return Question(self._window, title, text, f"Close, then open a {after}", role)

    async def _send(
        self, session: Session, request: OrderRequest, *, instead_of: str = ""
    ) -> str | None:
        instrument = session.instruments[request.symbol]
        mark = next((one.mark_price for one in session.account.positions_in(request.symbol)), None)
        check_request(instrument, request, MarketNow(mark=mark))
        beside = await self._trader.confirmed(session, request)
        if beside is None:
            return None
        self._check(session)
        if session.dry_run.is_on:
            await session.dry_run.rehearse(request, session.seen())
            return None
        action_id, seen = secrets.token_hex(8), session.seen()
        if instead_of:
            return await session.orders.replace(instead_of, request, action_id, seen, beside)
        return await session.orders.place(request, action_id, seen, beside)

    def _check(self, session: Session) -> None:
        self._trader.check(session, is_closing=True)
        if not session.connection.link(MARKET).is_live:
            raise NotConnected("Nothing was sent: the market data is old. Wait until it is live.")
        if not session.connection.link(ACCOUNT).is_live:
            raise NotConnected("Nothing was sent: the account is old. Wait until it is live.")


def _held_words(amount: Decimal) -> str:
    return f"{'long' if amount > ZERO else 'short'} of {plain(abs(amount))}"
