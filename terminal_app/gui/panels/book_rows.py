"""Group the levels of an order book into the rows that are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Level, Side
from terminal_app.domain.order_book import BookSide

OwnOrders = Mapping[Decimal, tuple[Side, Decimal]]


@dataclass(frozen=True, slots=True)
class BookRow:
    """Hold one row: its price, the size resting there, the sum up to it, and one's own part."""

    side: Side
    price: Decimal
    quantity: Decimal
    total: Decimal
    own_quantity: Decimal = ZERO


def group_price(price: Decimal, step: Decimal, side: Side) -> Decimal:
    """Return the row of a price, away from the middle: bids go down, asks go up."""
    lower = price // step * step
    return lower if side is Side.BUY or lower == price else lower + step


def group_levels(levels: Iterable[Level], step: Decimal, side: Side) -> list[Level]:
    """Add up levels, best first, that share a row."""
    groups: list[Level] = []
    price, quantity = None, ZERO
    for level in levels:
        row = group_price(level.price, step, side)
        if row == price:
            quantity += level.quantity
            continue
        if price is not None:
            groups.append(Level(price, quantity))
        price, quantity = row, level.quantity
    if price is not None:
        groups.append(Level(price, quantity))
    return groups


def book_rows(
    book_side: BookSide, side: Side, step: Decimal, count: int, own_orders: OwnOrders
) -> list[BookRow]:
    """Return the best rows of a side, best first, reading no more levels than they need."""
    groups = _groups(book_side, side, step, count)
    own = _own_by_row(own_orders, step, side)
    rows, total = [], ZERO
    for group in groups:
        total += group.quantity
        own_quantity = own.get(group.price, ZERO)
        rows.append(BookRow(side, group.price, group.quantity, total, own_quantity))
    return rows


def _groups(book_side: BookSide, side: Side, step: Decimal, count: int) -> list[Level]:
    wanted = count + 1
    while True:
        levels = book_side.levels(wanted)
        groups = group_levels(levels, step, side)
        # The last group is whole only when a further one was seen or the book ended.
        if len(groups) > count or len(levels) < wanted:
            return groups[:count]
        wanted *= 4


def _own_by_row(own_orders: OwnOrders, step: Decimal, side: Side) -> dict[Decimal, Decimal]:
    own: dict[Decimal, Decimal] = {}
    for price, (own_side, quantity) in own_orders.items():
        if own_side is side:
            row = group_price(price, step, side)
            own[row] = own.get(row, ZERO) + quantity
    return own
