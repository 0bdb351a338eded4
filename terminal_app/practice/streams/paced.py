"""Streams that are sent in a rhythm, when something changed."""

from collections.abc import Iterator
from typing import Any, Final

from terminal_app.practice.engine.events import DepthChanged, Event, TradePrinted
from terminal_app.practice.engine.intervals import SECOND_MS
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import MarketData
from terminal_app.practice.streams.depth_batcher import DepthBatcher
from terminal_app.practice.streams.format import StreamFormat
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.streams.names import Kind, StreamName, parse_stream

_DEPTH_SUFFIXES: Final = (
    "@depth",
    "@depth@0ms",
    "@depth@100ms",
    "@depth@250ms",
    "@depth@500ms",
    "@rpiDepth@500ms",
)
_TIMED_KINDS: Final = (
    Kind.AVERAGE_PRICE,
    Kind.REFERENCE_PRICE,
    Kind.BLOCK_TRADE,
    Kind.ASSET_INDEX,
)


class PacedStreams:
    """Publish books, forming candles and statistics of one market in their rhythm."""

    def __init__(self, data: MarketData, stream_format: StreamFormat, hub: Hub) -> None:
        self._data = data
        self._format = stream_format
        self._hub = hub
        self._batchers: dict[str, DepthBatcher] = {}
        self._trade_counts: dict[str, int] = {}
        self._sent: dict[str, int] = {}

    def on_event(self, event: Event) -> None:
        """Take one event of this market."""
        match event:
            case TradePrinted():
                self._trade_counts[event.symbol] = self._trade_counts.get(event.symbol, 0) + 1
            case DepthChanged():
                self._on_depth(event)
            case _:
                pass

    def tick(self, since_ms: int, until_ms: int) -> None:
        """Send what has become due between two times."""
        for name in [name for name in self._batchers if not self._hub.wants(name)]:
            del self._batchers[name]
        for name, stream, pace_ms in self._paced():
            if since_ms // pace_ms != until_ms // pace_ms:
                self._send(name, stream)

    def flush(self) -> None:
        """Send what has changed, due or not."""
        for name, stream, _ in self._paced():
            if stream.kind not in _TIMED_KINDS and stream.kind is not Kind.BOOK_TICKER:
                self._send(name, stream)

    def _paced(self) -> Iterator[tuple[str, StreamName, int]]:
        for name in self._hub.names():
            stream = parse_stream(name)
            pace_ms = 0 if stream is None else self._pace_ms(stream)
            if stream is not None and pace_ms:
                yield name, stream, pace_ms

    def _on_depth(self, event: DepthChanged) -> None:
        prefix = event.symbol.lower()
        for suffix in _DEPTH_SUFFIXES:
            name = prefix + suffix
            if not self._hub.wants(name):
                continue
            if suffix == "@depth@0ms":
                self._hub.publish(name, self._format.depth(event))
            else:
                self._batchers.setdefault(name, DepthBatcher()).add(event)

    def _pace_ms(self, stream: StreamName) -> int:
        match stream.kind:
            case Kind.DEPTH | Kind.PARTIAL_DEPTH:
                return self._format.depth_ms if stream.speed_ms is None else stream.speed_ms
            case Kind.CANDLE | Kind.CONTINUOUS_CANDLE:
                return self._format.candle_ms(stream.interval)
            case Kind.MINI_TICKER | Kind.TICKER:
                return stream.speed_ms or self._format.ticker_ms
            case Kind.RPI_DEPTH | Kind.BOOK_TICKER:
                return stream.speed_ms or 0
            case Kind.WINDOW_TICKER:
                return SECOND_MS
            case kind if kind in _TIMED_KINDS:
                return SECOND_MS
            case _:
                return 0

    def _send(self, name: str, stream: StreamName) -> None:
        try:
            if stream.kind in _TIMED_KINDS:
                for payload in self._format.timed(stream):
                    self._hub.publish(name, payload)
            elif stream.symbol is None:
                self._send_all(name, stream)
            else:
                self._send_one(name, stream, stream.symbol)
        except ExchangeError:
            return  # a symbol or an interval that does not exist: accepted, and silent

    def _send_all(self, name: str, stream: StreamName) -> None:
        symbols = [rules.symbol for rules in self._data.symbols()]
        if stream.kind is Kind.BOOK_TICKER:
            for symbol in symbols:
                book = self._data.book_ticker(symbol)
                self._hub.publish(name, self._format.book_ticker(book))
            return
        changed = [symbol for symbol in symbols if self._has_traded(name, symbol)]
        if changed:
            self._hub.publish(name, [self._statistics(stream, symbol) for symbol in changed])

    def _send_one(self, name: str, stream: StreamName, symbol: str) -> None:
        match stream.kind:
            case Kind.DEPTH | Kind.RPI_DEPTH:
                batcher = self._batchers.get(name)
                change = batcher.flush() if batcher is not None else None
                if change is not None:
                    self._hub.publish(name, self._format.depth(change))
            case Kind.PARTIAL_DEPTH:
                self._send_partial_depth(name, symbol, stream.levels)
            case _ if not self._has_traded(name, symbol):
                pass
            case Kind.CANDLE | Kind.CONTINUOUS_CANDLE:
                self._send_candle(name, stream, symbol)
            case _:
                self._hub.publish(name, self._statistics(stream, symbol))

    def _statistics(self, stream: StreamName, symbol: str) -> dict[str, Any]:
        match stream.kind:
            case Kind.MINI_TICKER:
                return self._format.mini_ticker(symbol)
            case Kind.TICKER:
                return self._format.ticker(symbol)
            case _:
                return self._format.window_ticker(symbol, stream.interval)

    def _send_candle(self, name: str, stream: StreamName, symbol: str) -> None:
        write = self._format.candle
        if stream.kind is Kind.CONTINUOUS_CANDLE:
            write = self._format.continuous_candle
        interval = stream.interval
        if not stream.offset_ms:
            forming = self._data.forming_candle(symbol, interval)
            if forming is not None:
                self._hub.publish(name, write(symbol, interval, forming, False))
            return
        # No event tells the end of a bar in another zone than UTC: the bar before says it.
        candles = self._data.candles(symbol, interval, 2, offset_ms=stream.offset_ms)
        opened_ms = self._sent.get(name)
        self._sent[name] = candles[-1].open_time_ms
        if opened_ms is not None and opened_ms == candles[0].open_time_ms != self._sent[name]:
            self._hub.publish(name, write(symbol, interval, candles[0], True))
        self._hub.publish(name, write(symbol, interval, candles[-1], False))

    def _send_partial_depth(self, name: str, symbol: str, levels: int) -> None:
        snapshot = self._data.depth(symbol, levels)
        previous_id = self._sent.get(name, snapshot.last_update_id - 1)
        if self._is_news(name, snapshot.last_update_id):
            self._hub.publish(name, self._format.partial_depth(snapshot, previous_id))

    def _has_traded(self, name: str, symbol: str) -> bool:
        return self._is_news(f"{name} {symbol}", self._trade_counts.get(symbol, 0))

    def _is_news(self, key: str, version: int) -> bool:
        if self._sent.get(key) == version:
            return False
        self._sent[key] = version
        return True
