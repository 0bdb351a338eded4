"""The USDⓈ-M account, its positions and settings in Binance's JSON."""

from decimal import Decimal
from typing import Any, Final

from terminal_app.domain.margin import Bracket
from terminal_app.practice.engine.events import LeverageChanged, UsdmAccountChanged
from terminal_app.practice.engine.kinds import AccountChangeReason
from terminal_app.practice.engine.model import Income, Position, SymbolRules, UsdmAccount
from terminal_app.practice.wire.numbers import Numbers, fixed8, natural

MARGIN_ASSET: Final = "USDT"
_ACCOUNT_ALIAS: Final = "SgsR"


def account_flags(update_time_ms: int) -> dict[str, Any]:
    """Write what the account may do, as v2 account and accountConfig share it."""
    return {
        "feeTier": 0,
        "canTrade": True,
        "canDeposit": False,
        "canWithdraw": False,
        "updateTime": update_time_ms,
        "multiAssetsMargin": False,
        "tradeGroupId": -1,
    }


def account(totals: UsdmAccount) -> dict[str, Any]:
    """Write the totals and the one asset of the account."""
    wallet = fixed8(totals.wallet_balance)
    margins = {
        "maintMargin": fixed8(totals.maintenance_margin),
        "initialMargin": fixed8(totals.initial_margin),
        "positionInitialMargin": fixed8(totals.position_initial_margin),
        "openOrderInitialMargin": fixed8(totals.open_order_initial_margin),
    }
    free = {
        "availableBalance": fixed8(totals.available_balance),
        "maxWithdrawAmount": fixed8(totals.max_withdraw_amount),
    }
    return {
        "totalInitialMargin": margins["initialMargin"],
        "totalMaintMargin": margins["maintMargin"],
        "totalWalletBalance": wallet,
        "totalUnrealizedProfit": fixed8(totals.unrealized_pnl),
        "totalMarginBalance": fixed8(totals.margin_balance),
        "totalPositionInitialMargin": margins["positionInitialMargin"],
        "totalOpenOrderInitialMargin": margins["openOrderInitialMargin"],
        "totalCrossWalletBalance": wallet,
        "totalCrossUnPnl": fixed8(totals.unrealized_pnl),
        **free,
        "assets": [
            {
                "asset": MARGIN_ASSET,
                "walletBalance": wallet,
                "unrealizedProfit": fixed8(totals.unrealized_pnl),
                "marginBalance": fixed8(totals.margin_balance),
                **margins,
                "crossWalletBalance": wallet,
                "crossUnPnl": fixed8(totals.unrealized_pnl),
                **free,
                "marginAvailable": True,
                "updateTime": totals.update_time_ms,
            }
        ],
    }


def account_position_v2(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position as v2 account does."""
    return {
        "symbol": position.symbol,
        "initialMargin": fixed8(position.initial_margin),
        "maintMargin": fixed8(position.maintenance_margin),
        "unrealizedProfit": fixed8(position.unrealized_pnl),
        "positionInitialMargin": fixed8(position.initial_margin),
        "openOrderInitialMargin": fixed8(position.open_order_initial_margin),
        "leverage": str(position.leverage),
        "isolated": False,
        "entryPrice": natural(position.entry_price),
        "breakEvenPrice": natural(position.break_even_price),
        "maxNotional": natural(position.max_notional),
        "bidNotional": natural(position.bid_notional),
        "askNotional": natural(position.ask_notional),
        "positionSide": "BOTH",
        "positionAmt": numbers.quantity(position.amount),
        "notional": natural(position.notional),
        "isolatedWallet": "0",
        "updateTime": position.update_time_ms,
    }


def account_position_v3(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position as v3 account does."""
    return {
        "symbol": position.symbol,
        "positionSide": "BOTH",
        "positionAmt": numbers.quantity(position.amount),
        "unrealizedProfit": fixed8(position.unrealized_pnl),
        "isolatedMargin": "0",
        "notional": natural(position.notional),
        "isolatedWallet": "0",
        "initialMargin": fixed8(position.initial_margin),
        "maintMargin": fixed8(position.maintenance_margin),
        "updateTime": position.update_time_ms,
    }


def balance(totals: UsdmAccount) -> dict[str, Any]:
    """Write the one balance of the account."""
    return {
        "accountAlias": _ACCOUNT_ALIAS,
        "asset": MARGIN_ASSET,
        "balance": fixed8(totals.wallet_balance),
        "crossWalletBalance": fixed8(totals.wallet_balance),
        "crossUnPnl": fixed8(totals.unrealized_pnl),
        "availableBalance": fixed8(totals.available_balance),
        "maxWithdrawAmount": fixed8(totals.max_withdraw_amount),
        "marginAvailable": True,
        "updateTime": totals.update_time_ms,
    }


def _risk(position: Position, numbers: Numbers) -> dict[str, Any]:
    return {
        "symbol": position.symbol,
        "positionSide": "BOTH",
        "positionAmt": numbers.quantity(position.amount),
        "entryPrice": natural(position.entry_price),
        "breakEvenPrice": natural(position.break_even_price),
        "markPrice": fixed8(position.mark_price),
        "unRealizedProfit": fixed8(position.unrealized_pnl),
        "liquidationPrice": natural(position.liquidation_price),
        "isolatedMargin": "0",
        "notional": natural(position.notional),
        "isolatedWallet": "0",
        "updateTime": position.update_time_ms,
    }


def position_risk_v2(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position with its leverage."""
    return _risk(position, numbers) | {
        "leverage": str(position.leverage),
        "maxNotionalValue": natural(position.max_notional),
        "marginType": "cross",
        "isAutoAddMargin": "false",
    }


def position_risk_v3(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position with its margins, without leverage and margin type."""
    return _risk(position, numbers) | {
        "marginAsset": MARGIN_ASSET,
        "initialMargin": fixed8(position.initial_margin + position.open_order_initial_margin),
        "maintMargin": fixed8(position.maintenance_margin),
        "positionInitialMargin": fixed8(position.initial_margin),
        "openOrderInitialMargin": fixed8(position.open_order_initial_margin),
        "adl": 1 if position.amount else 0,
        "bidNotional": natural(position.bid_notional),
        "askNotional": natural(position.ask_notional),
    }


def symbol_config(position: Position) -> dict[str, Any]:
    """Write the settings of a symbol."""
    return {
        "symbol": position.symbol,
        "marginType": "CROSSED",
        "isAutoAddMargin": False,
        "leverage": position.leverage,
        "maxNotionalValue": natural(position.max_notional),
    }


def leverage(position: Position) -> dict[str, Any]:
    """Write the answer to a change of leverage."""
    return {
        "symbol": position.symbol,
        "leverage": position.leverage,
        "maxNotionalValue": natural(position.max_notional),
    }


def leverage_brackets(rules: SymbolRules) -> dict[str, Any]:
    """Write the brackets of a symbol; here the numbers are numbers, not texts."""
    return {
        "symbol": rules.symbol,
        "notionalCoef": 1,
        "brackets": [_bracket(bracket) for bracket in rules.brackets],
    }


def _bracket(bracket: Bracket) -> dict[str, Any]:
    return {
        "bracket": bracket.number,
        "initialLeverage": bracket.initial_leverage,
        "notionalCap": int(bracket.notional_cap),
        "notionalFloor": int(bracket.notional_floor),
        "maintMarginRatio": bracket.maintenance_margin_rate,
        "cum": bracket.cum,
    }


def commission_rate(symbol: str, maker: Decimal, taker: Decimal) -> dict[str, str]:
    """Write the rates of a symbol."""
    return {
        "symbol": symbol,
        "makerCommissionRate": natural(maker),
        "takerCommissionRate": natural(taker),
        "rpiCommissionRate": "0.00005",
    }


def income(row: Income) -> dict[str, Any]:
    """Write one income row."""
    return {
        "symbol": row.symbol,
        "incomeType": row.income_type,
        "income": fixed8(row.income),
        "asset": row.asset,
        "info": row.info,
        "time": row.time_ms,
        "tranId": row.transaction_id,
        "tradeId": row.trade_id,
    }


def account_update(event: UsdmAccountChanged) -> dict[str, Any]:
    """Write the wallet and the positions that changed; funding of cross names only its symbol."""
    wallet = fixed8(event.wallet_balance)
    change = fixed8(event.balance_change)
    body: dict[str, Any] = {
        "m": event.reason,
        "B": [{"a": MARGIN_ASSET, "wb": wallet, "cw": wallet, "bc": change}],
        "P": [_changed_position(position) for position in event.positions],
    }
    if event.reason is AccountChangeReason.FUNDING_FEE:
        body |= {"P": [], "S": event.symbol}
    return {"e": "ACCOUNT_UPDATE", "E": event.time_ms, "T": event.time_ms, "a": body}


def _changed_position(position: Position) -> dict[str, Any]:
    return {
        "s": position.symbol,
        "pa": natural(position.amount),
        "ep": natural(position.entry_price),
        "bep": natural(position.break_even_price),
        "cr": fixed8(position.accumulated_realized),
        "up": fixed8(position.unrealized_pnl),
        "mt": "cross",
        "iw": "0",
        "ps": "BOTH",
    }


def leverage_update(event: LeverageChanged) -> dict[str, Any]:
    """Write the new leverage of a symbol."""
    return {
        "e": "ACCOUNT_CONFIG_UPDATE",
        "E": event.time_ms,
        "T": event.time_ms,
        "ac": {"s": event.symbol, "l": event.leverage},
    }
