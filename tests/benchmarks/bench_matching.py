"""Measure how many orders a second go through the matching core of the practice exchange.

``python -m tests.benchmarks.bench_matching`` places the same seeded flow of orders, in one process
and without a network, on:

* the spot and the futures market as the exchange runs them: filters, balances or margin, matching,
  events to a listener, the account kept in memory or in a file
* a plain book of price levels: what Python takes for the matching alone

Half the orders rest and are cancelled when twenty younger ones rest; the others take from
somebody else's order that was put there for them. A cancel is a command of its own but counts as
no order. The processor's time is told besides the wall's, for a machine that has more to do.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from terminal_app.practice.engine.kinds import Side
from tests.helpers.engine import QuietSpot, QuietUsdm, limit, quiet_spot, quiet_usdm

WANTED_PER_SECOND = 10_000
ORDERS = 10_000
WARM_UP_ORDERS = 500
OPEN_AT_MOST = 20
MIDDLE = 500_000  # in tenths of a dollar
DEPTH = 100
SIZE = "0.004"


@dataclass(frozen=True, slots=True)
class Step:
    """One order of the flow: it rests at its price, or takes what is put there for it."""

    side: Side
    tenths: int
    is_taking: bool


def make_flow(count: int) -> list[Step]:
    """Return a seeded flow; who takes does so near the middle, who rests stands behind it."""
    dice = random.Random(7)
    steps = []
    for number in range(count):
        # In turns, or the account would run out of one of the two.
        side = Side.SELL if number % 2 else Side.BUY
        is_taking = number % 4 < 2
        away = dice.randrange(1, 5) if is_taking else dice.randrange(5, DEPTH)
        steps.append(Step(side, MIDDLE + (-away if side is Side.BUY else away), is_taking))
    return steps


class PlainBook:
    """Match by price and time, and nothing else."""

    def __init__(self) -> None:
        self.prices: dict[Side, list[int]] = {Side.BUY: [], Side.SELL: []}
        self.queues: dict[tuple[Side, int], deque[list[int]]] = {}
        self.where: dict[int, tuple[Side, int]] = {}
        self.trades = 0

    def place(self, order_id: int, side: Side, price: int, lots: int) -> None:
        """Take what is offered up to the price and rest what is left."""
        makers, sign = self.prices[side.opposite], 1 if side is Side.BUY else -1
        while lots and makers and makers[0] <= sign * price:
            key = (side.opposite, sign * makers[0])
            queue = self.queues[key]
            traded = min(lots, queue[0][1])
            lots, queue[0][1], self.trades = lots - traded, queue[0][1] - traded, self.trades + 1
            if not queue[0][1]:
                del self.where[queue.popleft()[0]]
                self._drop_if_empty(key, makers, makers[0])
        if lots:
            if (side, price) not in self.queues:
                self.queues[side, price] = deque()
                insort(self.prices[side], -sign * price)
            self.queues[side, price].append([order_id, lots])
            self.where[order_id] = (side, price)

    def cancel(self, order_id: int) -> None:
        """Take an order off the book."""
        key = side, price = self.where.pop(order_id)
        self.queues[key].remove(next(row for row in self.queues[key] if row[0] == order_id))
        self._drop_if_empty(key, self.prices[side], -price if side is Side.BUY else price)

    def _drop_if_empty(self, key: tuple[Side, int], prices: list[int], price: int) -> None:
        if not self.queues[key]:
            del self.queues[key]
            prices.remove(price)


def run_plain(steps: list[Step]) -> None:
    """Run a flow on the plain book."""
    book, resting = PlainBook(), deque[int]()
    for order_id, step in enumerate(steps, 1):
        if step.is_taking:
            book.place(-order_id, step.side.opposite, step.tenths, 1)
        book.place(order_id, step.side, step.tenths, 1)
        if not step.is_taking:
            resting.append(order_id)
        if len(resting) > OPEN_AT_MOST:
            book.cancel(resting.popleft())
    for order_id in resting:
        book.cancel(order_id)


def run_market(quiet: QuietSpot | QuietUsdm, steps: list[Step]) -> None:
    """Run a flow through a market's commands."""
    market, book = quiet.market, quiet.listing.book
    rules, resting = quiet.listing.rules, deque[int]()
    lots = int(Decimal(SIZE) / rules.step_size)
    for step in steps:
        request = limit(step.side, f"{step.tenths // 10}.{step.tenths % 10}", SIZE)
        if step.is_taking:
            ticks = int((request.price or Decimal(0)) / rules.tick_size)
            book.rest(0, step.side.opposite, ticks, lots)
        placed = market.place(request)
        if not step.is_taking:
            resting.append(placed.order.order_id)
        if len(resting) > OPEN_AT_MOST:
            market.cancel(request.symbol, resting.popleft())
    market.cancel_everything()
    quiet.recorder.events.clear()


def measure(what: str, run: Callable[[list[Step]], None], steps: list[Step]) -> float:
    """Print and return the orders a second of wall time."""
    run(steps[:WARM_UP_ORDERS])
    wall, used = time.perf_counter(), time.process_time()
    run(steps[WARM_UP_ORDERS:])
    wall, used = time.perf_counter() - wall, time.process_time() - used
    count = len(steps) - WARM_UP_ORDERS
    each_us = used / count * 1e6
    sys.stdout.write(f"{what:<32}{count / wall:>10,.0f} orders/s{each_us:>8.1f} us of processor\n")
    sys.stdout.flush()
    return count / wall


def main() -> None:
    """Print a line for each market and its account, and one for the peer."""
    steps = make_flow(ORDERS + WARM_UP_ORDERS)
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        for name, open_market in (("spot", quiet_spot), ("usdm", quiet_usdm)):
            for where, file in (("memory", None), ("file", Path(folder) / f"{name}.db")):
                quiet = open_market(account_file=file)
                what = f"{name} market, account in {where}"
                rates.append(measure(what, partial(run_market, quiet), steps))
                quiet.close()
    peer = measure("plain book of price levels", run_plain, steps)
    sys.stdout.write(f"the plain book is {peer / rates[0]:.0f} times as fast as the spot market\n")
    verdict = "reached" if min(rates) >= WANTED_PER_SECOND else "missed"
    sys.stdout.write(f"slowest: {min(rates):,.0f} of {WANTED_PER_SECOND:,} wanted: {verdict}\n")


if __name__ == "__main__":
    main()
