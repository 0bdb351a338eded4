"""The limits a person sets for themselves, and how the day stands."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.safety import SafetyRules
from terminal_app.gui.format import UNKNOWN, decimal_text
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.still import StillComboBox
from terminal_app.services.desk import Desk
from terminal_app.services.safety.daily_loss import UNLOCK_WORD
from terminal_app.services.session import Session

CENT = Decimal("0.01")


class LimitsPage(QWidget):
    """Show and change the limits of the market that is looked at; empty is no limit."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.where, self.day, self.outcome = (
            plain_label(role=role, wraps=True) for role in ("muted", "figure", "muted")
        )
        self.notional = NumberField("Most an order may be worth", has_unit_switch=False)
        self.quantity = NumberField("Largest order", has_unit_switch=False)
        self.distance = NumberField("Farthest from the market", has_unit_switch=False)
        self.loss = NumberField("Most a day may lose", has_unit_switch=False)
        self.duplicate = NumberField(
            "The same order again needs a yes within", has_unit_switch=False
        )
        self.zone = StillComboBox()
        self.zone.addItems(["The day ends at midnight UTC", "The day ends at midnight here"])
        self.zone.setAccessibleName("When the day ends")
        self.save = QPushButton("Save limits")
        self.save.setProperty("role", "primary")
        self.word, self.unlock = QLineEdit(), QPushButton("Unlock")
        self.word.setPlaceholderText(f"Type {UNLOCK_WORD}")
        self.word.setAccessibleName(f"Type {UNLOCK_WORD} to take new risk again today")
        self.unlock.setProperty("role", "danger")
        self._lay_out()
        self.save.clicked.connect(self._save)
        self.unlock.clicked.connect(self._unlock)
        self.word.textChanged.connect(lambda text: self.unlock.setEnabled(text == UNLOCK_WORD))
        self.load()

    def load(self) -> None:
        """Show what holds now in the market that is looked at."""
        desk, session, instrument = self._desk, self._desk.session, self._desk.instrument
        is_known = session is not None and instrument is not None
        for field in self._fields():
            field.setEnabled(is_known)
        self.save.setEnabled(is_known)
        if session is None or instrument is None:
            self.where.setText("No exchange is connected: limits are set where they hold.")
            return
        environment = session.venue.environment
        title = session.venue.capabilities.title
        self.where.setText(
            f"{environment.title}, {title}. Every order is held against these before it leaves."
            " What reduces a position, and every cancel, always passes. Empty is no limit."
        )
        rules = desk.safety.rules(environment, session.market)
        quote, base = instrument.quote_asset, instrument.base_asset
        self.notional.set_unit(quote, Decimal(100))
        self.quantity.set_unit(f"{base} of {instrument.symbol}", instrument.step_size)
        self.distance.set_unit("%", Decimal("0.5"))
        self.loss.set_unit(session.safety.loss.asset or quote, Decimal(10))
        self.duplicate.set_unit("ms", Decimal(100))
        self.notional.set_value(rules.most_notional)
        self.quantity.set_value(rules.most_quantity.get(instrument.symbol))
        self.distance.set_value(rules.most_distance_percent)
        self.loss.set_value(rules.most_daily_loss)
        self.duplicate.set_value(Decimal(rules.duplicate_ms) if rules.duplicate_ms else None)
        self.zone.setCurrentIndex(int(rules.day_is_local))
        self.show_day()

    def show_day(self) -> None:
        """Show what the day has brought, and whether that locked it."""
        session = self._desk.session
        text, role, is_locked = day_words(session)
        self.day.setText(text)
        if self.day.property("role") != role:
            self.day.setProperty("role", role)
            restyle(self.day)
        self.word.setVisible(is_locked)
        self.unlock.setVisible(is_locked)
        self.unlock.setEnabled(self.word.text() == UNLOCK_WORD)

    def _fields(self) -> tuple[NumberField, ...]:
        return self.notional, self.quantity, self.distance, self.loss, self.duplicate

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for index, field in enumerate((self.notional, self.quantity, self.distance)):
            grid.addWidget(field, index, 0)
        for index, widget in enumerate((self.loss, self.zone, self.duplicate)):
            grid.addWidget(widget, index, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addWidget(self.outcome, 1)
        lock = QHBoxLayout()
        lock.addWidget(self.day, 1)
        lock.addWidget(self.word)
        lock.addWidget(self.unlock)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.where)
        layout.addLayout(grid)
        layout.addLayout(buttons)
        layout.addSpacing(8)
        layout.addLayout(lock)
        layout.addStretch(1)
        for button in (self.save, self.unlock):
            button.setAutoDefault(False)

    def _save(self) -> None:
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        environment, market = session.venue.environment, session.market
        before = self._desk.safety.rules(environment, market)
        values: list[Decimal | None] = []
        for field in self._fields():
            value = self._read(field)
            if value is _WRONG:
                return
            values.append(value)
        notional, quantity, distance, loss, duplicate = values
        quantities = {**before.most_quantity}
        quantities.pop(instrument.symbol, None)
        if quantity is not None:
            quantities[instrument.symbol] = quantity
        rules = SafetyRules(
            notional, quantities, distance, loss,
            day_is_local=self.zone.currentIndex() == 1,
            duplicate_ms=int(duplicate or 0),
        )  # fmt: skip
        self._desk.safety.set_rules(environment, market, replace(rules))
        self._say("Saved. Every order is held against them from now on.", "buy")
        self.show_day()

    def _read(self, field: NumberField) -> Decimal | None:
        try:
            value = field.value()
        except ValueError as error:
            problem = str(error)
        else:
            problem = "it must be more than 0, or empty" if value is not None and value < 0 else ""
            if not problem:
                field.set_invalid(False)
                return value or None
        field.set_invalid(True)
        self._say(f"{field.caption}: {problem}", "danger")
        return _WRONG

    def _unlock(self) -> None:
        session = self._desk.session
        if session is not None and session.safety.loss.unlock(self.word.text()):
            self.word.clear()
        self.show_day()

    def _say(self, text: str, role: str) -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        restyle(self.outcome)


# Told apart by being this very value: no person types it.
_WRONG = Decimal("-1")


def day_words(session: Session | None) -> tuple[str, str, bool]:
    """Return how the day stands, the role that colours it, and whether it is locked."""
    if session is None:
        return f"Today {UNKNOWN}", "muted", False
    loss = session.safety.loss
    result, asset, most = loss.result, loss.asset, loss.rules.most_daily_loss
    parts = (("realised", result.realised), ("fees", result.fees), ("funding", result.funding))
    detail = ", ".join(f"{word} {_money(value)}" for word, value in parts)
    text = f"Today {_money(result.total)} {asset} ({detail})"
    if result.uncounted:
        text += f"; not counted: {', '.join(sorted(result.uncounted))}"
    if loss.lock.is_locked:
        return f"LOCKED. {text}. Only what reduces a position is taken.", "danger", True
    if most is not None:
        left = max(most + loss.lock.forgiven + result.total, Decimal(0))
        text += f". {_money(left)} {asset} left until new risk is locked"
    return f"{text}.", "figure", False


def _money(value: Decimal) -> str:
    return decimal_text(value.quantize(CENT), signed=True) if value else "0"
