"""Tell an account file whose rows cannot be from one that this program wrote."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from terminal_app.practice.engine.kinds import MarketName, PositionSide
from terminal_app.practice.engine.model import Fill, Order
from terminal_app.practice.engine.usdm_values import Income
from terminal_app.practice.sources.symbols import is_symbol

_LARGEST = Decimal("1e18")


def check_state(market: MarketName, state: Mapping[str, Any]) -> None:
    """Raise when the saved state of a market is nonsense; an empty one is a fresh account.

    Raises ValueError, TypeError, LookupError, AttributeError or ArithmeticError, whatever is
    met first.
    """
    for name, count in state.get("counters", {}).items():
        _require(type(count) is int and count >= 0, f"counter {name}")
    _require(type(state.get("update_time_ms", 0)) is int, "update time")
    if market is MarketName.SPOT:
        for asset, amount in (state.get("balances") or {}).items():
            _require(_number(amount) >= 0, f"balance of {asset}")
        return
    _number(state.get("wallet", "0"))
    for symbol, leverage in state.get("leverages", {}).items():
        _require(type(leverage) is int and leverage >= 1, f"leverage of {symbol}")
    _require(_number(state.get("bnb", "0")) >= 0, "balance of BNB")
    _require(all(is_symbol(symbol) for symbol in state.get("isolated", ())), "isolated symbols")
    for symbol, side, amount, time_ms in state.get("margin_changes", ()):
        _require(is_symbol(symbol) and type(time_ms) is int, f"margin of {symbol}")
        _require(bool(PositionSide(side)) and bool(_number(amount)), f"margin of {symbol}")
    for symbol, deadline_ms in state.get("countdowns", {}).items():
        _require(is_symbol(symbol) and type(deadline_ms) is int, f"countdown of {symbol}")
    _number(state.get("insurance_fund", "0"))
    for text, row in state.get("held", {}).items():
        _check_position(text, row)


def _check_position(text: str, row: Sequence[Any]) -> None:
    symbol, _, side = text.partition(" ")
    amount, entry, costs, realized, time_ms, *rest = row
    _require(is_symbol(symbol) and bool(PositionSide(side or "BOTH")), f"position of {symbol}")
    for number in (costs, realized):
        _number(number)
    _require(_number(entry) >= 0 and type(time_ms) is int, f"position of {symbol}")
    _require(not _number(amount) or _number(entry) > 0, f"entry of {symbol}")
    _require(all(_number(wallet) >= 0 for wallet in rest), f"isolated wallet of {symbol}")


def check_rows(orders: Iterable[Order], fills: Iterable[Fill], incomes: Iterable[Income]) -> None:
    """Raise ValueError when a row holds an amount that cannot be."""
    for order in orders:
        # What a pending order of an OPO list sells is not known before it begins.
        is_known = order.quantity > 0 or order.quote_order_quantity > 0
        _require(is_known or order.order_list_id >= 0, "quantity of an order")
        _require(0 <= order.executed_quantity <= order.quantity, "executed quantity")
        _require(0 <= order.price < _LARGEST, "price of an order")
    for fill in fills:
        _require(fill.price > 0 and fill.quantity > 0 and fill.trade_id >= 0, "a fill")
    for income in incomes:
        _require(abs(income.income) < _LARGEST, "an income")


def _number(text: object) -> Decimal:
    _require(isinstance(text, str), "an amount is text")
    number = Decimal(str(text))
    _require(number.is_finite() and abs(number) < _LARGEST, "an amount")
    return number


def _require(is_sound: bool, what: str) -> None:
    if not is_sound:
        raise ValueError(f"{what} cannot be")
