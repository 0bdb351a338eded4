"""Turn what a hand does on the ladder into at most one wish, or into a word why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPoint, Qt

from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.ladder.layout import LadderLayout
from terminal_app.gui.ladder.meaning import Meaning, MouseScheme, Zone, meaning_of, side_of
from terminal_app.gui.ladder.rows import LadderRows, OwnOrder
from terminal_app.gui.ladder.stillness import SETTLE_SECONDS, OwnPlaces, RowStillness

LOCKED = "Locked: nothing was sent. The lock above lets clicks send orders."
STALE = "Nothing was sent: the prices are old."
MOVED = "Nothing was sent: this row had just changed. Look again."
GONE = "Nothing was sent: your order here ended a moment ago. Look again."
UNSAID = "Nothing was sent: what this click means had not been shown yet. Click again."
BOTH_KEYS = "Nothing was sent: Ctrl means market, Shift means stop, both mean nothing."
NO_STOPS = "Nothing was sent: this market takes no stop orders."
NO_SIZE = "Nothing was sent: no size is chosen."
HELD = "This order cannot be moved now."

_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@dataclass(frozen=True, slots=True)
class Refusal:
    """Say why a press does nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Send:
    """Want an order sent."""

    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Fill:
    """Want a price in the ticket; ``text`` says why nothing more came of the press."""

    price: Decimal
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Want own orders ended."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grab:
    """Take own orders of a row by the hand."""

    number: int
    orders: tuple[OwnOrder, ...]


Wish = Refusal | Send | Fill | Cancel | Grab


@dataclass(frozen=True, slots=True)
class Spot:
    """Hold what is under the pointer; ``own`` are the own orders of the column there.

    ``is_on_chip`` says that own orders are shown just there, where there are any.
    """

    row: int
    number: int
    zone: Zone
    own: tuple[OwnOrder, ...]
    is_on_chip: bool
    is_on_cross: bool
    has_lost_own: bool = False


@dataclass(slots=True)
class HandRules:
    """Hold what a press is judged by.

    ``said`` is what the pointer's label showed when it was painted last: nothing else is sent.
    """

    now: Callable[[], float]
    is_unlocked: bool = False
    is_fresh: bool = False
    scheme: MouseScheme = MouseScheme.COLUMNS
    size: Decimal | None = None
    types: frozenset[OrderType] = frozenset()
    only_rests: bool = False
    said: tuple[Meaning, ...] = ()


def spot_at(
    layout: LadderLayout, rows: LadderRows, position: QPoint, places: OwnPlaces, now: float
) -> Spot | None:
    """Return what is under a position, None outside the rows."""
    row = layout.row_at(position)
    number = rows.number(row) if row is not None else None
    if row is None or number is None:
        return None
    zone = layout.zone_at(position)
    side = {Zone.BUYS: Side.BUY, Zone.SELLS: Side.SELL}.get(zone)
    if side is None:
        return Spot(row, number, zone, (), False, False)
    own, chip = rows.own.get((number, side), ()), layout.chip(row, side)
    is_on_cross = layout.cross(chip, side).contains(position)
    has_lost_own = places.has_just_left((number, side), now)
    return Spot(row, number, zone, own, chip.contains(position), is_on_cross, has_lost_own)


def meanings_at(
    rules: HandRules, price: Decimal, zone: Zone, modifiers: Qt.KeyboardModifier
) -> dict[Qt.MouseButton, Meaning]:
    """Return what each button would send from a row and a column."""
    found = {}
    for button in (_LEFT, _RIGHT):
        side = side_of(rules.scheme, zone, button)
        meaning = meaning_of(side, modifiers, rules.size, price, only_rests=rules.only_rests)
        if meaning is not None:
            found[button] = meaning
    return found


def judge(
    spot: Spot,
    price: Decimal,
    button: Qt.MouseButton,
    modifiers: Qt.KeyboardModifier,
    rules: HandRules,
    stillness: RowStillness,
) -> Wish | None:
    """Return what a press is to do, None where it means nothing here."""
    has_settled = stillness.age(spot.row, rules.now()) >= SETTLE_SECONDS
    if spot.own and (button is _RIGHT or spot.is_on_chip):
        return _judge_own(spot, button, rules, has_settled=has_settled)
    if spot.has_lost_own and (button is _RIGHT or spot.is_on_chip):
        return Refusal(GONE)
    side = side_of(rules.scheme, spot.zone, button)
    if side is None:
        return Fill(price) if spot.zone is Zone.PRICE and button is _LEFT else None
    if not rules.is_unlocked:
        return Fill(price, LOCKED)
    meaning = meaning_of(side, modifiers, rules.size, price, only_rests=rules.only_rests)
    if meaning is None:
        return Refusal(NO_SIZE if rules.size is None else BOTH_KEYS)
    problem = _problem(rules, has_settled=has_settled)
    if not problem and meaning.type not in rules.types:
        problem = NO_STOPS
    if not problem and meaning not in rules.said:
        problem = UNSAID
    return Refusal(problem) if problem else Send(meaning)


def _judge_own(
    spot: Spot, button: Qt.MouseButton, rules: HandRules, *, has_settled: bool
) -> Wish | None:
    if button is _RIGHT or (button is _LEFT and spot.is_on_cross):
        # The end of an order is no risk: it needs neither the lock nor fresh prices, but it must
        # be the order that the hand went for.
        if not has_settled:
            return Refusal(MOVED)
        return Cancel(tuple(order.key for order in spot.own))
    if button is not _LEFT:
        return None
    problem = _problem(rules, has_settled=has_settled)
    if not rules.is_unlocked:
        problem = LOCKED
    if not problem and not all(order.can_move for order in spot.own):
        problem = HELD
    return Refusal(problem) if problem else Grab(spot.number, spot.own)


def _problem(rules: HandRules, *, has_settled: bool) -> str:
    if not rules.is_fresh:
        return STALE
    return "" if has_settled else MOVED
