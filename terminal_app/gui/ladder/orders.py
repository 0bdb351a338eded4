"""Pass what a hand wants on the ladder to the one place that sends orders."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.ladder.meaning import Meaning
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.trader import Trader
from terminal_app.services.order_plan import TicketDraft


def connect_ladder(panel: LadderPanel, trader: Trader) -> None:
    """Have a ladder's wishes carried out: one press is one wish."""
    view, head = panel.view, panel.head

    def send(meaning: Meaning) -> None:
        trader.submit(TicketDraft(meaning.draft()), panel)

    def cancel(keys: Iterable[str]) -> None:
        for key in keys:
            trader.cancel_here(key)

    def move(keys: Iterable[str], price: Decimal) -> None:
        for key in keys:
            trader.move(key, price)

    def close(positions: Iterable[Position]) -> None:
        for position in positions:
            trader.close_position(position.market.value, position.key)

    def reverse(positions: Iterable[Position]) -> None:
        for position in positions:
            # One order, so that nothing can come between the end of the one and the other.
            size, side = abs(position.amount) * 2, position.side.opposite
            draft = Meaning(side, OrderType.MARKET, size, None).draft()
            trader.submit(TicketDraft(draft), panel)

    view.order_wanted.connect(send)
    view.cancel_wanted.connect(cancel)
    view.move_wanted.connect(move)
    head.close_wanted.connect(close)
    head.reverse_wanted.connect(reverse)
    head.cancel_all_wanted.connect(trader.cancel_symbol)
