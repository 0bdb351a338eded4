"""Check what a balance's row says, and where money is said to be tied up."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.account import Balance
from terminal_app.domain.account_use import Use
from terminal_app.domain.instrument import Market
from terminal_app.gui.format import THIN_SPACE, UNKNOWN
from terminal_app.gui.models.balance_rows import BalanceView, balance_row

D = Decimal


def texts(balance: Balance, use: Use | None = None, worth: Decimal | None = None) -> list[str]:
    """Return what stands in the row of a balance."""
    view = BalanceView("usdm", "Perpetual", balance, use or Use(), worth, "USDT")
    row = balance_row("", view)
    assert row.key == f"usdm|{balance.asset}"
    return [cell.text.replace(THIN_SPACE, " ") for cell in row.cells]


def test_money_has_cents_and_others_every_satoshi() -> None:
    money = texts(Balance(Market.USDM, "USDT", D("10000.005"), D(9000)), worth=D("10000.005"))
    assert money[:5] == ["USDT", "Perpetual", "10 000.00", "9 000.00", "1 000.00"]
    assert money[6] == "10 000.00 USDT"
    coin = texts(Balance(Market.USDM, "BTC", D("0.5"), D("0.49999999")))
    assert coin[2:5] == ["0.50000000", "0.49999999", "0.00000001"]
    assert coin[6] == UNKNOWN


def test_where_it_is_tied_up_is_said() -> None:
    balance = Balance(Market.USDM, "USDT", D(1000), D(100))
    use = Use(2, D(400), 1, D(500))
    assert texts(balance, use)[5] == "1 position 500.00 · 2 orders 400.00"
    assert "not known" in texts(balance)[5]
    assert texts(Balance(Market.USDM, "USDT", D(1000), D(1000)))[5] == ""
