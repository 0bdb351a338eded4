"""What Binance's refusals mean to a person: one kind of trouble and one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terminal_app.domain.instrument import Market
from terminal_app.errors import Trouble

T = Trouble
_FILTER_FAILURE = "Filter failure: "


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold the kind of a refusal and a sentence for the person."""

    trouble: Trouble
    sentence: str


def explain(market: Market, code: int | None, text: str, status: int | None = None) -> Explanation:
    """Return what a refusal means; one that is not known is told in the venue's own words.

    Source: Binance spot and USDⓈ-M, error codes; the engine's texts tell apart what shares a code.
    """
    if status == 418:
        return Explanation(T.BANNED, _BANNED)
    if status == 429:
        return Explanation(T.RATE_LIMITED, _LIMITED)
    if text.startswith(_FILTER_FAILURE):
        name = text.removeprefix(_FILTER_FAILURE).rstrip(".")
        return Explanation(T.FILTER, _FILTERS.get(name, f"The order breaks the rule {name}."))
    for part, found in _TEXTS.items():
        if part in text:
            return Explanation(*found)
    known = _MARKET_CODES[market].get(code or 0) or _CODES.get(code or 0)
    if known is not None:
        return Explanation(*known)
    if status is not None and status >= 500:
        return Explanation(T.VENUE_TROUBLE, "The exchange has trouble of its own.")
    return Explanation(T.OTHER, f"The exchange says: {text}" if text else "The exchange refused.")


_BANNED = "The exchange has banned this address for asking too often."
_LIMITED = "Too many requests: the exchange asks for a pause."
_CLOCK = "This computer's clock and the exchange's differ too much; it is being measured again."
_KEY = "The exchange does not know this API key, or not from this address, or not with this right."
_INTERNAL = "The exchange did not understand the request."

_FILTERS: Mapping[str, str] = {
    "PRICE_FILTER": "The price is outside the symbol's range or not on its tick.",
    "PERCENT_PRICE": "The price is too far from the market.",
    "PERCENT_PRICE_BY_SIDE": "The price is too far from the market.",
    "LOT_SIZE": "The size is outside the symbol's range or not on its step.",
    "MARKET_LOT_SIZE": "The size is outside the range for market orders.",
    "MIN_NOTIONAL": "The order is worth too little.",
    "NOTIONAL": "The order is worth too little, or too much.",
    "ICEBERG_PARTS": "The iceberg has too many parts: show more of it.",
    "MAX_POSITION": "The order would hold more of this asset than the exchange allows.",
    "TRAILING_DELTA": "The trailing distance is outside the symbol's range.",
    "MAX_NUM_ORDERS": "There are too many open orders in this symbol.",
    "MAX_NUM_ALGO_ORDERS": "There are too many waiting orders in this symbol.",
    "MAX_NUM_ICEBERG_ORDERS": "There are too many iceberg orders in this symbol.",
    "MAX_NUM_ORDER_LISTS": "There are too many order lists in this symbol.",
    "MAX_NUM_ORDER_AMENDS": "The order was changed too often.",
    "EXCHANGE_MAX_NUM_ORDERS": "There are too many open orders in this account.",
}

_TEXTS: Mapping[str, tuple[Trouble, str]] = {
    "insufficient balance": (T.INSUFFICIENT_BALANCE, "There is not enough balance for this order."),
    "Duplicate order sent": (T.DUPLICATE_ORDER, "An open order has this name already."),
    "Unknown order sent": (T.ORDER_NOT_FOUND, "The order is not open any more."),
    "Market is closed": (T.MARKET_CLOSED, "The market is closed."),
    "would trigger immediately": (
        T.WOULD_TRADE_AT_ONCE,
        "The trigger is on the wrong side of the market: the order would work at once.",
    ),
    "would immediately match and take": (
        T.WOULD_TRADE_AT_ONCE,
        "A post-only order must not trade at once, and at this price it would.",
    ),
    "relationship of the prices": (
        T.INVALID_ORDER,
        "The prices of the pair do not stand on the two sides of the market.",
    ),
    "too much precision": (T.FILTER, "A number has more decimals than the symbol allows."),
    "liquidity is less than": (T.MARKET_CLOSED, "The book holds too little to trade with."),
    "are not supported for this symbol": (
        T.INVALID_ORDER,
        "This symbol does not take orders of this kind.",
    ),
    "is not supported for this symbol": (T.INVALID_ORDER, "This symbol does not take that."),
    "disabled on this account": (T.PERMISSION, "The account may not do that."),
    "may not place or cancel orders": (T.PERMISSION, "The account may not trade."),
    "not permitted for this account": (T.PERMISSION, "The account may not trade this symbol."),
    "restricted for this account": (T.PERMISSION, "The account may not trade this symbol."),
    "would change no state": (T.INVALID_ORDER, "The change would change nothing."),
    "quantity increase": (T.INVALID_ORDER, "An order can only be made smaller in place."),
    "self-trade prevention mode": (
        T.INVALID_ORDER,
        "This symbol does not take this kind of self-trade prevention.",
    ),
}

_CODES: Mapping[int, tuple[Trouble, str]] = {
    -1000: (T.VENUE_TROUBLE, "The exchange does not know what went wrong."),
    -1001: (T.VENUE_TROUBLE, "The exchange could not work on the request."),
    -1002: (T.AUTHENTICATION, _KEY),
    -1003: (T.RATE_LIMITED, _LIMITED),
    -1006: (T.UNKNOWN_OUTCOME, "The exchange cannot say whether it took the request."),
    -1007: (T.UNKNOWN_OUTCOME, "The exchange was too slow to say whether it took the request."),
    -1008: (T.VENUE_TROUBLE, "The exchange is overloaded."),
    -1015: (T.RATE_LIMITED, "Too many new orders: wait until the exchange takes more."),
    -1016: (T.VENUE_TROUBLE, "The exchange has closed this service."),
    -1020: (T.INVALID_ORDER, "The exchange does not support that."),
    -1021: (T.TIMESTAMP_OUT_OF_SYNC, _CLOCK),
    -1022: (T.AUTHENTICATION, "The signature is wrong: the secret does not belong to the key."),
    -1034: (T.RATE_LIMITED, "Too many connections to the exchange."),
    -1100: (T.INVALID_ORDER, "A field holds characters that the exchange does not take."),
    -1101: (T.INVALID_ORDER, _INTERNAL),
    -1102: (T.INVALID_ORDER, "A field that the exchange needs is missing."),
    -1103: (T.INVALID_ORDER, _INTERNAL),
    -1104: (T.INVALID_ORDER, _INTERNAL),
    -1105: (T.INVALID_ORDER, "A field that the exchange needs is empty."),
    -1106: (T.INVALID_ORDER, "A field was sent that does not belong to this order."),
    -1108: (T.FILTER, "A number is too large."),
    -1111: (T.FILTER, "A number has more decimals than the symbol allows."),
    -1112: (T.MARKET_CLOSED, "There is nobody in the book to trade with."),
    -1114: (T.INVALID_ORDER, "This kind of order takes no time in force."),
    -1115: (T.INVALID_ORDER, "The exchange does not know this time in force."),
    -1116: (T.INVALID_ORDER, "The exchange does not know this kind of order."),
    -1117: (T.INVALID_ORDER, "The exchange does not know this side."),
    -1121: (T.INVALID_ORDER, "The exchange does not know this symbol."),
    -1125: (T.AUTHENTICATION, "The key of the account's events has expired."),
    -1127: (T.INVALID_ORDER, "The stretch of time is too long."),
    -1128: (T.INVALID_ORDER, "These fields do not go together."),
    -1130: (T.INVALID_ORDER, "A field holds what the exchange does not take."),
    -2010: (T.INVALID_ORDER, "The exchange did not take the order."),
    -2011: (T.ORDER_NOT_FOUND, "The order is not open any more."),
    -2013: (T.ORDER_NOT_FOUND, "The exchange knows no such order now."),
    -2014: (T.AUTHENTICATION, "This is not an API key of the exchange."),
    -2015: (T.PERMISSION, _KEY),
}

_SPOT: Mapping[int, tuple[Trouble, str]] = {
    -2021: (T.INVALID_ORDER, "One half of the replacement failed."),
    -2022: (T.INVALID_ORDER, "The replacement failed: the old order stays."),
    -2026: (T.ORDER_NOT_FOUND, "The order is too old: the exchange has put it away."),
    -2038: (T.INVALID_ORDER, "The order cannot be changed in this way."),
    -2039: (T.INVALID_ORDER, "The order's name and its number do not belong together."),
}

_USDM: Mapping[int, tuple[Trouble, str]] = {
    -2018: (T.INSUFFICIENT_BALANCE, "There is not enough balance for this order."),
    -2019: (T.INSUFFICIENT_BALANCE, "There is not enough margin for this order."),
    -2020: (T.MARKET_CLOSED, "The book holds too little to fill the order."),
    -2021: (
        T.WOULD_TRADE_AT_ONCE,
        "The trigger is on the wrong side of the market: the order would work at once.",
    ),
    -2022: (T.POSITION, "There is no position that this order would reduce."),
    -2023: (T.POSITION, "The account is being liquidated."),
    -2024: (T.POSITION, "The position is too small."),
    -2025: (T.INVALID_ORDER, "There are too many open orders."),
    -2026: (T.INVALID_ORDER, "This kind of order cannot be reduce-only."),
    -2027: (T.POSITION, "The position would be larger than this leverage allows."),
    -2028: (T.SETTING, "The leverage is too low for the margin of the open position."),
    -4004: (T.FILTER, "The size is too small."),
    -4005: (T.FILTER, "The size is too large."),
    -4003: (T.FILTER, "The size must be more than 0."),
    -4014: (T.FILTER, "The price is not on the symbol's tick."),
    -4015: (T.INVALID_ORDER, "The exchange does not take this client order id."),
    -4016: (T.FILTER, "The price is too high above the market."),
    -4023: (T.FILTER, "The size is not on the symbol's step."),
    -4024: (T.FILTER, "The price is too far below the market."),
    -4028: (T.SETTING, "The exchange does not take this leverage."),
    -4045: (T.INVALID_ORDER, "There are too many waiting orders in this account."),
    -4046: (T.SETTING, "The margin mode is what was asked for already."),
    -4047: (T.SETTING, "The margin mode cannot change while there are open orders."),
    -4048: (T.SETTING, "The margin mode cannot change while there is a position."),
    -4050: (T.INSUFFICIENT_BALANCE, "The account has too little to add that margin."),
    -4051: (T.INSUFFICIENT_BALANCE, "The position has too little margin to take that out."),
    -4054: (T.POSITION, "There is no position to move margin of."),
    -4055: (T.INVALID_ORDER, "The amount must be more than 0."),
    -4059: (T.SETTING, "The position mode is what was asked for already."),
    -4061: (T.SETTING, "The account's position mode has changed: long and short are held apart."),
    -4067: (T.SETTING, "The position mode cannot change while there are open orders."),
    -4068: (T.SETTING, "The position mode cannot change while there is a position."),
    -4087: (T.PERMISSION, "The account may only reduce positions now."),
    -4088: (T.PERMISSION, "The account may not trade now."),
    -4109: (T.PERMISSION, "The account sleeps: move any asset into it."),
    -4116: (T.DUPLICATE_ORDER, "An open order has this name already."),
    -4118: (T.POSITION, "The reduce-only orders together are larger than the position."),
    -4120: (T.INVALID_ORDER, "Waiting orders have a way of their own."),
    -4130: (T.INVALID_ORDER, "There is an order already that closes this position."),
    -4131: (T.FILTER, "The book is too thin: the price would leave the allowed range."),
    -4140: (T.MARKET_CLOSED, "The symbol takes no new positions now."),
    -4141: (T.MARKET_CLOSED, "The symbol is closed."),
    -4142: (T.WOULD_TRADE_AT_ONCE, "The order would be triggered at once."),
    -4161: (T.SETTING, "The leverage of an isolated position cannot be lowered."),
    -4164: (T.FILTER, "The order is worth too little, and it is not reduce-only."),
    -4210: (T.FILTER, "The trigger price is too high above the market."),
    -4211: (T.FILTER, "The trigger price is too far below the market."),
    -4531: (T.SETTING, "The position mode is held by the other futures market."),
    -5021: (T.WOULD_TRADE_AT_ONCE, "The book could not fill the whole order at once."),
    -5022: (
        T.WOULD_TRADE_AT_ONCE,
        "A post-only order must not trade at once, and at this price it would.",
    ),
    -5024: (T.MARKET_CLOSED, "The symbol takes no changes of orders now."),
    -5025: (T.INVALID_ORDER, "Only limit orders can be changed."),
    -5026: (T.INVALID_ORDER, "The order was changed too often."),
    -5027: (T.INVALID_ORDER, "The change would change nothing."),
    -5028: (T.TIMESTAMP_OUT_OF_SYNC, _CLOCK),
    -5029: (T.FILTER, "The order would be worth too little."),
    -5040: (T.INVALID_ORDER, "The end of the order must be at least ten minutes away."),
    -5043: (T.INVALID_ORDER, "The order is being changed already."),
}
_MARKET_CODES = {Market.SPOT: _SPOT, Market.USDM: _USDM}
