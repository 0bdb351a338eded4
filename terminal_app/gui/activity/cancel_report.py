"""What became of each order whose end was asked for, line by line, while it happens."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.domain.order import Order, OrderStatus
from terminal_app.gui.dialogs.session_window import SessionWindow
from terminal_app.gui.format import decimal_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.models.cells import side_tone
from terminal_app.gui.models.order_rows import (
    STATUS_WORDS,
    is_whole_position,
    order_words,
    price_of,
)
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.session import Session

_COLUMNS = (
    Column("Symbol", 90, is_figure=False),
    Column("Order", 180, is_figure=False),
    Column("Size", 80),
    Column("Price", 90),
    Column("Outcome", 260, is_figure=False),
)


class CancelReport(SessionWindow):
    """Follow orders until each has ended or is known to stay."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        keys: Sequence[str],
        theme: Theme,
        clock: FrameClock,
    ) -> None:
        title = session.venue.capabilities.title
        super().__init__(parent, session, f"Cancel all on {title}")
        self._store = session.orders.store
        self._keys = list(keys)
        self._clock = clock
        self.resize(700, 320)
        self.summary = plain_label(role="heading")
        self.table = LiveTable(_COLUMNS, theme)
        self.table.setAccessibleName("Orders whose end was asked for")
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        leave = self._store.observers.add(self._on_orders)
        # Escape ends a dialog without a close event.
        self.finished.connect(lambda _: leave())

    def flush(self) -> None:
        """Show how each order stands."""
        orders = {key: self._store.orders.get(key) for key in self._keys}
        ended = sum(order is None or order.status.is_final for order in orders.values())
        waiting = sum(order is not None and order.cancel_pending for order in orders.values())
        words = f"{ended} of {len(orders)} ended"
        if waiting:
            words += f", {waiting} asked and not yet proven"
        left = len(orders) - ended - waiting
        if left:
            words += f", {left} NOT cancelled"
        self.summary.setText(words)
        self.table.show_values(orders, report_row)
        self.table.set_state(ViewState.NORMAL, "There was nothing to cancel.")

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.mark(self)

    def _on_orders(self, _key: Hashable) -> None:
        self._clock.mark(self)


def report_row(key: str, order: Order | None) -> Row:
    """Return the line of one order."""
    if order is None:
        gone = Cell("Gone: the account began anew", Tone.MUTED)
        return Row(key, (Cell(""), Cell(key), Cell(""), Cell(""), gone))
    word, tone = STATUS_WORDS[order.status]
    if order.status is OrderStatus.UNKNOWN:
        word = "UNKNOWN: nobody knows whether it exists, it is being asked for"
    elif order.cancel_pending:
        word, tone = "Asked; not yet proven", Tone.WARNING
    elif not order.status.is_final:
        word, tone = f"NOT cancelled: {order.reason or 'it still works'}", Tone.DANGER
    elif order.reason:
        word = f"{word}: {order.reason}"
    price = price_of(order)
    cells = (
        Cell(order.symbol),
        Cell(order_words(order), side_tone(order.side)),
        Cell("all" if is_whole_position(order) else decimal_text(order.quantity)),
        Cell(decimal_text(price) if price else "market"),
        Cell(word, tone),
    )
    return Row(key, cells)
