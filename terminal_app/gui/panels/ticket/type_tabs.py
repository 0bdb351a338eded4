"""The kinds of orders: the usual ones in a row, the rest in a menu at its end."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from terminal_app.gui.panels.ticket import kinds
from terminal_app.gui.panels.ticket.kinds import TicketKind
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.venues.base import Capabilities


class TypeTabs(QWidget):
    """Let a person choose a kind of order; ``chosen`` tells that it is another."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = kinds.LIMIT
        self.buttons: dict[TicketKind, QPushButton] = {}
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for kind in (kinds.LIMIT, kinds.MARKET, kinds.STOP):
            button = QPushButton(kind.title)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setToolTip(kind.hint)
            self._group.addButton(button)
            self.buttons[kind] = button
            layout.addWidget(button)
        self.more = MenuButton("More", "Further kinds of orders")
        self.more.setProperty("role", "segment")
        self.more.setCheckable(True)
        layout.addWidget(self.more)
        layout.addStretch(1)
        self.buttons[kinds.LIMIT].setChecked(True)
        self._group.buttonClicked.connect(self._on_button)
        self.more.chosen.connect(self._on_more)

    def set_market(self, capabilities: Capabilities) -> None:
        """Offer what a market takes, the first of it chosen."""
        shown = kinds.tabs(capabilities)
        for kind, button in self.buttons.items():
            button.setVisible(kind in shown)
        self.more.set_choices((kind.title, kind) for kind in kinds.more(capabilities))
        if self.kind not in (*shown, *kinds.more(capabilities)):
            self.choose(kinds.LIMIT)

    def choose(self, kind: TicketKind) -> None:
        """Choose a kind as if by hand."""
        self.kind = kind
        button = self.buttons.get(kind)
        # A group that is exclusive would not let its last button go.
        self._group.setExclusive(button is not None)
        for each in self.buttons.values():
            each.setChecked(each is button)
        self.more.setChecked(button is None)
        self.more.show_choice("More" if button is not None else kind.short or kind.title)
        self.more.setToolTip(kind.hint if button is None else "Further kinds of orders")
        restyle(self.more)
        self.more.updateGeometry()
        self.chosen.emit()

    def _on_button(self, pressed: QPushButton) -> None:
        self.choose(next(kind for kind, button in self.buttons.items() if button is pressed))

    def _on_more(self, kind: object) -> None:
        if isinstance(kind, TicketKind):
            self.choose(kind)
