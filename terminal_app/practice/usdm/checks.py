"""What a futures order must satisfy beyond the filters: margin, leverage cap, position."""

from collections.abc import Sequence
from decimal import Decimal

from terminal_app.domain import margin
from terminal_app.practice.engine.kinds import OrderType, Side, TimeInForce
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest, SymbolRules
from terminal_app.practice.engine.order_life import is_fillable, would_take
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.account import UsdmBooks, open_notionals

_SHORT_PRICE_BUFFER = Decimal("1.0015")
_MARKET_PRICE_BUFFER = Decimal("1.0005")


def check_reduce_only(request: OrderRequest, amount: Decimal) -> None:
    """Raise -2022 when an order does not reduce a position of a signed amount.

    A market order may be larger than the position: the rest expires.
    """
    reducible = -amount if request.side is Side.BUY else amount
    is_resting = request.order_type is OrderType.LIMIT
    if reducible <= 0 or (is_resting and (request.quantity or ZERO) > reducible):
        raise ExchangeError(-2022, "ReduceOnly Order is rejected.")


def check_margin(
    request: OrderRequest,
    listing: Listing,
    books: UsdmBooks,
    open_orders: Sequence[Order],
    available_balance: Decimal,
) -> None:
    """Raise -2027 beyond the leverage's largest notional, -2019 without enough margin.

    An order that only shrinks the exposure always passes. Source: order cost = initial margin at
    the assumed price + open loss (Binance futures FAQ).
    """
    symbol, is_buy = request.symbol, request.side is Side.BUY
    quantity, mark = request.quantity or ZERO, books.marks[symbol]
    price = _assumed_price(request, listing, mark)
    bids, asks = open_notionals(open_orders)
    leverage = books.leverage(symbol)
    before = books.initial_margin(symbol, bids, asks, leverage)
    if is_buy:
        bids += price * quantity
    else:
        asks += price * quantity
    after = books.initial_margin(symbol, bids, asks, leverage)
    if after <= before:
        return
    if after * leverage > margin.max_notional(leverage, listing.rules.brackets):
        raise ExchangeError(-2027, "Exceeded the maximum allowable position at current leverage.")
    loss = price - mark if is_buy else mark - (request.price or price)
    if after - before + quantity * max(ZERO, loss) > available_balance:
        raise ExchangeError(-2019, "Margin is insufficient.")


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
    if is_fok and not is_fillable(listing, request.side, price, request.quantity or ZERO):
        raise ExchangeError(
            -5021,
            "Due to the order could not be filled immediately, the FOK order has been rejected.",
        )


def check_leverage(
    leverage: int,
    rules: SymbolRules,
    books: UsdmBooks,
    open_orders: Sequence[Order],
    available_balance: Decimal,
) -> None:
    """Raise -4028, -2027 or -2028 when a leverage cannot be set."""
    symbol = rules.symbol
    cap = margin.max_notional(leverage, rules.brackets)
    if leverage < 1 or not cap:
        raise ExchangeError(-4028, f"Leverage {leverage} is not valid")
    bids, asks = open_notionals(open_orders)
    if books.initial_margin(symbol, bids, asks, 1) > cap:
        raise ExchangeError(-2027, "Exceeded the maximum allowable position at current leverage.")
    now = books.initial_margin(symbol, bids, asks, books.leverage(symbol))
    then = books.initial_margin(symbol, bids, asks, leverage)
    if then - now > available_balance:
        raise ExchangeError(
            -2028, "Leverage is smaller than permitted: insufficient margin balance."
        )


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
