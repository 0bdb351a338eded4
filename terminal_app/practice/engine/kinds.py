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
        return _OPPOSITES[self]


# A member is looked up once here: the matching asks for these all the time.
_OPPOSITES = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}


class OrderType(StrEnum):
    """Name the kinds of order the engine takes; futures post-only is LIMIT with GTX.

    The four conditional kinds are spot's; futures have algo orders instead.
    """

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    LIMIT_MAKER = "LIMIT_MAKER"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"

    @property
    def is_conditional(self) -> bool:
        """Tell whether the order waits for a trigger before it works."""
        return self in _CONDITIONAL

    @property
    def is_market(self) -> bool:
        """Tell whether the order takes any price once it works."""
        return self in _AT_MARKET


_AT_MARKET = frozenset({OrderType.MARKET, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT})
_CONDITIONAL = frozenset(
    {
        OrderType.STOP_LOSS,
        OrderType.STOP_LOSS_LIMIT,
        OrderType.TAKE_PROFIT,
        OrderType.TAKE_PROFIT_LIMIT,
    }
)


class AlgoOrderType(StrEnum):
    """Name the conditional orders of futures."""

    STOP = "STOP"
    STOP_MARKET = "STOP_MARKET"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_MARKET = "TAKE_PROFIT_MARKET"
    TRAILING_STOP_MARKET = "TRAILING_STOP_MARKET"

    @property
    def is_market(self) -> bool:
        """Tell whether the order takes any price once triggered."""
        return self.value.endswith("MARKET")

    @property
    def is_take_profit(self) -> bool:
        """Tell whether the order waits for a better price, not for a worse one."""
        return self.value.startswith("TAKE_PROFIT")


class AlgoStatus(StrEnum):
    """Name the states of a conditional futures order."""

    NEW = "NEW"
    CANCELED = "CANCELED"
    TRIGGERING = "TRIGGERING"
    TRIGGERED = "TRIGGERED"
    FINISHED = "FINISHED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class WorkingType(StrEnum):
    """Say which price triggers a conditional futures order: the last one or the mark."""

    CONTRACT_PRICE = "CONTRACT_PRICE"
    MARK_PRICE = "MARK_PRICE"


class PriceMatch(StrEnum):
    """Name the level whose price a futures order takes: of the other side or of its own."""

    NONE = "NONE"
    OPPONENT = "OPPONENT"
    OPPONENT_5 = "OPPONENT_5"
    OPPONENT_10 = "OPPONENT_10"
    OPPONENT_20 = "OPPONENT_20"
    QUEUE = "QUEUE"
    QUEUE_5 = "QUEUE_5"
    QUEUE_10 = "QUEUE_10"
    QUEUE_20 = "QUEUE_20"

    @property
    def depth(self) -> int:
        """Return which level is meant, 1 for the best."""
        _, _, depth = self.value.partition("_")
        return int(depth or 1)


class PositionSide(StrEnum):
    """Name the position an order belongs to: BOTH one-way, LONG or SHORT in hedge mode."""

    BOTH = "BOTH"
    LONG = "LONG"
    SHORT = "SHORT"


class MarginType(StrEnum):
    """Name how a futures position is backed, in the words of marginType."""

    CROSSED = "CROSSED"
    ISOLATED = "ISOLATED"


class SelfTradePrevention(StrEnum):
    """Name what happens when orders of one account meet; the taker's mode decides.

    Futures know the first four.
    """

    NONE = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"
    DECREMENT = "DECREMENT"
    TRANSFER = "TRANSFER"


class PegPriceType(StrEnum):
    """Name the best price an order is pegged to: its own side's or the other side's."""

    NONE = ""
    PRIMARY = "PRIMARY_PEG"
    MARKET = "MARKET_PEG"


class TimeInForce(StrEnum):
    """Name how long an order lives; from GTX (post-only) on they exist on futures alone.

    GTE_GTC is for conditional orders: it ends with the position.
    """

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTX = "GTX"
    GTD = "GTD"
    RPI = "RPI"
    GTE_GTC = "GTE_GTC"


class OrderStatus(StrEnum):
    """Name the states of an order; PENDING_NEW waits for another order of its list."""

    NEW = "NEW"
    PENDING_NEW = "PENDING_NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"
    REJECTED = "REJECTED"

    @property
    def is_open(self) -> bool:
        """Tell whether the order can still trade."""
        return self in (OrderStatus.NEW, OrderStatus.PENDING_NEW, OrderStatus.PARTIALLY_FILLED)


class ExecutionType(StrEnum):
    """Name what happened to an order in one event.

    CALCULATED is a liquidation's fill; an amended order is REPLACED on spot, AMENDMENT on futures.
    REJECTED is the new order of a cancel-replace that was refused after the cancel.
    """

    NEW = "NEW"
    TRADE = "TRADE"
    CANCELED = "CANCELED"
    REPLACED = "REPLACED"
    AMENDMENT = "AMENDMENT"
    EXPIRED = "EXPIRED"
    TRADE_PREVENTION = "TRADE_PREVENTION"
    CALCULATED = "CALCULATED"
    REJECTED = "REJECTED"


class RejectReason(StrEnum):
    """Say why the engine rejected an order, in the words of executionReport."""

    NONE = "NONE"
    INSUFFICIENT_BALANCES = "INSUFFICIENT_BALANCES"
    WOULD_MATCH = "WOULD_MATCH_IMMEDIATELY"
    WOULD_TRIGGER = "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY"


class ExpiryReason(StrEnum):
    """Say why an order expired; the faces write spot's words and futures' digits from it."""

    NONE = "NONE"
    UNFILLED_IOC = "UNFILLED_IOC_QUANTITY_EXPIRED"
    UNFILLED_FOK = "UNFILLED_FOK_ORDER_EXPIRED"
    INSUFFICIENT_LIQUIDITY = "INSUFFICIENT_LIQUIDITY"
    PRICE_RANGE = "EXECUTION_RULE_PRICE_RANGE_EXCEEDED"
    REJECTED = "REJECTED"
    EXCHANGE_CANCELED = "EXCHANGE_CANCELED"
    OCO_TRIGGER = "OCO_TRIGGER"
    OTO_PHASE_ONE_EXPIRED = "OTO_PHASE_ONE_EXPIRED"
    SELF_TRADE = "SELF_TRADE_PREVENTION"
    REDUCE_ONLY = "REDUCE_ONLY_CONFLICT"
    LIQUIDATION = "LIQUIDATION"
    DELISTED = "SYMBOL_DELISTED"


class SymbolStatus(StrEnum):
    """Name the states of a listed symbol: five of spot, then those of a futures contract."""

    TRADING = "TRADING"
    END_OF_DAY = "END_OF_DAY"
    HALT = "HALT"
    BREAK = "BREAK"
    CANCEL_ONLY = "CANCEL_ONLY"
    PENDING_TRADING = "PENDING_TRADING"
    PRE_SETTLE = "PRE_SETTLE"
    SETTLING = "SETTLING"
    CLOSE = "CLOSE"


class AccountChangeReason(StrEnum):
    """Say why balances or positions changed, in the words of ACCOUNT_UPDATE."""

    ORDER = "ORDER"
    FUNDING_FEE = "FUNDING_FEE"
    DEPOSIT = "DEPOSIT"
    WITHDRAW = "WITHDRAW"
    MARGIN_TRANSFER = "MARGIN_TRANSFER"
    MARGIN_TYPE_CHANGE = "MARGIN_TYPE_CHANGE"
    INSURANCE_CLEAR = "INSURANCE_CLEAR"
    RESET = "ADJUSTMENT"


class IncomeType(StrEnum):
    """Name the kinds of futures income rows; the rows made here are of the first five."""

    COMMISSION = "COMMISSION"
    REALIZED_PNL = "REALIZED_PNL"
    FUNDING_FEE = "FUNDING_FEE"
    INSURANCE_CLEAR = "INSURANCE_CLEAR"
    TRANSFER = "TRANSFER"
    WELCOME_BONUS = "WELCOME_BONUS"
    REFERRAL_KICKBACK = "REFERRAL_KICKBACK"
    COMMISSION_REBATE = "COMMISSION_REBATE"
    API_REBATE = "API_REBATE"
    CONTEST_REWARD = "CONTEST_REWARD"
    CROSS_COLLATERAL_TRANSFER = "CROSS_COLLATERAL_TRANSFER"
    OPTIONS_PREMIUM_FEE = "OPTIONS_PREMIUM_FEE"
    OPTIONS_SETTLE_PROFIT = "OPTIONS_SETTLE_PROFIT"
    INTERNAL_TRANSFER = "INTERNAL_TRANSFER"
    AUTO_EXCHANGE = "AUTO_EXCHANGE"
    DELIVERED_SETTLEMENT = "DELIVERED_SETTELMENT"  # spelt so by Binance
    COIN_SWAP_DEPOSIT = "COIN_SWAP_DEPOSIT"
    COIN_SWAP_WITHDRAW = "COIN_SWAP_WITHDRAW"
    POSITION_LIMIT_INCREASE_FEE = "POSITION_LIMIT_INCREASE_FEE"
    STRATEGY_TRANSFER = "STRATEGY_UMFUTURES_TRANSFER"
    FEE_RETURN = "FEE_RETURN"
    BFUSD_REWARD = "BFUSD_REWARD"
    SPECIAL_FUNDING_FEE = "SPECIAL_FUNDING_FEE"
