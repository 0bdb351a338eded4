"""What of a plan of exits was sent, is missing, and is left after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.exits import Exits
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, PriceKind
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.services.exit_plans import (
    ENDS,
    ExitPart,
    ExitPlan,
    begin_body,
    plans_left,
    send_body,
)
from terminal_app.services.order_moves import rest_request
from terminal_app.storage.ledger import Body, EventKind, LedgerEvent
from tests.helpers.account_values import LIMIT

D, S = Decimal, OrderStatus
BOTH = Exits(D(70000), D(50000), PriceKind.MARK)
ENTRY = replace(LIMIT, client_order_id="entry", status=S.FILLED)
STOP = replace(LIMIT, client_order_id="stop", side=Side.SELL, type=OrderType.STOP_MARKET)
TAKE = replace(STOP, client_order_id="take", type=OrderType.TAKE_PROFIT_MARKET)


def plan(*parts: ExitPart) -> ExitPlan:
    """Return a plan that has sent these parts."""
    return ExitPlan("entry", rest_request(ENTRY), BOTH, list(parts))


def event(name: str, body: Body) -> LedgerEvent:
    """Return what the ledger holds of exits under a name."""
    return LedgerEvent(1, "run", 1, 1, "scope", EventKind.EXITS, name, dict(body), "", "")


@pytest.mark.parametrize(
    ("stop", "again", "missing"),
    [
        (S.NEW, None, ("TP",)),
        (S.UNKNOWN, None, ("TP",)),
        (S.REJECTED, None, ("SL", "TP")),
        (S.NOT_SENT, None, ("SL", "TP")),
        # A person cancelled it: it is not sent against their will.
        (S.CANCELED, None, ("TP",)),
        # It was cancelled for another at another price, and that one was refused.
        (S.CANCELED, S.REJECTED, ("SL", "TP")),
        (S.CANCELED, S.NEW, ("TP",)),
        (S.NEW, S.NOT_SENT, ("TP",)),
    ],
)
def test_a_leg_is_missing_that_was_never_sent_or_refused(
    stop: OrderStatus, again: OrderStatus | None, missing: tuple[str, ...]
) -> None:
    known = {"stop": replace(STOP, status=stop)}
    if again is not None:
        known["again"] = replace(STOP, status=again)
    part = ExitPart(D(1), list(known))
    assert plan(part).missing(part, known) == missing


def test_nothing_is_missing_once_one_of_two_has_traded() -> None:
    part = ExitPart(D(1), ["stop"])
    traded = replace(STOP, status=S.FILLED, executed_quantity=D(1))
    assert plan(part).missing(part, {"stop": traded}) == ()


def test_a_plan_comes_back_as_it_was_with_what_was_sent_of_it() -> None:
    entry = replace(ENTRY, self_trade_prevention=SelfTradePrevention.EXPIRE_BOTH)
    first, second = ExitPart(D("0.4"), ["stop", "take"]), ExitPart(D("0.1"))
    made = plan(first, second)
    events = [
        event("entry", begin_body(BOTH)),
        event("stop", send_body(made, first)),
        event("take", send_body(made, first)),
        event("late", send_body(made, second)),
    ]
    orders: Mapping[str, Order] = {"entry": entry, "stop": STOP, "take": TAKE}
    (left,) = plans_left(events, orders)
    assert left.is_resumed
    assert (left.exits, left.covered) == (BOTH, D("0.5"))
    assert [part.keys for part in left.parts] == [["stop", "take"], ["late"]]
    assert left.entry.self_trade_prevention is SelfTradePrevention.EXPIRE_BOTH
    assert (left.entry.symbol, left.entry.side) == (ENTRY.symbol, ENTRY.side)
    assert plans_left([*events, event("entry", {"step": ENDS, "reason": "done"})], orders) == []
    assert plans_left(events, {}) == []
