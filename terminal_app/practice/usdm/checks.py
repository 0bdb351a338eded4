"""What a futures order must satisfy beyond the filters: margin, leverage cap, position."""

from decimal import Decimal

from terminal_app.domain import margin
from terminal_app.practice.engine.kinds import OrderType, Side, TimeInForce
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import ZERO, OrderRequest, SymbolRules
from terminal_app.practice.engine.order_life import is_fillable, would_take
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.account import UsdmBooks
from terminal_app.practice.usdm.valuation import Valuation

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
