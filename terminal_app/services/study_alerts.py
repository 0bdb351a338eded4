"""Follow the bars that alerts on indicators are about, and say what crossed at each close."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from terminal_app.domain.alerts import Alert, CrossWatch
from terminal_app.domain.market import Candle, Interval
from terminal_app.services.candles import CandleService, CandlesState
from terminal_app.services.clock import venue_now_ms
from terminal_app.services.session import Session

# Gives an indicator, named with its numbers, at the close of each bar: None before it is defined.
StudyFigures = Callable[[str, Sequence[Candle]], Sequence[Decimal | None]]


@dataclass
class _Line:
    """Hold the bars of one symbol and interval, and the alerts that are about them."""

    candles: CandleService
    leave: Callable[[], None] = lambda: None
    watches: dict[str, tuple[Alert, CrossWatch]] = field(default_factory=dict)
    seen_ms: int = 0


class StudyAlerts:
    """Watch for the alerts on indicators of one market; ``tell`` hears of each that came about.

    ``figures`` holds what each of them waits for, at the newest close, by the alert's id.
    """

    def __init__(
        self, session: Session, calculate: StudyFigures, tell: Callable[[Alert, str], None]
    ) -> None:
        self._session = session
        self._calculate = calculate
        self._tell = tell
        self._lines: dict[tuple[str, Interval], _Line] = {}
        self.figures: dict[str, tuple[Candle, Decimal]] = {}

    def follow(self, alerts: Iterable[Alert], *, is_old: bool) -> None:
        """Watch for these and no others; ``is_old`` for those that earlier runs began."""
        wanted: dict[tuple[str, Interval], dict[str, Alert]] = {}
        for alert in alerts:
            wanted.setdefault((alert.symbol, alert.interval), {})[alert.alert_id] = alert
        for key in self._lines.keys() - wanted.keys():
            self._close(self._lines.pop(key))
        for key, its_alerts in wanted.items():
            self._watch(self._lines.get(key) or self._open(*key), its_alerts, is_old=is_old)

    def close(self) -> None:
        """Watch for nothing any more."""
        self.follow((), is_old=False)

    def _open(self, symbol: str, interval: Interval) -> _Line:
        line = _Line(self._session.candle_lines.open())
        line.leave = line.candles.observers.add(lambda _: self._look(line))
        line.candles.select(symbol, interval)
        self._lines[symbol, interval] = line
        return line

    def _close(self, line: _Line) -> None:
        line.leave()
        self._session.candle_lines.close(line.candles)
        self._watch(line, {}, is_old=False)

    def _watch(self, line: _Line, alerts: dict[str, Alert], *, is_old: bool) -> None:
        for alert_id, (known, _) in list(line.watches.items()):
            if alerts.get(alert_id) != known:
                del line.watches[alert_id]
                self.figures.pop(alert_id, None)
        for alert_id, alert in alerts.items():
            if alert_id in line.watches:
                continue
            # One that repeats was told of what came before, each time.
            since_ms = (
                venue_now_ms(self._session.venue) if is_old and alert.repeats else alert.since_ms
            )
            line.watches[alert_id] = alert, CrossWatch(alert, since_ms)
            line.seen_ms = 0
        self._look(line)

    def _look(self, line: _Line) -> None:
        candles = line.candles
        if candles.state is not CandlesState.READY or candles.has_hole:
            return
        # This is asked at every trade: whether another bar has closed since.
        newest = next((one for one in reversed(candles.candles[-2:]) if one.closed), None)
        if newest is None or newest.open_time_ms == line.seen_ms:
            return
        line.seen_ms = newest.open_time_ms
        bars = [bar for bar in candles.candles if bar.closed]
        for alert, watch in list(line.watches.values()):
            figures = self._calculate(alert.study, bars)
            if figures[-1] is not None:
                self.figures[alert.alert_id] = bars[-1], figures[-1]
            text = watch.see(bars, figures)
            if text:
                self._tell(alert, text)
