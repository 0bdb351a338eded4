"""The USDⓈ-M market: queries, leverage, funding and liquidation."""

from collections.abc import Sequence
from decimal import Decimal

from terminal_app.practice.engine.events import LeverageChanged, MarkPrice
from terminal_app.practice.engine.kinds import IncomeType
from terminal_app.practice.engine.model import Income, Position
from terminal_app.practice.usdm.checks import check_leverage
from terminal_app.practice.usdm.risk import UsdmRisk


class UsdmMarket(UsdmRisk):
    """Trade USDⓈ-M perpetuals."""

    def set_leverage(self, symbol: str, leverage: int) -> Position:
        """Set the leverage of a symbol and return its position (leverage, max_notional)."""
        rules, books = self.data.rules(symbol), self._books
        check_leverage(leverage, rules, books, self._valuation())
        if leverage != books.leverage(symbol):
            books.leverages[symbol] = leverage
            self._emit(LeverageChanged(self.now_ms, symbol, leverage))
            self._commit()
        return self.positions(symbol)[0]

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

    def mark_price(self, symbol: str) -> MarkPrice:
        """Return mark, index and funding of a symbol."""
        self.data.rules(symbol)
        return self._mark_prices.of(symbol)

    def open_interest(self, symbol: str) -> Decimal:
        """Return a plausible open interest in base units: a third of the day's volume."""
        rules = self.data.rules(symbol)
        volume = self._listings[symbol].tape.ticker_24h().volume
        return volume / 3 // rules.step_size * rules.step_size
