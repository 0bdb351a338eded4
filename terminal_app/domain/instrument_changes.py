"""What changed when a venue states its symbols anew, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from terminal_app.domain.instrument import Instrument, StepRange, plain


@dataclass(frozen=True, slots=True)
class InstrumentChange:
    """Say what changed of one symbol; ``closes_entry`` where it takes no new orders any more."""

    symbol: str
    sentence: str
    closes_entry: bool = False


def changes_between(
    before: Mapping[str, Instrument], after: Mapping[str, Instrument]
) -> list[InstrumentChange]:
    """Return the changes of every symbol, by name."""
    changes: list[InstrumentChange] = []
    for symbol in sorted(before.keys() | after.keys()):
        old, new = before.get(symbol), after.get(symbol)
        if old is None:
            changes.append(InstrumentChange(symbol, f"{symbol} is new here."))
        elif new is None:
            text = f"{symbol} is not listed any more. Nothing can be ordered in it."
            changes.append(InstrumentChange(symbol, text, closes_entry=True))
        elif old != new:
            changes.append(_changed(old, new))
    return changes


def _changed(old: Instrument, new: Instrument) -> InstrumentChange:
    if old.status != new.status:
        if new.is_trading:
            text = f"{new.symbol} trades again."
        else:
            text = (
                f"{new.symbol}: the exchange takes no new orders now ({new.status})."
                " Open ones can still be cancelled."
            )
        return InstrumentChange(new.symbol, text, closes_entry=old.is_trading)
    rules = "; ".join(_rules(old, new)) or "rules of orders"
    return InstrumentChange(new.symbol, f"{new.symbol} has new rules: {rules}.")


def _rules(old: Instrument, new: Instrument) -> Iterator[str]:
    yield from _range("price", old.price, new.price, new.quote_asset)
    yield from _range("size", old.quantity, new.quantity, new.base_asset)
    yield from _range("market size", old.market_quantity, new.market_quantity, new.base_asset)
    if old.notional.minimum != new.notional.minimum:
        was, now = plain(old.notional.minimum), plain(new.notional.minimum)
        yield f"least value {was} → {now} {new.quote_asset}"


def _range(name: str, old: StepRange, new: StepRange, unit: str) -> Iterator[str]:
    for word, was, now in (
        ("step", old.step, new.step),
        ("least", old.minimum, new.minimum),
        ("most", old.maximum, new.maximum),
    ):
        if was != now:
            yield f"{name} {word} {plain(was)} → {plain(now)} {unit}"
