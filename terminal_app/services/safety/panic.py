"""Get out at once: cancel everything, then close what is held, and say of each what came of it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Instrument, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderRequest
from terminal_app.domain.safety import MEANT
from terminal_app.errors import TerminalError, VenueError
from terminal_app.observers import Observers
from terminal_app.services.account import AccountService
from terminal_app.services.order_entry import closing_request
from terminal_app.services.order_words import describe
from terminal_app.services.orders import OrderService
from terminal_app.services.safety.panic_report import (
    PANIC,
    LineState,
    PanicLine,
    PanicReport,
    cancelling,
    closing,
)
from terminal_app.services.safety.panic_sale import parts, sellable, selling_requests
from terminal_app.storage.ledger import Body
from terminal_app.venues.base import Venue

# Cancels go first; a closing order does not wait longer than this for them.
CANCEL_S, CLOSE_S, TRUTH_S = 3.0, 6.0, 3.0
POLL_S = 0.05
TRUTH = "truth"


class Place(Protocol):
    """Be where a panic works: one market, as a session holds it."""

    venue: Venue
    orders: OrderService
    account: AccountService

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Return what can be traded, by symbol."""

    def seen(self) -> Body:
        """Return what a person sees at this moment."""


class Panic:
    """Cancel all and flatten, in one symbol or in the whole market. Key told: panic.

    Nothing is sent twice: what was refused, or what nobody knows of, is a line of the report. It
    works on what was known last where the exchange does not tell more, and says so.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.observers = Observers()
        self.report: PanicReport | None = None

    @property
    def is_running(self) -> bool:
        """Say whether one is under way."""
        return self.report is not None and self.report.is_running

    def begin(self, symbol: str = "", *, sells: bool = False) -> PanicReport:
        """Open the report of a panic in one symbol, or without one in all; ``run`` follows.

        ``sells`` says that what is free of the symbol's base asset is to be sold, where holdings
        are no positions.
        """
        title = self._place.venue.capabilities.title
        name = f"{title}, {symbol or 'all symbols'}"
        self.report = PanicReport(name, symbol, sells=sells and bool(symbol))
        self.observers.notify(PANIC)
        return self.report

    async def run(self, report: PanicReport) -> None:
        """Do what a report was opened for."""
        symbol = report.symbol
        try:
            if self._place.venue.execution is None:
                detail = "there is no API key"
                report.put(TRUTH, PanicLine("Cancel and close", LineState.SKIPPED, detail))
                return
            cancelled = await self._cancel(report, symbol)
            if not await self._learn(symbol):
                self._say_blind(report)
            cancelled |= await self._cancel(report, symbol)
            await self._until_ended(cancelled, lambda key: self._show_cancel(report, key), CANCEL_S)
            closed = await self._close(report, symbol)
            await self._until_ended(closed, lambda key: self._show_close(report, key), CLOSE_S)
            await self._look_what_is_left(report, symbol, cancelled, closed)
        finally:
            report.finish()

    async def _cancel(self, report: PanicReport, symbol: str) -> set[str]:
        orders = self._place.orders
        working = [one for one in orders.store.working() if symbol in ("", one.symbol)]
        keys = {orders.store.key_of(order) for order in working}
        for each in sorted({order.symbol for order in working if not order.cancel_pending}):
            try:
                await orders.cancel_all(each)
            except TerminalError as error:
                line = PanicLine(f"Cancel all of {each}", LineState.REFUSED, str(error))
                report.put(f"uncancelled {each}", line)
        for key in keys:
            self._show_cancel(report, key)
        return keys

    async def _learn(self, symbol: str) -> bool:
        """Ask the exchange what rests and what is held; the streams may be down."""
        execution = self._place.orders.fate.execution
        account, store = self._place.account, self._place.orders.store
        changes = account.changes
        try:
            async with asyncio.timeout(TRUTH_S):
                resting, snapshot = await asyncio.gather(
                    execution.open_orders(), execution.account()
                )
        except (VenueError, TimeoutError):
            return False
        for update in resting:
            if symbol in ("", update.symbol) and not store.knows(update):
                store.apply(update)
        account.load(snapshot, changes)
        return True

    def _say_blind(self, report: PanicReport) -> None:
        detail = "no answer; what follows rests on what was known last"
        line = PanicLine("Ask the exchange for orders and positions", LineState.SKIPPED, detail)
        report.put(TRUTH, line)

    async def _close(self, report: PanicReport, symbol: str) -> set[str]:
        place = self._place
        if not place.venue.capabilities.has_positions:
            return await self._sell(report, symbol)
        positions = [one for one in place.account.positions.values() if symbol in ("", one.symbol)]
        keys = set()
        for position in positions:
            for request in self._closing_requests(position):
                keys |= await self._send(report, position.key, request)
        return keys

    async def _sell(self, report: PanicReport, symbol: str) -> set[str]:
        """Sell what is free of one base asset, where a person chose that; else say what stays."""
        instrument = self._place.instruments.get(symbol)
        if not report.sells or instrument is None:
            detail = "spot holdings are no positions: panic does not sell them"
            detail += " unless you choose it for one symbol"
            report.put("holdings", PanicLine("Holdings", LineState.KEPT, detail))
            return set()
        # What cancelled orders had locked is free only now.
        if not await self._learn(symbol):
            self._say_blind(report)
        asset = instrument.base_asset
        free = self._place.account.available(asset)
        requests = selling_requests(instrument, free)
        if not requests:
            amount = "nobody knows how much" if free is None else plain(free)
            detail = f"{amount} is free: too little to be sold" if free is not None else amount
            report.put("holdings", PanicLine(f"Sell {asset}", LineState.KEPT, detail))
        keys: set[str] = set()
        for request in requests:
            keys |= await self._send(report, symbol, request)
        return keys

    async def _send(self, report: PanicReport, name: str, request: OrderRequest) -> set[str]:
        store = self._place.orders.store
        unknown = [
            one.client_order_id for side in Side for one in store.unknown(request.symbol, side)
        ]
        seen = {**self._place.seen(), "panic": True}
        try:
            key = await self._place.orders.place(
                request, secrets.token_hex(8), seen, (*MEANT, *unknown)
            )
        except TerminalError as error:
            word = "Close" if self._place.venue.capabilities.has_positions else "Sell"
            what = f"{word} {plain(request.quantity or ZERO)} {name} at market"
            line = PanicLine(what, LineState.REFUSED, str(error))
            report.put(f"unsent {name} {request.quantity}", line)
            return set()
        self._show_close(report, key)
        return {key}

    def _closing_requests(self, position: Position) -> list[OrderRequest]:
        whole = closing_request(position)
        instrument = self._place.instruments.get(position.symbol)
        most = instrument.quantity_range(is_market=True).most if instrument is not None else None
        sizes = parts(abs(position.amount), most)
        return [replace(whole, quantity=size) for size in sizes]

    async def _until_ended(
        self, keys: set[str], show: Callable[[str], None], patience_s: float
    ) -> None:
        deadline = time.monotonic() + patience_s
        while True:
            orders = self._place.orders.store.orders
            waiting = [key for key in keys if key in orders and not _is_settled(orders[key])]
            for key in keys & orders.keys():
                show(key)
            if not waiting or time.monotonic() > deadline:
                return
            await asyncio.sleep(POLL_S)

    async def _look_what_is_left(
        self, report: PanicReport, symbol: str, cancelled: set[str], closed: set[str]
    ) -> None:
        store, fate = self._place.orders.store, self._place.orders.fate
        for key in closed:
            if not _is_settled(store.orders[key]):
                # The stream that would tell may be down.
                await fate.ask(key)
        is_known = await self._learn(symbol)
        for key in cancelled & store.orders.keys():
            self._show_cancel(report, key, is_over=True)
        for key in closed & store.orders.keys():
            self._show_close(report, key)
        if not is_known:
            self._say_blind(report)
            return
        for order in store.working():
            key = store.key_of(order)
            if symbol in ("", order.symbol) and key not in cancelled | closed:
                line = PanicLine(f"Order {describe(order)}", LineState.OPEN, "it came meanwhile")
                report.put(f"left {key}", line)
        self._say_what_is_free(report, symbol)
        for position in self._place.account.positions.values():
            if symbol in ("", position.symbol):
                what = f"Position {position.key}"
                detail = f"{plain(position.amount)} is still held"
                report.put(f"left {position.key}", PanicLine(what, LineState.OPEN, detail))

    def _say_what_is_free(self, report: PanicReport, symbol: str) -> None:
        instrument = self._place.instruments.get(symbol)
        if not report.sells or instrument is None:
            return
        left = sellable(instrument, self._place.account.available(instrument.base_asset))
        if left > ZERO and not self._place.venue.capabilities.has_positions:
            detail = f"{plain(left)} {instrument.base_asset} is still free"
            report.put("left holdings", PanicLine("Holdings", LineState.OPEN, detail))

    def _show_cancel(self, report: PanicReport, key: str, *, is_over: bool = False) -> None:
        order = self._place.orders.store.orders[key]
        line = cancelling(order)
        if is_over and line.state is LineState.RUNNING:
            line = replace(line, state=LineState.OPEN, detail="no answer so far; it goes on")
        report.put(f"cancel {key}", line)

    def _show_close(self, report: PanicReport, key: str) -> None:
        report.put(f"close {key}", closing(self._place.orders.store.orders[key]))


def _is_settled(order: Order) -> bool:
    return order.status.is_final or order.status == "UNKNOWN"
