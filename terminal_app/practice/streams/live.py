"""Streams that follow the market's events one by one."""

from msgspec.structs import replace

from terminal_app.practice.engine.events import (
    BookTicker,
    CandleClosed,
    Event,
    MarkPrice,
    SymbolStatusChanged,
    TradePrinted,
)
from terminal_app.practice.engine.market_values import AggregateTrade
from terminal_app.practice.streams.format import StreamFormat
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.wire.usdm_market import contract_info_event, mark_price_event


class LiveStreams:
    """Publish prints, best prices and finished candles of one market as they happen."""

    def __init__(self, stream_format: StreamFormat, hub: Hub) -> None:
        self._format = stream_format
        self._hub = hub
        self._aggregates: dict[str, AggregateTrade] = {}

    def on_event(self, event: Event) -> None:
        """Take one event of this market."""
        match event:
            case TradePrinted():
                self._on_trade(event)
            case BookTicker():
                name = f"{event.symbol.lower()}@bookTicker"
                if self._hub.wants(name):
                    self._hub.publish(name, self._format.book_ticker(event))
            case CandleClosed():
                self._on_candle(event)
            case _:
                pass

    def tick(self, since_ms: int, until_ms: int) -> None:
        """Send the aggregate trades that have become complete between two times."""
        pace_ms = self._format.aggregate_trade_ms
        if not pace_ms or since_ms // pace_ms != until_ms // pace_ms:
            self.flush()

    def flush(self) -> None:
        """Send the aggregate trades as they stand."""
        for symbol, merged in self._aggregates.items():
            self._send_aggregate(symbol, merged)
        self._aggregates.clear()

    def _on_candle(self, event: CandleClosed) -> None:
        prefix, symbol, interval = event.symbol.lower(), event.symbol, event.interval
        name = f"{prefix}@kline_{interval}"
        if self._hub.wants(name):
            candle = self._format.candle(symbol, interval, event.candle, True)
            self._hub.publish(name, candle)
        name = f"{prefix}_perpetual@continuousKline_{interval}"
        if self._hub.wants(name):
            candle = self._format.continuous_candle(symbol, interval, event.candle, True)
            self._hub.publish(name, candle)

    def _on_trade(self, event: TradePrinted) -> None:
        prefix = event.symbol.lower()
        if self._hub.wants(f"{prefix}@trade"):
            self._hub.publish(f"{prefix}@trade", self._format.trade(event))
        if self._hub.wants(f"{prefix}@aggTrade"):
            self._merge(event)

    def _merge(self, event: TradePrinted) -> None:
        symbol, trade = event.symbol, event.trade
        merged = self._aggregates.get(symbol)
        if merged is not None and merged.aggregate_id == event.aggregate_id:
            quantity = merged.quantity + trade.quantity
            merged = replace(merged, quantity=quantity, last_trade_id=trade.trade_id)
            self._aggregates[symbol] = merged
            return
        if merged is not None:
            self._send_aggregate(symbol, merged)
        self._aggregates[symbol] = AggregateTrade(
            event.aggregate_id,
            trade.price,
            trade.quantity,
            trade.trade_id,
            trade.trade_id,
            trade.time_ms,
            trade.is_buyer_maker,
        )

    def _send_aggregate(self, symbol: str, merged: AggregateTrade) -> None:
        name = f"{symbol.lower()}@aggTrade"
        self._hub.publish(name, self._format.aggregate_trade(symbol, merged))


class ContractInfoStream:
    """Publish the new state of a futures contract as it changes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def on_event(self, event: Event) -> None:
        """Take one event of the futures market."""
        if isinstance(event, SymbolStatusChanged):
            values = (event.rules, event.status, event.time_ms)
            self._hub.publish("!contractInfo", contract_info_event(*values))


class MarkPriceStreams:
    """Publish mark prices every second, and every third second on the slower streams."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._marks: dict[str, MarkPrice] = {}

    def on_event(self, event: Event) -> None:
        """Take one event of the futures market."""
        if not isinstance(event, MarkPrice):
            return
        self._marks[event.symbol] = event
        for name in self._due(f"{event.symbol.lower()}@markPrice", event.time_ms):
            if self._hub.wants(name):
                self._hub.publish(name, mark_price_event(event))

    def tick(self) -> None:
        """Send the symbols of this second together."""
        if not self._marks:
            return
        time_ms = max(mark.time_ms for mark in self._marks.values())
        for name in self._due("!markPrice@arr", time_ms):
            if self._hub.wants(name):
                rows = [mark_price_event(mark) for mark in self._marks.values()]
                self._hub.publish(name, rows)
        self._marks.clear()

    def _due(self, name: str, time_ms: int) -> list[str]:
        is_third = time_ms // 1_000 % 3 == 0
        return [f"{name}@1s", name] if is_third else [f"{name}@1s"]
