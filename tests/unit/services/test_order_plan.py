"""What a ticket says becomes what one press sends, or a sentence that names the field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.exits import Exits
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_checks import MarketNow
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderType,
    Peg,
    PegKind,
    TimeInForce,
    Trigger,
)
from terminal_app.domain.policy import Chase, Then, TimeOut
from terminal_app.domain.scaled import Scale, Shape
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_entry import Means, OrderDraft, OrderEntry
from terminal_app.services.order_plan import OrderPlanner, TicketDraft
from terminal_app.venues.base import Capabilities
from terminal_app.venues.binance.spot.venue import CAPABILITIES as SPOT
from terminal_app.venues.binance.usdm.venue import CAPABILITIES as USDM
from tests.helpers.market_values import book, instrument

D = Decimal
FEE, WORTH = D("0.001"), D(10_000)
MEANS = Means(D(10_000), D(3), ZERO, None, FEE, FEE)
LIMIT = OrderDraft(Side.BUY, OrderType.LIMIT, D(99), D(1), False, TimeInForce.GTC, False)
MARKET = replace(LIMIT, type=OrderType.MARKET, price=None)
BOTH = Exits(D(110), D(95))


def planner(
    capabilities: Capabilities = SPOT, means: Means = MEANS, equity: Decimal | None = WORTH
) -> OrderPlanner:
    """Return the planner of a symbol that trades at 100."""
    market = capabilities.market
    contract = "PERPETUAL" if market is Market.USDM else ""
    rules = replace(instrument(), market=market, contract=contract)
    shown = book((("99.9", "5"), ("99", "5")), (("100.1", "5"), ("101", "50")))
    now = MarketNow(D("99.9"), D("100.1"), D(100), D(100))
    return OrderPlanner(OrderEntry(rules, shown, means, now), capabilities, equity)


def futures(held: str = "0") -> OrderPlanner:
    """Return the planner of a perpetual."""
    return planner(USDM, replace(MEANS, leverage=10, position_amount=D(held)))


def refused(made: OrderPlanner, draft: TicketDraft) -> InvalidOrder:
    """Return why a ticket would not be sent."""
    with pytest.raises(InvalidOrder) as caught:
        made.plan(draft)
    return caught.value


def test_an_order_alone_is_one_request() -> None:
    plan = planner().plan(TicketDraft(LIMIT))
    assert [request.price for request in plan.requests] == [D(99)]
    assert (plan.list_kind, plan.is_series, plan.only_reduces) == (None, False, False)


def test_on_spot_exits_wait_at_the_exchange_for_what_the_fee_leaves() -> None:
    plan = planner().plan(TicketDraft(LIMIT, BOTH))
    assert plan.list_kind is OrderListKind.OTOCO
    entry, above, below = plan.requests
    assert (entry.quantity, above.quantity, below.quantity) == (D(1), D("0.999"), D("0.999"))
    assert (above.price, below.trigger and below.trigger.price) == (D(110), D(95))
    assert plan.exits.is_empty
    one = planner().plan(TicketDraft(LIMIT, Exits(take_profit=D(110))))
    assert one.list_kind is OrderListKind.OTO


@pytest.mark.parametrize(
    "order",
    [
        MARKET,
        replace(LIMIT, price=None, peg=Peg(PegKind.OWN_SIDE)),
        replace(LIMIT, visible_size=D("0.5")),
        replace(MARKET, type=OrderType.STOP_MARKET, trigger=Trigger(D(101))),
    ],
)
def test_exits_that_no_list_takes_are_sent_by_the_program(order: OrderDraft) -> None:
    plan = planner().plan(TicketDraft(order, BOTH))
    assert (len(plan.requests), plan.list_kind, plan.exits) == (1, None, BOTH)


def test_futures_have_no_lists() -> None:
    plan = futures().plan(TicketDraft(LIMIT, BOTH))
    assert (len(plan.requests), plan.exits) == (1, BOTH)


@pytest.mark.parametrize(
    ("exits", "field", "nearest"),
    [
        (Exits(take_profit=D(99)), "TP", "99.1 USDT"),
        (Exits(stop_loss=D(99)), "SL", "98.9 USDT"),
        (Exits(stop_loss=D("95.05")), "SL", "95 USDT"),
    ],
)
def test_a_wrong_exit_names_its_field(exits: Exits, field: str, nearest: str) -> None:
    for made in (planner(), futures()):
        error = refused(made, TicketDraft(LIMIT, exits))
        assert (error.field, error.nearest) == (field, nearest)


def test_what_only_closes_has_no_exits() -> None:
    closing = replace(LIMIT, side=Side.SELL, price=D(101), reduce_only=True)
    assert futures("2").plan(TicketDraft(closing)).only_reduces
    assert refused(futures("2"), TicketDraft(closing, BOTH)).field == "Reduce only"


@pytest.mark.parametrize(("side", "price", "stop"), [("SELL", "105", "95"), ("BUY", "95", "105")])
def test_a_limit_and_a_stop_of_which_one_ends_the_other(side: str, price: str, stop: str) -> None:
    limit = replace(LIMIT, side=Side(side), price=D(price))
    leg = replace(limit, type=OrderType.STOP_MARKET, price=None, trigger=Trigger(D(stop)))
    plan = planner().plan(TicketDraft(limit, stop=leg))
    assert plan.list_kind is OrderListKind.OCO
    above, below = plan.requests
    assert (above.type is OrderType.LIMIT) is (side == "SELL")
    assert below.side is Side(side)
    wrong = replace(limit, price=D("99") if side == "SELL" else D("101"))
    error = refused(planner(), TicketDraft(wrong, stop=leg))
    assert error.field == "Price"
    at_once = replace(leg, trigger=Trigger(D("101") if side == "SELL" else D("99")))
    assert refused(planner(), TicketDraft(limit, stop=at_once)).field == "Stop"


def test_a_size_from_risk_loses_that_much_at_the_stop() -> None:
    made = planner()
    draft = TicketDraft(replace(LIMIT, size=None), Exits(stop_loss=D(95)), risk_percent=D(1))
    order = made.sized(draft)
    # 1 % of 10 000 is lost at 4 a piece and the fees of both ways, 0.194.
    assert order.size == D("23.843")
    assert made.risk_percent(draft, D("23.843"), D(99)) == pytest.approx(D(1), abs=D("0.0001"))
    assert refused(made, TicketDraft(LIMIT, risk_percent=D(1))).field == "SL"
    assert refused(made, replace(draft, risk_percent=ZERO)).field == "Size"
    assert "not known" in str(refused(planner(equity=None), draft))


def test_a_range_is_sent_one_by_one() -> None:
    plan = planner().plan(TicketDraft(LIMIT, scale=Scale(D(99), D(97), D(3), Shape.RISING)))
    assert plan.is_series
    assert [(each.price, each.quantity) for each in plan.requests] == [
        (D(99), D("0.166")), (D(98), D("0.333")), (D(97), D("0.501")),
    ]  # fmt: skip
    assert plan.average_price is not None


def test_the_order_of_a_range_that_is_illegal_is_named() -> None:
    tiny = replace(LIMIT, size=D("0.1"))
    error = refused(planner(), TicketDraft(tiny, scale=Scale(D(99), D(97), D(4))))
    assert error.field == "Size"
    assert error.rule.startswith("order 1 of 4: ")


def test_the_whole_position_needs_no_size() -> None:
    whole = replace(
        MARKET, side=Side.SELL, type=OrderType.STOP_MARKET, trigger=Trigger(D(95)),
        size=None, close_position=True,
    )  # fmt: skip
    plan = futures("2").plan(TicketDraft(whole))
    assert (plan.first.quantity, plan.first.close_position, plan.only_reduces) == (None, True, True)
    assert refused(futures(), TicketDraft(whole)).field == "Close position"


def test_an_amount_is_left_to_the_exchange() -> None:
    amount = replace(MARKET, size=D(100), size_in_quote=True, sends_quote=True)
    request = planner().plan(TicketDraft(amount)).first
    assert (request.quantity, request.quote_quantity) == (None, D(100))


def test_a_pegged_order_has_no_price_of_its_own() -> None:
    pegged = replace(LIMIT, price=None, peg=Peg(PegKind.OTHER_SIDE, 2))
    request = planner().plan(TicketDraft(pegged)).first
    assert (request.price, request.peg) == (None, Peg(PegKind.OTHER_SIDE, 2))


def test_a_policy_that_sends_anew_does_not_go_with_exits() -> None:
    made = futures()
    assert made.plan(TicketDraft(LIMIT, policy=Chase(D(100)))).policy == Chase(D(100))
    assert refused(made, TicketDraft(LIMIT, BOTH, policy=Chase(D(100)))).field == "Auto"
    rest = TimeOut(10, Then.MARKET)
    assert refused(made, TicketDraft(LIMIT, BOTH, policy=rest)).field == "Auto"
    assert made.plan(TicketDraft(LIMIT, BOTH, policy=TimeOut(10))).policy == TimeOut(10)
