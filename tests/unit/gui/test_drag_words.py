"""A line in the hand says what letting it go would cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.margin import Leg
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce, Trigger
from terminal_app.gui.drag_words import Surroundings, move_words, plan_words, protect_words
from terminal_app.gui.format import MINUS, THIN_SPACE
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.venues.base import Capabilities
from terminal_app.venues.binance.environments import PRACTICE
from terminal_app.venues.binance.opening import open_venue
from tests.helpers.account_values import LIMIT, LONG, SHORT
from tests.helpers.market_values import book, instrument
from tests.helpers.quiet_desk import NOWHERE

D = Decimal
SELL = replace(LIMIT, side=Side.SELL, price=D(63000))
LEG = Leg(LONG.amount, LONG.entry_price)


def _abilities(market: Market) -> Capabilities:
    return open_venue(PRACTICE, market, NOWHERE, None).capabilities


AROUND = Surroundings(
    instrument(),
    book([("60999", "1")], [("61001", "1")]),
    D(61000),
    _abilities(Market.USDM),
    D("0.0002"),
    D("0.0005"),
)
SPOT = replace(AROUND, capabilities=_abilities(Market.SPOT))


def test_a_moved_limit_says_its_distance_and_its_place_in_the_queue() -> None:
    words = move_words(LIMIT, D(60390), AROUND, None)
    assert words.rows[0] == f"Buy 1.500 at 60{THIN_SPACE}390.0"
    assert words.rows[1] == f"{MINUS}610.0  ({MINUS}1.00{THIN_SPACE}%) from the market"
    assert words.rows[-1] == "amended in place; loses its place in the queue"
    assert words.warning == ""
    assert move_words(LIMIT, D(60390), SPOT, None).rows[-1].startswith("ended and sent anew")


@pytest.mark.parametrize(("order", "price"), [(LIMIT, 61001), (SELL, 60999), (LIMIT, 62000)])
def test_what_crosses_the_spread_is_a_taker(order: object, price: int) -> None:
    assert isinstance(order, type(LIMIT))
    assert move_words(order, D(price), AROUND, None).warning == "crosses the spread: taker"
    post_only = replace(order, time_in_force=TimeInForce.POST_ONLY)
    assert "refused" in move_words(post_only, D(price), AROUND, None).warning


def test_what_was_filled_in_part_is_only_moved_where_it_keeps_its_number() -> None:
    partly = replace(LIMIT, executed_quantity=D("0.5"))
    assert move_words(partly, D(60390), AROUND, None).warning == ""
    assert move_words(partly, D(60390), SPOT, None).warning.startswith("filled in part")


def test_what_closes_a_position_says_what_it_would_bring() -> None:
    quarter = replace(SELL, quantity=D("0.25"))
    rows = move_words(quarter, D(63000), AROUND, LEG).rows
    # A resting limit pays the maker's fee: 499.9875 - 0.25 × 63000 × 0.0002.
    assert rows[2] == "PnL there +496.84 after the fee of closing"
    larger = move_words(SELL, D(63000), AROUND, LEG).rows
    assert larger[2] == rows[2]


def test_a_moved_condition_says_when_it_would_trigger_at_once() -> None:
    stop = replace(SELL, type=OrderType.STOP_MARKET, price=D(0), trigger=Trigger(D(60000)))
    assert move_words(stop, D(60500), AROUND, LEG).warning == ""
    assert move_words(stop, D(61500), AROUND, LEG).warning == "would trigger at once"
    assert "nothing waits" in move_words(stop, D(60500), AROUND, LEG).rows[-1]


def test_a_price_beside_a_position_is_a_profit_or_a_loss_by_the_market() -> None:
    assert protect_words(LONG, D(62000), AROUND).rows[0].startswith("Take profit: close the whole")
    assert protect_words(LONG, D(60000), AROUND).rows[0].startswith("Stop loss")
    assert protect_words(SHORT, D(60000), AROUND).rows[0].startswith("Take profit")
    assert "PnL there" in protect_words(LONG, D(62000), AROUND).rows[2]


def test_a_plan_says_that_nothing_is_sent() -> None:
    plan = PlannedOrder(Side.BUY, D("0.5"), D(60000))
    words = plan_words(plan, D(61500), AROUND)
    assert words.rows[-1] == "moves the ticket's price, sends nothing"
    assert words.warning == "crosses the spread: taker"
    stop = replace(plan, role=PlanRole.STOP)
    assert plan_words(stop, D(61500), AROUND).warning == ""


def test_without_a_market_nothing_is_made_up() -> None:
    blind = replace(AROUND, book=book([], []), last=None, maker_rate=None)
    rows = move_words(SELL, D(63000), blind, LEG).rows
    assert rows[1] == "distance from the market unknown"
    assert rows[2] == "PnL there — after the fee of closing"
