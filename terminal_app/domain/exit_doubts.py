"""Why exits that are due must not leave before a person has said so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.exits import Exits
from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side

# After this long somebody may have made other plans.
RECENT_S = 600.0


@dataclass(frozen=True, slots=True)
class ExitSight:
    """Hold what is known when exits are due; None is unknown.

    ``needed`` is the size they close and ``held`` what there is of it; ``unknown`` names orders of
    the closing side of which nobody knows whether they exist; ``refused`` is why an exit was
    refused; ``strangers`` are other orders that close the same; ``age_s`` is how long ago the
    entry filled.
    """

    needed: Decimal
    held: Decimal | None = None
    price: Decimal | None = None
    age_s: float = 0.0
    unknown: tuple[str, ...] = ()
    refused: str = ""
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExitDoubt:
    """Hold why exits were not sent.

    ``can_send`` says that the venue may take them all the same; ``may_pass`` that it is perhaps
    but news on its way; ``is_asked`` that the venue is being asked and may dispel it.
    """

    reason: str
    can_send: bool = True
    may_pass: bool = False
    is_asked: bool = False


def find_doubt(side: Side, exits: Exits, sight: ExitSight) -> ExitDoubt | None:
    """Return why the exits of an entry of a side must not leave by themselves, None if they may."""
    passed = _passed(side, exits, sight.price)
    if passed:
        return ExitDoubt(passed, can_send=False)
    if sight.held is not None and sight.held < sight.needed:
        held = plain(sight.held) if sight.held > 0 else "nothing"
        reason = f"{held} of {plain(sight.needed)} is held"
        return ExitDoubt(reason, can_send=sight.held > 0, may_pass=True)
    if sight.unknown:
        names = ", ".join(sight.unknown)
        reason = f"nobody knows yet whether an order like it exists ({names})"
        return ExitDoubt(reason, is_asked=True)
    if sight.refused:
        return ExitDoubt(f"it was refused: {sight.refused}")
    if sight.strangers:
        return ExitDoubt(f"another order closes the same: {', '.join(sight.strangers)}")
    if sight.age_s > RECENT_S:
        return ExitDoubt(f"the entry filled more than {RECENT_S / 60:.0f} min ago")
    return None


def _passed(side: Side, exits: Exits, price: Decimal | None) -> str:
    if price is None:
        return ""
    is_buy = side is Side.BUY
    stop, target = exits.stop_loss, exits.take_profit
    if stop is not None and (price <= stop if is_buy else price >= stop):
        return f"the price, {plain(price)}, is at or past the stop loss already"
    if target is not None and (price >= target if is_buy else price <= target):
        return f"the price, {plain(price)}, is at or past the take profit already"
    return ""
