"""The rules of a recorded symbol: the catalogue's, made as fine as the record is.

A record may be of a coin that nobody knows here, or of years when a symbol had other steps. The
first rows tell how many decimals its prices and quantities have.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.sources.archive_files import ArchiveFile
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.sources.coins import is_known
from terminal_app.practice.sources.records import (
    BestPrices,
    BookDifference,
    BookSnapshot,
    Print,
    Record,
    RecordingError,
    Row,
)
from terminal_app.practice.sources.symbols import is_symbol

_SAMPLE = 2_000
# Orders of at most about this value, in the quote asset.
_LARGEST_ORDER = 10_000_000
# Where a price and a quantity stand in a row of the archive.
_COLUMNS = {
    "trades": ((1, 2),),
    "aggTrades": ((1, 2),),
    "klines": ((1, 5), (2, 5), (3, 5), (4, 5)),
    "bookTicker": ((1, 2), (3, 4)),
}


def fitted_rules(market: MarketName, symbol: str, rows: Iterable[Row]) -> SymbolRules:
    """Return the rules of a symbol, given some rows of its record."""
    if not is_symbol(symbol):
        text = f"The recording is of {symbol}: a coin against USDT can be played, no other symbol."
        raise RecordingError(text)
    make_rules = usdm_rules if market is MarketName.USDM else spot_rules
    (rules,) = make_rules((symbol,))
    sample: list[Row] = []
    # Where the record is damaged the play tells so, not this.
    with suppress(RecordingError):
        for row in islice(rows, _SAMPLE):
            sample.append(row)
    if not sample:
        return rules
    tick, step = (min(_step_of(row[column]) for row in sample) for column in (0, 1))
    if is_known(rules.base_asset):
        return _with_steps(rules, min(tick, rules.tick_size), min(step, rules.step_size))
    price = Decimal(sample[0][0])
    most = max(step, (_LARGEST_ORDER / price).quantize(step))
    rules = replace(rules, max_price=price * 1_000, max_quantity=most, market_max_quantity=most)
    return _with_steps(rules, tick, step)


def archive_rows(files: Sequence[ArchiveFile]) -> Iterator[Row]:
    """Yield prices and quantities of the first file that holds any."""
    for file in [each for each in files if each.kind in _COLUMNS][:1]:
        for row in file.rows():
            yield from ((row[price], row[quantity]) for price, quantity in _COLUMNS[file.kind])


def record_rows(records: Iterable[Record]) -> Iterator[Row]:
    """Yield prices and quantities of records."""
    for record in records:
        match record:
            case Print():
                yield record.price, record.quantity
            case BestPrices():
                yield from (record.bid, record.ask)
            case BookSnapshot() | BookDifference():
                yield from (*record.bids, *record.asks)


def _with_steps(rules: SymbolRules, tick: Decimal, step: Decimal) -> SymbolRules:
    if (tick, step) == (rules.tick_size, rules.step_size):
        return rules
    is_spot = not rules.market_step_size
    return replace(
        rules,
        tick_size=tick,
        min_price=tick,
        step_size=step,
        min_quantity=step,
        market_step_size=rules.market_step_size if is_spot else step,
        market_min_quantity=rules.market_min_quantity if is_spot else step,
        price_precision=_decimals(tick),
        quantity_precision=_decimals(step),
    )


def _step_of(text: str) -> Decimal:
    digits = text.rstrip("0").partition(".")[2] if "." in text else ""
    return Decimal(1).scaleb(-len(digits))


def _decimals(step: Decimal) -> int:
    exponent = step.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
