"""Check what is said beneath the button of an order's cost, and a dash where it is not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.domain.sizing import Estimate
from terminal_app.gui.format import MINUS, THIN_SPACE, UNKNOWN
from terminal_app.gui.panels.ticket.preview import TicketPreview
from terminal_app.services.order_entry import Means, OrderDraft, Preview
from terminal_app.services.order_outlook import NO_OUTLOOK, Outlook
from terminal_app.services.order_plan import TicketDraft
from terminal_app.services.prospect import Prospect
from tests.helpers.market_values import instrument

D = Decimal
NOW_MS = 1_000_000
SPOT = replace(instrument(), market=Market.SPOT)
PERPETUAL = replace(instrument(), contract="PERPETUAL")
MEANS = Means(D("10000.5"), D("0.5"), ZERO, None, D("0.001"), D("0.001"))
MARGIN = replace(MEANS, leverage=20)
ESTIMATE = Estimate(D("0.2"), D(12200), D(61000), D(61001), D("0.031"))
PREVIEW = Preview(D("0.2"), None, D(12200), D("12.2"), D("12.205"), ESTIMATE)
DRAFT = OrderDraft(Side.BUY, OrderType.MARKET, None, D("0.2"), False, TimeInForce.GTC, False)
SEEN = Prospect(TicketDraft(DRAFT), DRAFT, None, None, PREVIEW, NO_OUTLOOK)


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
    panel.show_prospect(SEEN, MEANS, SPOT, Side.BUY, NOW_MS)
    shown = lines(panel)
    assert shown["Available"] == "10 000.50 USDT"
    assert shown["Cost"] == "12 200.00 USDT"
    assert shown["Fee maker / taker"] == "12.20 / 12.20"
    assert shown["Average fill"] == "61 000.0  0.03 %"
    assert shown["Worst fill"] == "61 001.0"
    for name in ("Position", "Liquidation after", "Funding"):
        assert panel.values[name].isHidden()


def test_a_sell_on_spot_is_paid_with_coins(panel: TicketPreview) -> None:
    panel.show_prospect(SEEN, MEANS, SPOT, Side.SELL, NOW_MS)
    assert lines(panel)["Available"] == "0.500 BTC"


@pytest.mark.parametrize("side", list(Side))
def test_both_sides_of_futures_are_paid_with_margin(panel: TicketPreview, side: Side) -> None:
    panel.show_prospect(SEEN, MARGIN, PERPETUAL, side, NOW_MS)
    assert lines(panel)["Available"] == "10 000.50 USDT"
    assert panel.captions["Cost"].text() == "Margin at 20×"
    panel.show_prospect(SEEN, MEANS, PERPETUAL, side, NOW_MS)
    assert panel.captions["Cost"].text() == "Cost"


@pytest.mark.parametrize(
    ("held", "text"),
    [("0", "FLAT"), ("0.25", "+0.250 BTC"), ("-0.25", f"{MINUS}0.250 BTC")],
)
def test_the_position_has_a_sign_or_is_flat(panel: TicketPreview, held: str, text: str) -> None:
    means = replace(MARGIN, position_amount=D(held))
    panel.show_prospect(None, means, PERPETUAL, Side.BUY, NOW_MS)
    assert lines(panel)["Position"] == text
    assert not panel.values["Position"].isHidden()


def test_what_comes_after_the_order(panel: TicketPreview) -> None:
    after = Outlook(D("55012.34"), D("-9.8"), D("-1.234"), NOW_MS + 90_000, D("70.004"), D("0.69"))
    panel.show_prospect(replace(SEEN, outlook=after), MARGIN, PERPETUAL, Side.BUY, NOW_MS)
    shown = lines(panel)
    assert shown["Liquidation after"] == f"55 012.3  {MINUS}9.8 %"
    assert panel.captions["Funding"].text() == "Funding in 01:30"
    assert shown["Funding"] == f"{MINUS}1.23 USDT"
    assert shown["Risk to SL"] == "70.00 USDT  0.69 %"
    never = replace(SEEN, outlook=Outlook(liquidation=ZERO))
    panel.show_prospect(never, MARGIN, PERPETUAL, Side.BUY, NOW_MS)
    assert lines(panel)["Liquidation after"] == "none"


def test_without_an_order_there_are_dashes(panel: TicketPreview) -> None:
    panel.show_prospect(SEEN, MEANS, SPOT, Side.BUY, NOW_MS)
    panel.show_prospect(None, MEANS, SPOT, Side.BUY, NOW_MS)
    shown = lines(panel)
    names = ("Cost", "Fee maker / taker", "Average fill", "Worst fill", "Risk to SL")
    assert {shown[name] for name in names} == {UNKNOWN}


def test_what_is_not_known_is_a_dash_and_never_a_zero(panel: TicketPreview) -> None:
    unknown = Means(None, None, ZERO, None, None, None)
    seen = replace(SEEN, preview=Preview(D("0.2"), None, None, None, None, None))
    for instrument_of, side in ((SPOT, Side.BUY), (SPOT, Side.SELL), (PERPETUAL, Side.SELL)):
        panel.show_prospect(seen, unknown, instrument_of, side, NOW_MS)
        shown = lines(panel)
        assert shown["Available"].startswith(UNKNOWN)
        assert shown.get("Position", UNKNOWN) == UNKNOWN
        names = ("Cost", "Average fill", "Worst fill", "Liquidation after", "Funding", "Risk to SL")
        assert {shown[name] for name in names} == {UNKNOWN}
        assert shown["Fee maker / taker"] == f"{UNKNOWN} / {UNKNOWN}"


def test_a_book_too_thin_for_the_order_says_how_much_it_offers(panel: TicketPreview) -> None:
    seen = replace(SEEN, preview=replace(PREVIEW, quantity=D("0.5")))
    panel.show_prospect(seen, MEANS, SPOT, Side.BUY, NOW_MS)
    assert lines(panel)["Average fill"] == "61 000.0, only 0.200 offered"
