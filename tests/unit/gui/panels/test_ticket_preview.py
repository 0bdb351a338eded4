"""Check what is said beneath the button of an order's cost, and a dash where it is not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.sizing import Estimate
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN
from terminal_app.gui.panels.ticket_preview import TicketPreview
from terminal_app.services.order_entry import Means, Preview
from tests.helpers.market_values import instrument

D = Decimal
SPOT = replace(instrument(), market=Market.SPOT)
PERPETUAL = replace(instrument(), contract="PERPETUAL")
MEANS = Means(D("10000.5"), D("0.5"), ZERO, None, D("0.001"), D("0.001"))
MARGIN = replace(MEANS, leverage=20)
ESTIMATE = Estimate(D("0.2"), D(12200), D(61000), D(61001), D("0.031"))
PREVIEW = Preview(D("0.2"), None, D(12200), D("12.2"), D("12.205"), ESTIMATE)


@pytest.fixture
def panel(qtbot: QtBot) -> TicketPreview:
    """Make an empty preview."""
    made = TicketPreview()
    qtbot.addWidget(made)
    return made


def lines(panel: TicketPreview) -> dict[str, str]:
    """Return what stands beside each caption."""
    return {name: label.text().replace(THIN_SPACE, " ") for name, label in panel.values.items()}


def test_a_buy_on_spot(panel: TicketPreview) -> None:
    panel.show_preview(PREVIEW, MEANS, SPOT, Side.BUY)
    shown = lines(panel)
    assert shown["Available"] == "10 000.50 USDT"
    assert shown["Cost"] == "12 200.00 USDT"
    assert shown["Fee maker / taker"] == "12.20 / 12.20"
    assert shown["If taken now"] == "61 000.0  0.03 %"
    assert panel.values["Position"].isHidden()


def test_a_sell_on_spot_is_paid_with_coins(panel: TicketPreview) -> None:
    panel.show_preview(PREVIEW, MEANS, SPOT, Side.SELL)
    assert lines(panel)["Available"] == "0.500 BTC"


@pytest.mark.parametrize("side", list(Side))
def test_both_sides_of_futures_are_paid_with_margin(panel: TicketPreview, side: Side) -> None:
    panel.show_preview(PREVIEW, MARGIN, PERPETUAL, side)
    assert lines(panel)["Available"] == "10 000.50 USDT"
    assert panel.captions["Cost"].text() == "Margin at 20×"
    panel.show_preview(PREVIEW, MEANS, PERPETUAL, side)
    assert panel.captions["Cost"].text() == "Cost"


@pytest.mark.parametrize(
    ("held", "text"),
    [("0", "FLAT"), ("0.25", "+0.250 BTC"), ("-0.25", f"{MINUS}0.250 BTC")],
)
def test_the_position_has_a_sign_or_is_flat(panel: TicketPreview, held: str, text: str) -> None:
    panel.show_preview(None, replace(MARGIN, position_amount=D(held)), PERPETUAL, Side.BUY)
    assert lines(panel)["Position"] == text
    assert not panel.values["Position"].isHidden()


def test_without_an_order_there_are_dashes(panel: TicketPreview) -> None:
    panel.show_preview(PREVIEW, MEANS, SPOT, Side.BUY)
    panel.show_preview(None, MEANS, SPOT, Side.BUY)
    shown = lines(panel)
    assert [shown[name] for name in ("Cost", "Fee maker / taker", "If taken now")] == [UNKNOWN] * 3


def test_what_is_not_known_is_a_dash_and_never_a_zero(panel: TicketPreview) -> None:
    unknown = Means(None, None, ZERO, None, None, None)
    preview = Preview(D("0.2"), None, None, None, None, None)
    for instrument_of, side in ((SPOT, Side.BUY), (SPOT, Side.SELL), (PERPETUAL, Side.SELL)):
        panel.show_preview(preview, unknown, instrument_of, side)
        shown = lines(panel)
        assert shown["Available"].startswith(UNKNOWN)
        assert shown["Cost"] == shown["If taken now"] == UNKNOWN
        assert shown["Fee maker / taker"] == f"{UNKNOWN} / {UNKNOWN}"


def test_a_book_too_thin_for_the_order_says_how_much_it_offers(panel: TicketPreview) -> None:
    panel.show_preview(replace(PREVIEW, quantity=D("0.5")), MEANS, SPOT, Side.BUY)
    assert lines(panel)["If taken now"] == "61 000.0, only 0.200 offered"
