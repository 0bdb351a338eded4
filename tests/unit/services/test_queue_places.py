"""Check whose place in a queue is guessed, and from when on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.market import Side, Trade
from terminal_app.domain.order import OrderStatus
from terminal_app.services.market_data import BOOK, TRADES
from terminal_app.services.session import Session
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import instrument
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
PRICE = "1000.0"
LATER_MS = LIMIT.updated_ms + 1000


@pytest.fixture
def session() -> Session:
    """Make a session whose book has ten to buy at 1000."""
    made = seat(quiet_desk())
    data = made.market_data
    data.instrument = instrument()
    data.book.load([(PRICE, "10")], [("1000.1", "5")], update_id=1)
    data.book.time_ms = LATER_MS - 2000
    return made


def rest(session: Session, key: str = "t-run-1", size: str = "1", price: str = PRICE) -> None:
    """Let an own order rest."""
    session.orders.store.add(replace(LIMIT, client_order_id=key, quantity=D(size), price=D(price)))


def book(session: Session, size: str, time_ms: int = LATER_MS) -> None:
    """Let the level become as large as this."""
    session.market_data.book.apply([(PRICE, size)], [], 2)
    session.market_data.book.time_ms = time_ms
    session.market_data.observers.notify(BOOK)


def trade(session: Session, price: str, size: str, *, is_buy: bool = False) -> None:
    """Let a trade come in."""
    data = session.market_data
    number = data.trade_count + 1
    data.trades.append(Trade(number, D(price), D(size), LATER_MS + number, not is_buy))
    data.trade_count += 1
    data.observers.notify(TRADES)


def test_an_order_stands_behind_what_rests_beside_it(session: Session) -> None:
    rest(session)
    assert session.markets.main.queue.ahead("t-run-1") is None
    book(session, "11")
    assert session.markets.main.queue.ahead("t-run-1") == D(10)


def test_a_book_older_than_the_order_has_not_counted_it(session: Session) -> None:
    rest(session)
    book(session, "10", LIMIT.updated_ms - 1)
    assert session.markets.main.queue.ahead("t-run-1") == D(10)


def test_trades_at_the_price_bring_it_forward(session: Session) -> None:
    rest(session)
    book(session, "11")
    trade(session, PRICE, "4")
    trade(session, PRICE, "4", is_buy=True)
    trade(session, "1000.1", "4")
    assert session.markets.main.queue.ahead("t-run-1") == D(6)


def test_a_trade_beyond_its_price_proves_that_nothing_is_before_it(session: Session) -> None:
    rest(session)
    book(session, "11")
    trade(session, "999.9", "0.1")
    assert session.markets.main.queue.ahead("t-run-1") == D(0)


def test_another_price_or_more_size_begins_anew(session: Session) -> None:
    rest(session)
    book(session, "11")
    trade(session, PRICE, "4")
    book(session, "7", LATER_MS + 10)
    assert session.markets.main.queue.ahead("t-run-1") == D(6)
    rest(session, size="2")
    book(session, "8", LATER_MS + 20)
    assert session.markets.main.queue.ahead("t-run-1") == D(6)
    rest(session, size="2", price="999.0")
    book(session, "6", LATER_MS + 30)
    assert session.markets.main.queue.ahead("t-run-1") == D(0)


def test_own_orders_are_not_before_each_other(session: Session) -> None:
    rest(session)
    book(session, "11")
    rest(session, key="t-run-2", size="3")
    book(session, "14")
    book(session, "14")
    assert session.markets.main.queue.ahead("t-run-1") == D(10)
    assert session.markets.main.queue.ahead("t-run-2") == D(10)


def test_what_ended_has_no_place(session: Session) -> None:
    rest(session)
    book(session, "11")
    session.orders.store.settle("t-run-1", OrderStatus.CANCELED, "")
    book(session, "10")
    assert session.markets.main.queue.ahead("t-run-1") is None


def test_a_gap_in_the_book_forgets_what_was_guessed(session: Session) -> None:
    rest(session)
    book(session, "11")
    trade(session, PRICE, "9")
    session.market_data.book_problem = "a gap"
    session.market_data.observers.notify(BOOK)
    assert session.markets.main.queue.ahead("t-run-1") is None
    session.market_data.book_problem = ""
    book(session, "5")
    assert session.markets.main.queue.ahead("t-run-1") == D(4)


def test_only_buyers_and_sellers_of_the_other_side_take_from_a_queue(session: Session) -> None:
    rest(session)
    book(session, "11")
    trade(session, PRICE, "2", is_buy=True)
    assert session.markets.main.queue.ahead("t-run-1") == D(10)
    assert Side.BUY is LIMIT.side
