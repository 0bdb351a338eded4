"""Which symbols a watchlist shows, in which order, and what stands in each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.gui.format import compact_text, decimal_text, percent_text
from terminal_app.services.overview import OverviewService

# A mover is what moved by this many percent in 24 hours.
MOVED_PERCENT = Decimal(3)
# What star, name and margin take, and the least that a figure needs.
NAME_PX, FIGURE_PX = 132, 72


class WatchColumn(StrEnum):
    """Name a column; the words stand above it."""

    SYMBOL = "Symbol"
    LAST = "Last"
    CHANGE = "24 h"
    VOLUME = "Volume"
    SPREAD = "Spread"
    FUNDING = "Funding"


class WatchFilter(StrEnum):
    """Name which symbols are shown; the words stand in the menu."""

    ALL = "All"
    FAVOURITES = "Favourites"
    RISING = "Rising"
    FALLING = "Falling"


@dataclass(frozen=True, slots=True)
class WatchRow:
    """Hold the texts of a row; ``direction`` is the sign of the day's change."""

    symbol: str
    is_favourite: bool
    is_trading: bool
    texts: Mapping[WatchColumn, str]
    direction: int


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """Say what is looked for and how the rows are ordered."""

    search: str = ""
    shown: WatchFilter = WatchFilter.ALL
    column: WatchColumn = WatchColumn.VOLUME
    is_rising: bool = False

    @classmethod
    def kept(cls, shown: str, column: str, *, is_rising: bool) -> WatchOrder:
        """Return the order of words that were kept, the usual one for words that are none."""
        try:
            return cls("", WatchFilter(shown), WatchColumn(column), is_rising)
        except ValueError:
            return cls()


def columns_of(has_funding: bool, width_px: int) -> tuple[WatchColumn, ...]:
    """Return the columns that have room, the more important ones first."""
    figures = [WatchColumn.LAST, WatchColumn.CHANGE, WatchColumn.VOLUME, WatchColumn.SPREAD]
    if has_funding:
        figures.insert(3, WatchColumn.FUNDING)
    room = max(2, (width_px - NAME_PX) // FIGURE_PX)
    return (WatchColumn.SYMBOL, *figures[:room])


def spread_percent(overview: OverviewService, symbol: str) -> Decimal | None:
    """Return the distance of ask and bid in percent of their middle, None while unknown."""
    best = overview.best.get(symbol)
    if best is None:
        return None
    return (best.ask_price - best.bid_price) / (best.ask_price + best.bid_price) * 200


def ordered_symbols(
    instruments: Iterable[Instrument],
    overview: OverviewService,
    favourites: frozenset[str],
    order: WatchOrder,
) -> list[str]:
    """Return the symbols that are looked for; those without a figure come last."""
    wanted = order.search.strip().upper().replace("/", "").replace("-", "")
    passes = _filters(overview, favourites)[order.shown]
    found = [item.symbol for item in instruments if wanted in item.symbol and passes(item.symbol)]
    # By name first: rows with the same figure keep their places.
    found.sort()
    if order.column is WatchColumn.SYMBOL:
        if not order.is_rising:
            found.reverse()
        return found
    figure = _figures(overview)[order.column]
    keys = {symbol: figure(symbol) for symbol in found}
    known = [symbol for symbol in found if keys[symbol] is not None]
    known.sort(key=lambda symbol: keys[symbol] or ZERO, reverse=not order.is_rising)
    return known + [symbol for symbol in found if keys[symbol] is None]


def watch_row(instrument: Instrument, overview: OverviewService, is_favourite: bool) -> WatchRow:
    """Return what stands in the row of an instrument; what is not known is a dash."""
    symbol = instrument.symbol
    ticker, mark = overview.tickers.get(symbol), overview.marks.get(symbol)
    change = ticker.change_percent if ticker is not None else None
    texts = {
        WatchColumn.SYMBOL: symbol,
        WatchColumn.LAST: decimal_text(
            ticker.last_price if ticker is not None else None, instrument.price_decimals
        ),
        WatchColumn.CHANGE: percent_text(change),
        WatchColumn.VOLUME: compact_text(ticker.quote_volume if ticker is not None else None),
        WatchColumn.SPREAD: percent_text(spread_percent(overview, symbol), 3, signed=False),
        WatchColumn.FUNDING: percent_text(mark.funding_rate * 100 if mark is not None else None, 4),
    }
    direction = 0 if not change else 1 if change > 0 else -1
    return WatchRow(symbol, is_favourite, instrument.is_trading, texts, direction)


def _filters(
    overview: OverviewService, favourites: frozenset[str]
) -> Mapping[WatchFilter, Callable[[str], bool]]:
    def change(symbol: str) -> Decimal:
        ticker = overview.tickers.get(symbol)
        return ticker.change_percent if ticker is not None else ZERO

    return {
        WatchFilter.ALL: lambda symbol: True,
        WatchFilter.FAVOURITES: favourites.__contains__,
        WatchFilter.RISING: lambda symbol: change(symbol) >= MOVED_PERCENT,
        WatchFilter.FALLING: lambda symbol: change(symbol) <= -MOVED_PERCENT,
    }


def _figures(overview: OverviewService) -> Mapping[WatchColumn, Callable[[str], Decimal | None]]:
    tickers, marks = overview.tickers, overview.marks
    return {
        WatchColumn.LAST: lambda one: tickers[one].last_price if one in tickers else None,
        WatchColumn.CHANGE: lambda one: tickers[one].change_percent if one in tickers else None,
        WatchColumn.VOLUME: lambda one: tickers[one].quote_volume if one in tickers else None,
        WatchColumn.SPREAD: lambda one: spread_percent(overview, one),
        WatchColumn.FUNDING: lambda one: marks[one].funding_rate if one in marks else None,
    }
