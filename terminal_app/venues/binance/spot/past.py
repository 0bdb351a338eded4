"""An account's past on Binance spot, by the numbers of orders and trades."""

from __future__ import annotations

from terminal_app.domain.income import Income
from terminal_app.domain.order import Fill, OrderUpdate
from terminal_app.venues.account_past import PastPage
from terminal_app.venues.binance.limits import Priority
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.spot import wire as spot
from terminal_app.venues.binance.spot.order_words import PREFIX

PAGE = 1000


class SpotPast:
    """Page through orders and trades of a symbol. A cursor is the first number to ask for."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    async def orders(self, symbol: str, cursor: int) -> PastPage[OrderUpdate]:
        """Return orders of a symbol, ended ones among them."""
        params = [("symbol", symbol), ("orderId", str(max(cursor, 1))), ("limit", str(PAGE))]
        rows = await self._rest.get_signed(
            list[spot.OrderReply], f"{PREFIX}/allOrders", params, Priority.HISTORY
        )
        updates = tuple(mapping.order_update(row) for row in rows)
        working = [
            row.order_id
            for row, update in zip(rows, updates, strict=True)
            if not update.status.is_final
        ]
        following = rows[-1].order_id + 1 if rows else cursor
        return PastPage(updates, following, len(rows) < PAGE, min(working, default=None))

    async def fills(self, symbol: str, cursor: int) -> PastPage[Fill]:
        """Return the account's own trades in a symbol."""
        params = [("symbol", symbol), ("fromId", str(cursor)), ("limit", str(PAGE))]
        rows = await self._rest.get_signed(
            list[spot.AccountTrade], f"{PREFIX}/myTrades", params, Priority.HISTORY
        )
        fills = tuple(mapping.fill_from_trade(row) for row in rows)
        return PastPage(fills, rows[-1].trade_id + 1 if rows else cursor, len(rows) < PAGE)

    async def income(self, cursor: int) -> PastPage[Income]:
        """Return nothing: spot tells of balances alone."""
        return PastPage((), cursor, is_last=True)
