"""What a ledger's events are, and the chain of hashes that holds them together."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

Value = str | int | bool | None
Body = Mapping[str, Value]
# seq, run_id, time_ms, mono_ms, scope, kind, client_order_id, body, previous_hash, hash
Row = tuple[Any, ...]

_encode = msgspec.json.Encoder(order="sorted").encode


class EventKind(StrEnum):
    """Name what happened."""

    RUN_START = "RUN_START"
    RUN_END = "RUN_END"
    CONFIG = "CONFIG"
    KEY_CHANGED = "KEY_CHANGED"
    EPOCH_RESET = "EPOCH_RESET"
    INTENT = "INTENT"
    SEND_STARTED = "SEND_STARTED"
    CANCEL_INTENT = "CANCEL_INTENT"
    AMEND_INTENT = "AMEND_INTENT"
    POLICY = "POLICY"
    EXITS = "EXITS"
    DRY_RUN = "DRY_RUN"
    REQUEST = "REQUEST"
    REPLY = "REPLY"
    NO_REPLY = "NO_REPLY"
    STREAM = "STREAM"
    ORDER = "ORDER"
    FILL = "FILL"
    RESOLVED = "RESOLVED"
    ENDED = "ENDED"
    ACCOUNT = "ACCOUNT"
    ADOPTED_EXTERNAL = "ADOPTED_EXTERNAL"
    RECONCILE = "RECONCILE"
    BANNED = "BANNED"
    BAN_REVIEWED = "BAN_REVIEWED"
    LOSS_LOCK = "LOSS_LOCK"
    CHECKED = "CHECKED"
    SALVAGED = "SALVAGED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold an event that is to be written; ``body`` is JSON with sorted keys."""

    time_ms: int
    mono_ms: int
    scope: str
    kind: EventKind
    client_order_id: str
    body: str

    def chained(self, run_id: str, previous_hash: str) -> Row:
        """Return the columns after ``seq``, bound to the event before."""
        fields = (
            run_id, self.time_ms, self.mono_ms, self.scope, self.kind.value,
            self.client_order_id, self.body,
        )  # fmt: skip
        return (*fields, previous_hash, chain_hash(previous_hash, fields))


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """Hold one row of the ledger."""

    seq: int
    run_id: str
    time_ms: int
    mono_ms: int
    scope: str
    kind: EventKind
    client_order_id: str
    body: dict[str, Value]
    previous_hash: str
    hash: str


def new_entry(scope: str, kind: EventKind, body: Body, client_order_id: str = "") -> Entry:
    """Return an event of this moment."""
    return Entry(
        time.time_ns() // 1_000_000,
        time.monotonic_ns() // 1_000_000,
        scope,
        kind,
        _storable(client_order_id),
        _json(body),
    )


def event_from(row: Row) -> LedgerEvent:
    """Return a row as an event."""
    seq, run_id, time_ms, mono_ms, scope, kind, order, body, *hashes = row
    return LedgerEvent(
        seq, run_id, time_ms, mono_ms, scope, EventKind(kind), order, json.loads(body), *hashes
    )


def chain_hash(previous: str, fields: Iterable[str | int]) -> str:
    """Return the hash of an event: of its columns and of the hash before."""
    joined = "\x1f".join([previous, *map(str, fields)])
    return hashlib.sha256(joined.encode()).hexdigest()


def follows(row: Row, previous_hash: str) -> bool:
    """Say whether a row is what was written after the event of a hash."""
    return bool(row[8] == previous_hash and row[9] == chain_hash(previous_hash, row[1:8]))


def _json(body: Body) -> str:
    try:
        return _encode(body).decode()
    except (UnicodeEncodeError, OverflowError):
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return _storable(text)


def _storable(text: str) -> str:
    # Half of a surrogate pair is no text that UTF-8, and so SQLite, could hold.
    return text.encode("utf-8", "backslashreplace").decode()
