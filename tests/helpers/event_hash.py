"""Drive an exchange through a fixed script and hash every event it tells, as JSON.

`python -m tests.helpers.event_hash SEED COUNT` prints the hash of the first COUNT events.
"""

from __future__ import annotations

import hashlib
import sys
from decimal import Decimal
from typing import Final

import msgspec

from terminal_app.practice.engine.events import Event
from terminal_app.practice.engine.kinds import OrderType, Side, TimeInForce
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange, Market
from tests.helpers.engine import START_MS, SetClock

STEP_MS: Final = 250


class Script:
    """Move an exchange in steps and act on its account in between, by the step's number alone."""

    def __init__(self, seed: int) -> None:
        self.clock = SetClock()
        self.exchange = Exchange(self.clock, seed)
        self.exchange.add_listener(self._on_event)
        self.lines: list[bytes] = []
        self.step_number = 0

    def run(self, count: int) -> str:
        """Play until so many events more were told, and return their hash."""
        first = len(self.lines)
        while len(self.lines) < first + count:
            self.step()
        return hashlib.sha256(b"\n".join(self.lines[first : first + count])).hexdigest()

    def step(self) -> None:
        """Play one step."""
        number = self.step_number
        self.step_number += 1
        self.clock.time_ms = START_MS + number * STEP_MS
        self.exchange.advance(self.clock.time_ms)
        if number % 9 == 0:
            self._place_list(number)
        for market in (self.exchange.spot, self.exchange.usdm):
            if number % 3 == 0:
                self._place(market, number)
            if number % 5 == 0 and market.open_orders("BTCUSDT"):
                market.cancel("BTCUSDT", market.open_orders("BTCUSDT")[0].order_id)

    def _place(self, market: Market, number: int) -> None:
        side = Side.BUY if number % 2 else Side.SELL
        last = market.data.last_price("BTCUSDT")
        away = Decimal(number % 7) * 5 * (-1 if side is Side.BUY else 1)
        request = OrderRequest(
            symbol="BTCUSDT",
            side=side,
            order_type=OrderType.MARKET if number % 4 == 0 else OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            quantity=Decimal("0.002"),
            price=None if number % 4 == 0 else last + away,
        )
        try:
            market.place(request)
        except ExchangeError as error:
            self.lines.append(str(error).encode())

    def _place_list(self, number: int) -> None:
        spot = self.exchange.spot
        last = spot.data.last_price("BTCUSDT")

        def leg(order_type: OrderType, side: Side, away: int, stop: int | None) -> OrderRequest:
            return OrderRequest(
                "BTCUSDT",
                side,
                order_type,
                quantity=Decimal("0.002"),
                price=last + away,
                stop_price=None if stop is None else last + stop,
            )

        above = leg(OrderType.LIMIT_MAKER, Side.SELL, 10 + number % 7, None)
        below = leg(OrderType.STOP_LOSS_LIMIT, Side.SELL, -40, -20 - number % 5)
        working = leg(OrderType.LIMIT, Side.BUY, 5 - number % 11, None)
        legs = (above, below) if number % 2 else (working, above, below)
        kind = ListKind.OCO if number % 2 else ListKind.OTOCO
        try:
            spot.place_list(ListRequest(kind, legs))
        except ExchangeError as error:
            self.lines.append(str(error).encode())

    def _on_event(self, event: Event) -> None:
        kind = type(event).__name__.encode()
        self.lines.append(kind + msgspec.json.encode(event))


if __name__ == "__main__":
    sys.stdout.write(Script(int(sys.argv[1])).run(int(sys.argv[2])))
