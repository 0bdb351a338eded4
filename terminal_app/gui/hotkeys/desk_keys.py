"""What trading keys do to a symbol: the desk's, or that of the ladder under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.errors import InvalidOrder
from terminal_app.gui.focus import Focus, aim_of
from terminal_app.gui.hotkeys.key_map import KeyAction
from terminal_app.gui.trader import OrderForm, Trader
from terminal_app.services.notifications import Severity
from terminal_app.services.order_entry import OrderDraft
from terminal_app.services.order_plan import TicketDraft


@dataclass(frozen=True, slots=True)
class WrittenSize:
    """Hold the size that a person has chosen, None where there is none."""

    size: Decimal | None
    is_in_quote: bool


@dataclass(frozen=True, slots=True)
class _Quick:
    side: Side
    # The side of the book whose best price it takes; None for whatever price there is.
    at: Side | None


_ORDERS = {
    KeyAction.BUY_AT_BID: _Quick(Side.BUY, Side.BUY),
    KeyAction.SELL_AT_ASK: _Quick(Side.SELL, Side.SELL),
    KeyAction.BUY_AT_ASK: _Quick(Side.BUY, Side.SELL),
    KeyAction.SELL_AT_BID: _Quick(Side.SELL, Side.BUY),
    KeyAction.BUY_MARKET: _Quick(Side.BUY, None),
    KeyAction.SELL_MARKET: _Quick(Side.SELL, None),
}
_CANCELS = {
    KeyAction.CANCEL_BUYS: Side.BUY,
    KeyAction.CANCEL_SELLS: Side.SELL,
}


class DeskKeys:
    """Do what keys say to the symbol of a focus; the trader checks and asks as ever.

    ``size`` is what an order gets, the ticket's or a ladder's; ``form`` is told of refusals.
    """

    def __init__(
        self, focus: Focus, trader: Trader, form: OrderForm, size: Callable[[], WrittenSize]
    ) -> None:
        self._focus = focus
        self._trader = trader
        self._form = form
        self._size = size

    def on_trading_key(self, action: KeyAction) -> None:
        """Do what a key was pressed for."""
        if action is KeyAction.CANCEL_ALL:
            self._trader.cancel_symbol(aim_of(self._focus))
        elif action in _CANCELS:
            self._trader.cancel_side(aim_of(self._focus), _CANCELS[action])
        elif action in (KeyAction.FLATTEN, KeyAction.HALF):
            self._trader.close_here(aim_of(self._focus), by_half=action is KeyAction.HALF)
        else:
            self._order(_ORDERS[action])

    def _order(self, quick: _Quick) -> None:
        aim, line = aim_of(self._focus), self._focus.line
        if aim is None or line is None:
            return
        try:
            written = self._size()
        except InvalidOrder as error:
            self._form.show_error(error)
            return
        price = None
        if quick.at is not None:
            best = line.data.book.side(quick.at).best()
            if best is None:
                text = "Nothing was sent: the book shows no price."
                self._focus.desk.notifications.tell(Severity.WARNING, text)
                return
            price = best.price
        draft = OrderDraft(
            side=quick.side,
            type=OrderType.MARKET if price is None else OrderType.LIMIT,
            price=price,
            size=written.size,
            size_in_quote=written.is_in_quote,
            time_in_force=TimeInForce.GTC,
            reduce_only=False,
        )
        if written.size is None:
            rule = "a trading key takes the size that stands here"
            self._form.show_error(InvalidOrder("Size", rule, "is empty"))
            return
        self._trader.submit(aim, TicketDraft(draft), self._form)
