"""Which records of the past are shown, and how they leave the program as a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from terminal_app.domain.market import DAY_MS
from terminal_app.domain.order import OrderStatus
from terminal_app.gui.models.order_rows import STATUS_WORDS
from terminal_app.storage.account_rows import Body

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# What a spreadsheet takes for a formula, or for the way to one.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Hold what a person wants to see; an empty word and 0 days stand for everything."""

    text: str = ""
    symbol: str = ""
    side: str = ""
    kind: str = ""
    days: int = 0

    def admits(self, body: Body, now_ms: int) -> bool:
        """Say whether a record is to be shown."""
        if self.symbol and body["symbol"] != self.symbol:
            return False
        if self.side and body.get("side") != self.side:
            return False
        if self.kind and body.get("kind") != self.kind:
            return False
        if self.days and int(str(body["time_ms"])) < now_ms - self.days * DAY_MS:
            return False
        wanted = self.text.lower().split()
        told = _told(body) if wanted else ""
        return all(word in told for word in wanted)


def _told(body: Body) -> str:
    # Moments are numbers that nobody types, and in which every short one occurs.
    words = [str(value) for name, value in body.items() if not name.endswith("_ms")]
    if "status" in body:
        words.append(STATUS_WORDS[OrderStatus(str(body["status"]))][0])
    return " ".join(words).lower()


def records_csv(rows: Iterable[tuple[str, Body]]) -> str:
    """Return records as a table, each after its market: exact figures, times in UTC.

    No cell begins a formula.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    is_first = True
    for market, body in rows:
        if is_first:
            writer.writerow(["market", "time_utc", *body])
            is_first = False
        moment = datetime.fromtimestamp(int(str(body["time_ms"])) / 1000, UTC)
        cells = [market, f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"]
        writer.writerow([*cells, *(_safe(value) for value in body.values())])
    return lines.getvalue()


def _safe(value: object) -> object:
    if value is None:
        return ""
    is_text = isinstance(value, str) and value.startswith(_DANGEROUS)
    return f"'{value}" if is_text and not _NUMBER.fullmatch(str(value)) else value
