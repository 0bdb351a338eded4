"""Turn balances into rows of text: what is free, what is tied up and where, what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.account import Balance
from terminal_app.domain.account_use import Use
from terminal_app.gui.format import UNKNOWN, decimal_text
from terminal_app.gui.models.cells import money_decimals
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone

BALANCE_COLUMNS = (
    Column("Asset", 90, is_figure=False, name="asset"),
    Column("Wallet", 110, is_figure=False, name="wallet"),
    Column("Total", 140, name="total"),
    Column("Free", 140, name="free"),
    Column("Locked", 120, name="locked"),
    Column("Locked in", 230, is_figure=False, name="use"),
    Column("Worth", 140, name="worth", hint="At the last price, in the currency chosen above"),
)


@dataclass(frozen=True, slots=True)
class BalanceView:
    """Hold a balance with what ties it up and its worth in a currency; None is not known."""

    market: str
    title: str
    balance: Balance
    use: Use
    worth: Decimal | None
    currency: str

    @property
    def key(self) -> str:
        """Return the key of its row."""
        return f"{self.market}|{self.balance.asset}"

    def sort_value(self, column: str) -> Decimal | str | int | None:
        """Return what its row is sorted by, None where that is not known."""
        balance = self.balance
        values: dict[str, Decimal | str | None] = {
            "asset": balance.asset,
            "wallet": self.title,
            "total": balance.total,
            "free": balance.available,
            "locked": balance.locked,
            "use": self.use.in_orders + self.use.in_positions,
            "worth": self.worth,
        }
        return values.get(column)


def balance_row(_key: str, view: BalanceView) -> Row:
    """Return the row of one asset."""
    balance = view.balance
    places = money_decimals(balance.asset)
    worth = decimal_text(view.worth, money_decimals(view.currency))
    cells = (
        Cell(balance.asset),
        Cell(view.title, Tone.MUTED),
        Cell(decimal_text(balance.total, places)),
        Cell(decimal_text(balance.available, places)),
        Cell(decimal_text(balance.locked, places), Tone.MUTED),
        Cell(_use_words(view, places), Tone.MUTED),
        Cell(UNKNOWN if view.worth is None else f"{worth} {view.currency}"),
    )
    return Row(view.key, cells)


def _use_words(view: BalanceView, places: int) -> str:
    use, parts = view.use, []
    if use.positions:
        word = "position" if use.positions == 1 else "positions"
        parts.append(f"{use.positions} {word} {decimal_text(use.in_positions, places)}")
    if use.orders:
        word = "order" if use.orders == 1 else "orders"
        parts.append(f"{use.orders} {word} {decimal_text(use.in_orders, places)}")
    if not parts and view.balance.locked > 0:
        return "not known: placed elsewhere, or by another product"
    return " · ".join(parts)
