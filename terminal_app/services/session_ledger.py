"""What the ledger is told of one market of one environment that is no order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from terminal_app import __version__
from terminal_app.domain.account import Balance, Position
from terminal_app.domain.daily_loss import LossLock
from terminal_app.domain.instrument import plain
from terminal_app.errors import StorageError
from terminal_app.services.differences import Difference
from terminal_app.storage.ledger import Body, Entry, EventKind, Ledger, LedgerEvent, new_entry
from terminal_app.venues.base import Venue
from terminal_app.venues.records import Exchanged, Heard

# An order that left long after it was wanted would meet another market.
INTENT_WAITS_S = 2.0


class SessionLedger:
    """Write what a session hears, changes and finds; what it notes never fails and never waits."""

    def __init__(self, ledger: Ledger, venue: Venue) -> None:
        self._ledger = ledger
        self._market = venue.capabilities.market
        self._scope = f"{venue.environment.name}/{self._market.value}"
        self._records = venue.records
        self._records.listen(self.record)
        self._account: Body = {}

    @property
    def problem(self) -> str:
        """Return why the ledger takes nothing now, or nothing."""
        return self._ledger.problem

    def record(self, record: Exchanged | Heard) -> None:
        """Write what went over the wire."""
        if isinstance(record, Heard):
            self._note(EventKind.STREAM, {"raw": record.text})
            return
        body: Body = {
            "way": record.way,
            "request": record.request,
            "status": record.status,
            "answer": record.answer,
            "latency_us": record.latency_us,
        }
        self._note(EventKind.REQUEST, body, record.client_order_id)

    async def begin(self) -> None:
        """Write under which key and rules a session begins."""
        fingerprint = self._records.key_fingerprint
        last = await self._ledger.newest(self._scope, EventKind.KEY_CHANGED)
        before = last.body["fingerprint"] if last is not None else None
        if fingerprint and fingerprint != before:
            body: Body = {"fingerprint": fingerprint, "before": before}
            self._note(EventKind.KEY_CHANGED, body)
        window_ms = self._records.receive_window_ms
        self._note(EventKind.CONFIG, {"version": __version__, "receive_window_ms": window_ms})

    def compared(self, found: Iterable[Difference]) -> None:
        """Write what was shown otherwise than the venue told it."""
        body = {one.subject: f"{one.shown} -> {one.told}" for one in found}
        self._note(EventKind.RECONCILE, body)

    def account(self, balances: Iterable[Balance], positions: Iterable[Position]) -> None:
        """Write what the account holds, where that is news."""
        body: Body = {
            "balances": msgspec.json.encode([*balances]).decode(),
            "positions": msgspec.json.encode([*positions]).decode(),
        }
        if body != self._account:
            self._account = body
            self._note(EventKind.ACCOUNT, body)

    async def last_account(self) -> tuple[list[Balance], list[Position]]:
        """Return what the account held last, as far as it is known since the last reset."""
        told = await self._ledger.newest(self._scope, EventKind.ACCOUNT)
        reset = await self._ledger.newest(self._scope, EventKind.EPOCH_RESET)
        if told is None or (reset is not None and reset.seq > told.seq):
            return [], []
        balances = msgspec.json.decode(str(told.body["balances"]), type=list[Balance])
        return balances, msgspec.json.decode(str(told.body["positions"]), type=list[Position])

    async def setting_intent(self, words: str) -> None:
        """Put on disk that a setting is about to be changed; raise ``StorageError``."""
        await self._put(new_entry(self._scope, EventKind.CONFIG, {"setting": words}))

    def setting_outcome(self, words: str, outcome: str) -> None:
        """Write what became of the change of a setting."""
        self._note(EventKind.CONFIG, {"setting": words, "outcome": outcome}, "")

    def banned(self, until_ms: int, left_s: float) -> None:
        """Write until when, and for how long, the venue answers nothing to this address."""
        self._note(EventKind.BANNED, {"until_ms": until_ms, "left_ms": round(left_s * 1000)}, "")

    def ban_reviewed(self) -> None:
        """Write that the person knows of the last ban."""
        self._note(EventKind.BAN_REVIEWED, {}, "")

    async def last_ban(self) -> tuple[float, bool]:
        """Return the seconds left of the last ban, and whether it waits to be reviewed."""
        ban = await self._ledger.newest(self._scope, EventKind.BANNED)
        if ban is None:
            return 0.0, False
        review = await self._ledger.newest(self._scope, EventKind.BAN_REVIEWED)
        return _left_s(ban), review is None or review.seq < ban.seq

    def loss_lock(self, lock: LossLock) -> None:
        """Write whether a loss keeps new risk locked."""
        body: Body = {
            "day": lock.day, "is_locked": lock.is_locked, "forgiven": plain(lock.forgiven)
        }  # fmt: skip
        self._note(EventKind.LOSS_LOCK, body, "")

    async def last_loss_lock(self) -> LossLock:
        """Return the lock as it was written last, an open one of no day since a reset."""
        told = await self._ledger.newest(self._scope, EventKind.LOSS_LOCK)
        reset = await self._ledger.newest(self._scope, EventKind.EPOCH_RESET)
        if told is None or (reset is not None and reset.seq > told.seq):
            return LossLock("")
        body = told.body
        return LossLock(str(body["day"]), bool(body["is_locked"]), Decimal(str(body["forgiven"])))

    async def _put(self, *entries: Entry) -> None:
        try:
            async with asyncio.timeout(INTENT_WAITS_S):
                await self._ledger.append_all(entries)
        except TimeoutError:
            text = "The disk did not take the order's intent in time: nothing was sent."
            raise StorageError(text) from None

    def _note(self, kind: EventKind, body: Body, client_order_id: str = "") -> None:
        self._ledger.note(self._scope, kind, body, client_order_id)


def _left_s(ban: LedgerEvent) -> float:
    """Return how much of a ban is left by this computer's clocks: by the slower of the two.

    Both were read when it was written. The wall clock may have been set since; the other counts
    from the computer's start, so it tells nothing once it is behind what was read.
    """
    left_ms = int(str(ban.body.get("left_ms", 0)))
    passed_ms = [time.time_ns() // 1_000_000 - ban.time_ms]
    mono_ms = time.monotonic_ns() // 1_000_000
    if mono_ms >= ban.mono_ms:
        passed_ms.append(mono_ms - ban.mono_ms)
    return (left_ms - max(min(passed_ms), 0)) / 1000
