"""Open recorded files: find out what each holds, and play those of one symbol as one record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.listing import Emit
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.sources.captures import read_captures, recognise_capture
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.sources.play_options import PlayOptions
from terminal_app.practice.sources.recorded import RecordedListing, RecordedMarket, Valve
from terminal_app.practice.sources.recorded_book import RecordedBook
from terminal_app.practice.sources.records import RecordingError, RecordSource

_Key = tuple[MarketName, str]


def open_recordings(
    paths: Sequence[Path],
    emit: Emit,
    first_fill_ids: Mapping[_Key, int],
    notices: list[str],
    options: PlayOptions,
) -> dict[MarketName, RecordedMarket]:
    """Open files and folders of recordings; raise RecordingError on one that cannot be played."""
    valves = {market: Valve(emit) for market in MarketName}
    players: dict[MarketName, list[RecordedListing]] = defaultdict(list)
    for source in _sources(_files(paths)):
        market = source.market
        rules = _rules_of(source)
        first_id = first_fill_ids.get((market, source.symbol), 1)
        make_book = partial(RecordedBook, options.queue_model)
        players[market].append(
            RecordedListing(rules, valves[market], source, make_book, first_id, notices)
        )
    return {m: RecordedMarket.open(each, valves[m]) for m, each in players.items()}


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.gz")) if path.is_dir() else [path]
        if not inside:
            raise RecordingError(f"The folder {path} holds no recordings.")
        found += inside
    return found


def _sources(files: Sequence[Path]) -> Iterator[RecordSource]:
    captures: dict[_Key, list[Path]] = defaultdict(list)
    for path in files:
        captures[recognise_capture(path)].append(path)
    for (market, symbol), parts in captures.items():
        yield RecordSource(market, symbol, symbol, partial(read_captures, parts))


def _rules_of(source: RecordSource) -> SymbolRules:
    known = usdm_rules() if source.market is MarketName.USDM else spot_rules()
    for rules in known:
        if rules.symbol == source.symbol:
            return rules
    raise RecordingError(f"The recording is of {source.symbol}, which is not listed here.")
