"""The kinds of orders a ticket offers, and which fields each needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from terminal_app.domain.order_request import OrderListKind, OrderType
from terminal_app.venues.base import Capabilities


class Field(StrEnum):
    """Name a field of a price; the value is what a refusal calls it."""

    PRICE = "Price"
    TRIGGER = "Trigger"
    STOP = "Stop"
    CALLBACK = "Callback"
    ACTIVATION = "Begins at"
    FIRST = "From"
    LAST = "To"
    PEG_LEVELS = "Levels"


class Extra(StrEnum):
    """Name what stands in the row above the button."""

    EXITS = "take profit and stop loss"
    STOP_LIMIT = "limit of the stop"
    VISIBLE = "visible size"
    SCALE = "count and shape"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class TicketKind:
    """Describe one kind: its title, its type at the venue, and the fields it needs."""

    title: str
    type: OrderType
    fields: tuple[Field, ...]
    extra: Extra = Extra.EXITS
    hint: str = ""
    is_pegged: bool = False
    short: str = ""

    @property
    def keeps_resting(self) -> bool:
        """Say whether it can only stay until it is cancelled."""
        return self.extra in (Extra.VISIBLE, Extra.STOP_LIMIT) or self.is_pegged

    @property
    def can_post_only(self) -> bool:
        """Say whether "post only" is a choice."""
        return self.type is OrderType.LIMIT and self.extra is not Extra.STOP_LIMIT

    @property
    def can_close_position(self) -> bool:
        """Say whether it may stand for the whole position instead of a size."""
        return self.type in (OrderType.STOP_MARKET, OrderType.TAKE_PROFIT_MARKET)

    @property
    def takes_policy(self) -> bool:
        """Say whether a policy may look after it."""
        is_plain = self.fields == (Field.PRICE,) and self.extra is Extra.EXITS
        return self.type is OrderType.LIMIT and is_plain


LIMIT = TicketKind("Limit", OrderType.LIMIT, (Field.PRICE,), hint="At this price or better")
MARKET = TicketKind("Market", OrderType.MARKET, (), hint="At once, at any price")
STOP = TicketKind(
    "Stop", OrderType.STOP_MARKET, (Field.TRIGGER,), hint="At market once the trigger is reached"
)
STOP_LIMIT = TicketKind(
    "Stop limit", OrderType.STOP_LIMIT, (Field.TRIGGER, Field.PRICE),
    hint="A limit order once the trigger is reached",
)  # fmt: skip
TAKE_PROFIT = TicketKind(
    "Take profit", OrderType.TAKE_PROFIT_MARKET, (Field.TRIGGER,),
    hint="At market once the price is as good as the trigger",
)  # fmt: skip
TAKE_PROFIT_LIMIT = TicketKind(
    "Take profit limit", OrderType.TAKE_PROFIT_LIMIT, (Field.TRIGGER, Field.PRICE),
    hint="A limit order once the price is as good as the trigger", short="TP limit",
)  # fmt: skip
TRAILING = TicketKind(
    "Trailing stop", OrderType.TRAILING_STOP, (Field.CALLBACK, Field.ACTIVATION),
    hint="At market once the price has turned back by the callback", short="Trailing",
)  # fmt: skip
OCO = TicketKind(
    "OCO", OrderType.LIMIT, (Field.PRICE, Field.STOP), Extra.STOP_LIMIT,
    hint="A limit order and a stop of which one cancels the other",
)  # fmt: skip
ICEBERG = TicketKind(
    "Iceberg", OrderType.LIMIT, (Field.PRICE,), Extra.VISIBLE,
    hint="A limit order of which the book shows a part",
)  # fmt: skip
PEGGED = TicketKind(
    "Pegged", OrderType.LIMIT, (Field.PEG_LEVELS,), hint="The exchange sets the price by the book",
    is_pegged=True,
)  # fmt: skip
SCALED = TicketKind(
    "Scaled", OrderType.LIMIT, (Field.FIRST, Field.LAST), Extra.SCALE,
    hint="One size as many limit orders over a range of prices",
)  # fmt: skip

_TABS = (LIMIT, MARKET, STOP)
_MORE = (STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT, TRAILING)


def tabs(capabilities: Capabilities) -> list[TicketKind]:
    """Return the kinds that stand in a row, the usual ones."""
    return [kind for kind in _TABS if kind.type in capabilities.order_types]


def more(capabilities: Capabilities) -> list[TicketKind]:
    """Return the kinds in the menu beside them."""
    kinds = [kind for kind in _MORE if kind.type in capabilities.order_types]
    if OrderListKind.OCO in capabilities.order_lists:
        kinds.append(OCO)
    if capabilities.has_iceberg:
        kinds.append(ICEBERG)
    if capabilities.pegs:
        kinds.append(PEGGED)
    return [*kinds, SCALED]
