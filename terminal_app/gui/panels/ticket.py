"""The order ticket: what will be sent, said in words before it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.errors import InvalidOrder
from terminal_app.gui.format import age_text, decimal_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.ticket_form import TicketForm
from terminal_app.gui.panels.ticket_preview import TicketPreview
from terminal_app.gui.panels.ticket_result import TicketResult
from terminal_app.gui.planned_orders import PlannedOrder, PlannedOrders
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.submit_button import SubmitButton
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.order_entry import OrderDraft, OrderEntry, Preview
from terminal_app.services.order_store import OrderStore
from terminal_app.services.session import Session


class Ticket(QWidget):
    """Collect an order; ``submitted(draft)`` is emitted once for each press of the button."""

    submitted = Signal(object)

    def __init__(self, desk: Desk, theme: Theme, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._leave: list[Callable[[], None]] = []
        self._instrument: Instrument | None = None
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._is_sending = False
        self._sent_at = float("-inf")
        self.form = TicketForm()
        self.submit = SubmitButton(theme)
        self.result = TicketResult()
        self.error, self.closed = _sentence("danger"), _sentence("warning")
        self.preview = TicketPreview()
        self.planned = PlannedOrders(self)
        self.planned.wanted.connect(lambda order: self.set_price(order.price, order.side))
        self.planned.price_wanted.connect(lambda _order, price: self.set_price(price))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.form)
        layout.addWidget(self.submit)
        layout.addWidget(self.closed)
        layout.addWidget(self.error)
        layout.addWidget(self.result)
        layout.addWidget(self.preview)
        layout.addStretch(1)
        self.setMinimumWidth(248)
        self.form.changed.connect(self._on_edited)
        self.form.percent_chosen.connect(self._on_percent)
        self.form.unit_switched.connect(self._on_unit_switched)
        self.submit.clicked.connect(self._on_submit)
        desk.observers.add(self._on_desk)
        self._follow()

    def set_price(self, price: Decimal, side: Side | None = None) -> None:
        """Take a price that was clicked, with a side where one was named, as a limit order."""
        if self._instrument is not None:
            if side is not None:
                (self.form.buy if side is Side.BUY else self.form.sell).setChecked(True)
            self.form.set_price(price, self._instrument.price_decimals)
            self._on_edited()

    def set_sending(self, is_sending: bool) -> None:
        """Take no press, or presses again, while an order is on its way to the ledger."""
        self._is_sending = is_sending
        self._clock.mark(self)

    def show_error(self, error: Exception) -> None:
        """Say why nothing was sent; the form stays as it is."""
        self.error.setText(str(error))
        self.error.show()
        self._sent_at = float("-inf")
        field = error.field if isinstance(error, InvalidOrder) else ""
        self.form.mark_invalid(field)

    def show_order(self, store: OrderStore, key: str) -> None:
        """Follow what becomes of an order that was sent from here."""
        self.result.follow(store, key)
        self._clock.mark(self)

    def show_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Say what a dry run found; there is no order."""
        self.result.show_rehearsal(rehearsal)
        self._clock.mark(self)

    def clear_error(self) -> None:
        """Forget the last refusal."""
        self.error.hide()
        self.form.mark_invalid("")

    def flush(self) -> None:
        """Say anew what the button does and what that costs."""
        session, instrument = self._desk.session, self._instrument
        if session is None or instrument is None:
            is_off = bool(self._desk.problem)
            self._close_entry("The exchange is not connected." if is_off else "Connecting …")
            self.planned.show(())
            return
        self._prefill(session, instrument)
        self.result.refresh(instrument)
        entry = session.entry(instrument)
        draft = self.form.draft()
        affordable = entry.size_for_percent(draft, 100) if draft is not None else None
        self.form.show_affordable(affordable is not None)
        preview = entry.preview(draft) if draft is not None else None
        self.planned.show(_plan(self.form.side, preview))
        self.preview.show_preview(
            preview,
            session.means(instrument),
            instrument,
            self.form.side,
        )
        reason = session.orders.closed_because
        if reason:
            self._close_entry(reason)
            return
        caption, is_open = self._caption(session, instrument, draft)
        self.closed.hide()
        self.submit.show_caption(caption)
        self.submit.setEnabled(is_open)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.mark(self)

    def _close_entry(self, reason: str) -> None:
        self.submit.show_caption("Orders are closed")
        self.submit.setEnabled(False)
        self.closed.setText(reason)
        self.closed.show()

    def _caption(
        self, session: Session, instrument: Instrument, draft: OrderDraft | None
    ) -> tuple[str, bool]:
        capabilities, environment = session.venue.capabilities, session.venue.environment
        side = self.form.side
        word = capabilities.buy_word if side is Side.BUY else capabilities.sell_word
        if not session.is_fresh and not self.form.reduce_only:
            age = age_text(session.connection.link(MARKET).age_seconds() * 1000)
            return f"Market data is old ({age})\nonly closing and cancelling work", False
        size = "" if draft is None or draft.size is None else decimal_text(draft.size)
        unit = instrument.quote_asset if self.form.size_in_quote else instrument.base_asset
        what = f"{word} {size} {unit}" if size else f"{word} {instrument.base_asset}"
        if self.form.type is OrderType.MARKET:
            first, second = f"{what} at market", "at once, at any price"
        else:
            price = draft.price if draft is not None else None
            first = f"{what} at {decimal_text(price)}" if price is not None else what
            force = self.form.time_in_force
            extra = "post only" if force is TimeInForce.POST_ONLY else force.value
            second = "limit" if force is TimeInForce.GTC else f"limit, {extra}"
        if self.form.reduce_only:
            second += ", reduce only"
        if session.dry_run.is_on:
            return f"Dry run: {first}\nnothing is sent · {environment.title}", True
        return f"{first}\n{second} · {environment.title}", True

    def _prefill(self, session: Session, instrument: Instrument) -> None:
        best = session.market_data.book.side(self.form.side).best()
        if best is not None and self.form.wants_price:
            self.form.prefill_price(best.price, instrument.price_decimals)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._follow()
        self._clock.mark(self)

    def _follow(self) -> None:
        for leave in self._leave:
            leave()
        self._leave.clear()
        session, instrument = self._desk.session, self._desk.instrument
        if session is not None:
            for observers in (
                session.market_data.observers,
                session.account.observers,
                session.orders.store.observers,
                session.connection.observers,
                session.orders.bans.observers,
            ):
                self._leave.append(observers.add(lambda _: self._clock.mark(self)))
        if session is not None and instrument is not None and instrument != self._instrument:
            units = self._desk.preferences.size_in_quote
            self.form.size_in_quote = units.get(instrument.market.value, False)
            self.form.set_instrument(instrument, session.venue.capabilities)
            self.clear_error()
            self.result.forget()
        self._instrument = instrument
        self._clock.mark(self)

    def _on_edited(self) -> None:
        self.clear_error()
        self._sent_at = float("-inf")
        if self.submit.property("side") != self.form.side.value:
            self.submit.setProperty("side", self.form.side.value)
            restyle(self.submit)
        self._clock.mark(self)

    def _entry(self) -> OrderEntry | None:
        session, instrument = self._desk.session, self._instrument
        if session is None or instrument is None:
            return None
        return session.entry(instrument)

    def _on_percent(self, percent: int) -> None:
        entry, draft = self._entry(), self.form.draft()
        size = entry.size_for_percent(draft, percent) if entry and draft else None
        if size is not None and self._instrument is not None:
            decimals = 2 if self.form.size_in_quote else self._instrument.quantity_decimals
            self.form.size_field.set_value(size, decimals)
        self._on_edited()

    def _on_unit_switched(self) -> None:
        entry, draft = self._entry(), self.form.draft()
        preview = entry.preview(draft) if entry and draft else None
        size = None
        if preview is not None and preview.quantity and draft is not None:
            price = preview.price or (preview.estimate.average_price if preview.estimate else None)
            if draft.size_in_quote:
                size = preview.quantity
            elif price is not None:
                size = (preview.quantity * price).quantize(Decimal("0.01"))
        self.form.switch_unit(size)
        if self._instrument is not None:
            units = self._desk.preferences.size_in_quote
            units[self._instrument.market.value] = self.form.size_in_quote
        self._on_edited()

    def _on_submit(self) -> None:
        # Not by disabling the button: that would move the keyboard's focus to another one.
        # The second half of a double click, or Enter on top of a click, is the same press; who
        # wants another of the same changes the form or waits as long as a double click lasts.
        since = time.monotonic() - self._sent_at
        if self._is_sending or since < QApplication.doubleClickInterval() / 1000:
            return
        self.clear_error()
        try:
            draft = self.form.read()
        except InvalidOrder as error:
            self.show_error(error)
            return
        self._sent_at = time.monotonic()
        self.submitted.emit(draft)


def _plan(side: Side, preview: Preview | None) -> tuple[PlannedOrder, ...]:
    """Return what the chart shows of an order that is not sent yet."""
    if preview is None or preview.price is None or not preview.quantity:
        return ()
    return (PlannedOrder(side, preview.quantity, preview.price),)


def _sentence(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.hide()
    return label
