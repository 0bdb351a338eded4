"""Open recorded files: find out what each holds, and play those of one symbol as one record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.listing import Emit
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.sources.archive_files import (
    ArchiveFile,
    recognise_archive,
    without_overlaps,
)
from terminal_app.practice.sources.archive_market import read_archive
from terminal_app.practice.sources.bar_close import BarCloseBook
from terminal_app.practice.sources.captures import read_captures, recognise_capture
from terminal_app.practice.sources.fitted_rules import archive_rows, fitted_rules, record_rows
from terminal_app.practice.sources.play_options import Execution, PlayOptions
from terminal_app.practice.sources.recorded import (
    MakeBook,
    RecordedListing,
    RecordedMarket,
    Valve,
)
from terminal_app.practice.sources.recorded_book import RecordedBook
from terminal_app.practice.sources.records import RecordingError, RecordSource

_ARCHIVE_SUFFIXES = (".zip", ".csv")
_SUFFIXES = (".gz", *_ARCHIVE_SUFFIXES)
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
    for source, rules in _sources(_files(paths), options.seed):
        market = source.market
        first_id = first_fill_ids.get((market, source.symbol), 1)
        make_book = _book_maker(source, options)
        players[market].append(
            RecordedListing(rules, valves[market], source, make_book, first_id, notices)
        )
    return {m: RecordedMarket.open(each, valves[m]) for m, each in players.items()}


def _book_maker(source: RecordSource, options: PlayOptions) -> MakeBook:
    if options.execution is Execution.BAR_CLOSE:
        return partial(BarCloseBook, source.interval or options.interval, options.alpha)
    return partial(RecordedBook, options.queue_model)


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix in _SUFFIXES)
        if not inside:
            raise RecordingError(f"The folder {path} holds no recordings.")
        found += inside
    return found


def _sources(paths: Sequence[Path], seed: int) -> Iterator[tuple[RecordSource, SymbolRules]]:
    captures: dict[_Key, list[Path]] = defaultdict(list)
    archives: dict[_Key, list[ArchiveFile]] = defaultdict(list)
    for path in paths:
        if path.suffix in _ARCHIVE_SUFFIXES:
            file = recognise_archive(path)
            archives[file.market, file.symbol].append(file)
        else:
            captures[recognise_capture(path)].append(path)
    for (market, symbol), parts in captures.items():
        rules = fitted_rules(market, symbol, record_rows(read_captures(parts)))
        yield RecordSource(market, symbol, partial(read_captures, parts)), rules
    for (market, symbol), found in archives.items():
        if (market, symbol) in captures:
            raise RecordingError(f"{symbol} is in a capture and in archive files: give one.")
        files = without_overlaps(found)
        rules = fitted_rules(market, symbol, archive_rows(files))
        interval = next((each.interval for each in files if each.interval), "")
        read = partial(read_archive, files, rules, seed)
        yield RecordSource(market, symbol, read, interval), rules
