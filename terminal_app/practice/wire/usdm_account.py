"""The USDⓈ-M account, its positions and settings in Binance's JSON."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from terminal_app.domain.margin import Bracket
from terminal_app.practice.engine.kinds import MarginType
from terminal_app.practice.engine.model import ZERO, Order, SymbolRules
from terminal_app.practice.engine.usdm_values import Income, MarginChange, Position, UsdmAccount
from terminal_app.practice.wire.numbers import Numbers, fixed8, fixed8_or_zero, natural

MARGIN_ASSET: Final = "USDT"
_ACCOUNT_ALIAS: Final = "SgsR"
_NO_MARGIN: Final = UsdmAccount(*(ZERO,) * 12, update_time_ms=0)
SUCCESS: Final = {"code": 200, "msg": "success"}


def account_flags(update_time_ms: int) -> dict[str, Any]:
    """Write what the account may do, as v2 account and accountConfig share it."""
    return {
        "feeTier": 0,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "updateTime": update_time_ms,
        "multiAssetsMargin": False,
        "tradeGroupId": -1,
    }


def account(totals: UsdmAccount) -> dict[str, Any]:
    """Write the totals and the assets of the account."""
    usdt = _usdt_asset(totals)
    assets = [usdt] if not totals.bnb_balance else [usdt, _bnb_asset(totals)]
    return {
        "totalInitialMargin": usdt["initialMargin"],
        "totalMaintMargin": usdt["maintMargin"],
        "totalWalletBalance": usdt["walletBalance"],
        "totalUnrealizedProfit": usdt["unrealizedProfit"],
        "totalMarginBalance": usdt["marginBalance"],
        "totalPositionInitialMargin": usdt["positionInitialMargin"],
        "totalOpenOrderInitialMargin": usdt["openOrderInitialMargin"],
        "totalCrossWalletBalance": usdt["crossWalletBalance"],
        "totalCrossUnPnl": usdt["crossUnPnl"],
        "availableBalance": usdt["availableBalance"],
        "maxWithdrawAmount": usdt["maxWithdrawAmount"],
        "assets": assets,
    }


def _usdt_asset(totals: UsdmAccount) -> dict[str, Any]:
    return {
        "asset": MARGIN_ASSET,
        "walletBalance": fixed8(totals.wallet_balance),
        "unrealizedProfit": fixed8(totals.unrealized_pnl),
        "marginBalance": fixed8(totals.margin_balance),
        "maintMargin": fixed8(totals.maintenance_margin),
        "initialMargin": fixed8(totals.initial_margin),
        "positionInitialMargin": fixed8(totals.position_initial_margin),
        "openOrderInitialMargin": fixed8(totals.open_order_initial_margin),
        "crossWalletBalance": fixed8(totals.cross_wallet_balance),
        "crossUnPnl": fixed8(totals.cross_unrealized_pnl),
        "availableBalance": fixed8(totals.available_balance),
        "maxWithdrawAmount": fixed8(totals.max_withdraw_amount),
        "marginAvailable": True,
        "updateTime": totals.update_time_ms,
    }


def _bnb_asset(totals: UsdmAccount) -> dict[str, Any]:
    """Write BNB, which pays commission and backs nothing (single-asset mode)."""
    wallet = fixed8(totals.bnb_balance)
    filled = dict.fromkeys(
        (
            "walletBalance",
            "marginBalance",
            "crossWalletBalance",
            "availableBalance",
            "maxWithdrawAmount",
        ),
        wallet,
    )
    return _usdt_asset(_NO_MARGIN) | filled | {"asset": "BNB", "updateTime": totals.update_time_ms}


def account_position_v2(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position as v2 account does."""
    return {
        "symbol": position.symbol,
        "initialMargin": fixed8_or_zero(position.initial_margin),
        "maintMargin": fixed8_or_zero(position.maintenance_margin),
        "unrealizedProfit": fixed8(position.unrealized_pnl),
        "positionInitialMargin": fixed8_or_zero(position.initial_margin),
        "openOrderInitialMargin": fixed8_or_zero(position.open_order_initial_margin),
        "leverage": str(position.leverage),
        "isolated": position.margin_type is MarginType.ISOLATED,
        "entryPrice": natural(position.entry_price),
        "breakEvenPrice": natural(position.break_even_price),
        "maxNotional": natural(position.max_notional),
        "bidNotional": fixed8_or_zero(position.bid_notional),
        "askNotional": fixed8_or_zero(position.ask_notional),
        "positionSide": position.position_side,
        "positionAmt": numbers.quantity(position.amount),
        "notional": fixed8_or_zero(position.notional),
        "isolatedWallet": fixed8_or_zero(position.isolated_wallet),
        "updateTime": position.update_time_ms,
    }


def account_position_v3(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position as v3 account does."""
    return {
        "symbol": position.symbol,
        "positionSide": position.position_side,
        "positionAmt": numbers.quantity(position.amount),
        "unrealizedProfit": fixed8(position.unrealized_pnl),
        "isolatedMargin": fixed8(position.isolated_margin),
        "notional": fixed8_or_zero(position.notional),
        "isolatedWallet": fixed8_or_zero(position.isolated_wallet),
        "initialMargin": fixed8_or_zero(position.initial_margin),
        "maintMargin": fixed8_or_zero(position.maintenance_margin),
        "updateTime": position.update_time_ms,
    }


def balances(totals: UsdmAccount) -> list[dict[str, Any]]:
    """Write the balances of the account."""
    return [_balance(asset) for asset in account(totals)["assets"]]


def _balance(asset: dict[str, Any]) -> dict[str, Any]:
    same = (
        "asset",
        "crossWalletBalance",
        "crossUnPnl",
        "availableBalance",
        "maxWithdrawAmount",
        "marginAvailable",
        "updateTime",
    )
    return {
        "accountAlias": _ACCOUNT_ALIAS,
        "balance": asset["walletBalance"],
        **{name: asset[name] for name in same},
    }


def _risk(position: Position, numbers: Numbers) -> dict[str, Any]:
    return {
        "symbol": position.symbol,
        "positionSide": position.position_side,
        "positionAmt": numbers.quantity(position.amount),
        "entryPrice": natural(position.entry_price),
        "breakEvenPrice": natural(position.break_even_price),
        "markPrice": fixed8(position.mark_price),
        "unRealizedProfit": fixed8(position.unrealized_pnl),
        "liquidationPrice": natural(position.liquidation_price),
        "isolatedMargin": fixed8(position.isolated_margin),
        "notional": fixed8_or_zero(position.notional),
        "isolatedWallet": fixed8_or_zero(position.isolated_wallet),
        "updateTime": position.update_time_ms,
    }


def position_risk_v2(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position with its leverage."""
    return _risk(position, numbers) | {
        "leverage": str(position.leverage),
        "maxNotionalValue": natural(position.max_notional),
        "marginType": margin_type_word(position),
        "isAutoAddMargin": "false",
    }


def position_risk_v3(position: Position, numbers: Numbers) -> dict[str, Any]:
    """Write a position with its margins, without leverage and margin type."""
    return _risk(position, numbers) | {
        "isolatedMargin": fixed8_or_zero(position.isolated_margin),
        "marginAsset": MARGIN_ASSET,
        "initialMargin": fixed8_or_zero(
            position.initial_margin + position.open_order_initial_margin
        ),
        "maintMargin": fixed8_or_zero(position.maintenance_margin),
        "positionInitialMargin": fixed8_or_zero(position.initial_margin),
        "openOrderInitialMargin": fixed8_or_zero(position.open_order_initial_margin),
        "adl": position.adl_quantile,
        "bidNotional": fixed8_or_zero(position.bid_notional),
        "askNotional": fixed8_or_zero(position.ask_notional),
    }


def symbol_config(position: Position) -> dict[str, Any]:
    """Write the settings of a symbol."""
    return {
        "symbol": position.symbol,
        "marginType": position.margin_type,
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


def changed_position_margin(amount: Decimal, kind: int) -> dict[str, Any]:
    """Write the answer to a change of position margin; here the amount is a number."""
    message = "Successfully modify position margin."
    return {"amount": amount, "code": 200, "msg": message, "type": kind}


def margin_change(change: MarginChange) -> dict[str, Any]:
    """Write one change of position margin."""
    return {
        "symbol": change.symbol,
        "type": 1 if change.amount > 0 else 2,
        "deltaType": "USER_ADJUST",
        "amount": natural(abs(change.amount)),
        "asset": change.asset,
        "time": change.time_ms,
        "positionSide": change.position_side,
    }


def adl_quantile(symbol: str, positions: Sequence[Position], is_hedge: bool) -> dict[str, Any]:
    """Write the places in the queue of auto-deleveraging, by position side.

    One-way mode has the position under its direction; HEDGE and BOTH are signs without a value.
    """
    places = {"LONG": 0, "SHORT": 0, "HEDGE" if is_hedge else "BOTH": 0}
    for position in positions:
        if position.amount:
            places["LONG" if position.amount > 0 else "SHORT"] = position.adl_quantile
    if not is_hedge:
        places["BOTH"] = max(places.values())
    return {"symbol": symbol, "adlQuantile": places}


def force_order(order: Order, numbers: Numbers) -> dict[str, Any]:
    """Write an order of a liquidation or a deleveraging."""
    return {
        "orderId": order.order_id,
        "symbol": order.symbol,
        "pair": order.symbol,
        "status": order.status,
        "clientOrderId": order.client_order_id,
        "price": numbers.price(order.price),
        "avgPrice": natural(order.average_price),
        "origQty": numbers.quantity(order.quantity),
        "executedQty": numbers.quantity(order.executed_quantity),
        "cumQuote": numbers.quote(order.cumulative_quote),
        "cumBase": numbers.quantity(order.executed_quantity),
        "timeInForce": order.time_in_force,
        "type": order.order_type,
        "reduceOnly": False,
        "closePosition": False,
        "side": order.side,
        "positionSide": order.position_side,
        "stopPrice": "0",
        "workingType": "CONTRACT_PRICE",
        "origType": order.order_type,
        "time": order.time_ms,
        "updateTime": order.update_time_ms,
    }


def leverage_brackets(rules: SymbolRules) -> dict[str, Any]:
    """Write the brackets of a symbol; here the numbers are numbers, not texts."""
    return {
        "symbol": rules.symbol,
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


def margin_type_word(position: Position) -> str:
    """Write the margin type as positions and their events do."""
    return "isolated" if position.margin_type is MarginType.ISOLATED else "cross"
