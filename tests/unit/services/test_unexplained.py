"""What holdings tell of executions that nobody told of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.services.unexplained import Explained
from tests.helpers.account_values import LONG

D = Decimal


def fill(market: Market, symbol: str, size: str, price: str = "100", fee: str = "0") -> Fill:
    """Return an execution; a negative size is a sale."""
    side = Side.BUY if D(size) > 0 else Side.SELL
    return Fill(
        market, symbol, 1, 1, side, D(price), abs(D(size)), D(fee), "BNB", False, 1
    )  # fmt: skip


def spot(**totals: str) -> AccountSnapshot:
    """Return an account with these balances."""
    held = [Balance(Market.SPOT, name, D(total), D(total)) for name, total in totals.items()]
    return AccountSnapshot(Market.SPOT, tuple(held), (), D(0), D(0), 1)


def futures(amount: str) -> AccountSnapshot:
    """Return an account with a position in BTCUSDT."""
    held = replace(LONG, amount=D(amount))
    return AccountSnapshot(Market.USDM, (), (held,), D(0), D(0), 1)


def test_a_position_that_moved_without_an_execution_is_noticed_once() -> None:
    explained = Explained()
    assert explained.lacking(futures("1"), [], ["BTCUSDT"]) == []
    explained.settle(futures("1"), [])
    bought = fill(Market.USDM, "BTCUSDT", "2")
    assert explained.lacking(futures("3"), [bought], []) == []
    assert explained.lacking(futures("3"), [], []) == ["BTCUSDT"]
    explained.settle(futures("3"), [])
    assert explained.lacking(futures("3"), [], []) == []


def test_balances_are_explained_by_both_sides_of_a_trade_and_its_fee() -> None:
    explained = Explained()
    explained.settle(spot(BTC="1", USDT="1000", BNB="5", ETH="1"), [])
    after = spot(BTC="1.5", USDT="950", BNB="4.9", ETH="1")
    symbols = ["BTCUSDT", "ETHUSDT", "BNBUSDT"]
    assert explained.lacking(after, [fill(Market.SPOT, "BTCUSDT", "0.5", fee="0.1")], symbols) == []
    assert explained.lacking(after, [], symbols) == ["BNBUSDT", "BTCUSDT"]
    explained.forget()
    assert explained.lacking(after, [], symbols) == []
