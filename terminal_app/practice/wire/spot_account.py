"""Spot balances, trades and commission in Binance's JSON."""

from collections.abc import Iterable
from typing import Any, Final

from terminal_app.practice.engine.events import SpotAccountChanged, SpotBalanceMoved
from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.engine.model import Balance, Fill
from terminal_app.practice.spot.commission import DISCOUNT_ASSET, CommissionTable, Rates
from terminal_app.practice.wire.numbers import fixed8

_ACCOUNT_ID: Final = 1


def account(balances: Iterable[Balance], rates: Rates, update_time_ms: int) -> dict[str, Any]:
    """Write the account."""
    return {
        "makerCommission": int(rates.maker * 10_000),
        "takerCommission": int(rates.taker * 10_000),
        "buyerCommission": int(rates.buyer * 10_000),
        "sellerCommission": int(rates.seller * 10_000),
        "commissionRates": commission_rates(rates),
        "canTrade": True,
        "canWithdraw": False,
        "canDeposit": False,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": update_time_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": row.asset, "free": fixed8(row.free), "locked": fixed8(row.locked)}
            for row in balances
        ],
        "permissions": ["SPOT"],
        "uid": _ACCOUNT_ID,
    }


def commission_rates(rates: Rates) -> dict[str, str]:
    """Write the four rates of one kind of commission."""
    return {
        "maker": fixed8(rates.maker),
        "taker": fixed8(rates.taker),
        "buyer": fixed8(rates.buyer),
        "seller": fixed8(rates.seller),
    }


def account_commission(symbol: str, table: CommissionTable, is_discounted: bool) -> dict[str, Any]:
    """Write the commission of an account in a symbol."""
    return {
        "symbol": symbol,
        "standardCommission": commission_rates(table.standard),
        "specialCommission": commission_rates(table.special),
        "taxCommission": commission_rates(table.tax),
        "discount": _discount(table, is_discounted),
    }


def order_commission(side: Side, table: CommissionTable, is_discounted: bool) -> dict[str, Any]:
    """Write what an order of a side would cost as maker and as taker."""

    def both(rates: Rates) -> dict[str, str]:
        return {"maker": fixed8(rates.of(side, True)), "taker": fixed8(rates.of(side, False))}

    return {
        "standardCommissionForOrder": both(table.standard),
        "specialCommissionForOrder": both(table.special),
        "taxCommissionForOrder": both(table.tax),
        "discount": _discount(table, is_discounted),
    }


def _discount(table: CommissionTable, is_discounted: bool) -> dict[str, Any]:
    return {
        "enabledForAccount": is_discounted,
        "enabledForSymbol": True,
        "discountAsset": DISCOUNT_ASSET,
        "discount": fixed8(table.discount),
    }


def fill(trade: Fill, order_list_id: int) -> dict[str, Any]:
    """Write one trade of the account."""
    return {
        "symbol": trade.symbol,
        "id": trade.trade_id,
        "orderId": trade.order_id,
        "orderListId": order_list_id,
        "price": fixed8(trade.price),
        "qty": fixed8(trade.quantity),
        "quoteQty": fixed8(trade.quote_quantity),
        "commission": fixed8(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": trade.time_ms,
        "isBuyer": trade.side is Side.BUY,
        "isMaker": trade.is_maker,
        "isBestMatch": True,
    }


def balance_update(event: SpotBalanceMoved) -> dict[str, Any]:
    """Write what came in or went out; less than nothing went out."""
    return {
        "e": "balanceUpdate",
        "E": event.time_ms,
        "a": event.asset,
        "d": fixed8(event.change),
        "T": event.time_ms,
    }


def account_position(event: SpotAccountChanged) -> dict[str, Any]:
    """Write the balances that may have changed."""
    return {
        "e": "outboundAccountPosition",
        "E": event.time_ms,
        "u": event.time_ms,
        "B": [
            {"a": row.asset, "f": fixed8(row.free), "l": fixed8(row.locked)}
            for row in event.balances
        ],
    }
