"""Carry out what a person wants done with orders in the tabs; one press is one action."""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from decimal import Decimal

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from terminal_app.domain.instrument import Instrument, Market
from terminal_app.domain.order import Order
from terminal_app.domain.order_checks import MarketNow
from terminal_app.domain.order_request import Amendment, OrderRequest
from terminal_app.errors import NotConnected, TerminalError
from terminal_app.gui.activity.cancel_report import CancelReport
from terminal_app.gui.activity.list_question import have_list_anew
from terminal_app.gui.activity.panel import ActivityPanel
from terminal_app.gui.activity.records_tab import RecordsTab
from terminal_app.gui.activity.xray_window import XrayWindow
from terminal_app.gui.dialogs.session_window import close_left_windows
from terminal_app.gui.format import parse_decimal
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.models import order_rows as rows
from terminal_app.gui.models.order_rows import order_words
from terminal_app.gui.theme import Theme
from terminal_app.gui.trader import Trader
from terminal_app.gui.widgets.live_table import DELETE
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.list_changes import ListChange, list_change
from terminal_app.services.order_changes import OrderChange, order_change
from terminal_app.services.order_words import describe
from terminal_app.services.session import Session


class OrderActions(QObject):
    """Change, end and look into orders."""

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        panel: ActivityPanel,
        trader: Trader,
        theme: Theme,
        clock: FrameClock,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._panel = panel
        self._trader = trader
        self._theme = theme
        self._clock = clock
        desk.observers.add(self._on_desk)
        panel.open_orders.action.connect(self.on_action)
        panel.open_orders.take = self.change
        panel.open_orders.opened.connect(lambda key, _column: self.on_action(key, rows.XRAY))
        panel.open_orders.menu_wanted.connect(self._on_menu)
        panel.orders_tab.end_wanted.connect(self.end_all)
        for tab in (panel.history_tab, panel.fills_tab):
            tab.table.opened.connect(lambda key, _column, tab=tab: self._on_record(tab, key))

    def set_theme(self, theme: Theme) -> None:
        """Open windows in other colours from now on."""
        self._theme = theme

    def on_action(self, key: str, name: str) -> None:
        """Do what a button, or a key, says to do with an order."""
        session, order = self._found(key)
        if session is None or order is None:
            return
        if name in (rows.CANCEL, DELETE):
            if not order.cancel_pending:
                self._trader.cancel(session.market.value, key.split("|", 1)[1])
        elif name == rows.XRAY:
            words = f"{order_words(order)} · {describe(order)}"
            self._open_xray(session, order.client_order_id, words)

    def change(self, key: str, column: str, text: str) -> str:
        """Begin to give an order another price or size; return why that is refused, or nothing."""
        refusal = self._change(key, column, text)
        if refusal:
            self._panel.orders_tab.say(refusal, "danger")
        return refusal

    def _change(self, key: str, column: str, text: str) -> str:
        session, order = self._found(key)
        if session is None or order is None or order.status.is_final:
            return "The order has ended: nothing was sent."
        try:
            self._check(session)
            value = parse_decimal(text)
            change = self._change_of(session, order, column, value)
        except (TerminalError, ValueError) as error:
            return str(error)
        name = key.split("|", 1)[1]
        self._panel.orders_tab.say(change.words, "muted")
        if isinstance(change, OrderChange):
            work = self._send(session, name, order, change.request, change.amendment)
        elif change.amendment is not None:
            request = change.request.orders[0]
            work = self._send(session, name, order, request, change.amendment)
        else:
            work = have_list_anew(self._window, self._desk, self._trader, session, change)
        self._trader.start(work, "change")
        return ""

    def end_all(self, market: str, symbol: str, side: str) -> None:
        """Ask for the end of every order of a market, or only of a symbol or a side."""
        session = self._desk.sessions.get(Market(market))
        if session is None:
            return
        store = session.orders.store
        keys = [
            key
            for key, order in store.orders.items()
            if order.status.is_working
            and symbol in ("", order.symbol)
            and side in ("", order.side.value)
        ]
        self._trader.start(self._end(session, keys, symbol, side), "cancel all")
        CancelReport(self._window, session, keys, self._theme, self._clock).show()

    async def _end(self, session: Session, keys: list[str], symbol: str, side: str) -> None:
        orders = session.orders
        if side:
            for key in keys:
                await orders.cancel(key)
        elif symbol:
            await orders.cancel_all(symbol)
        else:
            await orders.cancel_market()

    def _change_of(
        self, session: Session, order: Order, column: str, value: Decimal
    ) -> OrderChange | ListChange:
        instrument = session.instruments.get(order.symbol)
        if instrument is None:
            raise NotConnected(f"Nothing was sent: the rules of {order.symbol} are not known.")
        price = value if column == rows.PRICE else None
        quantity = value if column == rows.SIZE else None
        trigger = value if column == rows.TRIGGER else None
        capabilities, now = session.venue.capabilities, self._now(session, instrument)
        if order.order_list_id is not None:
            working = session.orders.store.working()
            return list_change(
                order, working, instrument, now, price=price, quantity=quantity, trigger=trigger
            )
        return order_change(
            order, instrument, now, capabilities, price=price, quantity=quantity, trigger=trigger
        )

    def _now(self, session: Session, instrument: Instrument) -> MarketNow:
        # The book is that of the symbol that is shown; of others the last price is known.
        if session.market_data.instrument == instrument:
            return session.market_now(instrument)
        last = session.prices.price(instrument.symbol)
        return MarketNow(last=last, held=session.account.held(instrument.symbol))

    async def _send(
        self,
        session: Session,
        key: str,
        before: Order,
        request: OrderRequest,
        amendment: Amendment | None,
    ) -> None:
        beside = await self._trader.confirmed(session, request)
        if beside is None:
            return
        self._check(session)
        order = session.orders.store.orders[key]
        is_same = (order.price, order.quantity, order.executed_quantity) == (
            before.price,
            before.quantity,
            before.executed_quantity,
        )
        if not is_same or order.status.is_final:
            raise NotConnected("Nothing was sent: the order changed meanwhile. Look again.")
        if amendment is not None:
            await session.orders.amend(key, amendment)
        else:
            action_id = secrets.token_hex(8)
            await session.orders.replace(key, request, action_id, session.seen(), beside)

    def _check(self, session: Session) -> None:
        self._trader.check(session, is_closing=True)
        if not session.connection.link(MARKET).is_live:
            raise NotConnected("Nothing was sent: the market data is old. Wait until it is live.")

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            close_left_windows(self._window, self._desk)

    def _found(self, key: str) -> tuple[Session | None, Order | None]:
        market, name = key.split("|", 1)
        session = self._desk.sessions.get(Market(market))
        return session, session.orders.store.orders.get(name) if session is not None else None

    def _on_menu(self, key: str, where: QPoint) -> None:
        session, order = self._found(key)
        if session is None or order is None:
            return
        menu = QMenu(self._window)
        menu.addAction(f"Show {order.symbol} on the chart", lambda: self._show(session, order))
        menu.addAction("X-ray", lambda: self.on_action(key, rows.XRAY))
        menu.addSeparator()
        cancel = menu.addAction("Cancel", lambda: self.on_action(key, rows.CANCEL))
        cancel.setEnabled(not order.cancel_pending)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _show(self, session: Session, order: Order) -> None:
        self._desk.select_market(session.market)
        self._desk.select_symbol(order.symbol)

    def _on_record(self, tab: RecordsTab, key: str) -> None:
        view = tab.record(key)
        session = self._desk.sessions.get(Market(view.market)) if view is not None else None
        if view is None or session is None:
            return
        body = view.body
        if "client_order_id" not in body:
            # A trade names its order by the venue's number alone.
            orders = session.records.orders()
            found = orders.get(f"{body['symbol']}:order:{body['order_id']}")
            if found is None:
                return
            body = found
        words = f"{str(body['side']).lower()} {body['quantity']} {body['symbol']}"
        self._open_xray(session, str(body["client_order_id"]), words)

    def _open_xray(self, session: Session, name: str, words: str) -> None:
        XrayWindow(self._window, session, name, words, self._theme, self._trader.start).show()
