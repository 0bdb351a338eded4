"""Check every word, sign and colour of the rows beneath the chart."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import Balance, Position, PositionSide
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN, date_time_text
from terminal_app.gui.models import activity_rows as rows
from terminal_app.gui.widgets.live_table import Row, Tone
from terminal_app.services.session import Session
from tests.helpers.account_values import LIMIT, LONG, SHORT
from tests.helpers.market_values import START_MS
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
S = OrderStatus

STATUS_WORDS = {
    S.SENDING: ("In flight", Tone.MUTED),
    S.UNKNOWN: ("UNKNOWN", Tone.WARNING),
    S.NOT_SENT: ("Not sent", Tone.WARNING),
    S.PENDING_NEW: ("Pending", Tone.MUTED),
    S.NEW: ("Working", Tone.TEXT),
    S.PARTIALLY_FILLED: ("Partly filled", Tone.ACCENT),
    S.FILLED: ("Filled", Tone.TEXT),
    S.CANCELED: ("Cancelled", Tone.MUTED),
    S.EXPIRED: ("Expired", Tone.MUTED),
    S.EXPIRED_IN_MATCH: ("Expired in match", Tone.MUTED),
    S.REJECTED: ("Refused", Tone.DANGER),
    S.OTHER: ("Other", Tone.WARNING),
}
FILL = Fill(
    market=Market.USDM,
    symbol="BTCUSDT",
    trade_id=77,
    order_id=5,
    side=Side.SELL,
    price=D("61000.10"),
    quantity=D("0.2"),
    commission=D("4.88000800"),
    commission_asset="USDT",
    is_maker=False,
    time_ms=START_MS,
    realized_profit=D("-12.005"),
)


@pytest.fixture
def session() -> Session:
    """Make a session of futures that knows one symbol."""
    return seat(quiet_desk())


def texts(row: Row) -> list[str]:
    """Return what stands in a row."""
    return [cell.text.replace(THIN_SPACE, " ") for cell in row.cells]


def test_a_long_in_profit(session: Session) -> None:
    row = rows.position_row(session, LONG)
    assert texts(row) == [
        "BTCUSDT  LONG 20×", "0.250 BTC", "61 000.0", "62 000.0",
        f"55 800.0  {MINUS}10.0 %", "775.00 cross", "▲ +249.99  +32.3 %",
    ]  # fmt: skip
    assert (row.cells[0].tone, row.cells[-1].tone) == (Tone.BUY, Tone.BUY)
    assert row.key == "usdm|BTCUSDT"
    hedged = rows.position_row(session, replace(LONG, position_side=PositionSide.LONG))
    assert hedged.key == "usdm|BTCUSDT:LONG"
    assert [(name, caption) for name, caption, _ in row.actions] == [("close", "Close")]
    assert "reduce-only" in row.actions[0][2]


def test_a_short_in_loss(session: Session) -> None:
    row = rows.position_row(session, SHORT)
    assert texts(row)[:2] == ["BTCUSDT  SHORT", f"{MINUS}0.250 BTC"]
    assert texts(row)[4] == "68 200.0  +10.0 %"
    assert texts(row)[6] == f"▼ {MINUS}1 249.99  {MINUS}161.3 %"
    assert (row.cells[0].tone, row.cells[-1].tone) == (Tone.SELL, Tone.SELL)


def test_nothing_won_has_neither_arrow_nor_sign_nor_colour(session: Session) -> None:
    row = rows.position_row(session, replace(LONG, unrealized_profit=D("0.00")))
    assert texts(row)[-1] == "0.00  0.0 %"
    assert row.cells[-1].tone is Tone.MUTED


def test_a_loss_too_small_to_be_shown_is_not_minus_zero(session: Session) -> None:
    row = rows.position_row(session, replace(LONG, unrealized_profit=D("-0.001")))
    assert MINUS not in texts(row)[-1]


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (replace(LONG, liquidation_price=None), UNKNOWN),
        (replace(LONG, liquidation_price=D(0)), UNKNOWN),
        (replace(LONG, liquidation_price=D("-3")), UNKNOWN),
        (replace(LONG, mark_price=D(0)), "55 800.0"),
        (replace(SHORT, mark_price=D(62000)), "68 200.0  +10.0 %"),
    ],
)
def test_the_way_to_liquidation_has_a_sign(session: Session, position: Position, text: str) -> None:
    assert texts(rows.position_row(session, position))[4] == text


def test_without_margin_there_is_no_return_on_it(session: Session) -> None:
    row = rows.position_row(session, replace(LONG, initial_margin=D(0)))
    assert texts(row)[-2:] == ["0.00 cross", "▲ +249.99"]


def test_an_unlisted_symbol_keeps_every_digit(session: Session) -> None:
    row = rows.position_row(session, replace(LONG, symbol="OLDUSDT"))
    assert texts(row)[:3] == ["OLDUSDT  LONG 20×", "0.25 ", "61 000.05"]


@pytest.mark.parametrize("status", list(OrderStatus))
def test_each_status_has_its_word_and_colour(session: Session, status: OrderStatus) -> None:
    order = replace(LIMIT, status=status)
    for row in (
        rows.open_order_row(session, "t-run-1", order),
        rows.history_row(session, "t-run-1", order),
    ):
        assert (row.cells[-1].text, row.cells[-1].tone) == STATUS_WORDS[status]


def test_an_asked_cancel_and_a_reason_are_said(session: Session) -> None:
    order = replace(LIMIT, cancel_pending=True)
    row = rows.open_order_row(session, "t-run-1", order)
    assert (row.cells[-1].text, row.cells[-1].tone) == ("Working, cancel asked", Tone.WARNING)
    assert not row.is_enabled
    assert rows.open_order_row(session, "t-run-1", LIMIT).is_enabled
    refused = replace(LIMIT, status=S.REJECTED, reason="Margin is insufficient.")
    cell = rows.history_row(session, "t-run-1", refused).cells[-1]
    assert (cell.text, cell.hint) == (
        "Refused: Margin is insufficient.", "Margin is insufficient.",
    )  # fmt: skip
    lost = replace(LIMIT, status=S.UNKNOWN, cancel_pending=True, reason="no answer came")
    cell = rows.open_order_row(session, "t-run-1", lost).cells[-1]
    assert (cell.text, cell.tone) == ("UNKNOWN, cancel asked: no answer came", Tone.WARNING)


def test_a_working_order(session: Session) -> None:
    order = replace(LIMIT, executed_quantity=D("0.5"), status=S.PARTIALLY_FILLED)
    row = rows.open_order_row(session, "t-run-1", order)
    assert texts(row)[1:] == [
        f"BTCUSDT  {session.venue.capabilities.title}", "▲ Buy limit", "61 000.0", "1.500",
        "0.500", "Partly filled",
    ]  # fmt: skip
    assert row.key == "usdm|t-run-1"
    assert row.cells[2].hint == "t-run-1"
    assert [(name, caption) for name, caption, _ in row.actions] == [("cancel", "Cancel")]


@pytest.mark.parametrize(
    ("force", "word"),
    [
        (TimeInForce.GTC, "▼ Sell limit"),
        (TimeInForce.POST_ONLY, "▼ Sell limit post only"),
        (TimeInForce.IOC, "▼ Sell limit IOC"),
        (TimeInForce.FOK, "▼ Sell limit FOK"),
        (TimeInForce.OTHER, "▼ Sell limit"),
    ],
)
def test_how_long_an_order_stays_is_said(session: Session, force: TimeInForce, word: str) -> None:
    order = replace(LIMIT, side=Side.SELL, time_in_force=force)
    cell = rows.open_order_row(session, "t-run-1", order).cells[2]
    assert (cell.text, cell.tone) == (word, Tone.SELL)


def test_an_ended_market_order(session: Session) -> None:
    order = replace(
        LIMIT,
        type=OrderType.MARKET,
        price=D(0),
        reduce_only=True,
        from_elsewhere=True,
        status=S.FILLED,
        executed_quantity=D("1.5"),
        executed_quote=D("91500.3"),
    )
    row = rows.history_row(session, "99", order)
    assert texts(row)[2:] == [
        "▲ Buy market reduce-only ext", "market", "1.500", "1.500", "61 000.2", "Filled",
    ]  # fmt: skip
    assert row.cells[2].hint == "placed elsewhere"
    assert row.actions == ()
    unknown = rows.history_row(session, "99", replace(order, executed_quote=D(0)))
    assert texts(unknown)[6] == UNKNOWN


def test_a_time_of_today_needs_no_day(session: Session) -> None:
    now_ms = time.time_ns() // 1_000_000
    cell = rows.open_order_row(session, "1", replace(LIMIT, created_ms=now_ms)).cells[0]
    assert (cell.text, cell.hint) == (date_time_text(now_ms)[11:], date_time_text(now_ms))
    cell = rows.open_order_row(session, "1", LIMIT).cells[0]
    assert (cell.text, cell.hint) == (date_time_text(START_MS)[:16], date_time_text(START_MS))


def test_a_fill(session: Session) -> None:
    row = rows.fill_row(session, FILL)
    assert texts(row)[2:] == [
        "▼ Sell", "61 000.1", "0.200", "4.880008 USDT", "Taker", f"{MINUS}12.00",
    ]  # fmt: skip
    assert (row.cells[2].tone, row.cells[-1].tone) == (Tone.SELL, Tone.SELL)
    bought = replace(FILL, side=Side.BUY, is_maker=True, realized_profit=D("3.5"))
    row = rows.fill_row(session, bought)
    assert [texts(row)[2], *texts(row)[6:]] == ["▲ Buy", "Maker", "+3.50"]
    assert (row.cells[2].tone, row.cells[-1].tone) == (Tone.BUY, Tone.BUY)


@pytest.mark.parametrize("profit", [None, D(0)])
def test_a_fill_that_realised_nothing_has_a_dash(session: Session, profit: Decimal | None) -> None:
    row = rows.fill_row(session, replace(FILL, realized_profit=profit, commission=D("0.000")))
    assert (row.cells[-1].text, row.cells[-1].tone) == (UNKNOWN, Tone.MUTED)
    assert row.cells[5].text == "0 USDT"


def test_two_fills_of_one_trade_are_two_rows(session: Session) -> None:
    mine = [rows.fill_row(session, replace(FILL, order_id=number)).key for number in (5, 6)]
    assert len(set(mine)) == 2


def test_balances_of_money_have_cents_and_others_every_satoshi(session: Session) -> None:
    row = rows.balance_row(session, Balance(Market.USDM, "USDT", D("10000.005"), D(9000)))
    assert texts(row) == [
        "USDT", session.venue.capabilities.title, "10 000.00", "9 000.00", "1 000.00",
    ]  # fmt: skip
    row = rows.balance_row(session, Balance(Market.USDM, "BTC", D("0.5"), D("0.49999999")))
    assert texts(row)[2:] == ["0.50000000", "0.49999999", "0.00000001"]
    assert row.key == "usdm|BTC"
