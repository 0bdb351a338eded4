"""The options that say which market is played, and how.

The exchange takes them under their names; the terminal, which starts it, under names of its own.
"""

import argparse
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from terminal_app.practice.engine.intervals import SPOT_INTERVALS
from terminal_app.practice.sources.play_options import FASTEST, Execution
from terminal_app.practice.sources.queue_models import QueueModel
from terminal_app.practice.sources.regimes import Regime
from terminal_app.practice.sources.symbols import DEFAULT_SYMBOLS, best_known_symbols, is_symbol

_MOST_SYMBOLS = 500
RECORDED_ONLY: Final = ("data", "queue-model", "execution", "alpha", "bar")


def add_market_options(parser: argparse.ArgumentParser, prefix: str = "") -> None:
    """Add every option as --PREFIXname; but for the market, what is not given is None."""
    group = parser.add_argument_group("practice exchange" if prefix else "market")
    for name, keywords in _OPTIONS.items():
        group.add_argument(f"--{prefix}{name}", **keywords)


def given_market_options(
    parser: argparse.ArgumentParser, space: argparse.Namespace, prefix: str = ""
) -> dict[str, Any]:
    """Return what was given, by name; options that do not go together end with usage."""
    values = {name: getattr(space, f"{prefix}{name}".replace("-", "_")) for name in _OPTIONS}
    given = {name: value for name, value in values.items() if value is not None}
    is_recorded = given["market"] == "recorded"
    if is_recorded and "data" not in given:
        text = f"--{prefix}market recorded needs --{prefix}data with at least one file or folder"
        parser.error(text)
    for name in () if is_recorded else RECORDED_ONLY:
        if name in given:
            parser.error(f"--{prefix}{name} is for --{prefix}market recorded")
    for path in given.get("data", ()):
        _check_readable(parser, f"--{prefix}data {path}", path)
    return given


def market_words(given: Mapping[str, Any]) -> list[str]:
    """Return the exchange's command line for options that were given."""
    return [word for name, value in given.items() for word in (f"--{name}", *_texts(value))]


def number_of(text: str) -> float | None:
    """Return a finite number, or None where the text is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, list):
        return [str(path.resolve()) for path in value]
    return [",".join(value) if isinstance(value, tuple) else str(value)]


def _check_readable(parser: argparse.ArgumentParser, named: str, path: Path) -> None:
    if path.is_dir():
        return
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        parser.error(f"{named}: must be a readable file or a folder: {error.strerror}")


def _share(text: str) -> Decimal:
    number = number_of(text)
    if number is None or number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number, 0 or more")
    return Decimal(text)


def _speed(text: str) -> float:
    number = number_of(text)
    if number is None or not 0 < number <= FASTEST:
        rule = f"must be a number greater than 0 and at most {FASTEST}"
        raise argparse.ArgumentTypeError(f"{text!r} {rule}")
    return number


def _symbols(text: str) -> tuple[str, ...]:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_SYMBOLS:
        return best_known_symbols(int(text))
    symbols = tuple(dict.fromkeys(text.upper().split(",")))
    if len(symbols) > _MOST_SYMBOLS or not all(is_symbol(symbol) for symbol in symbols):
        rule = f"must be a number from 1 to {_MOST_SYMBOLS} or a list such as BTCUSDT,ETHUSDT"
        raise argparse.ArgumentTypeError(f"{text!r} {rule}")
    return symbols


_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "market": {"choices": ("synthetic", "recorded"), "default": "synthetic"},
    "data": {
        "type": Path, "nargs": "+", "metavar": "PATH",
        "help": "what is played: recordings, files of the public archive, or folders of them",
    },
    "seed": {"type": int, "metavar": "N", "help": "of what is made up (default: 1)"},
    "speed": {"type": _speed, "metavar": "X", "help": "how fast market time passes (default: 1)"},
    "symbols": {
        "type": _symbols, "metavar": "LIST",
        "help": "of the synthetic markets: how many, or BTCUSDT,ETHUSDT,… (default: "
        f"{len(DEFAULT_SYMBOLS)}, beside a recording those that it has)",
    },
    "regime": {
        "choices": [str(regime) for regime in Regime],
        "help": f"what kind of day it is on the synthetic markets (default: {Regime.CALM})",
    },
    "queue-model": {
        "choices": [str(model) for model in QueueModel],
        "help": f"who leaves a recorded queue (default: {QueueModel.NEUTRAL})",
    },
    "execution": {
        "choices": [str(kind) for kind in Execution],
        "help": f"what orders meet in a record (default: {Execution.BOOK})",
    },
    "alpha": {"type": _share, "help": "share of the ATR that bar-close costs (default: 0.5)"},
    "bar": {"choices": SPOT_INTERVALS, "help": "length of a bar for bar-close (default: 1m)"},
}  # fmt: skip
