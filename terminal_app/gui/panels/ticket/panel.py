"""The order ticket: what will be sent, said in words before it is."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import InvalidOrder
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.ticket import words
from terminal_app.gui.panels.ticket.form import TicketForm
from terminal_app.gui.panels.ticket.hand import TicketHand
from terminal_app.gui.panels.ticket.planning import ROLES, planned_orders
from terminal_app.gui.panels.ticket.preview import TicketPreview
from terminal_app.gui.panels.ticket.refusal import TicketRefusal
from terminal_app.gui.panels.ticket.result import TicketResult
from terminal_app.gui.planned_orders import PlannedOrders
from terminal_app.gui.theme import Theme, restyle
from terminal_app.gui.widgets.focus import set_enabled
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.submit_button import SubmitButton
from terminal_app.observers import Subscriptions
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.order_plan import OrderPlanner, TicketDraft, planner
from terminal_app.services.order_plans import Progress
from terminal_app.services.prospect import Prospect, prospect
from terminal_app.services.session import Session


class Ticket(QWidget):
    """Collect an order; ``submitted(draft, is_rehearsal)`` is emitted once for each press."""

    submitted = Signal(object, bool)

    def __init__(self, desk: Desk, theme: Theme, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._subscriptions = Subscriptions()
        self._instrument: Instrument | None = None
        self._is_sending = False
        self._sent_at = float("-inf")
        self.form = TicketForm()
        self._hand = TicketHand(desk, self.form)
        self.submit = SubmitButton(theme)
        self.result = TicketResult()
        self.refusal = TicketRefusal()
        self.error = self.refusal.label
        self.closed, self.rests = _sentence("warning"), _sentence("muted")
        self.preview = TicketPreview()
        self.planned = PlannedOrders(self)
        self.planned.takes = ROLES
        self.setProperty("role", "ticket")
        self.setProperty("side", Side.BUY.value)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(264)
        self._lay_out()
        self.form.changed.connect(self._on_edited)
        self._hand.edited.connect(self._on_edited)
        self.refusal.taken.connect(self._hand.take)
        self.submit.clicked.connect(self._on_submit)
        self.planned.wanted.connect(self._hand.take_order)
        self.planned.price_wanted.connect(self._hand.take_price)
        self.submit.control_changed.connect(lambda: self._clock.mark(self))
        desk.observers.add(self._on_desk)
        self._follow()

    def set_price(self, price: Decimal, side: Side | None = None) -> None:
        """Take a price that was clicked, with a side where one was named."""
        if self._instrument is not None:
            if side is not None:
                self.form.set_side(side)
            self.form.set_price(price, self._instrument.price_decimals)
            self._on_edited()

    def set_sending(self, is_sending: bool) -> None:
        """Take no press, or presses again, while an order is on its way to the ledger."""
        self._is_sending = is_sending
        self._clock.mark(self)

    def show_error(self, error: Exception) -> None:
        """Say why nothing was sent; the form stays as it is."""
        name = error.field if isinstance(error, InvalidOrder) else ""
        can_fix = self.form.field(name) is not None
        self.refusal.show_refusal(error, is_pressed=True, can_fix=can_fix)
        self._sent_at = float("-inf")
        self.form.mark_invalid(name)

    def show_progress(self, progress: Progress) -> None:
        """Follow what becomes of the orders that were sent from here."""
        self.result.follow(progress)
        self._clock.mark(self)

    def show_rehearsal(self, rehearsals: Sequence[Rehearsal]) -> None:
        """Say what a dry run found; there is no order."""
        self.result.show_rehearsal(rehearsals)
        self._clock.mark(self)

    def clear_error(self) -> None:
        """Forget the last refusal."""
        self.refusal.clear()
        self.form.mark_invalid("")

    def flush(self) -> None:
        """Say anew what the button does and what that costs."""
        session, instrument = self._desk.session, self._instrument
        if session is None or instrument is None:
            is_off = bool(self._desk.problem)
            self._close_entry("The exchange is not connected." if is_off else "Connecting …")
            self.planned.show(())
            return
        self._hand.prefill()
        session.fees.want(instrument.symbol)
        self.result.refresh(instrument)
        plans, (draft, unread) = planner(session, instrument), self._typed()
        seen = prospect(session, instrument, plans, draft) if draft is not None else None
        self.planned.show(planned_orders(seen))
        self._show_means(plans, seen)
        now_ms = time.time_ns() // 1_000_000
        means = session.means(instrument)
        self.preview.show_prospect(seen, means, instrument, self.form.side, now_ms)
        self._show_advice(session, seen, unread)
        self._show_button(session, instrument, seen)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.mark(self)

    def _lay_out(self) -> None:
        lower, beneath = QWidget(), QVBoxLayout()
        lower.setLayout(beneath)
        beneath.setContentsMargins(12, 0, 12, 12)
        beneath.setSpacing(8)
        for part in (self.closed, self.refusal, self.result, self.rests, self.preview):
            beneath.addWidget(part)
        beneath.addStretch(1)
        # What may grow scrolls beneath the button: fields and button never move.
        scroll = QScrollArea()
        scroll.setWidget(lower)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        above = QVBoxLayout()
        above.setContentsMargins(12, 12, 12, 0)
        above.setSpacing(8)
        above.addWidget(self.form)
        above.addWidget(self.submit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(above)
        layout.addWidget(scroll, 1)

    def _close_entry(self, reason: str) -> None:
        self.submit.show_caption("Orders are closed")
        set_enabled(self.submit, False)
        self.closed.setText(reason)
        self.closed.show()

    def _show_means(self, plans: OrderPlanner, seen: Prospect | None) -> None:
        affordable = plans.entry.size_for_percent(seen.order, 100) if seen is not None else None
        is_whole = seen is not None and seen.order.close_position
        self.form.sizing.show_means(is_known=affordable is not None, is_whole=is_whole)

    def _typed(self) -> tuple[TicketDraft | None, InvalidOrder | None]:
        try:
            return self.form.read(), None
        except InvalidOrder as error:
            return None, error

    def _show_advice(
        self, session: Session, seen: Prospect | None, unread: InvalidOrder | None
    ) -> None:
        plan = seen.plan if seen is not None else None
        sentence = words.rest_words(plan, session.venue.capabilities)
        self.rests.setText(sentence)
        self.rests.setVisible(bool(sentence))
        if self.refusal.is_pressed:
            return
        # Half an order is no mistake yet: only what is whole is held against the rules.
        refusal = seen.refusal if seen is not None else unread
        if refusal is None or refusal.value == "is empty":
            self.clear_error()
        else:
            can_fix = self.form.field(refusal.field) is not None
            self.refusal.show_refusal(refusal, is_pressed=False, can_fix=can_fix)

    def _show_button(self, session: Session, instrument: Instrument, seen: Prospect | None) -> None:
        is_closing = seen is not None and seen.order.closes
        # The way out stays open longer than the way in.
        reason = session.orders.gate.closed_because(only_reduces=is_closing)
        if reason:
            self._close_entry(reason)
            return
        self.closed.hide()
        if not session.is_fresh and not is_closing:
            self.submit.show_caption(words.stale_caption(session))
            set_enabled(self.submit, False)
            return
        form, is_rehearsal = self.form, self.submit.has_control
        text = words.caption(
            session, instrument, form.kind, form.side, seen, is_rehearsal=is_rehearsal
        )
        self.submit.show_caption(text)
        self.submit.setEnabled(True)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._follow()
        self._clock.mark(self)

    def _follow(self) -> None:
        self._subscriptions.leave()
        session, instrument = self._desk.session, self._desk.instrument
        if session is not None:
            self._subscriptions.hear(
                lambda _: self._clock.mark(self),
                session.market_data.observers,
                session.account.observers,
                session.fees.observers,
                session.orders.store.observers,
                session.connection.observers,
                session.orders.bans.observers,
            )
        if session is not None and instrument is not None and instrument != self._instrument:
            units = self._desk.preferences.size_units
            unit = SizeUnit(units.get(instrument.market.value, SizeUnit.BASE))
            self.form.set_instrument(instrument, session.venue.capabilities, unit)
            self.clear_error()
            self.result.forget()
        self._instrument = instrument
        self._clock.mark(self)

    def _on_edited(self) -> None:
        self.clear_error()
        self.result.on_edited()
        self._sent_at = float("-inf")
        side = self.form.side.value
        if self.property("side") != side:
            for widget in (self, self.submit):
                widget.setProperty("side", side)
                restyle(widget)
        self._clock.mark(self)

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
        self.submitted.emit(draft, self.submit.has_control)


def _sentence(role: str) -> QLabel:
    label = plain_label(role=role, wraps=True)
    label.hide()
    return label
