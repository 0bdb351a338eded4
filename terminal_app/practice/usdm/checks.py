"""What a futures order must satisfy beyond the filters: margin, leverage cap, position."""

from decimal import Decimal

from terminal_app.domain import margin
from terminal_app.practice.engine.kinds import (
    MarginType,
    OrderType,
    Side,
    SymbolStatus,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import ZERO, OrderRequest, SymbolRules
from terminal_app.practice.engine.order_life import is_fillable, would_take
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.account import UsdmBooks
from terminal_app.practice.usdm.positions import PositionKey
from terminal_app.practice.usdm.valuation import Valuation

_SHORT_PRICE_BUFFER = Decimal("1.0015")
_MARKET_PRICE_BUFFER = Decimal("1.0005")


def check_contract(status: SymbolStatus, reduce_only: bool) -> None:
    """Raise -1122, -4140 or -4141 when a contract in this state takes no such order."""
    match status:
        case SymbolStatus.TRADING:
            return
        case SymbolStatus.PENDING_TRADING:
            raise ExchangeError(-1122, "Invalid symbol status.")
        case SymbolStatus.PRE_SETTLE if reduce_only:
            return
        case SymbolStatus.PRE_SETTLE:
            raise ExchangeError(-4140, "Invalid symbol status for opening position")
        case _:
            raise ExchangeError(-4141, "Symbol is closed")


def check_margin(
    request: OrderRequest, listing: Listing, books: UsdmBooks, valuation: Valuation
) -> None:
    """Raise -2027 beyond the leverage's largest notional, -2019 without enough margin.

    An order that only shrinks the exposure always passes. Source: order cost = initial margin at
    the assumed price + open loss (Binance futures FAQ).
    """
    quantity, mark = request.quantity or ZERO, books.marks[request.symbol]
    price = _assumed_price(request, listing, mark)
    key, leverage = (request.symbol, request.position_side), books.leverage(request.symbol)
    opened = valuation.open_notionals(key)
    before = valuation.exposure(key, opened)
    after = valuation.exposure(key, opened.with_order(request.side, price * quantity))
    if after <= before:
        return
    if after > margin.max_notional(leverage, listing.rules.brackets):
        raise ExchangeError(-2027, "Exceeded the maximum allowable position at current leverage.")
    is_buy = request.side is Side.BUY
    loss = price - mark if is_buy else mark - (request.price or price)
    cost = margin.initial_margin(after - before, leverage) + quantity * max(ZERO, loss)
    if cost > valuation.account().available_balance:
        raise ExchangeError(-2019, "Margin is insufficient.")


def check_reversal(
    request: OrderRequest, listing: Listing, books: UsdmBooks, valuation: Valuation
) -> None:
    """Raise -4118 when open orders of its side would turn the position round without margin."""
    key, symbol = (request.symbol, request.position_side), request.symbol
    amount, mark = books.position_of(*key).amount, books.marks[symbol]
    opened = valuation.open_notionals(key)
    same_side = opened.bids if request.side is Side.BUY else opened.asks
    if not same_side:
        return
    closing = (request.quantity or ZERO) * (request.price or mark)
    reversed_notional = same_side + closing - abs(amount) * mark
    cost = margin.initial_margin(reversed_notional, books.leverage(symbol))
    if reversed_notional > 0 and cost > valuation.account().available_balance:
        raise ExchangeError(
            -4118, "ReduceOnly Order Failed. Please check your existing position and open orders"
        )


def check_time_in_force(request: OrderRequest, listing: Listing) -> None:
    """Raise -5022 for a post-only order that would take, -5021 for a FOK that cannot fill."""
    price = request.price or ZERO
    if request.order_type is not OrderType.LIMIT:
        return
    if request.time_in_force is TimeInForce.GTX and would_take(listing, request.side, price):
        raise ExchangeError(
            -5022,
            "Due to the order could not be executed as maker, "
            "the Post Only order will be rejected.",
        )
    is_fok = request.time_in_force is TimeInForce.FOK
    ticks = int(price / listing.rules.tick_size)
    if is_fok and not is_fillable(listing, request.side, ticks, request.quantity or ZERO):
        raise ExchangeError(
            -5021,
            "Due to the order could not be filled immediately, the FOK order has been rejected.",
        )


def check_leverage(
    leverage: int, rules: SymbolRules, books: UsdmBooks, valuation: Valuation
) -> None:
    """Raise -4028, -4161, -2027 or -2028 when a leverage cannot be set."""
    symbol, before = rules.symbol, books.leverage(rules.symbol)
    cap = margin.max_notional(leverage, rules.brackets)
    if leverage < 1 or not cap:
        raise ExchangeError(-4028, f"Leverage {leverage} is not valid")
    if leverage < before and symbol in books.isolated and books.has_position(symbol):
        raise ExchangeError(
            -4161,
            "Leverage reduction is not supported in Isolated Margin Mode with open positions",
        )
    keys = [(symbol, side) for side in books.sides]
    exposures = [valuation.exposure(key, valuation.open_notionals(key)) for key in keys]
    if max(exposures) > cap:
        raise ExchangeError(-2027, "Exceeded the maximum allowable position at current leverage.")
    now = margin.initial_margin(sum(exposures, ZERO), before)
    then = margin.initial_margin(sum(exposures, ZERO), leverage)
    if then - now > valuation.account().available_balance:
        raise ExchangeError(
            -2028, "Leverage is smaller than permitted: insufficient margin balance."
        )


def check_margin_type(
    symbol: str, margin_type: MarginType, books: UsdmBooks, has_orders: bool
) -> None:
    """Raise -4046, -4047 or -4048 when a margin type cannot be set."""
    if margin_type is books.margin_type(symbol):
        raise ExchangeError(-4046, "No need to change margin type.")
    if has_orders:
        raise ExchangeError(-4047, "Margin type cannot be changed if there exists open orders.")
    if books.has_position(symbol):
        raise ExchangeError(-4048, "Margin type cannot be changed if there exists position.")


def check_position_mode(is_hedge: bool, books: UsdmBooks, has_orders: bool) -> None:
    """Raise -4059, -4067 or -4068 when the position mode cannot be set."""
    if is_hedge is books.is_hedge:
        raise ExchangeError(-4059, "No need to change position side.")
    if has_orders:
        raise ExchangeError(-4067, "Position side cannot be changed if there exists open orders.")
    if books.has_position(None):
        raise ExchangeError(-4068, "Position side cannot be changed if there exists position.")


def addable_margin(books: UsdmBooks, valuation: Valuation) -> Decimal:
    """Return how much may be added to an isolated position (Binance futures FAQ, isolated)."""
    kept = valuation.isolated_order_margin() + valuation.cross_totals().maintenance_margin
    return max(ZERO, min(books.cross_wallet - kept, valuation.account().available_balance))


def removable_margin(key: PositionKey, books: UsdmBooks) -> Decimal:
    """Return how much may be taken from an isolated position (Binance futures FAQ, isolated)."""
    held, mark = books.position_of(*key), books.marks[key[0]]
    profit = margin.unrealized_pnl(held.amount, held.entry_price, mark)
    initial = margin.initial_margin(held.amount * mark, books.leverage(key[0]))
    return max(ZERO, min(held.isolated_wallet, held.isolated_wallet + profit - initial))


def _assumed_price(request: OrderRequest, listing: Listing, mark: Decimal) -> Decimal:
    rules = listing.rules
    best = listing.book.levels(request.side.opposite, 1)
    opposite = rules.price(best[0][0]) if best else mark
    if request.order_type is OrderType.MARKET:
        if request.side is Side.BUY:
            return opposite * _MARKET_PRICE_BUFFER
        return max(opposite, mark)
    price = request.price or ZERO
    if request.side is Side.BUY:
        return price
    return max(rules.price(listing.tape.last_ticks) * _SHORT_PRICE_BUFFER, mark, price)
