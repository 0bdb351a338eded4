"""The command that fetches files of Binance's public archive for the practice exchange to play."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.errors import ConfigurationError, TerminalError
from terminal_app.venues.binance.archive import (
    DEFAULT_HOST,
    MOST_CONNECTIONS,
    ArchiveDownloader,
    Progress,
    State,
)
from terminal_app.venues.binance.archive_files import ArchiveKind, ArchiveRequest, Portion

_SHOW_EVERY_S = 0.2
_INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Fetch what a command line asks for.

    Returns 0 when all that is published is here, 1 when something failed, 2 for a wrong command
    line, 130 when interrupted.
    """
    parser = _parser()
    space = parser.parse_args(words)
    request = ArchiveRequest(
        space.market,
        [symbol.upper() for symbol in space.symbols],
        space.kinds,
        space.first,
        space.last or space.first,
        space.portion,
        space.interval,
    )
    try:
        request.check()
    except ConfigurationError as error:
        parser.error(str(error))
    shown = ProgressLine(sys.stderr)
    downloader = ArchiveDownloader(
        space.folder, space.host, connections=space.connections, on_progress=shown.show
    )
    try:
        return _report(asyncio.run(_fetch(downloader, request, shown)), space.folder)
    except TerminalError as error:
        sys.stderr.write(f"terminal_app.archive: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("terminal_app.archive: stopped; the same command goes on from here\n")
        return _INTERRUPTED


class ProgressLine:
    """Show progress: on a terminal in one line that changes, else a line for each file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told = 0
        self._shown_s = 0.0
        self._width = 0

    def show(self, progress: Progress) -> None:
        """Take the figures; they are the downloader's own and change."""
        for outcome in progress.outcomes[self._told :]:
            reason = f": {outcome.reason}" if outcome.reason else ""
            self._write(f"{outcome.path}: {outcome.state}{reason}", "\n")
        self._told = len(progress.outcomes)
        now_s = time.monotonic()
        if self._stream.isatty() and now_s - self._shown_s >= _SHOW_EVERY_S:
            self._shown_s = now_s
            self._write(_figures(progress), "")

    def end(self) -> None:
        """Leave the line empty."""
        self._write("", "")

    def _write(self, text: str, end: str) -> None:
        wipe = f"\r{' ' * self._width}\r" if self._width else ""
        self._width = 0 if end else len(text)
        self._stream.write(f"{wipe}{text}{end}")
        self._stream.flush()


async def _fetch(
    downloader: ArchiveDownloader, request: ArchiveRequest, shown: ProgressLine
) -> Progress:
    try:
        return await downloader.fetch(request.paths())
    finally:
        shown.end()


def _figures(progress: Progress) -> str:
    rate = progress.bytes_per_second / 1e6
    text = f"{len(progress.outcomes)} of {progress.wanted} files"
    text += f", {progress.received_bytes / 1e6:.1f} MB, {rate:.1f} MB/s"
    return f"{text} ({progress.waits_for})" if progress.waits_for else text


def _report(progress: Progress, folder: Path) -> int:
    counts = Counter(outcome.state for outcome in progress.outcomes)
    parts = [f"{counts[state]} {state}" for state in State if counts[state]]
    sys.stdout.write(f"{', '.join(parts)}; {progress.received_bytes / 1e6:.1f} MB\n")
    if counts[State.FETCHED] + counts[State.PRESENT]:
        sys.stdout.write(f"To play it: --market recorded --data {folder}\n")
    return 1 if counts[State.FAILED] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="terminal_app.archive",
        description="Fetch files of Binance's public archive, for the practice exchange to play.",
    )
    add = parser.add_argument
    add("folder", type=_folder, metavar="FOLDER", help="where they go")
    add("--market", type=Market, choices=[*Market], default=Market.SPOT)
    add("--symbols", nargs="+", required=True, metavar="SYMBOL", help="for example BTCUSDT")
    add("--kinds", nargs="+", type=ArchiveKind, choices=[*ArchiveKind], required=True)
    add("--interval", type=Interval, choices=[*Interval], default=Interval.M1, help="of klines")
    add("--from", dest="first", type=_day, required=True, metavar="DAY", help="as in 2026-01-31")
    add("--to", dest="last", type=_day, metavar="DAY", help="included; default: the first day")
    add("--portion", type=Portion, choices=[*Portion], default=Portion.DAILY)
    add("--host", type=_host, default=DEFAULT_HOST, help=f"default: {DEFAULT_HOST}")
    add("--connections", type=int, choices=range(1, MOST_CONNECTIONS + 1), default=2)
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a file, not a folder")
    return path


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} must be a day as in 2026-01-31") from None


def _host(text: str) -> str:
    try:
        parts = urlsplit(text)
        name = parts.hostname or ""
    except ValueError:
        name = ""
    # The checksums come the same way as the files: without TLS anybody between could change both.
    if not name or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(name))):
        rule = "must begin with https:// (http:// for this computer alone)"
        raise argparse.ArgumentTypeError(f"{text!r} {rule}")
    return text


def _is_here(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
