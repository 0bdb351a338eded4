"""The command line of the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from terminal_app import __version__
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.practice.market_options import (
    add_market_options,
    given_market_options,
    market_words,
)
from terminal_app.services.practice_process import PracticeOptions

Value = TypeVar("Value", bound=StrEnum)

PRACTICE = "practice-"


@dataclass(frozen=True, slots=True)
class Arguments:
    """Hold what the command line asks for; None leaves it to the settings.

    ``practice`` are the options given to the practice exchange, by its own names for them.
    """

    environment: str | None
    market: Market | None
    symbol: str
    interval: Interval | None
    practice: Mapping[str, Any]
    record: Path | None
    profile: Path | None
    screenshot: Path | None
    after_seconds: float
    size: tuple[int, int] | None

    def practice_options(self, folder: Path) -> PracticeOptions:
        """Return how the practice exchange is to be started."""
        words = market_words(self.practice)
        return PracticeOptions(folder, self.practice["market"], tuple(words))


def parse_arguments(words: Sequence[str], environments: Sequence[str]) -> Arguments:
    """Read a command line; a wrong one ends the program with usage and exit code 2."""
    parser = _parser(environments)
    space = parser.parse_args(words)
    practice = given_market_options(parser, space, PRACTICE)
    if space.profile is not None and space.profile.exists() and not space.profile.is_dir():
        parser.error(f"--profile: {space.profile} is a file, not a folder")
    if space.record is not None and space.record.exists() and not space.record.is_dir():
        parser.error(f"--record: {space.record} is a file, not a folder")
    if space.screenshot is None and space.after is not None:
        parser.error("--after needs --screenshot FILE")
    if space.screenshot is not None:
        _check_picture(parser, space.screenshot.resolve())
    return Arguments(
        environment=space.environment,
        market=space.market,
        symbol=space.symbol.upper(),
        interval=space.interval,
        practice=practice,
        record=space.record,
        profile=space.profile,
        screenshot=space.screenshot,
        after_seconds=5.0 if space.after is None else space.after,
        size=space.size,
    )


def _parser(environments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="terminal-app",
        description="Trade by hand on Binance; starts on the practice exchange.",
    )
    add = parser.add_argument
    add("--environment", choices=environments, help="where orders go (default: practice)")
    add("--market", type=_one_of(Market), metavar="MARKET", help="spot or usdm (USDⓈ-M futures)")
    add("--symbol", default="", help="for example ETHUSDT or eth/usdt")
    add("--interval", type=_one_of(Interval), metavar="LENGTH", help="of a candle, for example 5m")
    add_market_options(parser, PRACTICE)
    add("--profile", type=Path, metavar="FOLDER", help="keep settings and accounts in this folder")
    add(
        "--record", type=Path, metavar="FOLDER", help="record the markets shown, to play them later"
    )
    add("--screenshot", type=Path, metavar="FILE", help="save the window as PNG and exit")
    add("--after", type=_positive, metavar="SECONDS", help="when to take it (default 5)")
    add("--size", type=_size, metavar="WxH", help="size of the window")
    add("--version", action="version", version=__version__)
    return parser


def _check_picture(parser: argparse.ArgumentParser, path: Path) -> None:
    if not path.parent.is_dir():
        parser.error(f"--screenshot: there is no folder {path.parent}")
    if path.is_dir():
        parser.error(f"--screenshot: {path} is a folder, not a file")


def _one_of(kind: type[Value]) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        try:
            return kind(text)
        except ValueError:
            known = ", ".join(kind)
            raise argparse.ArgumentTypeError(f"{text!r} is none of {known}") from None

    return read


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number above 0")
    return value


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} must look like 1680x1020")
    return int(width), int(height)
