"""Markets played from captures of Binance's public feeds.

A capture is a gzip file of lines `<local nanoseconds> <json>`: messages of a combined stream
(depth, trade, bookTicker) and one REST depth snapshot. Lines are played in file order, their time
is taken from E or T. Prints of the account do not appear on the tape, so candles are those of the
record.
"""

import gzip
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from terminal_app.practice.engine.events import BookTicker, DepthChanged
from terminal_app.practice.engine.intervals import SECOND_MS, SPOT_INTERVALS, USDM_INTERVALS
from terminal_app.practice.engine.kinds import MarketName, Side
from terminal_app.practice.engine.listing import Emit, Execution, Listing
from terminal_app.practice.engine.model import ZERO, SymbolRules
from terminal_app.practice.engine.order_book import Match
from terminal_app.practice.engine.tape import Tape
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.sources.recorded_book import RecordedBook

_LINES_TO_RECOGNISE = 2_000
_LINES_TO_SNAPSHOT = 20_000


class RecordingError(ValueError):
    """Say in one sentence why a capture cannot be played."""


class RecordedListing(Listing):
    """Play the record of one symbol."""

    def __init__(
        self,
        market: MarketName,
        rules: SymbolRules,
        emit: Emit,
        messages: Iterator[dict[str, Any]],
        next_fill_id: int,
        notices: list[str],
    ) -> None:
        is_futures = market is MarketName.USDM
        intervals = USDM_INTERVALS if is_futures else SPOT_INTERVALS
        super().__init__(market, rules, Tape(market, rules, intervals, emit, None), emit)
        self._is_futures = is_futures
        self._book = RecordedBook()
        self._messages = messages
        self._next_fill_id = next_fill_id
        self._notices = notices
        self._time_ms = 0
        self._final_id = -1
        self._pending: dict[str, Any] | None = None
        self._ticker: dict[str, Any] | None = None
        self.is_ended = False
        self._play_to_snapshot()

    @property
    def book(self) -> RecordedBook:
        """Return the book."""
        return self._book

    @property
    def time_ms(self) -> int:
        """Return the time of the last message played."""
        return self._time_ms

    def play(self, time_ms: int) -> float | None:
        """Play the message that is due and return the time of the next, None at the end."""
        message = self._pending
        if message is not None:
            self._apply(message)
        self._pending = None
        if not self.is_ended:
            try:
                self._pending = next(self._messages, None)
            except RecordingError as error:
                self._notices.append(f"{error} It was played up to there.")
        if self._pending is None:
            self.is_ended = True
            return None
        return self._time_of(self._pending)

    def take(
        self, side: Side, lots: int, limit_ticks: int | None, time_ms: int
    ) -> Iterator[Execution]:
        """Execute a taker of the account at recorded prices, a match at a time."""
        for match in self._book.take(side, lots, limit_ticks, own=True):
            yield Execution(match, 0 if match.prevented else self._fill_id())

    def publish(self, time_ms: int) -> None:
        """Do nothing: the account's changes go out with the next recorded depth event."""

    def book_ticker(self) -> BookTicker:
        """Return the recorded best bid and ask with the account's orders."""
        rules, update_id = self.rules, self._book.update_id
        if self._ticker is not None:
            update_id = self._ticker["u"]
        bid, ask = (self._book.published_top(side) for side in (Side.BUY, Side.SELL))
        return BookTicker(
            market=self.market,
            symbol=rules.symbol,
            time_ms=self._time_ms,
            update_id=update_id,
            bid_price=rules.price(bid[0]) if bid else ZERO,
            bid_quantity=rules.quantity(bid[1]) if bid else ZERO,
            ask_price=rules.price(ask[0]) if ask else ZERO,
            ask_quantity=rules.quantity(ask[1]) if ask else ZERO,
        )

    def _play_to_snapshot(self) -> None:
        """Play trades and tickers up to the snapshot, then catch up as a client does."""
        waiting: list[dict[str, Any]] = []
        for _, message in zip(range(_LINES_TO_SNAPSHOT), self._messages, strict=False):
            if "lastUpdateId" in message:
                self._load_snapshot(message)
                for change in waiting:
                    self._apply_depth(change)
                self._pending = next(self._messages, None)
                return
            if message.get("e") == "depthUpdate":
                self._time_ms = self._time_of(message)
                waiting.append(message)
            else:
                self._apply(message)
        raise RecordingError(f"The recording of {self.rules.symbol} holds no depth snapshot.")

    def _load_snapshot(self, snapshot: dict[str, Any]) -> None:
        for side, name in ((Side.BUY, "bids"), (Side.SELL, "asks")):
            for ticks, lots in self._levels_of(snapshot[name]):
                self._book.set_level(side, ticks, lots)
        self._book.update_id = snapshot["lastUpdateId"]

    def _apply(self, message: dict[str, Any]) -> None:
        self._time_ms = self._time_of(message)
        kind = message.get("e")
        if kind == "depthUpdate":
            self._apply_depth(message)
        elif kind == "trade":
            self._apply_trade(message)
        elif "b" in message:
            self._apply_ticker(message)

    def _apply_depth(self, message: dict[str, Any]) -> None:
        book, first, final = self._book, message["U"], message["u"]
        if final < book.update_id + (0 if self._is_futures else 1):
            return
        if self._final_id >= 0 and not self._is_next(message):
            self.is_ended = True
            self._notices.append(
                f"The recording of {self.rules.symbol} has a gap after update {self._final_id}: "
                "it was played up to there."
            )
            return
        changed: dict[Side, dict[int, int]] = {}
        for side, name in ((Side.BUY, "b"), (Side.SELL, "a")):
            for ticks, lots in self._levels_of(message[name]):
                book.set_level(side, ticks, lots)
            touched = [ticks for ticks, _ in self._levels_of(message[name])]
            changed[side] = dict.fromkeys((*touched, *book.take_unpublished(side)), 0)
        previous = message.get("pu", first - 1)
        self._final_id = book.update_id = final
        self._tell_fills(book.cross_own())
        for side, levels in changed.items():
            changed[side] = {ticks: book.published(side, ticks) for ticks in levels}
        self.emit(
            DepthChanged(
                market=self.market,
                symbol=self.rules.symbol,
                time_ms=self._time_ms,
                first_update_id=first,
                final_update_id=final,
                previous_final_update_id=previous,
                bids=self._to_levels(changed[Side.BUY]),
                asks=self._to_levels(changed[Side.SELL]),
            )
        )

    def _is_next(self, message: dict[str, Any]) -> bool:
        if self._is_futures:
            return bool(message["pu"] == self._final_id)
        return bool(message["U"] == self._final_id + 1)

    def _apply_trade(self, message: dict[str, Any]) -> None:
        if message.get("X", "MARKET") != "MARKET":
            return
        ticks, lots = self._level_of((message["p"], message["q"]))
        is_buyer_maker = message["m"]
        trade_id = message["t"]
        self.tape.print_trade(ticks, lots, is_buyer_maker, message["T"], trade_id, trade_id)
        side = Side.BUY if is_buyer_maker else Side.SELL
        self._tell_fills(self._book.print_through(side, ticks, lots))

    def _apply_ticker(self, message: dict[str, Any]) -> None:
        bid = self._level_of((message["b"], message["B"]))
        ask = self._level_of((message["a"], message["A"]))
        self._book.set_top(message["u"], bid, ask)
        self._ticker = message
        self._tell_fills(self._book.cross_own())
        self.emit(self.book_ticker())

    def _tell_fills(self, matches: Iterable[Match]) -> None:
        for match in matches:
            self.on_maker_fill(
                match.maker_order_id, match.ticks, match.lots, self._fill_id(), self._time_ms
            )

    def _fill_id(self) -> int:
        self._next_fill_id += 1
        return self._next_fill_id - 1

    def _time_of(self, message: dict[str, Any]) -> int:
        return max(self._time_ms, int(message.get("E", self._time_ms)))

    def _level_of(self, level: Sequence[str]) -> tuple[int, int]:
        price, quantity = Decimal(level[0]), Decimal(level[1])
        return int(price / self.rules.tick_size), int(quantity / self.rules.step_size)

    def _levels_of(self, levels: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
        return [self._level_of(level) for level in levels]


@dataclass(frozen=True, slots=True)
class RecordedMarket:
    """Hold the listings of one recorded market and its time."""

    listings: dict[str, Listing]
    timeline: Timeline

    def value(self, listing: Listing) -> tuple[Decimal, Decimal]:
        """Return mark and index price: the middle of the recorded best bid and ask."""
        ticker = listing.book_ticker()
        middle = (ticker.bid_price + ticker.ask_price) / 2
        return middle, middle


def open_recordings(
    paths: Sequence[Path],
    emit: Emit,
    first_fill_ids: Mapping[tuple[MarketName, str], int],
    notices: list[str],
) -> dict[MarketName, RecordedMarket]:
    """Open captures, files of one symbol joined in order; raise RecordingError on a bad one."""
    files: dict[tuple[MarketName, str], list[Path]] = defaultdict(list)
    for path in paths:
        files[_recognise(path)].append(path)
    by_market: dict[MarketName, list[RecordedListing]] = defaultdict(list)
    for (market, symbol), parts in files.items():
        rules = _rules_of(market, symbol, parts[0])
        first_id = first_fill_ids.get((market, symbol), 1)
        listing = RecordedListing(market, rules, emit, _messages(parts), first_id, notices)
        by_market[market].append(listing)
    return {market: _market(listings) for market, listings in by_market.items()}


def _market(listings: Sequence[RecordedListing]) -> RecordedMarket:
    timeline = Timeline(max(listing.time_ms for listing in listings))

    def roll(time_ms: int) -> float | None:
        for listing in listings:
            listing.tape.roll(time_ms)
        if all(listing.is_ended for listing in listings):
            timeline.end()
            return None
        return time_ms - time_ms % SECOND_MS + SECOND_MS

    for listing in listings:
        timeline.schedule(listing.time_ms, listing.play)
    timeline.schedule(timeline.now_ms - timeline.now_ms % SECOND_MS + SECOND_MS, roll)
    return RecordedMarket({listing.rules.symbol: listing for listing in listings}, timeline)


def _rules_of(market: MarketName, symbol: str, path: Path) -> SymbolRules:
    known = usdm_rules() if market is MarketName.USDM else spot_rules()
    for rules in known:
        if rules.symbol == symbol:
            return rules
    raise RecordingError(f"The recording {path} is of {symbol}, which is not listed here.")


def _recognise(path: Path) -> tuple[MarketName, str]:
    """Tell the market and the symbol of a capture from its first depth message."""
    for _, message in zip(range(_LINES_TO_RECOGNISE), _messages([path]), strict=False):
        if message.get("e") == "depthUpdate" and "s" in message:
            market = MarketName.USDM if "pu" in message else MarketName.SPOT
            return market, message["s"]
    raise RecordingError(f"The recording {path} holds no depth messages of a Binance stream.")


def _messages(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    decode = msgspec.json.decode
    for path in paths:
        number = 0
        try:
            with gzip.open(path, "rb") as lines:
                for line in lines:
                    number += 1
                    message: dict[str, Any] = decode(line[line.index(b" ") + 1 :])
                    yield message.get("data", message)
        except (OSError, EOFError, zlib.error) as error:
            raise RecordingError(f"The recording {path} cannot be read: {error}.") from error
        except (ValueError, AttributeError) as error:
            raise RecordingError(f"The recording {path} is damaged at line {number}.") from error
