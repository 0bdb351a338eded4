"""What a person changes of how positions are held, each in a small window of its own."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QSpinBox, QWidget

from terminal_app.domain.account import MarginMode, Position
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.margin import liquidation_price, max_notional
from terminal_app.domain.market import Side
from terminal_app.domain.position_figures import distance_at_leverage
from terminal_app.errors import InvalidOrder, TerminalError
from terminal_app.gui.dialogs.setting_dialog import SettingDialog, Start
from terminal_app.gui.format import UNKNOWN, decimal_text, percent_text
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.still import StillSlider
from terminal_app.services.account_settings import MAX_LEVERAGE
from terminal_app.services.session import Session

# What a new position may be worth, where there is none yet to be measured.
EXAMPLE_NOTIONAL = Decimal(1000)


class LeverageDialog(SettingDialog):
    """Set a symbol's leverage, shown as the distance to liquidation that it leaves."""

    def __init__(self, parent: QWidget, session: Session, symbol: str, start: Start) -> None:
        super().__init__(
            parent,
            session,
            f"Leverage of {symbol}",
            "How much of a position's worth is set aside as margin. It holds for the open position"
            " and for new orders.",
            "Set leverage",
            start,
        )
        self._symbol = symbol
        self._brackets = session.rules.brackets.get(symbol, ())
        most = max((one.initial_leverage for one in self._brackets), default=MAX_LEVERAGE)
        settings = session.account.settings(symbol)
        self.value = QSpinBox()
        self.value.setRange(1, most)
        self.value.setSuffix("×")
        self.value.lineEdit().setTextMargins(6, 0, 0, 0)
        self.value.setFixedWidth(84)
        self.value.setAccessibleName("Leverage")
        self.slider = StillSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, most)
        self.slider.setAccessibleName("Leverage")
        self.meaning = plain_label(wraps=True)
        row = QHBoxLayout()
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        self.content.addLayout(row)
        self.content.addWidget(self.meaning)
        self.slider.valueChanged.connect(self.value.setValue)
        self.value.valueChanged.connect(self.slider.setValue)
        self.value.valueChanged.connect(lambda _: self._show_meaning())
        self.value.setValue(settings.leverage if settings is not None else 1)
        self._show_meaning()
        self.value.setFocus()

    async def apply(self) -> str:
        """Set it."""
        leverage = self.value.value()
        await self.session.account_settings.set_leverage(self._symbol, leverage)
        return f"In effect: {self._symbol} at {leverage}×."

    def _show_meaning(self) -> None:
        leverage = self.value.value()
        held = self.session.account.positions_in(self._symbol)
        notional = held[0].notional if held else EXAMPLE_NOTIONAL
        side = held[0].side if held else Side.BUY
        distance = distance_at_leverage(side, leverage, notional, self._brackets)
        text = percent_text(distance, 2, signed=False)
        words = f"Liquidation ≈ {text} from the entry, with its own margin alone."
        if held and held[0].margin_mode is MarginMode.CROSS:
            words += " In cross mode all of the balance stands behind it: liquidation is further."
        if self._brackets:
            most = decimal_text(max_notional(leverage, self._brackets), 0)
            words += f"\nA position may be worth at most {most}."
        self.meaning.setText(words)
        self.meaning.setAccessibleName(words)


class MarginModeDialog(SettingDialog):
    """Choose between the whole balance and an amount of its own as margin."""

    def __init__(self, parent: QWidget, session: Session, symbol: str, start: Start) -> None:
        super().__init__(
            parent,
            session,
            f"Margin mode of {symbol}",
            "It can change only without a position and without open orders in the symbol.",
            "Set margin mode",
            start,
        )
        self._symbol = symbol
        self.cross = QRadioButton("Cross: the whole balance stands behind it")
        self.isolated = QRadioButton("Isolated: at most its own margin is lost")
        settings = session.account.settings(symbol)
        is_isolated = settings is not None and settings.margin_mode is MarginMode.ISOLATED
        (self.isolated if is_isolated else self.cross).setChecked(True)
        for choice in (self.cross, self.isolated):
            self.content.addWidget(choice)

    async def apply(self) -> str:
        """Set it."""
        mode = MarginMode.ISOLATED if self.isolated.isChecked() else MarginMode.CROSS
        await self.session.account_settings.set_margin_mode(self._symbol, mode)
        return f"In effect: {self._symbol} is {mode}."


class HedgeModeDialog(SettingDialog):
    """Choose whether long and short are held apart; it holds for the whole account."""

    def __init__(self, parent: QWidget, session: Session, start: Start) -> None:
        super().__init__(
            parent,
            session,
            "Position mode of the account",
            "It holds for every symbol and can change only without any position and open order.",
            "Set position mode",
            start,
        )
        self.one_way = QRadioButton("One-way: a buy reduces a short, a sell reduces a long")
        self.hedge = QRadioButton("Hedge: long and short of a symbol are held apart")
        (self.hedge if session.account.is_hedged else self.one_way).setChecked(True)
        for choice in (self.one_way, self.hedge):
            self.content.addWidget(choice)

    async def apply(self) -> str:
        """Set it."""
        is_hedged = self.hedge.isChecked()
        await self.session.account_settings.set_hedge_mode(is_hedged)
        return f"In effect: {'hedge' if is_hedged else 'one-way'} mode."


class MoveMarginDialog(SettingDialog):
    """Add margin to an isolated position, or take some out."""

    def __init__(self, parent: QWidget, session: Session, key: str, start: Start) -> None:
        position = session.account.positions[key]
        super().__init__(
            parent,
            session,
            f"Margin of {position.symbol}",
            "More margin moves liquidation further away; what is taken out goes back to the"
            " balance.",
            "Move margin",
            start,
        )
        self._key = key
        self.add = QRadioButton("Add")
        self.remove = QRadioButton("Take out")
        self.add.setChecked(True)
        self.amount = NumberField("Amount", has_unit_switch=False)
        self.amount.set_unit(position.margin_asset, Decimal(1))
        self.meaning = plain_label(wraps=True)
        row = QHBoxLayout()
        for choice in (self.add, self.remove):
            row.addWidget(choice)
            choice.toggled.connect(lambda _: self._show_meaning())
        row.addStretch(1)
        self.content.addLayout(row)
        self.content.addWidget(self.amount)
        self.content.addWidget(self.meaning)
        self.amount.edited.connect(self._show_meaning)
        self._show_meaning()
        self.amount.edit.setFocus()

    async def apply(self) -> str:
        """Move it."""
        amount = self._amount()
        await self.session.account_settings.move_margin(self._key, amount)
        if not self.is_over:
            self.amount.set_value(None)
            self._show_meaning()
        return f"Moved: {decimal_text(amount, signed=True)}."

    def _amount(self) -> Decimal:
        try:
            typed = self.amount.value()
        except ValueError as error:
            raise TerminalError(str(error)) from error
        if typed is None or typed <= ZERO:
            raise InvalidOrder("Margin", "it must be more than 0", "is empty")
        return typed if self.add.isChecked() else -typed

    def _show_meaning(self) -> None:
        position = self.session.account.positions.get(self._key)
        if position is None or position.isolated_margin is None:
            self.meaning.setText("The position is gone, or not isolated any more.")
            return
        own = decimal_text(position.isolated_margin, 2)
        free = decimal_text(self.session.account.available(position.margin_asset), 2)
        words = f"Own margin {own}, available {free} {position.margin_asset}."
        try:
            after = position.isolated_margin + self._amount()
        except TerminalError:
            after = position.isolated_margin
        self.meaning.setText(f"{words}\nLiquidation ≈ {self._liquidation(position, after)}")

    def _liquidation(self, position: Position, margin: Decimal) -> str:
        brackets = self.session.rules.brackets.get(position.symbol, ())
        if not brackets or position.mark_price <= ZERO:
            return UNKNOWN
        price = liquidation_price(position.amount, position.entry_price, margin, brackets)
        instrument = self.session.instruments.get(position.symbol)
        places = instrument.price_decimals if instrument is not None else None
        if price <= ZERO:
            return "none"
        distance = (price - position.mark_price) / position.mark_price * 100
        return f"{decimal_text(price, places)}  {percent_text(distance, 1)} from the mark price"
