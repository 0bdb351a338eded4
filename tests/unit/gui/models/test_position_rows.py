"""Check every word, sign and colour of the rows of positions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.account import MarginMode, Position, PositionSide
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN
from terminal_app.gui.models.position_rows import POSITION_COLUMNS, PositionView, position_row
from terminal_app.gui.widgets.table_rows import Cell, Row, Tone
from tests.helpers.account_values import LIMIT, LONG, SHORT
from tests.helpers.market_values import instrument

D = Decimal
STOP = replace(LIMIT, type=OrderType.STOP_MARKET, trigger=Trigger(D(60400)), is_conditional=True)


def view(position: Position = LONG) -> PositionView:
    """Return a position with nothing else known of it."""
    return PositionView("usdm", position, instrument())


def texts(row: Row) -> list[str]:
    """Return what stands in a row."""
    return [cell.text.replace(THIN_SPACE, " ") for cell in row.cells]


def cell(view: PositionView, title: str) -> Cell:
    """Return the cell under a title."""
    titles = [column.title for column in POSITION_COLUMNS]
    return position_row("", view).cells[titles.index(title)]


def test_a_long_in_profit() -> None:
    row = position_row("", view())
    assert texts(row) == [
        "BTCUSDT  LONG 20×", "0.250 BTC", "▲ +249.99  +32.3 %", UNKNOWN, "61 000.0", "62 000.0",
        f"55 800.0  {MINUS}10.0 %", f"{UNKNOWN} / {UNKNOWN}", "775.00 cross", UNKNOWN, UNKNOWN,
        UNKNOWN,
    ]  # fmt: skip
    assert row.key == "usdm|BTCUSDT"
    assert (row.cells[0].tone, cell(view(), "PnL").tone) == (Tone.BUY, Tone.BUY)
    hedged = view(replace(LONG, position_side=PositionSide.LONG))
    assert position_row("", hedged).key == "usdm|BTCUSDT:LONG"
    assert [action.name for action in row.actions] == [
        "close", "limit", "half", "reverse", "more",
    ]  # fmt: skip
    assert all("reduce-only" in action.hint for action in row.actions[:3])
    assert "asks first" in row.actions[3].hint


def test_a_short_in_loss() -> None:
    shown = texts(position_row("", view(SHORT)))
    assert shown[:2] == ["BTCUSDT  SHORT", f"{MINUS}0.250 BTC"]
    assert shown[6] == "68 200.0  +10.0 %"
    assert shown[2] == f"▼ {MINUS}1 249.99  {MINUS}161.3 %"
    assert cell(view(SHORT), "PnL").tone is Tone.SELL


def test_what_is_known_is_shown_with_its_sign_and_how_it_is_reckoned() -> None:
    known = replace(
        view(),
        taker_rate=D("0.0005"),
        ratio=D("12.34"),
        funding=D("-1.5"),
        stop_loss=STOP,
        position=replace(LONG, deleveraging_rank=4),
    )
    after = cell(known, "After fees")
    assert (after.text, after.tone) == ("+242.24", Tone.BUY)
    assert "7.75" in after.hint
    assert "0.25 × (mark 62000 − entry 61000.05)" in cell(known, "PnL").hint
    assert cell(known, "Ratio").text.replace(THIN_SPACE, " ") == "12.3 %"
    assert (cell(known, "ADL").text, cell(known, "ADL").tone) == ("4/4", Tone.WARNING)
    assert (cell(known, "Funding").text, cell(known, "Funding").tone) == (
        f"{MINUS}1.50", Tone.SELL,
    )  # fmt: skip
    assert cell(known, "TP / SL").text.replace(THIN_SPACE, " ") == f"{UNKNOWN} / 60 400.0"


@pytest.mark.parametrize(
    ("ratio", "tone"), [("49.9", Tone.TEXT), ("50", Tone.WARNING), ("80", Tone.DANGER)]
)
def test_the_margin_ratio_warns_in_steps(ratio: str, tone: Tone) -> None:
    assert cell(replace(view(), ratio=D(ratio)), "Ratio").tone is tone


def test_nothing_won_has_neither_arrow_nor_sign_nor_colour() -> None:
    flat = cell(view(replace(LONG, unrealized_profit=D("0.00"))), "PnL")
    assert (flat.text.replace(THIN_SPACE, " "), flat.tone) == ("0.00  0.0 %", Tone.MUTED)
    small = cell(view(replace(LONG, unrealized_profit=D("-0.001"))), "PnL")
    assert MINUS not in small.text


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
def test_the_way_to_liquidation_has_a_sign(position: Position, text: str) -> None:
    assert cell(view(position), "Liquidation").text.replace(THIN_SPACE, " ") == text


def test_near_liquidation_warns_and_cross_mode_is_explained() -> None:
    near = cell(view(replace(LONG, liquidation_price=D(60000))), "Liquidation")
    assert near.tone is Tone.WARNING
    assert "all other positions" in near.hint
    own = cell(view(replace(LONG, margin_mode=MarginMode.ISOLATED)), "Liquidation")
    assert "other positions" not in own.hint


def test_without_margin_there_is_no_return_on_it() -> None:
    shown = view(replace(LONG, initial_margin=D(0)))
    assert (cell(shown, "Margin").text, cell(shown, "PnL").text) == ("0.00 cross", "▲ +249.99")


def test_an_unlisted_symbol_keeps_every_digit() -> None:
    row = position_row("", replace(view(replace(LONG, symbol="OLDUSDT")), instrument=None))
    assert texts(row)[:2] == ["OLDUSDT  LONG 20×", "0.25"]
    assert texts(row)[4] == "61 000.05"
