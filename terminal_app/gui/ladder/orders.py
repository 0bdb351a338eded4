"""Pass what a hand wants on the ladder to the places that send and change orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.gui.focus import Focus, aim_of
from terminal_app.gui.ladder.meaning import Meaning
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.trader import Trader
from terminal_app.services.order_plan import TicketDraft


def connect_ladder(
    panel: LadderPanel, focus: Focus, trader: Trader, reverse: Callable[[Position], None]
) -> None:
    """Have a ladder's wishes carried out in the symbol that it shows: one press is one wish."""

    def send(meaning: Meaning) -> None:
        trader.submit(aim_of(focus), TicketDraft(meaning.draft()), panel)

    def cancel(keys: Iterable[str]) -> None:
        aim = aim_of(focus)
        if aim is not None:
            for key in keys:
                trader.cancel(aim.session.market.value, key)

    def move(keys: Iterable[str], price: Decimal) -> None:
        for key in keys:
            trader.move(aim_of(focus), key, price)

    panel.view.order_wanted.connect(send)
    panel.view.cancel_wanted.connect(cancel)
    panel.view.move_wanted.connect(move)
    panel.head.close_wanted.connect(lambda: trader.close_here(aim_of(focus)))
    panel.head.reverse_wanted.connect(reverse)
    panel.head.cancel_all_wanted.connect(lambda: trader.cancel_symbol(aim_of(focus)))
