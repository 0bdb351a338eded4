"""The income rows of the futures account."""

from collections.abc import Sequence
from decimal import Decimal

from terminal_app.practice.engine.kinds import IncomeType
from terminal_app.practice.engine.usdm_values import Income


class IncomeRows:
    """Keep income rows in order and know which are not saved yet."""

    def __init__(self) -> None:
        self._rows: list[Income] = []
        self._saved = 0

    def load(self, rows: Sequence[Income]) -> None:
        """Take saved rows."""
        self._rows = list(rows)
        self._saved = len(self._rows)

    def add(
        self,
        transaction_id: int,
        income_type: IncomeType,
        income: Decimal,
        asset: str,
        symbol: str,
        time_ms: int,
        trade_id: str,
    ) -> None:
        """Append a row; nothing is recorded for nothing."""
        if income:
            self._rows.append(
                Income(
                    transaction_id=transaction_id,
                    symbol=symbol,
                    income_type=income_type,
                    income=income,
                    asset=asset,
                    time_ms=time_ms,
                    trade_id=trade_id,
                    info=income_type.value,
                )
            )

    def query(
        self,
        symbol: str | None,
        income_type: IncomeType | None,
        limit: int,
        start_ms: int | None,
        end_ms: int | None,
    ) -> Sequence[Income]:
        """Return rows, oldest first: the newest, or with a start the first ones from it."""
        low, high = start_ms or 0, 1 << 62 if end_ms is None else end_ms
        found = [
            row
            for row in self._rows
            if symbol in (None, row.symbol)
            and income_type in (None, row.income_type)
            and low <= row.time_ms <= high
        ]
        return found[-limit:] if start_ms is None else found[:limit]

    def take_new(self) -> list[tuple[int, Income]]:
        """Return the rows not saved yet, with their numbers."""
        new = list(enumerate(self._rows[self._saved :], self._saved))
        self._saved = len(self._rows)
        return new
