"""python -m terminal_app.practice: run the practice exchange until told to stop."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from terminal_app.practice.credentials import (
    Credentials,
    CredentialsError,
    keep_credentials,
    make_credentials,
)
from terminal_app.practice.engine.clock import SystemClock
from terminal_app.practice.exchange import Exchange, RecordingError
from terminal_app.practice.market_options import (
    add_market_options,
    given_market_options,
    number_of,
)
from terminal_app.practice.profiles import LIVE_LIKE, PROFILES
from terminal_app.practice.server import PortError, Ports, PracticeServer
from terminal_app.practice.sources.play_options import Execution, PlayOptions
from terminal_app.practice.sources.queue_models import QueueModel
from terminal_app.practice.sources.regimes import Regime
from terminal_app.practice.wire.numbers import encode

_EARLIEST_MS = 1_483_228_800_000  # 2017: no request may carry a time before
_LATEST_MS = 4_102_444_800_000  # 2100
_LARGEST_PORT = 65_535
_LARGEST_FACTOR = 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the exchange; a bad command line ends with usage and exit code 2."""
    logging.basicConfig(level=logging.WARNING)
    parser = _make_parser()
    options = parser.parse_args(argv)
    market = given_market_options(parser, options)
    clock = SystemClock(options.start_time)
    try:
        credentials = _credentials(options.credentials)
    except CredentialsError as error:
        parser.error(f"--credentials {options.credentials} {error}")
    try:
        exchange = _open_exchange(clock, market, options.account)
    except RecordingError as error:
        parser.error(f"--data: {error}")
    except sqlite3.OperationalError as error:
        parser.error(f"--account {options.account}: must be a file that can be opened: {error}")
    with contextlib.closing(exchange):
        return asyncio.run(_serve(exchange, clock, credentials, options))


async def _serve(
    exchange: Exchange, clock: SystemClock, credentials: Credentials, options: argparse.Namespace
) -> int:
    profile = PROFILES[options.profile].with_limits(options.limit_factor)
    server = PracticeServer(
        exchange, clock, credentials, options.market, options.idle_timeout, profile
    )
    _stop_on_signals(server)
    ports = Ports(options.spot_port, options.futures_port, options.control_port)
    try:
        async with server.listening(ports) as open_ports:
            _announce(encode(server.ready_line(open_ports, os.getpid())))
            await server.run()
    except PortError as error:
        sys.stderr.write(f"terminal_app.practice: error: {error}\n")
        return 2
    return 0


def _announce(line: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(line.decode() + "\n")
        sys.stdout.flush()


def _stop_on_signals(server: PracticeServer) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, server.stop)
        except NotImplementedError:  # Windows: the loop takes no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(server.stop))


def _credentials(path: Path | None) -> Credentials:
    return make_credentials() if path is None else keep_credentials(path)


def _open_exchange(clock: SystemClock, market: Mapping[str, Any], account: Path | None) -> Exchange:
    seed = market.get("seed", 1)
    play = PlayOptions(
        QueueModel(market.get("queue-model", QueueModel.NEUTRAL)),
        Execution(market.get("execution", Execution.BOOK)),
        market.get("alpha", Decimal("0.5")),
        market.get("bar", "1m"),
        seed,
    )
    return Exchange(
        clock,
        seed,
        speed=market.get("speed", 1.0),
        recordings=market.get("data", ()),
        play=play,
        account_file=account,
        symbols=market.get("symbols", ()),
        regime=Regime(market.get("regime", Regime.CALM)),
    )


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="terminal_app.practice",
        description="Run a Binance-compatible practice exchange on 127.0.0.1.",
    )
    for name in ("spot", "futures", "control"):
        parser.add_argument(
            f"--{name}-port", type=_port, default=0, metavar="PORT", help="0 takes any (default)"
        )
    add_market_options(parser)
    parser.add_argument(
        "--start-time", type=_time_ms, metavar="MS", help="epoch ms (default: the machine's)"
    )
    parser.add_argument(
        "--profile",
        choices=tuple(PROFILES),
        default=LIVE_LIKE.name,
        help="the environment of Binance to be like",
    )
    parser.add_argument(
        "--limit-factor",
        type=_factor,
        default=1.0,
        metavar="FACTOR",
        help="multiply the limits of requests, orders and connections (default: 1)",
    )
    parser.add_argument("--account", type=Path, metavar="FILE", help="default: in memory")
    parser.add_argument(
        "--credentials", type=Path, metavar="FILE", help="keep the key there (default: new ones)"
    )
    parser.add_argument(
        "--idle-timeout",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="end when nobody has been connected or asked for that long; 0 never ends",
    )
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number from 0 to 65535")
    return int(text)


def _time_ms(text: str) -> int:
    time_ms = int(text) if text.isascii() and text.isdigit() else 0
    if not _EARLIEST_MS <= time_ms <= _LATEST_MS:
        rule = f"must be epoch milliseconds from {_EARLIEST_MS} to {_LATEST_MS}"
        raise argparse.ArgumentTypeError(f"{text!r} {rule}")
    return time_ms


def _factor(text: str) -> float:
    number = number_of(text)
    if number is None or not 0 < number <= _LARGEST_FACTOR:
        rule = f"must be a number greater than 0 and at most {_LARGEST_FACTOR}"
        raise argparse.ArgumentTypeError(f"{text!r} {rule}")
    return number


def _seconds(text: str) -> float:
    number = number_of(text)
    if number is None or number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number of seconds, 0 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
