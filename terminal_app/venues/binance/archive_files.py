"""Name the files of Binance's public archive: what is published, where, in which portions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.errors import ConfigurationError

_FOLDERS = {Market.SPOT: "spot", Market.USDM: "futures/um"}
# Longer ones come by the month alone.
_LONGER_THAN_A_DAY = frozenset({Interval.D3, Interval.W1, Interval.MO1})


class ArchiveKind(StrEnum):
    """Name what a file holds, spelt as the archive spells it."""

    AGG_TRADES = "aggTrades"
    TRADES = "trades"
    KLINES = "klines"
    BOOK_TICKER = "bookTicker"
    BOOK_DEPTH = "bookDepth"


class Portion(StrEnum):
    """Name the time that one file covers."""

    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """Hold what is wanted: every kind of every symbol from a first to a last day, both included."""

    market: Market
    symbols: Sequence[str]
    kinds: Sequence[ArchiveKind]
    first: date
    last: date
    portion: Portion = Portion.DAILY
    interval: Interval = Interval.M1

    def check(self) -> None:
        """Raise ConfigurationError where the archive has no such files."""
        if self.first > self.last:
            raise ConfigurationError(f"from {self.first} must not be after to {self.last}.")
        for symbol in self.symbols:
            if not re.fullmatch(r"\w+", symbol):
                raise ConfigurationError(f"symbol {symbol!r} must be one word, as in BTCUSDT.")
        for kind in self.kinds:
            self._check_kind(kind)

    def paths(self) -> list[str]:
        """Return the paths of the files below the archive's data folder, in order of time."""
        return [
            self._path(symbol, kind, period)
            for period in self._periods()
            for symbol in self.symbols
            for kind in self.kinds
        ]

    def _check_kind(self, kind: ArchiveKind) -> None:
        if self.market is Market.SPOT and kind in (ArchiveKind.BOOK_TICKER, ArchiveKind.BOOK_DEPTH):
            raise ConfigurationError(f"kind {kind} is published for usdm alone, not for spot.")
        if kind is ArchiveKind.BOOK_DEPTH and self.portion is Portion.MONTHLY:
            raise ConfigurationError("kind bookDepth is published by the day: take daily files.")
        if kind is not ArchiveKind.KLINES:
            return
        if self.market is Market.USDM and self.interval is Interval.S1:
            raise ConfigurationError("interval 1s is published for spot alone, not for usdm.")
        if self.portion is Portion.DAILY and self.interval in _LONGER_THAN_A_DAY:
            text = f"interval {self.interval} is published by the month: take monthly files."
            raise ConfigurationError(text)

    def _path(self, symbol: str, kind: ArchiveKind, period: str) -> str:
        folder = f"{_FOLDERS[self.market]}/{self.portion}/{kind}/{symbol}"
        label: str = kind
        if kind is ArchiveKind.KLINES:
            # A month and a minute must differ on disks that do not tell M from m.
            label = "1mo" if self.interval is Interval.MO1 else self.interval
            folder = f"{folder}/{label}"
        return f"{folder}/{symbol}-{label}-{period}.zip"

    def _periods(self) -> Iterator[str]:
        by_month = self.portion is Portion.MONTHLY
        day = self.first.replace(day=1) if by_month else self.first
        while day <= self.last:
            yield f"{day:%Y-%m}" if by_month else f"{day:%Y-%m-%d}"
            step = timedelta(days=32 if by_month else 1)
            day = (day + step).replace(day=1) if by_month else day + step
