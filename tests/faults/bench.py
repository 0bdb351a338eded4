"""Run one schedule in virtual time, and say which invariants did not hold."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from terminal_app.practice.engine.kinds import Side as TrueSide
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.tasks import TaskScope
from tests.faults.exchange import MIDDLE, SYMBOL, QuietExchange
from tests.faults.invariants import Watch
from tests.faults.person import DEEDS, Person, follow
from tests.faults.schedule import Schedule, Step
from tests.faults.truth import differences, truth_of
from tests.faults.virtual_time import VirtualClock, run_virtually
from tests.faults.world import ledger_folder, opened_session
from tests.helpers.eventually import eventually
from tests.helpers.markets import WORDS

# T of the invariants: how long after the last fault everything must be equal again.
EQUAL_WITHIN_S = 60.0
STAYS_EQUAL_S = 2.0
OPENS_WITHIN_S = 30.0
_BEAT_S = 1.0
# What happens to this computer; to wait is to let time pass.
_MACHINE = frozenset({"cable", "server clock", "jump", "drift", "sleep", "disk", "wait"})
_CHUNK = bytes(64_000)
_LARGEST_DISK = 20_000_000
_POLL_S = 0.5


@dataclass(slots=True)
class Result:
    """Hold what came of a schedule: nothing is wrong while `violations` is empty."""

    schedule: Schedule
    violations: list[str] = field(default_factory=list)
    transitions: int = 0
    clock_refusals: int = 0
    lasted_s: float = 0.0

    @property
    def kinds(self) -> frozenset[str]:
        """Return which invariants did not hold."""
        return frozenset(text.partition(" ")[0] for text in self.violations)


def run_schedule(schedule: Schedule) -> Result:
    """Run a schedule from an empty account to its end."""
    with silent_logs():
        return run_virtually(lambda clock: _run(schedule, clock), schedule.seed)


def shrink(schedule: Schedule) -> Schedule:
    """Leave out every step without which the same invariants are still broken."""
    kinds = run_schedule(schedule).kinds
    index = 0
    while index < len(schedule.steps):
        shorter = schedule.without(index)
        if run_schedule(shorter).kinds & kinds:
            schedule = shorter
        else:
            index += 1
    return schedule


@contextmanager
def silent_logs() -> Iterator[None]:
    # Faults are what the log is for; here they are wanted by the thousand.
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


async def _run(schedule: Schedule, clock: VirtualClock) -> Result:
    return await _Run(schedule, clock).run()


class _Run:
    def __init__(self, schedule: Schedule, clock: VirtualClock) -> None:
        self._schedule = schedule
        self._clock = clock
        self._market = schedule.market
        self._word = WORDS[schedule.market]
        self._exchange = QuietExchange(self._word, clock, schedule.seed)
        self._watch = Watch(self._exchange, asyncio.get_running_loop().time)
        self._people = TaskScope("people", self._on_failure)
        self._terminal = AsyncExitStack()
        self._runs = 0
        self._failures: list[str] = []
        self._person = Person(self._market, MIDDLE, self._failures)
        self._session: Session | None = None
        self._ledger: Ledger | None = None

    async def run(self) -> Result:
        """Run the schedule."""
        exchange = self._exchange
        exchange.restock()
        result = Result(self._schedule)
        with ledger_folder() as folder:
            async with TaskScope("beat") as beat:
                beat.spawn(self._beat(), "beat")
                try:
                    await self._start(folder)
                    await self._play(folder)
                    self._heal()
                    result.lasted_s = await self._become_equal()
                    await self._check_ledger()
                finally:
                    await self._people.close()
                    await self._terminal.aclose()
                    await exchange.wire.close()
        exchange.close()
        if self._clock.spun:
            self._failures.append("I11 a task spins: it never waits")
        result.violations = [*self._watch.violations, *self._failures]
        result.transitions = self._watch.transitions
        result.clock_refusals = self._watch.clock_refusals
        return result

    @property
    def session(self) -> Session:
        """Return the run of the terminal that is open."""
        assert self._session is not None
        return self._session

    async def _start(self, folder: Path) -> None:
        self._runs += 1
        opened = opened_session(
            self._exchange, self._market, folder / "ledger", f"run{self._runs:03d}", self._failures
        )
        session, ledger, _ = await self._terminal.enter_async_context(opened)
        self._session, self._ledger = session, ledger
        self._watch.attach(session, ledger)
        self._people.spawn(follow(session), "select")
        if self._runs == 1:
            await eventually(lambda: not session.orders.closed_because, OPENS_WITHIN_S)

    async def _play(self, folder: Path) -> None:
        started_s = self._clock.now_s
        for step in self._schedule.steps:
            await asyncio.sleep(started_s + step.at_ms / 1000 - self._clock.now_s)
            if step.do == "restart":
                self._person.is_leaving = True
                self._watch.detach()
                await self._terminal.aclose()
                await self._start(folder)
                self._person.is_leaving = False
            elif step.do in DEEDS:
                self._people.spawn(self._person.act(self.session, step), step.do)
            elif step.do in _MACHINE:
                self._happen_here(step, folder)
            else:
                self._happen(step)

    def _happen(self, step: Step) -> None:
        """Let something happen that no person at this terminal did."""
        exchange, args = self._exchange, dict(step.args)
        match step.do:
            case "hit":
                exchange.hit(TrueSide(args["side"]), args["share"])
            case "control":
                self._control(args.pop("name"), args)
            case "end":
                resting = exchange.market.ledger.open_in(SYMBOL)
                for order in resting[args["nth"] : args["nth"] + 1]:
                    fields = {"symbol": SYMBOL, "orderId": order.order_id, "market": self._word}
                    exchange.control("POST", f"actor/{args['by']}", **fields)
            case "move":
                exchange.move(TrueSide(args["side"]), args["levels"])
            case "reset":
                exchange.beat()
                exchange.reset_account()
            case "money":
                exchange.move_money(Decimal(args["amount"]))
            case _:
                raise AssertionError(f"nobody knows how to {step.do}")

    def _happen_here(self, step: Step, folder: Path) -> None:
        """Let something happen to this computer, its clock or its cable."""
        exchange, args = self._exchange, dict(step.args)
        match step.do:
            case "cable":
                exchange.wire.is_down = args["is_out"]
            case "server clock":
                exchange.clock_offset_ms += args["ms"]
            case "jump":
                self._clock.jump(args["seconds"])
            case "drift":
                self._clock.drift_ppm = args["ppm"]
            case "sleep":
                self._clock.sleep(args["seconds"])
            case "disk":
                _fill_disk(folder / "filler", is_full=args["is_full"])
        exchange.beat()

    def _control(self, name: str, fields: dict[str, Any]) -> None:
        if name in ("lag", "ban", "actor/order", "symbol"):
            fields["market"] = self._word
        self._exchange.beat()
        self._exchange.control("POST", name, **fields)

    def _heal(self) -> None:
        exchange = self._exchange
        exchange.control("DELETE", "faults")
        exchange.control("POST", "lag", market=self._word, orders=0, snapshots=0)
        exchange.control("POST", "latency", request=0, engine=0, reply=0, stream=0)
        exchange.control("POST", "sockets", action="release")
        exchange.control("POST", "ban", market=self._word, seconds=0)
        exchange.control("POST", "symbol", market=self._word, symbol=SYMBOL, status="TRADING")
        exchange.wire.is_down = False

    async def _become_equal(self) -> float:
        healed_s = self._clock.now_s
        equal_since_s: float | None = None
        while True:
            now_s = self._clock.now_s
            # A ban closes trading until the person has seen to it.
            self.session.orders.bans.review()
            found = list(differences(truth_of(self._exchange), self.session))
            if found:
                equal_since_s = None
            elif equal_since_s is None:
                equal_since_s = now_s
            elif now_s - equal_since_s >= STAYS_EQUAL_S:
                return equal_since_s - healed_s
            if now_s - healed_s > EQUAL_WITHIN_S:
                self._failures += found
                return now_s - healed_s
            await asyncio.sleep(_POLL_S)

    async def _check_ledger(self) -> None:
        assert self._ledger is not None
        if not await self._ledger.verify():
            self._failures.append("I8 the chain of the ledger is broken")
        scope = f"practice/{self._market.value}"
        left = {event.client_order_id for event in await self._ledger.open_intents(scope)}
        working = {
            order.client_order_id
            for order in self.session.orders.store.orders.values()
            if not order.from_elsewhere and order.status.is_working
        }
        if left != working:
            self._failures.append(f"I8 the ledger holds {left} open, there are {working}")

    async def _beat(self) -> None:
        while True:
            self._exchange.beat()
            await asyncio.sleep(_BEAT_S)

    def _on_failure(self, name: str, error: BaseException) -> None:
        self._failures.append(f"the task {name} failed: {error!r}")


def _fill_disk(filler: Path, *, is_full: bool) -> None:
    """Fill the disk to its last byte, which must be a small one, or make room again."""
    if not is_full:
        filler.unlink(missing_ok=True)
        return
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.tell() < _LARGEST_DISK:
            file.write(_CHUNK)
        raise AssertionError("this disk is not to be filled")
