"""Look at everything that trading rests on and say of each: good, or what to do."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderRequest, OrderType
from terminal_app.errors import StorageError, Trouble, VenueError, VenueRefused
from terminal_app.observers import Observers
from terminal_app.services.connection import ACCOUNT, MARKET, ORDERS, clock_problem
from terminal_app.services.desk import Desk
from terminal_app.services.health import CLOCK_OLD_S, CLOCK_WARNING_MS, NEARLY_FULL, SLOW_MS
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.venues.base import OutcomeKind

DOCTOR = "doctor"
ANSWER_S = 8.0
LEAST_FREE_BYTES = 500_000_000
_LINKS = {
    MARKET: ("Market data", "Look at the network or a firewall; it is tried again by itself."),
    ACCOUNT: ("Account events", "Orders wait until it is back; it is tried again by itself."),
    ORDERS: ("Order connection", "Orders go the slower way over HTTPS until it is back."),
}


class Verdict(StrEnum):
    """Name how a check came out, in the word that is shown."""

    GOOD = "good"
    WARNING = "look"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Check:
    """Hold what was looked at, what was found, and what to do about it."""

    name: str
    verdict: Verdict
    finding: str
    remedy: str = ""


class Doctor:
    """Examine the environment that is open. Key told: doctor.

    It asks the exchange for nothing that changes anything: the order it sends is for the
    exchange's own test, which places none. No check waits longer than some seconds.
    """

    def __init__(
        self, desk: Desk, ledger: Ledger, folder: Path, keyring: Callable[[], Awaitable[str]]
    ) -> None:
        self._desk = desk
        self._ledger = ledger
        self._folder = folder
        self._keyring = keyring
        self.observers = Observers()
        self.checks: list[Check] = []
        self.is_running = False

    async def examine(self) -> None:
        """Look at everything anew; what was found is told as it comes."""
        if self.is_running:
            return
        self.is_running = True
        self.checks = []
        try:
            await self._examine_computer()
            environment = self._desk.environment
            if self._desk.problem and environment is not None:
                remedy = "Choose it again, or look at the log."
                self._found(_bad(environment.title, self._desk.problem, remedy))
            for session in list(self._desk.sessions.values()):
                await self._examine_session(session)
        finally:
            self.is_running = False
            self.observers.notify(DOCTOR)

    def text(self) -> str:
        """Return everything found as plain text, without secrets."""
        environment = self._desk.environment
        title = environment.title if environment is not None else "no environment"
        lines = [
            f"{check.verdict.value:<8} {check.name}: {check.finding}"
            + (f" -> {check.remedy}" if check.remedy else "")
            for check in self.checks
        ]
        return "\n".join([f"Doctor, {title}", *lines])

    async def _examine_computer(self) -> None:
        self._found(await self._disk())
        self._found(await self._ledger_check())
        problem = await self._keyring()
        if problem:
            self._found(_look("Keyring", problem, "Keys can be used for one run without it."))
        else:
            self._found(_good("Keyring", "the system keeps API keys"))

    async def _examine_session(self, session: Session) -> None:
        title = session.venue.capabilities.title
        for check in (*_clock(session), *_links(session), *_limits(session), *_data(session)):
            self._found(_named(title, check))
        for check in await _account(session):
            self._found(_named(title, check))

    async def _disk(self) -> Check:
        try:
            usage = await asyncio.to_thread(shutil.disk_usage, self._folder)
        except OSError as error:
            return _bad("Disk", f"{error.strerror}", "Look whether the profile's folder is there.")
        free = f"{usage.free / 1e9:.1f} GB free"
        if usage.free < LEAST_FREE_BYTES:
            return _bad("Disk", free, "Make room: without it no order's intent can be written.")
        return _good("Disk", free)

    async def _ledger_check(self) -> Check:
        if self._ledger.problem:
            return _bad("Ledger", self._ledger.problem, "New orders wait until it can be written.")
        began = time.monotonic()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._ledger.flush()
        except TimeoutError:
            return _bad("Ledger", "a write takes too long", "Look at the disk; orders wait for it.")
        except StorageError as error:
            return _bad("Ledger", str(error), "Look at the disk; no new order is taken.")
        took_ms = (time.monotonic() - began) * 1000
        return _good("Ledger", f"can be written: that took {took_ms:.0f} ms")

    def _found(self, check: Check) -> None:
        self.checks.append(check)
        self.observers.notify(DOCTOR)


def _clock(session: Session) -> Iterator[Check]:
    reading = session.venue.clock
    problem = clock_problem(reading)
    if reading is None or problem:
        yield _bad("Clock", problem, "Wait for the exchange to answer; set this computer's clock.")
        return
    text = f"{reading.offset_ms:+d} ms against the exchange, measured {reading.age_s:.0f} s ago"
    if reading.age_s > CLOCK_OLD_S:
        yield _bad("Clock", text, "The exchange does not answer over HTTPS: look at the network.")
    elif abs(reading.offset_ms) > CLOCK_WARNING_MS:
        yield _look("Clock", text, "Orders allow for it; switch on the system's time service.")
    else:
        yield _good("Clock", text)


def _links(session: Session) -> Iterator[Check]:
    has_key = session.venue.execution is not None
    for name, (title, remedy) in _LINKS.items():
        if name != MARKET and not has_key:
            continue
        link = session.connection.link(name)
        state = f"{link.state.value} for {link.age_seconds()} s"
        if link.is_live:
            yield _good(title, state)
        else:
            reason = f" ({link.reason})" if link.reason else ""
            verdict = Verdict.WARNING if name == ORDERS else Verdict.TROUBLE
            yield Check(title, verdict, state + reason, remedy)


def _limits(session: Session) -> Iterator[Check]:
    figures = session.venue.traffic.figures()
    if session.orders.bans.closed_because:
        yield _bad("Limits", session.orders.bans.closed_because, "End other programs that ask it.")
    elif figures.pause_s > 0:
        text = f"the exchange wants a pause of {figures.pause_s:.0f} s"
        yield _look("Limits", text, "It is kept by itself; cancels go first afterwards.")
    for use in figures.limits:
        what = "Order count" if use.name == "orders" else "Request weight"
        name = f"{what} in {use.interval_s} s"
        text = f"{use.used} of {use.limit} used"
        if use.used >= use.limit * NEARLY_FULL:
            yield _look(name, text, "Ask for less: fewer symbols, fewer orders in a row.")
        else:
            yield _good(name, text)


def _data(session: Session) -> Iterator[Check]:
    latency_ms = session.venue.latency_ms
    if latency_ms is not None:
        text = f"the newest answer took {latency_ms} ms"
        if latency_ms > SLOW_MS:
            yield _look("Latency", text, "Look at the network; a VPN or Wi-Fi often is the cause.")
        else:
            yield _good("Latency", text)
    if session.market_data.book_problem:
        text = session.market_data.book_problem
        yield _look("Book", text, "It is fetched again by itself; price clicks wait for it.")
    health = session.streams.health
    if health.unreadable_count:
        text = f"{health.unreadable_count} messages could not be read"
        yield _look("Messages", text, "They were put aside; a newer version may know them.")
    lock = session.safety.loss.lock
    if lock.is_locked:
        yield _look("Daily loss", "new risk is locked", "Wait for the next day, or unlock it.")


async def _account(session: Session) -> list[Check]:
    execution = session.venue.execution
    if execution is None:
        return [_look("Key", "there is none: you can look, not trade", "Add one under Keys.")]
    try:
        async with asyncio.timeout(ANSWER_S):
            await execution.account()
    except TimeoutError:
        return [_bad("Key", "no answer", "Look at the network; then test again.")]
    except VenueRefused as error:
        remedy = "Test it under Keys; look at its rights and allowed addresses at the exchange."
        return [_bad("Key", str(error), remedy)]
    except VenueError as error:
        return [_bad("Key", f"not tested: {error}", "Look at the network; then examine again.")]
    return [_good("Key", "reads the account"), await _trading_right(session)]


async def _trading_right(session: Session) -> Check:
    try:
        async with asyncio.timeout(ANSWER_S):
            request = await _test_order(session)
    except (TimeoutError, VenueError):
        request = None
    if request is None:
        return _look("Trading right", "not tested: no price is known yet", "Test again.")
    execution = session.orders.fate.execution
    try:
        async with asyncio.timeout(ANSWER_S):
            outcome = await execution.test(request, "dry-doctor")
    except TimeoutError:
        return _bad("Trading right", "no answer to a test order", "Look at the network.")
    if outcome.kind is OutcomeKind.OK:
        return _good("Trading right", "the exchange's test takes an order")
    if outcome.trouble in (Trouble.AUTHENTICATION, Trouble.PERMISSION):
        remedy = "Give the key the right to trade on this market, at the exchange."
        return _bad("Trading right", outcome.message, remedy)
    if outcome.kind is OutcomeKind.REJECTED:
        return _good("Trading right", f"the key may trade; the test order: {outcome.message}")
    return _bad("Trading right", outcome.message or "unknown", "Test again.")


async def _test_order(session: Session) -> OrderRequest | None:
    instrument = session.instruments.get(session.venue.capabilities.default_symbol)
    if instrument is None:
        return None
    ticker = await session.venue.market_data.ticker(instrument.symbol)
    price = instrument.round_price(ticker.last_price, Rounding.DOWN)
    return OrderRequest(
        market=instrument.market,
        symbol=instrument.symbol,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=_least(instrument, price),
        price=price,
    )


def _least(instrument: Instrument, price: Decimal) -> Decimal:
    worth = instrument.notional.minimum * 2 / price if price > ZERO else ZERO
    return max(instrument.round_quantity(worth, Rounding.UP), instrument.quantity.least)


def _named(title: str, check: Check) -> Check:
    return Check(f"{title}: {check.name}", check.verdict, check.finding, check.remedy)


def _good(name: str, finding: str) -> Check:
    return Check(name, Verdict.GOOD, finding)


def _look(name: str, finding: str, remedy: str) -> Check:
    return Check(name, Verdict.WARNING, finding, remedy)


def _bad(name: str, finding: str, remedy: str) -> Check:
    return Check(name, Verdict.TROUBLE, finding, remedy)
