"""What a click on the ladder means: said at the pointer first, then done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from PySide6.QtCore import Qt

from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce, Trigger
from terminal_app.gui.format import decimal_text
from terminal_app.services.order_entry import OrderDraft

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_WORDS = {OrderType.LIMIT: "limit", OrderType.STOP_MARKET: "stop", OrderType.MARKET: "market"}


class Zone(StrEnum):
    """Name the columns of the ladder."""

    BUYS = "buys"
    PRICE = "price"
    SELLS = "sells"


class MouseScheme(StrEnum):
    """Name how a click tells its side."""

    COLUMNS = "columns"
    BUTTONS = "buttons"

    @property
    def words(self) -> str:
        """Return it in words."""
        if self is MouseScheme.COLUMNS:
            return "Bid column buys, ask column sells"
        return "Left button buys, right button sells"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Hold the order that a click would send; ``price`` is the trigger of a stop.

    None is the price of an order at market. A limit that only rests is post only.
    """

    side: Side
    type: OrderType
    size: Decimal
    price: Decimal | None
    only_rests: bool = False

    def draft(self) -> OrderDraft:
        """Return it as a ticket would write it."""
        is_stop = self.type is OrderType.STOP_MARKET
        return OrderDraft(
            side=self.side,
            type=self.type,
            price=self.price if self.type is OrderType.LIMIT else None,
            size=self.size,
            size_in_quote=False,
            time_in_force=TimeInForce.POST_ONLY if self.only_rests else TimeInForce.GTC,
            reduce_only=False,
            trigger=Trigger(self.price) if is_stop else None,
        )

    def words(self, symbol: str, decimals: int) -> str:
        """Return what would be sent: side, type, size, symbol and price."""
        side = "Buy" if self.side is Side.BUY else "Sell"
        what = f"{side} {_WORDS[self.type]} {plain(self.size)} {symbol}"
        if self.price is None:
            return what
        rests = ", post only" if self.only_rests else ""
        return f"{what} at {decimal_text(self.price, decimals)}{rests}"


def side_of(scheme: MouseScheme, zone: Zone, button: Qt.MouseButton) -> Side | None:
    """Return the side that a button in a column means, None where it means no order."""
    if scheme is MouseScheme.BUTTONS:
        return {_LEFT: Side.BUY, _RIGHT: Side.SELL}.get(button)
    if button is not _LEFT:
        return None
    return {Zone.BUYS: Side.BUY, Zone.SELLS: Side.SELL}.get(zone)


def type_of(modifiers: Qt.KeyboardModifier) -> OrderType | None:
    """Return the kind of order the held keys mean; both together mean none."""
    is_market, is_stop = bool(modifiers & _CTRL), bool(modifiers & _SHIFT)
    if is_market and is_stop:
        return None
    if is_market:
        return OrderType.MARKET
    return OrderType.STOP_MARKET if is_stop else OrderType.LIMIT


def meaning_of(
    side: Side | None,
    modifiers: Qt.KeyboardModifier,
    size: Decimal | None,
    price: Decimal,
    *,
    only_rests: bool = False,
) -> Meaning | None:
    """Return what a click would send, None where it would send nothing."""
    type_ = type_of(modifiers)
    if side is None or type_ is None or size is None:
        return None
    rests = only_rests and type_ is OrderType.LIMIT
    return Meaning(side, type_, size, None if type_ is OrderType.MARKET else price, rests)
