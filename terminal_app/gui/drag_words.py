"""Say what it would cost to have an order at another price, before it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.exit import Holding, exit_profit
from terminal_app.domain.instrument import Instrument
from terminal_app.domain.margin import Leg
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.gui.chart.line_hand import DragWords
from terminal_app.gui.format import decimal_text, percent_text
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.services.market_data import MarketDataService
from terminal_app.services.order_moves import is_amended, takes_profit
from terminal_app.services.session import Session
from terminal_app.venues.base import Capabilities

_TRIGGERED = frozenset({PlanRole.STOP, PlanRole.STOP_LOSS})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hold what the words depend on: the market of now, what it can do, and what it takes."""

    instrument: Instrument
    book: OrderBook
    last: Decimal | None
    capabilities: Capabilities
    maker_rate: Decimal | None
    taker_rate: Decimal | None

    @property
    def market(self) -> Decimal | None:
        """Return what distances are counted from: the last price, else the book's middle."""
        return self.last if self.last is not None else self.book.middle()

    def price_text(self, price: Decimal) -> str:
        """Write a price with the instrument's decimals."""
        return decimal_text(price, self.instrument.price_decimals)

    def crosses(self, side: Side, price: Decimal) -> bool:
        """Say whether a limit order would trade at once."""
        best = self.book.side(side.opposite).best()
        if best is None:
            return False
        return price >= best.price if side is Side.BUY else price <= best.price

    def distance(self, price: Decimal) -> str:
        """Say how far a price is from the market, as an amount and in percent."""
        market = self.market
        if market is None or market <= 0:
            return "distance from the market unknown"
        away = decimal_text(price - market, self.instrument.price_decimals, signed=True)
        return f"{away}  ({percent_text((price / market - 1) * 100)}) from the market"


def last_price(session: Session) -> Decimal | None:
    """Return the price traded last in the symbol that is shown, else the middle of its book."""
    return _last_price(session.market_data)


def _last_price(data: MarketDataService) -> Decimal | None:
    return data.last_trade.price if data.last_trade is not None else data.book.middle()


def surroundings(session: Session, instrument: Instrument) -> Surroundings:
    """Return what words about an instrument depend on as things stand now."""
    account, data = session.account, session.markets.find(instrument.symbol)
    return Surroundings(
        instrument,
        data.book if data is not None else OrderBook(),
        _last_price(data) if data is not None else None,
        session.venue.capabilities,
        account.maker_rate,
        account.taker_rate,
    )


def move_words(order: Order, price: Decimal, around: Surroundings, closes: Leg | None) -> DragWords:
    """Return what it would mean to have an order at another price."""
    word = "Buy" if order.side is Side.BUY else "Sell"
    size = _size_words(order, around.instrument)
    rows = [f"{word} {size} at {around.price_text(price)}", around.distance(price)]
    if closes is not None:
        is_resting = order.type is OrderType.LIMIT
        rate = around.maker_rate if is_resting else around.taker_rate
        rows.append(_profit_words(closes, order.remaining, price, rate))
    rows.append(_way_words(order, around))
    return DragWords(tuple(rows), _move_warning(order, price, around))


def protect_words(position: Position, price: Decimal, around: Surroundings) -> DragWords:
    """Return what it would mean to close a whole position once a price is reached."""
    market, leg = around.market, Leg(position.amount, position.entry_price)
    side = position.side.opposite
    is_profit = market is not None and takes_profit(side, price, market)
    word = "Take profit" if is_profit else "Stop loss"
    rows = (
        f"{word}: close the whole position at {around.price_text(price)}",
        around.distance(price),
        _profit_words(leg, abs(leg.amount), price, around.taker_rate),
        "waits at the exchange; at market once the last price is there",
    )
    return DragWords(rows)


def holding_words(holding: Holding, price: Decimal, around: Surroundings) -> DragWords:
    """Return what it would mean to sell a spot holding at a price."""
    market = around.market
    is_profit = market is not None and takes_profit(Side.SELL, price, market)
    size = decimal_text(holding.quantity, around.instrument.quantity_decimals)
    word, rate = ("Take profit", around.maker_rate) if is_profit else ("Stop", around.taker_rate)
    profit = exit_profit(holding.quantity, holding.average_price, price, rate)
    way = "a limit that rests in the book" if is_profit else "waits, then sells at market"
    rows = (
        f"{word}: sell {size} at {around.price_text(price)}",
        around.distance(price),
        f"PnL there {decimal_text(profit, 2, signed=True)} after the fee of selling",
        way,
        "a sale that waits on the other side becomes a pair with it (OCO)",
    )
    return DragWords(rows)


def plan_words(order: PlannedOrder, price: Decimal, around: Surroundings) -> DragWords:
    """Return what it would mean to have the ticket's order at another price."""
    word = "Buy" if order.side is Side.BUY else "Sell"
    size = decimal_text(order.quantity, around.instrument.quantity_decimals)
    rows = (
        f"Ticket: {word} {size} {order.role.value} at {around.price_text(price)}",
        around.distance(price),
        "moves the ticket's price, sends nothing",
    )
    is_taker = order.role not in _TRIGGERED and around.crosses(order.side, price)
    return DragWords(rows, "crosses the spread: taker" if is_taker else "")


def _size_words(order: Order, instrument: Instrument) -> str:
    if order.close_position:
        return "the whole position"
    return decimal_text(order.remaining, instrument.quantity_decimals)


def _profit_words(leg: Leg, quantity: Decimal, price: Decimal, rate: Decimal | None) -> str:
    size = min(quantity, abs(leg.amount)) if quantity > 0 else abs(leg.amount)
    amount = size if leg.amount > 0 else -size
    profit = exit_profit(amount, leg.entry_price, price, rate)
    return f"PnL there {decimal_text(profit, 2, signed=True)} after the fee of closing"


def _way_words(order: Order, around: Surroundings) -> str:
    if is_amended(order, around.capabilities):
        return "amended in place; loses its place in the queue"
    if order.order_list_id is not None:
        return "the pair is ended and sent anew; for a moment neither stands"
    if order.type is OrderType.LIMIT:
        return "ended and sent anew; loses its place in the queue"
    return "ended and sent anew; for a moment nothing waits"


def _move_warning(order: Order, price: Decimal, around: Surroundings) -> str:
    market = around.market
    if order.executed_quantity > 0 and not is_amended(order, around.capabilities):
        return "filled in part: it cannot be sent anew, cancel it and send the rest"
    if order.type is OrderType.LIMIT:
        if not around.crosses(order.side, price):
            return ""
        is_maker = order.time_in_force is TimeInForce.POST_ONLY
        return (
            "crosses the spread: post only is refused" if is_maker else "crosses the spread: taker"
        )
    if market is None or order.trigger is None:
        return ""
    is_profit = order.type in (OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT)
    if takes_profit(order.side, price, market) is not is_profit:
        return "would trigger at once"
    return ""
