"""Order lists on a quiet market, and what is to be seen of them."""

from decimal import Decimal

from terminal_app.practice.engine.events import OrderEvent, OrderListEvent
from terminal_app.practice.engine.kinds import (
    OrderType,
    Side,
)
from terminal_app.practice.engine.model import Order, OrderRequest
from terminal_app.practice.engine.order_list import (
    ListKind,
    ListRequest,
    PlacedList,
)
from tests.helpers.engine import QuietSpot, limit

BUY, SELL = Side.BUY, Side.SELL
D = Decimal


def leg(
    order_type: OrderType,
    side: Side,
    *,
    price: str | None = None,
    stop: str | None = None,
    delta: int = 0,
    quantity: str | None = "0.1",
    client_order_id: str = "",
) -> OrderRequest:
    """Return one order of a list."""
    return OrderRequest(
        "BTCUSDT",
        side,
        order_type,
        quantity=None if quantity is None else D(quantity),
        price=None if price is None else D(price),
        stop_price=None if stop is None else D(stop),
        trailing_delta=delta,
        client_order_id=client_order_id,
    )


def sell_pair(quantity: str | None = "0.1") -> tuple[OrderRequest, OrderRequest]:
    """Return a take-profit limit above and a stop below, both to sell."""
    above = leg(OrderType.LIMIT_MAKER, SELL, price="52000", quantity=quantity)
    return above, leg(OrderType.STOP_LOSS, SELL, stop="48000", quantity=quantity)


def buy_pair() -> tuple[OrderRequest, OrderRequest]:
    """Return a stop above and a limit below, both to buy."""
    above = leg(OrderType.STOP_LOSS_LIMIT, BUY, price="52500", stop="52000")
    return above, leg(OrderType.LIMIT_MAKER, BUY, price="48000")


SELL_OCO = ListRequest(ListKind.OCO, sell_pair(), "pair")
BUY_OCO = ListRequest(ListKind.OCO, buy_pair())


def starting(kind: ListKind, *pending: OrderRequest) -> ListRequest:
    """Return a list whose first order starts the pending ones."""
    return ListRequest(kind, (limit(BUY, "49000", "0.1"), *pending))


def now(desk: QuietSpot, placed: PlacedList) -> list[Order]:
    """Return the orders of a list as they stand now."""
    return [desk.market.order("BTCUSDT", number) for number in placed.order_list.order_ids]


def statuses(desk: QuietSpot, placed: PlacedList) -> list[str]:
    """Return where the orders of a list stand."""
    return [order.status for order in now(desk, placed)]


def funds(desk: QuietSpot, asset: str) -> tuple[Decimal, Decimal]:
    """Return what is free and what is set aside of an asset."""
    row = next(row for row in desk.market.balances() if row.asset == asset)
    return row.free, row.locked


def trade_at(desk: QuietSpot, price: str) -> None:
    """Let somebody trade the smallest lot at a price, and leave the book as it was."""
    desk.offer(SELL, price, "0.00001")
    desk.hit(BUY, "0.00001")


def told(desk: QuietSpot) -> list[str]:
    """Return what was told of orders and lists, in order, and forget it."""
    words: list[str] = []
    for event in desk.recorder.events:
        if isinstance(event, OrderEvent):
            words.append(f"{event.order.order_type} {event.execution_type} {event.order.status}")
        elif isinstance(event, OrderListEvent):
            words.append(f"list {event.status_type} {event.state.order_list.order_status}")
    desk.recorder.events.clear()
    return words
