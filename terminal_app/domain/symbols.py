"""Names of symbols: every way of writing one that people bring along, and the one venues use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from terminal_app.domain.instrument import Instrument
from terminal_app.errors import UnknownSymbol

NEAREST_NAMES = 3
_BETWEEN = "/-_ "


@dataclass(frozen=True, slots=True)
class SymbolNames:
    """Hold how a symbol is written here and elsewhere."""

    symbol: str
    pair: str
    prefixed: str
    suffixed: str


def names_of(instrument: Instrument, venue: str) -> SymbolNames:
    """Return how an instrument is written, as BTC/USDT, binance:BTCUSDT or BTCUSDT.BINANCE."""
    symbol = instrument.symbol
    pair = f"{instrument.base_asset}/{instrument.quote_asset}"
    return SymbolNames(symbol, pair, f"{venue.lower()}:{symbol}", f"{symbol}.{venue.upper()}")


def find_symbol(text: str, instruments: Mapping[str, Instrument], venue: str) -> Instrument:
    """Return what a name in any of these ways means, in either case.

    Raises ``UnknownSymbol`` with the nearest names.
    """
    name = _without_venue(text.strip(), venue).upper()
    found = instruments.get(name) or _by_pair(name, instruments.values())
    if found is None:
        raise UnknownSymbol(text.strip(), nearest_names(name, instruments))
    return found


def nearest_names(name: str, instruments: Mapping[str, Instrument]) -> tuple[str, ...]:
    """Return the listed names that are most like one: those that begin so, then the similar."""
    plain = name.translate({ord(mark): None for mark in _BETWEEN})
    if not plain:
        return ()
    trading = [one.symbol for one in instruments.values() if one.is_trading]
    beginning = sorted((one for one in trading if one.startswith(plain)), key=lambda s: (len(s), s))
    similar = get_close_matches(plain, trading, NEAREST_NAMES)
    return tuple(dict.fromkeys([*beginning[:NEAREST_NAMES], *similar]))[:NEAREST_NAMES]


def _without_venue(text: str, venue: str) -> str:
    before, colon, after = text.partition(":")
    if colon and before.strip().casefold() == venue.casefold():
        return after.strip()
    before, dot, after = text.rpartition(".")
    if dot and after.strip().casefold() == venue.casefold():
        return before.strip()
    return text


def _by_pair(name: str, instruments: Iterable[Instrument]) -> Instrument | None:
    for mark in _BETWEEN:
        base, found, quote = name.partition(mark)
        if found:
            wanted = base.strip(), quote.strip()
            matching = [one for one in instruments if (one.base_asset, one.quote_asset) == wanted]
            # The perpetual is named like the pair; contracts that end carry their day as well.
            return min(matching, key=lambda one: len(one.symbol), default=None)
    return None
