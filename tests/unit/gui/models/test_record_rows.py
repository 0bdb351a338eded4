"""Check the rows of the past, what of it is shown, and how it leaves the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.income import Income
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import DAY_MS, Side
from terminal_app.domain.order import Fill, OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN
from terminal_app.gui.models.record_filter import RecordFilter, records_csv
from terminal_app.gui.models.record_rows import RecordView, fill_row, history_row, income_row
from terminal_app.gui.widgets.table_rows import Row, Tone
from terminal_app.services.account_history import fill_row as kept_fill
from terminal_app.services.account_history import income_row as kept_income
from terminal_app.services.account_history import known_order_row
from terminal_app.storage.account_rows import AccountRow
from tests.helpers.account_values import LIMIT
from tests.helpers.market_values import START_MS, instrument

D = Decimal
S = OrderStatus
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
ENDED = replace(
    LIMIT,
    type=OrderType.MARKET,
    price=D(0),
    status=S.FILLED,
    executed_quantity=D("1.5"),
    executed_quote=D("91500.3"),
    order_id=99,
)
PAID = Income("FUNDING_FEE", D("-0.1234"), "USDT", "BTCUSDT", "", START_MS, 9)


def shown(row: AccountRow, make: Callable[[str, RecordView], Row]) -> Row:
    """Return the row of a record."""
    return make("", RecordView("usdm", "Perpetual", row.key, row.body, instrument()))


def texts(row: Row) -> list[str]:
    """Return what stands in a row."""
    return [cell.text.replace(THIN_SPACE, " ") for cell in row.cells]


def test_an_ended_market_order() -> None:
    row = shown(known_order_row(replace(ENDED, reduce_only=True)), history_row)
    assert texts(row)[2:] == [
        "▲ Buy market reduce-only", "market", "", "1.500", "1.500", "61 000.2", "Filled",
    ]  # fmt: skip
    assert row.key == "usdm|BTCUSDT:order:99"
    unknown = shown(known_order_row(replace(ENDED, executed_quote=D(0))), history_row)
    assert texts(unknown)[7] == UNKNOWN


def test_a_refused_order_has_our_name_and_its_reason() -> None:
    refused = replace(
        ENDED,
        status=S.REJECTED,
        order_id=None,
        executed_quantity=D(0),
        reason="Margin is insufficient.",
    )
    row = shown(known_order_row(refused), history_row)
    assert row.key == "usdm|BTCUSDT:ours:t-run-1"
    assert (row.cells[-1].text, row.cells[-1].tone) == (
        "Refused: Margin is insufficient.", Tone.DANGER,
    )  # fmt: skip


def test_a_fill() -> None:
    row = shown(kept_fill(FILL), fill_row)
    assert texts(row)[2:] == [
        "▼ Sell", "61 000.1", "0.200", "12 200.02", "4.880008 USDT", "Taker", f"{MINUS}12.00",
    ]  # fmt: skip
    assert (row.cells[2].tone, row.cells[-1].tone) == (Tone.SELL, Tone.SELL)
    bought = replace(FILL, side=Side.BUY, is_maker=True, realized_profit=D("3.5"))
    assert texts(shown(kept_fill(bought), fill_row))[7:] == ["Maker", "+3.50"]


@pytest.mark.parametrize("profit", [None, D(0)])
def test_a_fill_that_realised_nothing_has_a_dash(profit: Decimal | None) -> None:
    fill = replace(FILL, realized_profit=profit, commission=D("0.000"))
    row = shown(kept_fill(fill), fill_row)
    assert (row.cells[-1].text, row.cells[-1].tone) == (UNKNOWN, Tone.MUTED)
    assert row.cells[6].text == "0 USDT"


def test_two_fills_of_one_trade_are_two_rows() -> None:
    keys = {kept_fill(replace(FILL, order_id=number)).key for number in (5, 6)}
    assert len(keys) == 2


def test_funding_has_its_sign_and_its_word() -> None:
    row = shown(kept_income(PAID), income_row)
    assert texts(row)[1:5] == ["BTCUSDT  Perpetual", "Funding fee", f"{MINUS}0.1234", "USDT"]
    assert row.cells[3].tone is Tone.SELL


@pytest.mark.parametrize(
    ("wanted", "admits"),
    [
        (RecordFilter(), True),
        (RecordFilter(text="btc sell"), True),
        (RecordFilter(text="btc buy"), False),
        (RecordFilter(text=str(FILL.time_ms)), False),
        (RecordFilter(symbol="ETHUSDT"), False),
        (RecordFilter(side="SELL"), True),
        (RecordFilter(side="BUY"), False),
        (RecordFilter(kind="FUNDING_FEE"), False),
        (RecordFilter(days=1), True),
    ],
)
def test_what_is_shown(wanted: RecordFilter, admits: bool) -> None:
    assert wanted.admits(kept_fill(FILL).body, START_MS + DAY_MS) is admits
    assert not RecordFilter(days=1).admits(kept_fill(FILL).body, START_MS + DAY_MS + 1)


def test_a_table_for_other_programs_is_exact_and_begins_no_formula() -> None:
    odd = replace(FILL, commission_asset="=1+2")
    table = records_csv([("usdm", kept_fill(odd).body)])
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["time_utc"] == "2025-01-01T00:00:00.000Z"
    assert (row["market"], row["price"], row["realized_profit"]) == ("usdm", "61000.1", "-12.005")
    assert row["commission_asset"] == "'=1+2"
    assert records_csv([]) == ""


@pytest.mark.parametrize("text", ["cancelled", "canceled", "btc cancelled"])
def test_a_word_is_found_as_it_is_shown_and_as_the_exchange_spells_it(text: str) -> None:
    body = known_order_row(replace(ENDED, status=S.CANCELED)).body
    assert RecordFilter(text=text).admits(body, START_MS)
    assert not RecordFilter(text="filled").admits(body, START_MS)
