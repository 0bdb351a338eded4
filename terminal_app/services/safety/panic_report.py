"""What a panic did, line by line, as it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.observers import Observers
from terminal_app.services.order_words import describe

PANIC = "panic"


class LineState(StrEnum):
    """Name how a line stands, in the word that is shown."""

    RUNNING = "under way"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "UNKNOWN"
    OPEN = "still open"
    SKIPPED = "not done"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class PanicLine:
    """Hold what was tried with one order or position, and how that stands."""

    what: str
    state: LineState = LineState.RUNNING
    detail: str = ""


class PanicReport:
    """Keep the lines of one panic, in their order. Key told: panic.

    ``sells`` says that holdings of the symbol are sold where they are no positions.
    """

    def __init__(self, title: str, symbol: str = "", *, sells: bool = False) -> None:
        self.title = title
        self.symbol = symbol
        self.sells = sells
        self.observers = Observers()
        self.lines: dict[str, PanicLine] = {}
        self.is_running = True
        self.started_ms = time.time_ns() // 1_000_000

    def put(self, key: str, line: PanicLine) -> None:
        """Add a line, or show another state of it."""
        if self.lines.get(key) != line:
            self.lines[key] = line
            self.observers.notify(PANIC)

    def finish(self) -> None:
        """Say that nothing more is tried."""
        self.is_running = False
        self.observers.notify(PANIC)

    @property
    def is_clean(self) -> bool:
        """Say whether everything was done."""
        good = (LineState.DONE, LineState.KEPT)
        return all(line.state in good for line in self.lines.values())

    @property
    def summary(self) -> str:
        """Return one sentence of how all of it stands."""
        states = [line.state for line in self.lines.values()]
        if not states:
            return f"{self.title}: nothing to cancel and nothing to close."
        counts = [f"{states.count(state)} {state.value}" for state in LineState if state in states]
        return f"{self.title}: {', '.join(counts)}."

    def text(self) -> str:
        """Return all of it as plain text."""
        lines = [
            f"{line.state.value:<10}  {line.what}{f': {line.detail}' if line.detail else ''}"
            for line in self.lines.values()
        ]
        return "\n".join([self.summary, *lines])


def cancelling(order: Order) -> PanicLine:
    """Return how the cancelling of an order stands."""
    what = f"Cancel {describe(order)}"
    status = order.status
    if status is OrderStatus.FILLED:
        return PanicLine(what, LineState.DONE, "it had traded before")
    if status.is_final:
        return PanicLine(what, LineState.DONE, f"it ended: {status.value.lower()}")
    if status is OrderStatus.UNKNOWN:
        return PanicLine(what, LineState.UNKNOWN, "nobody knows whether it exists; it is asked for")
    if order.cancel_pending:
        return PanicLine(what)
    return PanicLine(what, LineState.OPEN, order.reason or "the exchange did not confirm its end")


def closing(order: Order) -> PanicLine:
    """Return how an order stands that is to close a position, or to sell a holding."""
    side = "" if order.position_side == "BOTH" else f" {order.position_side.value.lower()}"
    closes = order.reduce_only or order.position_side != "BOTH"
    what = f"{'Close' if closes else 'Sell'} {plain(order.quantity)} {order.symbol}{side} at market"
    status, average = order.status, order.average_price
    if status is OrderStatus.FILLED:
        return PanicLine(what, LineState.DONE, f"at {average:.8g}" if average else "")
    if status in (OrderStatus.REJECTED, OrderStatus.NOT_SENT):
        return PanicLine(what, LineState.REFUSED, order.reason)
    if status.is_final:
        rest = f"{plain(order.remaining)} did not trade ({status.value.lower()})"
        return PanicLine(what, LineState.OPEN, rest)
    if status is OrderStatus.UNKNOWN:
        text = "nobody knows whether it arrived; it is asked for and not sent again"
        return PanicLine(what, LineState.UNKNOWN, text)
    return PanicLine(what)
