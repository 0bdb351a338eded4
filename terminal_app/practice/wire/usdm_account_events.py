"""What happened to the USDⓈ-M account, in the JSON of its user stream."""

from typing import Any

from terminal_app.practice.engine.events import (
    LeverageChanged,
    MarginCalled,
    UsdmAccountChanged,
)
from terminal_app.practice.engine.usdm_values import Position
from terminal_app.practice.wire.numbers import fixed8, fixed8_or_zero, natural
from terminal_app.practice.wire.usdm_account import margin_type_word


def account_update(event: UsdmAccountChanged) -> dict[str, Any]:
    """Write the balances and positions that changed; funding names its symbol."""
    body: dict[str, Any] = {
        "m": event.reason,
        "B": [
            {
                "a": balance.asset,
                "wb": fixed8(balance.wallet_balance),
                "cw": fixed8(balance.cross_wallet_balance),
                "bc": fixed8(balance.change),
            }
            for balance in event.balances
        ],
        "P": [_changed_position(position) for position in event.positions],
    }
    if event.symbol:
        body["S"] = event.symbol
    return {"e": "ACCOUNT_UPDATE", "E": event.time_ms, "T": event.time_ms, "a": body}


def _changed_position(position: Position) -> dict[str, Any]:
    return {
        "s": position.symbol,
        "pa": natural(position.amount),
        "ep": natural(position.entry_price),
        "bep": natural(position.break_even_price),
        "cr": fixed8_or_zero(position.accumulated_realized),
        "up": fixed8_or_zero(position.unrealized_pnl),
        "mt": margin_type_word(position),
        "iw": fixed8(position.isolated_wallet),
        "ps": position.position_side,
    }


def margin_call(event: MarginCalled) -> dict[str, Any]:
    """Write which positions are near liquidation; `cw` stands for cross margin alone."""
    cross_wallet = {"cw": fixed8(event.cross_wallet_balance)} if event.cross_wallet_balance else {}
    positions = [
        {
            "s": position.symbol,
            "ps": position.position_side,
            "pa": natural(position.amount),
            "mt": position.margin_type,
            "iw": natural(position.isolated_wallet),
            "mp": natural(position.mark_price),
            "up": fixed8(position.unrealized_pnl),
            "mm": fixed8(position.maintenance_margin),
        }
        for position in event.positions
    ]
    return {"e": "MARGIN_CALL", "E": event.time_ms, **cross_wallet, "p": positions}


def leverage_update(event: LeverageChanged) -> dict[str, Any]:
    """Write the new leverage of a symbol."""
    return {
        "e": "ACCOUNT_CONFIG_UPDATE",
        "E": event.time_ms,
        "T": event.time_ms,
        "ac": {"s": event.symbol, "l": event.leverage},
    }
