"""Read files of Binance's public archive: zipped CSV with or without a header line.

Kinds: aggTrades, trades, klines of an interval, and for futures bookTicker and bookDepth. A zip is
checked against its .CHECKSUM where that lies beside it. Times are milliseconds or, on spot since
2025, microseconds. The market is told by the path (`/futures/um/`, `/spot/`) or by the columns.
"""

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.practice.engine.intervals import SPOT_INTERVALS
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.sources.records import RecordingError

_NAME = re.compile(
    r"(?P<symbol>[^-]+)-(?P<kind>aggTrades|trades|bookTicker|bookDepth|\d+[smhdwM]o?)"
    r"-(?P<period>\d{4}-\d\d(-\d\d)?).*"
)
_FIRST_MICROSECONDS = 100_000_000_000_000
_SPOT_COLUMNS = {"aggTrades": 8, "trades": 7}
_MONTH_TEXT = len("2026-01")
_FUTURES_ONLY = ("bookTicker", "bookDepth")


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """Describe one file; `kind` is that of its name, "klines" with an `interval` for candles.

    `period` is the day or month it holds, as its name tells.
    """

    path: Path
    market: MarketName
    symbol: str
    kind: str
    interval: str = ""
    period: str = ""

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows without the header; raise RecordingError where the file is damaged."""
        return _rows(self.path)


def recognise_archive(path: Path) -> ArchiveFile:
    """Tell what a file holds from its name, its folder and its columns; check its checksum."""
    match = _NAME.fullmatch(path.name.removesuffix(".zip").removesuffix(".csv"))
    if match is None:
        raise RecordingError(f"The file {path} is not named like one of Binance's archive.")
    _check_sum(path)
    kind, interval = match["kind"], ""
    if kind[0].isdigit():
        kind, interval = "klines", kind.replace("mo", "M")
    market = _market(path, kind)
    return ArchiveFile(path, market, match["symbol"], kind, interval, match["period"])


def without_overlaps(files: Sequence[ArchiveFile]) -> list[ArchiveFile]:
    """Return files that hold nothing twice: no day of a month, of candles the shortest interval."""
    lengths = [SPOT_INTERVALS.index(file.interval) for file in files if file.interval]
    shortest = SPOT_INTERVALS[min(lengths)] if lengths else ""
    chosen = [file for file in files if file.interval in ("", shortest)]
    months = {(file.kind, file.period) for file in chosen}
    return [
        file for file in chosen
        if len(file.period) == _MONTH_TEXT or (file.kind, file.period[:_MONTH_TEXT]) not in months
    ]  # fmt: skip


def time_of(text: str) -> int:
    """Return milliseconds of a time in milliseconds, microseconds or as a date and time."""
    if not text.isdecimal():
        stamp = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return round(stamp.timestamp() * 1000)
    time = int(text)
    return time // 1000 if time >= _FIRST_MICROSECONDS else time


def _market(path: Path, kind: str) -> MarketName:
    folders = path.parts[:-1]
    if kind in _FUTURES_ONLY or "um" in folders:
        return MarketName.USDM
    if "spot" in folders:
        return MarketName.SPOT
    row = next(_rows(path, keep_header=True), [])
    if kind in _SPOT_COLUMNS:
        return MarketName.SPOT if len(row) >= _SPOT_COLUMNS[kind] else MarketName.USDM
    return MarketName.USDM if row and not row[0].isdecimal() else MarketName.SPOT


def _check_sum(path: Path) -> None:
    beside = path.with_name(path.name + ".CHECKSUM")
    if not beside.exists():
        return
    try:
        wanted = beside.read_text().split()[0].lower()
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, IndexError) as error:
        raise RecordingError(f"The checksum of {path} cannot be read: {error}.") from error
    if found != wanted:
        raise RecordingError(f"The file {path} does not match its checksum: download it again.")


def _rows(path: Path, *, keep_header: bool = False) -> Iterator[list[str]]:
    number = 0
    try:
        for row in _lines(path):
            number += 1
            if row and (keep_header or number > 1 or row[0][:1].isdigit()):
                yield row
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, csv.Error, ValueError) as error:
        text = f"The file {path} cannot be read after line {number}: {error}."
        raise RecordingError(text) from error


def _lines(path: Path) -> Iterator[list[str]]:
    if path.suffix != ".zip":
        with path.open(newline="") as lines:
            yield from csv.reader(lines)
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as raw, io.TextIOWrapper(raw, newline="") as lines:
                yield from csv.reader(lines)
