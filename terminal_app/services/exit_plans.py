"""Exits that the program sends for an entry: what is planned, what was sent, and both on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from terminal_app.domain.exits import STOP_LOSS, TAKE_PROFIT, Exits
from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import (
    OrderRequest,
    OrderType,
    PriceKind,
)
from terminal_app.services.order_moves import rest_request
from terminal_app.storage.ledger import Body, LedgerEvent

BEGINS, SENDS, ENDS = "BEGIN", "SEND", "END"
REFUSED = frozenset({OrderStatus.REJECTED, OrderStatus.NOT_SENT})
UNCLEAR = frozenset({OrderStatus.SENDING, OrderStatus.UNKNOWN})


@dataclass(slots=True)
class ExitPart:
    """Hold what was sent for one part of an entry's fill: the part, and the orders' keys."""

    covers: Decimal
    keys: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ExitPlan:
    """Hold the exits of the order of a key, and what was sent of them, oldest part first.

    ``is_resumed`` says that an earlier run began it.
    """

    key: str
    entry: OrderRequest
    exits: Exits
    parts: list[ExitPart] = field(default_factory=list)
    is_resumed: bool = False

    @property
    def covered(self) -> Decimal:
        """Return how much of the entry has exits."""
        return sum((part.covers for part in self.parts), ZERO)

    @property
    def keys(self) -> list[str]:
        """Return the keys of all that was sent."""
        return [key for part in self.parts for key in part.keys]

    @property
    def legs(self) -> tuple[str, ...]:
        """Return the names of its exits, the protecting one first."""
        stop = (STOP_LOSS,) if self.exits.stop_loss is not None else ()
        return (*stop, TAKE_PROFIT) if self.exits.take_profit is not None else stop

    def missing(self, part: ExitPart, orders: Mapping[str, Order]) -> tuple[str, ...]:
        """Return the exits of a part that were never sent, or refused; none once one has traded."""
        sent = [orders[key] for key in part.keys if key in orders]
        if any(order.executed_quantity > ZERO for order in sent):
            return ()
        return tuple(
            leg for leg in self.legs if _is_missing([one for one in sent if leg_of(one) == leg])
        )

    def unclear(self, orders: Mapping[str, Order]) -> list[Order]:
        """Return the sent exits of which nobody knows yet whether they exist."""
        known = [orders[key] for key in self.keys if key in orders]
        return [order for order in known if order.status in UNCLEAR]


def _is_missing(sent: Sequence[Order]) -> bool:
    if any(order.status.is_working for order in sent):
        return False
    # One that was cancelled is a person's will, unless it was to make room for one refused.
    return not sent or any(order.status in REFUSED for order in sent)


def leg_of(order: Order | OrderRequest) -> str:
    """Return which exit an order is."""
    return STOP_LOSS if order.type is OrderType.STOP_MARKET else TAKE_PROFIT


def begin_body(exits: Exits) -> Body:
    """Return a plan as the ledger keeps it beside the intent of its entry."""
    return {
        "step": BEGINS,
        "take_profit": plain(exits.take_profit) if exits.take_profit is not None else None,
        "stop_loss": plain(exits.stop_loss) if exits.stop_loss is not None else None,
        "watched": exits.kind.value,
    }


def send_body(plan: ExitPlan, part: ExitPart) -> Body:
    """Return what the ledger keeps beside the intent of an exit."""
    place = plan.parts.index(part) if part in plan.parts else len(plan.parts)
    return {"step": SENDS, "of": plan.key, "part": place, "covers": plain(part.covers)}


def plans_left(events: Iterable[LedgerEvent], orders: Mapping[str, Order]) -> list[ExitPlan]:
    """Return the plans that earlier runs began and did not end, of the orders that are known."""
    plans: dict[str, ExitPlan] = {}
    for event in events:
        step, name = event.body["step"], event.client_order_id
        if step == BEGINS and name in orders:
            plans[name] = _plan(event, orders[name])
        elif step == ENDS:
            plans.pop(name, None)
        elif step == SENDS and event.body["of"] in plans:
            _take_sent(plans[str(event.body["of"])], event)
    return list(plans.values())


def _plan(event: LedgerEvent, order: Order) -> ExitPlan:
    body = event.body
    exits = Exits(
        _price(body["take_profit"]), _price(body["stop_loss"]), PriceKind(str(body["watched"]))
    )
    return ExitPlan(event.client_order_id, rest_request(order), exits, is_resumed=True)


def _take_sent(plan: ExitPlan, event: LedgerEvent) -> None:
    place = int(str(event.body["part"]))
    while len(plan.parts) <= place:
        plan.parts.append(ExitPart(Decimal(str(event.body["covers"]))))
    plan.parts[place].keys.append(event.client_order_id)


def _price(value: object) -> Decimal | None:
    return Decimal(str(value)) if value is not None else None
