"""The options beside the button: how long it stays, what it may do, what it watches."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import PriceKind, TimeInForce
from terminal_app.domain.policy import Chase, Policy, Then, TimeOut
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.gui.panels.ticket.kinds import Extra, TicketKind
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.still import StillDateTimeEdit
from terminal_app.venues.base import Capabilities

FIRST_LIFE_S = 3600
_FORCES = {
    TimeInForce.GTC: "GTC: until it is cancelled",
    TimeInForce.IOC: "IOC: what it can take at once, the rest ends",
    TimeInForce.FOK: "FOK: all at once, or nothing",
    TimeInForce.GTD: "GTD: until a time",
}
_WATCHED = {PriceKind.LAST: "Last", PriceKind.MARK: "Mark"}
_PREVENTIONS: dict[SelfTradePrevention | None, tuple[str, str]] = {
    None: ("STP", "As the exchange does by itself"),
    SelfTradePrevention.NONE: ("STP none", "None: own orders may trade with each other"),
    SelfTradePrevention.EXPIRE_TAKER: ("STP taker", "The arriving order ends"),
    SelfTradePrevention.EXPIRE_MAKER: ("STP maker", "The resting order ends"),
    SelfTradePrevention.EXPIRE_BOTH: ("STP both", "Both orders end"),
    SelfTradePrevention.DECREMENT: ("STP less", "Both lose what they would trade"),
    SelfTradePrevention.TRANSFER: ("STP transfer", "Within one account both lose what they would"),
}
# Name on the button, words in the menu, seconds, what follows; or how far a chase goes in percent.
_TIME_OUTS = (
    ("10 s", "Cancel it after 10 s", 10.0, Then.NOTHING),
    ("1 min", "Cancel it after 1 min", 60.0, Then.NOTHING),
    ("10 min", "Cancel it after 10 min", 600.0, Then.NOTHING),
    ("10 s IOC", "After 10 s send the rest as IOC", 10.0, Then.IOC),
    ("10 s market", "After 10 s send the rest at market", 10.0, Then.MARKET),
    ("1 min market", "After 1 min send the rest at market", 60.0, Then.MARKET),
)
_CHASES = ("0.1", "0.5", "1")


class TicketOptions(QWidget):
    """Hold the options; only those that the kind of order and the market take are shown.

    Emits ``edited`` for every change by hand.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.time_in_force = TimeInForce.GTC
        self.watched = PriceKind.LAST
        self.prevention: SelfTradePrevention | None = None
        self._has_preventions = False
        self._policy: TimeOut | Decimal | None = None
        self.post_only = _box("Post only", "It never takes: the exchange refuses it instead")
        self.reduce = _box("Reduce only", "It can but make a position smaller, never turn it")
        self.close_all = _box("Close all", "It closes the whole position, however large it is then")
        self.till = StillDateTimeEdit()
        self.till.setDisplayFormat("dd MMM HH:mm")
        self.till.lineEdit().setTextMargins(4, 0, 0, 0)
        self.till.setFixedWidth(98)
        self.till.setAccessibleName("Good till, local time")
        self.till.setToolTip("When the exchange ends it, in this computer's time")
        self.force = MenuButton("GTC", "How long the order stays")
        self.watch = MenuButton("Last", "Which price the trigger watches: last traded, or mark")
        self.prevent = MenuButton("STP", "What happens where it would trade with an own order")
        self.look_after = MenuButton("Auto", "What the program does with it by itself")
        self._lay_out()
        self._connect()

    def show_kind(self, kind: TicketKind, capabilities: Capabilities | None) -> None:
        """Show what a kind of order takes in a market, which may not be known yet."""
        self.post_only.setVisible(kind.can_post_only)
        self.reduce.setEnabled(not self.closes_all(kind))
        self.force.setVisible(kind.type.has_price and not kind.keeps_resting)
        self.force.setEnabled(not (self.post_only.isChecked() and kind.can_post_only))
        # What ends by itself at a time needs nobody who ends it.
        has_end = self.life(kind) is TimeInForce.GTD
        self.till.setVisible(has_end)
        self.look_after.setVisible(kind.takes_policy and not has_end)
        known = capabilities
        self.reduce.setVisible(known is not None and known.has_reduce_only)
        can_close = known is not None and known.has_close_position and kind.can_close_position
        self.close_all.setVisible(can_close)
        waits = kind.type.has_trigger or kind.extra in (Extra.EXITS, Extra.STOP_LIMIT)
        self.watch.setVisible(waits and known is not None and len(known.trigger_kinds) > 1)
        self.prevent.setVisible(self._has_preventions)

    def set_instrument(self, instrument: Instrument, capabilities: Capabilities) -> None:
        """Offer what a symbol and its market take; every option is as on the first day."""
        forces = [force for force in _FORCES if force in capabilities.times_in_force]
        self.force.set_choices((_FORCES[force], force) for force in forces)
        watched = capabilities.trigger_kinds
        self.watch.set_choices((f"{_WATCHED[kind]} price", kind) for kind in watched)
        rules = instrument.self_trade
        self._has_preventions = bool(rules.modes)
        by_itself = _PREVENTIONS[None][1]
        if rules.default is not None:
            by_itself = f"{by_itself}: {_PREVENTIONS[rules.default][1].lower()}"
        choices = [(_PREVENTIONS[mode][1], mode) for mode in rules.modes]
        self.prevent.set_choices([(by_itself, None), *choices])
        self.post_only.setChecked(False)
        self.reduce.setChecked(False)
        self.close_all.setChecked(False)
        self._on_force(TimeInForce.GTC)
        self._on_watched(watched[0])
        self._on_prevention(None)
        self._on_policy(None)

    def closes_all(self, kind: TicketKind) -> bool:
        """Say whether the whole position is to be closed."""
        return self.close_all.isChecked() and kind.can_close_position

    def life(self, kind: TicketKind) -> TimeInForce:
        """Return how long an order of a kind stays."""
        if self.post_only.isChecked() and kind.can_post_only:
            return TimeInForce.POST_ONLY
        if not kind.type.has_price or kind.keeps_resting:
            return TimeInForce.GTC
        return self.time_in_force

    def good_till_ms(self, kind: TicketKind) -> int | None:
        """Return when an order of a kind ends, None where it has no time."""
        if self.life(kind) is not TimeInForce.GTD:
            return None
        return self.till.dateTime().toSecsSinceEpoch() * 1000

    def policy(
        self, kind: TicketKind, side: Side, price: Decimal | None, instrument: Instrument
    ) -> Policy | None:
        """Return what looks after an order, None for nothing."""
        chosen = self._policy if not self.look_after.isHidden() else None
        if not isinstance(chosen, Decimal):
            return chosen
        if price is None:
            return None
        sign, rounding = (1, Rounding.DOWN) if side is Side.BUY else (-1, Rounding.UP)
        return Chase(instrument.round_price(price * (1 + sign * chosen / 100), rounding))

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        # A box stands nearer to its own words than to those of its neighbour.
        above.setSpacing(6)
        above.addWidget(self.post_only)
        above.addWidget(self.reduce)
        above.addStretch(1)
        above.addWidget(self.force)
        below.addWidget(self.close_all)
        below.addWidget(self.till)
        below.addStretch(1)
        below.setSpacing(2)
        for button in (self.watch, self.prevent, self.look_after):
            below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(above)
        layout.addLayout(below)
        self.setFixedHeight(54)

    def _connect(self) -> None:
        choices: list[tuple[str, object]] = [("Nothing: it is left alone", None)]
        choices += [
            (words, (name, TimeOut(seconds, then))) for name, words, seconds, then in _TIME_OUTS
        ]
        choices += [
            (f"Chase the best price, up to {text} % away", (f"Chase {text} %", Decimal(text)))
            for text in _CHASES
        ]
        self.look_after.set_choices(choices)
        for box in (self.post_only, self.reduce, self.close_all):
            box.toggled.connect(self.edited)
        self.till.dateTimeChanged.connect(self.edited)
        for button, slot in (
            (self.force, self._on_force),
            (self.watch, self._on_watched),
            (self.prevent, self._on_prevention),
            (self.look_after, self._on_policy),
        ):
            button.chosen.connect(slot)
            button.chosen.connect(self.edited)

    def _on_force(self, force: object) -> None:
        self.time_in_force = TimeInForce(str(force))
        self.force.show_choice(self.time_in_force.value)
        if self.time_in_force is TimeInForce.GTD:
            self.till.setDateTime(QDateTime.currentDateTime().addSecs(FIRST_LIFE_S))

    def _on_watched(self, kind: object) -> None:
        self.watched = PriceKind(str(kind))
        self.watch.show_choice(_WATCHED[self.watched])

    def _on_prevention(self, mode: object) -> None:
        self.prevention = None if mode is None else SelfTradePrevention(str(mode))
        self.prevent.show_choice(_PREVENTIONS[self.prevention][0])

    def _on_policy(self, choice: object) -> None:
        self._policy, name = None, "Auto"
        if isinstance(choice, tuple):
            name, self._policy = choice
        self.look_after.show_choice(name)


def _box(text: str, hint: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setToolTip(hint)
    return box
