"""The USDⓈ-M market: queries about the account and its marks."""

from collections.abc import Sequence
from copy import copy

from terminal_app.practice.engine.events import MarkPrice
from terminal_app.practice.engine.intervals import HOUR_MS
from terminal_app.practice.engine.kinds import IncomeType
from terminal_app.practice.engine.model import Order
from terminal_app.practice.engine.usdm_values import Income
from terminal_app.practice.usdm.risk import DELEVERAGING_PREFIX, LIQUIDATION_PREFIX
from terminal_app.practice.usdm.waiting import UsdmWaiting

_FORCED = (LIQUIDATION_PREFIX, DELEVERAGING_PREFIX)
_FORCED_ORDERS_MS = 90 * 24 * HOUR_MS


class UsdmMarket(UsdmWaiting):
    """Trade USDⓈ-M perpetuals."""

    def income(
        self,
        symbol: str | None,
        income_type: IncomeType | None,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Income]:
        """Return income rows, oldest first."""
        return self._incomes.query(symbol, income_type, limit, start_ms, end_ms)

    def force_orders(
        self,
        symbol: str | None,
        limit: int,
        is_deleveraging: bool | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Order]:
        """Return orders of liquidations and deleveragings, oldest first, of the last 90 days."""
        forced = {True: (DELEVERAGING_PREFIX,), False: (LIQUIDATION_PREFIX,), None: _FORCED}
        low = max(start_ms or 0, self.now_ms - _FORCED_ORDERS_MS)
        high = self.now_ms if end_ms is None else end_ms
        found = [
            copy(order)
            for order in self.ledger.orders.values()
            if order.client_order_id.startswith(forced[is_deleveraging])
            and symbol in (None, order.symbol)
            and low <= order.time_ms <= high
        ]
        return found[-limit:]

    def mark_now(self) -> None:
        """Mark every contract at this moment and act on it; the next full second does again."""
        self._mark_prices.tick(self.now_ms)

    def mark_price(self, symbol: str) -> MarkPrice:
        """Return mark, index and funding of a symbol."""
        self.data.rules(symbol)
        return self._mark_prices.of(symbol)
