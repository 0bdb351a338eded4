"""What a spot order must satisfy beyond the filters: type, peg, funds."""

from decimal import Decimal

from terminal_app.practice.engine.kinds import (
    OrderType,
    PegPriceType,
    SelfTradePrevention,
    Side,
    SymbolStatus,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError

_PEGGABLE = (
    OrderType.LIMIT,
    OrderType.LIMIT_MAKER,
    OrderType.STOP_LOSS_LIMIT,
    OrderType.TAKE_PROFIT_LIMIT,
)


def check_symbol(request: OrderRequest, listing: Listing) -> None:
    """Raise -1013 while nothing may be placed or when a self-trade prevention is not allowed."""
    if listing.status is not SymbolStatus.TRADING:
        raise ExchangeError(-1013, "Market is closed.")
    if request.self_trade_prevention is SelfTradePrevention.NONE:
        raise ExchangeError(
            -1013, "This symbol does not allow the specified self-trade prevention mode."
        )


def check_peg(request: OrderRequest) -> None:
    """Raise -2010 for a peg that the order's type does not go with."""
    if request.peg_price_type is PegPriceType.NONE:
        return
    if request.order_type not in _PEGGABLE:
        raise ExchangeError(-2010, "This order type may not use pegged price.")
    is_primary = request.peg_price_type is PegPriceType.PRIMARY
    is_limit = request.order_type is OrderType.LIMIT
    takes_at_once = is_limit and request.time_in_force is not TimeInForce.GTC
    is_maker = request.order_type is OrderType.LIMIT_MAKER
    if (is_primary and takes_at_once) or (is_maker and not is_primary):
        raise ExchangeError(-2010, "This price peg cannot be used with this order type.")


def pegged_price(
    side: Side, peg_price_type: PegPriceType, peg_offset: int | None, listing: Listing
) -> Decimal:
    """Return the price of a peg at this moment, `peg_offset` levels behind the best one.

    Raises -2010 when the book does not go that far.
    """
    book_side = side if peg_price_type is PegPriceType.PRIMARY else side.opposite
    offset = max(0, peg_offset or 0)
    levels = listing.book.levels(book_side, offset + 1)
    if len(levels) <= offset:
        raise ExchangeError(-2010, "Order book liquidity is too low for this pegged order.")
    return listing.rules.price(levels[offset][0])


def check_balance(needed: Decimal, free: Decimal) -> None:
    """Raise -2010 when the account cannot pay for an order."""
    if needed > free:
        raise ExchangeError(-2010, "Account has insufficient balance for requested action.")


def market_cost(listing: Listing, lots: int) -> Decimal:
    """Return what a market buy would pay, as far as the book goes."""
    cost = 0
    for ticks, offered in listing.book.offers(Side.BUY):
        taken = min(lots, offered)
        cost += ticks * taken
        lots -= taken
        if not lots:
            break
    return listing.rules.tick_size * listing.rules.step_size * cost


def lots_for_quote(listing: Listing, side: Side, quote: Decimal) -> int:
    """Return the most lots whose value at the book's prices stays within a quote amount.

    Behind the end of the book its last price goes on: what is not there to be had expires.
    """
    budget = int(quote / (listing.rules.tick_size * listing.rules.step_size))
    lots = ticks = 0
    for ticks, offered in listing.book.offers(side):
        taken = min(offered, budget // ticks)
        lots += taken
        budget -= taken * ticks
        if taken < offered:
            return lots
    return lots + budget // ticks if ticks else 0
