"""Let the whole window work through the messages of eight hours, and look for what grows.

``python -m tests.benchmarks.endurance [--messages 1728000] [--minutes 20] [--rate 2500]
[--speed 8] [--symbols 20]`` runs the real window on a practice exchange whose market passes faster,
with messages added, until so many came or so much time is over. All the while orders are placed,
filled and cancelled, panels and charts opened and closed, symbols, intervals and colours changed,
and sockets cut. Again and again everything is put to rest and what is left is counted; what grows
beyond bounds between the middle and the end fails the run (exit code 1).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.domain.period import period_of
from terminal_app.domain.safety import SafetyRules
from terminal_app.gui.chart_grid import GridShape
from terminal_app.gui.theme import SideColours, chosen_theme
from terminal_app.services.aim import Aim
from terminal_app.services.order_entry import OrderDraft
from terminal_app.services.order_plan import TicketDraft
from terminal_app.services.session import Session
from tests.benchmarks.endurance_samples import Sample, growth, take_sample
from tests.benchmarks.loaded_window import Ends, follow_all, loaded_exchange, run_window
from tests.helpers.eventually import eventually
from tests.helpers.practice_control import Control
from tests.helpers.terminal import ready, running_terminal

NORMAL_RATE = 60
SAMPLES = 12
PAUSE_S = 0.4
CALM_S = 120.0
SYMBOLS_LOOKED_AT = 4


class Hands:
    """Do what a person does in a day, one thing after the other."""

    def __init__(self, program: Program, session: Session, control: Control) -> None:
        self._program, self._session, self._control = program, session, control
        self._window = program.window
        self._symbols = sorted(session.instruments)[:SYMBOLS_LOOKED_AT]
        self._docks = {name: dock.isVisible() for name, dock in self._window.area.docks.items()}
        self._turn = 0
        self.orders = 0
        self._acts: list[Callable[[], Awaitable[None]]] = [
            self._rest_and_cancel, self._panels, self._buy_and_sell, self._charts,
            self._rest_and_cancel, self._symbol, self._buy_and_sell, self._period,
            self._rest_and_cancel, self._colours, self._buy_and_sell, self._cut,
        ]  # fmt: skip

    async def act(self) -> None:
        """Do the next thing."""
        await self._acts[self._turn % len(self._acts)]()
        self._turn += 1

    async def rest(self) -> None:
        """Put everything back as it was, and wait until nothing is on its way."""
        session, window = self._session, self._window
        for name, is_shown in self._docks.items():
            window.area.docks[name].setVisible(is_shown)
        window.charts.show_shape(GridShape.ONE.value)
        window.set_theme(chosen_theme("dark", SideColours.USUAL))
        desk = self._program.desk
        desk.select_symbol(self._symbols[0])
        desk.select_period(period_of("1m"))
        await session.orders.cancel_market()
        await eventually(lambda: not session.orders.store.working(), CALM_S)
        await eventually(lambda: session.is_fresh, CALM_S)
        await asyncio.sleep(3)

    def _submit(self, draft: OrderDraft) -> None:
        instrument = self._program.desk.instrument
        if instrument is not None:
            self.orders += 1
            aim = Aim(self._session, instrument)
            self._program.trader.submit(aim, TicketDraft(draft), self._window.ladder)

    async def _rest_and_cancel(self) -> None:
        session, store = self._session, self._session.orders.store
        instrument = self._program.desk.instrument
        bid = session.market_data.book.bids.best()
        if instrument is None or bid is None or not session.is_fresh:
            return
        price = bid.price * 97 // 100 // instrument.tick_size * instrument.tick_size
        size = self._window.ladder.volumes.active
        self._submit(_draft(Side.BUY, OrderType.LIMIT, price, size))
        try:
            await eventually(lambda: any(one.order_id for one in store.working()), 5)
        except TimeoutError:
            return
        for order in store.working():
            await session.orders.cancel(store.key_of(order))

    async def _buy_and_sell(self) -> None:
        size = self._window.ladder.volumes.active
        for side in (Side.BUY, Side.SELL):
            if self._session.is_fresh and size is not None:
                self._submit(_draft(side, OrderType.MARKET, None, size))
                await asyncio.sleep(PAUSE_S)

    async def _panels(self) -> None:
        docks = self._window.area.docks
        for dock in docks.values():
            dock.setVisible(not dock.isVisible())
        await asyncio.sleep(PAUSE_S)
        for dock in docks.values():
            dock.setVisible(not dock.isVisible())
            dock.raise_()

    async def _charts(self) -> None:
        for shape in (GridShape.SIX, GridShape.STACKED, GridShape.FOUR, GridShape.ONE):
            self._window.charts.show_shape(shape.value)
            await asyncio.sleep(PAUSE_S)

    async def _symbol(self) -> None:
        for symbol in self._symbols:
            self._program.desk.select_symbol(symbol)
            await asyncio.sleep(PAUSE_S)

    async def _period(self) -> None:
        for text in ("5m", "1h", "1m"):
            self._program.desk.select_period(period_of(text))
            await asyncio.sleep(PAUSE_S)

    async def _colours(self) -> None:
        for name in ("light", "dark"):
            self._window.set_theme(chosen_theme(name, SideColours.USUAL))
            await asyncio.sleep(PAUSE_S)

    async def _cut(self) -> None:
        await asyncio.to_thread(self._control.call, "POST", "sockets", action="socket.reset")
        await asyncio.sleep(PAUSE_S)
        await eventually(lambda: self._session.is_fresh, CALM_S)


def _draft(side: Side, kind: OrderType, price: Decimal | None, size: Decimal | None) -> OrderDraft:
    return OrderDraft(
        side, kind, price, size, size_in_quote=False, time_in_force=TimeInForce.GTC,
        reduce_only=False,
    )  # fmt: skip


async def endure(folder: Path, ends: Ends, options: argparse.Namespace) -> int:
    """Run, and return how many things grew that must not."""
    control = Control(ends)
    async with running_terminal(folder, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        assert program.desk.environment is not None
        program.desk.safety.set_rules(program.desk.environment, session.market, SafetyRules())
        heard = follow_all(session, sorted(session.instruments)[: options.symbols])
        hands = Hands(program, session, control)
        samples: list[Sample] = []
        started_s = time.monotonic()
        for number in range(SAMPLES + 1):
            part, until_s = number / SAMPLES, started_s + number / SAMPLES * options.minutes * 60
            while heard.count < part * options.messages and time.monotonic() < until_s:
                await hands.act()
                await asyncio.sleep(PAUSE_S)
            await hands.rest()
            samples.append(take_sample(program.window, heard.count, hands.orders))
            _write(samples[-1], time.monotonic() - started_s)
        hours = samples[-1].messages / NORMAL_RATE / 3600
        told, wrong = growth(samples, hours)
        # The exchange ends with the window.
        control.close()
    sys.stdout.write(f"\n{hours:.1f} hours at {NORMAL_RATE} messages/s\n")
    for title, lines in (("grew within bounds", told), ("GREW TOO MUCH", wrong)):
        sys.stdout.write(f"{title}: {'nothing' if not lines else ''}\n")
        sys.stdout.writelines(f"  {line}\n" for line in lines)
    return len(wrong)


def _write(sample: Sample, took_s: float) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in sample.counts.items())
    sys.stdout.write(
        f"{took_s:5.0f} s, {sample.messages / 1000:6.0f}k messages, {sample.orders} orders,"
        f" {sample.memory_mb:.0f} MB, {sample.types.total()} objects, {counts}\n"
    )
    sys.stdout.flush()


def main() -> int:
    """Start exchange, load and window, and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=8 * 3600 * NORMAL_RATE)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=2500)
    parser.add_argument("--speed", type=float, default=8.0)
    parser.add_argument("--symbols", type=int, default=20)
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exchange = loaded_exchange(
            folder, options.rate, options.symbols, speed=options.speed, limit_factor=100
        )
        with exchange as ends:

            async def run() -> None:
                found.append(await endure(folder, ends, options))

            run_window(run)
    return 1 if found[0] else 0


if __name__ == "__main__":
    sys.exit(main())
