"""All that an account did, page by page into a file of its own, and out of it as plain values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from terminal_app.domain.income import Income
from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.errors import NotConnected
from terminal_app.storage.account_rows import AccountRow, AccountRows, Body, Line, Position, RowKind
from terminal_app.venues.account_past import AccountPast, PastPage
from terminal_app.venues.base import Venue

T = TypeVar("T")

ROWS_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class HistoryProgress:
    """Say what is being read and how far that is; ``share`` is None where nobody can tell."""

    kind: RowKind
    symbol: str
    rows: int
    share: float | None


Report = Callable[[HistoryProgress], None]


class AccountHistory:
    """Keep orders, trades and income of one market's account.

    What was read stays read: a load that was cancelled goes on where it ended, a later one reads
    what is new and what could still change.
    """

    def __init__(self, venue: Venue, rows: AccountRows) -> None:
        self._venue = venue
        self._rows = rows
        self._scope = f"{venue.environment.name}/{venue.capabilities.market}"

    async def load(self, symbols: Sequence[str], report: Report = lambda _: None) -> None:
        """Read everything of these symbols, and the income of all. Cancelling loses one page.

        May raise ``VenueError`` and ``StorageError``; what was read until then is kept.
        """
        past = self._past()
        for symbol in symbols:
            orders = Line(self._scope, RowKind.ORDERS, symbol)
            await self._read(orders, _paged(past.orders, symbol), order_row, report)
            fills = Line(self._scope, RowKind.FILLS, symbol)
            await self._read(fills, _paged(past.fills, symbol), fill_row, report)
        await self._read(Line(self._scope, RowKind.INCOME), past.income, income_row, report)

    async def rows(
        self,
        kind: RowKind,
        symbol: str = "",
        *,
        limit: int = ROWS_SHOWN,
        offset: int = 0,
    ) -> list[Body]:
        """Return what is kept in plain values, newest first; page on with ``offset``.

        May raise ``StorageError``.
        """
        return await self._rows.rows(Line(self._scope, kind, symbol), limit, offset)

    async def start_anew(self) -> None:
        """Forget everything: the account was reset. May raise ``StorageError``."""
        await self._rows.forget(self._scope)

    def _past(self) -> AccountPast:
        if self._venue.execution is None:
            raise NotConnected("There is no API key for this environment.")
        return self._venue.execution.past

    async def _read(
        self,
        line: Line,
        read: Callable[[int], Awaitable[PastPage[T]]],
        row_of: Callable[[T], AccountRow],
        report: Report,
    ) -> None:
        position, count = await self._rows.position(line), 0
        while True:
            page = await read(position.cursor)
            position = _following(position, page)
            await self._rows.keep(line, [row_of(row) for row in page.rows], position)
            count += len(page.rows)
            report(HistoryProgress(line.kind, line.symbol, count, page.share))
            if page.is_last:
                return


def order_row(update: OrderUpdate) -> AccountRow:
    """Return an order as a venue told it in plain values."""
    created_ms = update.created_ms or update.time_ms
    return _order_row(update, created_ms, update.time_ms, update.executed_quote)


def known_order_row(order: Order) -> AccountRow:
    """Return an order of this run in plain values, under the key that the venue's row has."""
    quote = None if order.executed_quantity and not order.executed_quote else order.executed_quote
    return _order_row(order, order.created_ms, order.updated_ms, quote)


def _order_row(
    order: OrderUpdate | Order, created_ms: int, updated_ms: int, quote: Decimal | None
) -> AccountRow:
    trigger = order.trigger
    body: Body = {
        "time_ms": created_ms,
        "updated_ms": updated_ms,
        "symbol": order.symbol,
        "order_id": order.order_id,
        "client_order_id": order.client_order_id,
        "side": order.side.value,
        "type": order.type.value,
        "time_in_force": order.time_in_force.value,
        "status": order.status.value,
        "quantity": plain(order.quantity),
        "price": plain(order.price),
        "trigger_price": plain(trigger.price) if trigger and trigger.price is not None else None,
        "executed_quantity": plain(order.executed_quantity),
        "executed_quote": None if quote is None else plain(quote),
        "reduce_only": order.reduce_only,
        "position_side": order.position_side.value,
        "is_conditional": order.is_conditional,
        "reason": order.reason,
    }
    number = order.order_id or 0
    return AccountRow(order_key(body), order.symbol, created_ms, number, body)


def order_key(body: Body) -> str:
    """Return the key of an order's row; one that never reached the venue has our own name."""
    if body["order_id"] is None:
        return f"{body['symbol']}:ours:{body['client_order_id']}"
    word = "condition" if body["is_conditional"] else "order"
    return f"{body['symbol']}:{word}:{body['order_id']}"


def fill_row(fill: Fill) -> AccountRow:
    """Return one of the account's own trades in plain values."""
    profit = fill.realized_profit
    body: Body = {
        "time_ms": fill.time_ms,
        "symbol": fill.symbol,
        "trade_id": fill.trade_id,
        "order_id": fill.order_id,
        "side": fill.side.value,
        "price": plain(fill.price),
        "quantity": plain(fill.quantity),
        "quote": plain(fill.price * fill.quantity),
        "commission": plain(fill.commission),
        "commission_asset": fill.commission_asset,
        "is_maker": fill.is_maker,
        "realized_profit": None if profit is None else plain(profit),
    }
    return AccountRow(fill_key(body), fill.symbol, fill.time_ms, fill.trade_id, body)


def fill_key(body: Body) -> str:
    """Return the key of a trade's row: one between two orders of the account is a row of each."""
    return f"{body['symbol']}:{body['order_id']}:{body['trade_id']}"


def income_row(income: Income) -> AccountRow:
    """Return one movement of a wallet in plain values."""
    body: Body = {
        "time_ms": income.time_ms,
        "kind": income.kind,
        "amount": plain(income.amount),
        "asset": income.asset,
        "symbol": income.symbol,
        "info": income.info,
        "transaction_id": income.transaction_id,
        "trade_id": income.trade_id,
    }
    return AccountRow(income_key(body), income.symbol, income.time_ms, income.transaction_id, body)


def income_key(body: Body) -> str:
    """Return the key of a wallet's movement."""
    names = ("kind", "transaction_id", "asset", "symbol", "trade_id")
    return ":".join(str(body[name]) for name in names)


def income_from(body: Body) -> Income:
    """Return a wallet's movement that was kept."""
    return Income(
        kind=str(body["kind"]),
        amount=Decimal(str(body["amount"])),
        asset=str(body["asset"]),
        symbol=str(body["symbol"]),
        info=str(body["info"]),
        time_ms=int(str(body["time_ms"])),
        transaction_id=int(str(body["transaction_id"])),
        trade_id=str(body["trade_id"]),
    )


def _paged(
    read: Callable[[str, int], Awaitable[PastPage[T]]], symbol: str
) -> Callable[[int], Awaitable[PastPage[T]]]:
    return lambda cursor: read(symbol, cursor)


def _following(position: Position, page: PastPage[T]) -> Position:
    open_ends = [
        cursor for cursor in (position.unsettled_from, page.unsettled_from) if cursor is not None
    ]
    unsettled_from = min(open_ends, default=None)
    if not page.is_last:
        return Position(page.cursor, unsettled_from)
    # What may still change is read again the next time.
    return Position(min(page.cursor, unsettled_from or page.cursor))
