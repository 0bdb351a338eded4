"""The words of the exchange: sides, types, states and reasons."""

from enum import StrEnum


class MarketName(StrEnum):
    """Name one of the two markets."""

    SPOT = "spot"
    USDM = "usdm"


class MarketState(StrEnum):
    """Say whether a market still moves; `ENDED` is a recording that has been played."""

    RUNNING = "running"
    ENDED = "ended"


class Side(StrEnum):
    """Buy or sell."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> "Side":
        """Return the other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """Name the kinds of order the engine takes; futures post-only is LIMIT with GTX."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    LIMIT_MAKER = "LIMIT_MAKER"


class TimeInForce(StrEnum):
    """Name how long an order lives; GTX is post-only and exists on futures alone."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTX = "GTX"


class OrderStatus(StrEnum):
    """Name the states of an order."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"

    @property
    def is_open(self) -> bool:
        """Tell whether the order can still trade."""
        return self in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)


class ExecutionType(StrEnum):
    """Name what happened to an order in one event; CALCULATED is a liquidation's fill."""

    NEW = "NEW"
    TRADE = "TRADE"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    TRADE_PREVENTION = "TRADE_PREVENTION"
    CALCULATED = "CALCULATED"


class ExpiryReason(StrEnum):
    """Say why an order expired; the faces write spot's words and futures' digits from it."""

    NONE = "NONE"
    UNFILLED_IOC = "UNFILLED_IOC_QUANTITY_EXPIRED"
    UNFILLED_FOK = "UNFILLED_FOK_ORDER_EXPIRED"
    INSUFFICIENT_LIQUIDITY = "INSUFFICIENT_LIQUIDITY"
    SELF_TRADE = "SELF_TRADE_PREVENTION"
    REDUCE_ONLY = "REDUCE_ONLY_CONFLICT"
    LIQUIDATION = "LIQUIDATION"


class AccountChangeReason(StrEnum):
    """Say why balances or positions changed, in the words of ACCOUNT_UPDATE."""

    ORDER = "ORDER"
    FUNDING_FEE = "FUNDING_FEE"
    RESET = "ADJUSTMENT"


class IncomeType(StrEnum):
    """Name the kinds of futures income rows."""

    COMMISSION = "COMMISSION"
    REALIZED_PNL = "REALIZED_PNL"
    FUNDING_FEE = "FUNDING_FEE"
    INSURANCE_CLEAR = "INSURANCE_CLEAR"
