"""What was typed becomes a legal request or a sentence; what is proposed can be paid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.account import MarginMode, Position, PositionSide
from terminal_app.domain.instrument import ZERO, Instrument, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_checks import MarketNow
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderType,
    TimeInForce,
    Trigger,
)
from terminal_app.errors import InvalidOrder
from terminal_app.services.order_entry import Means, OrderDraft, OrderEntry, closing_request
from tests.helpers.market_values import book, instrument

D = Decimal
BOOK = (("99.9", "1"), ("99.0", "5")), (("100.1", "1"), ("101.0", "5"), ("102.0", "50"))
MEANS = Means(D(1000), D(3), ZERO, None, D("0.001"), D("0.001"))
FUTURES_MEANS = replace(MEANS, position_amount=D("0.5"), leverage=10)
LIMIT = OrderDraft(Side.BUY, OrderType.LIMIT, D("99.5"), D(1), False, TimeInForce.GTC, False)
MARKET = replace(LIMIT, type=OrderType.MARKET, price=None)


def market() -> OrderBook:
    """Return a book of three asks and two bids."""
    return book(*BOOK)


def spot() -> Instrument:
    """Return a spot symbol."""
    return replace(instrument(), market=Market.SPOT)


def of(rules: Instrument, shown: OrderBook, means: Means = MEANS) -> OrderEntry:
    """Return the entry of a symbol whose market is a book alone."""
    bid, ask = shown.bids.best(), shown.asks.best()
    now = MarketNow(bid.price if bid else None, ask.price if ask else None, D(100), D(100))
    return OrderEntry(rules, shown, means, now)


def entry(means: Means = MEANS, rules: Instrument | None = None) -> OrderEntry:
    """Return the entry of a spot symbol."""
    return of(rules or spot(), market(), means)


def futures() -> OrderEntry:
    """Return the entry of a perpetual with a long position of 0.5."""
    return entry(FUTURES_MEANS, replace(instrument(), contract="PERPETUAL"))


def test_a_legal_draft_becomes_a_request() -> None:
    request = entry().request(LIMIT)
    assert (request.symbol, request.side, request.type) == ("BTCUSDT", Side.BUY, OrderType.LIMIT)
    assert (request.quantity, request.price, request.reduce_only) == (D(1), D("99.5"), False)
    assert entry().request(MARKET).price is None


def test_a_size_in_quote_is_rounded_down_to_a_legal_size() -> None:
    request = entry().request(replace(MARKET, size=D(100), size_in_quote=True))
    assert request.quantity == D("0.999")


@pytest.mark.parametrize(
    ("changes", "field", "rule", "value", "nearest"),
    [
        ({"price": None}, "Price", "a limit order needs one", "is empty", "99.9"),
        ({"price": D("99.55")}, "Price", "multiple of 0.1", "99.55", "99.6 USDT"),
        ({"size": None}, "Size", "more than 0", "is empty", "0.001 BTC"),
        ({"size": D(0)}, "Size", "more than 0", "0", "0.001 BTC"),
        ({"size": D(-1)}, "Size", "more than 0", "-1", "0.001 BTC"),
        ({"size": D("0.0004")}, "Size", "the least is 0.001 BTC", "0.0004", "0.001 BTC"),
        ({"size": D("1.0004")}, "Size", "multiple of 0.001", "1.0004", "1 BTC"),
        ({"size": D(5000)}, "Size", "the most is 1000 BTC", "5000", "1000 BTC"),
        ({"size": D("0.05")}, "Size", "at least 5 USDT", "0.05", "0.051 BTC"),
        (
            {"time_in_force": TimeInForce.POST_ONLY, "price": D("100.1")},
            "Price", "must not trade at once", "100.1", "100",
        ),
        (
            {"time_in_force": TimeInForce.POST_ONLY, "price": D("99.9"), "side": Side.SELL},
            "Price", "must not trade at once", "99.9", "100",
        ),
        ({"reduce_only": True}, "Reduce only", "no position", "is set", None),
    ],
)  # fmt: skip
def test_a_draft_that_breaks_a_rule_is_told_in_full(
    changes: dict[str, object], field: str, rule: str, value: str, nearest: str | None
) -> None:
    with pytest.raises(InvalidOrder) as caught:
        entry().request(replace(LIMIT, **changes))  # type: ignore[arg-type]  # fields by name
    error = caught.value
    assert (error.field, error.value, error.nearest) == (field, value, nearest)
    assert rule in error.rule


def test_a_halted_symbol_takes_nothing() -> None:
    with pytest.raises(InvalidOrder, match=r"takes no new orders now \(BREAK\)"):
        entry(rules=replace(spot(), status="BREAK")).request(LIMIT)


def test_without_a_book_a_market_order_is_refused() -> None:
    with pytest.raises(InvalidOrder, match="nobody to trade with"):
        of(spot(), OrderBook()).request(MARKET)
    assert of(spot(), OrderBook()).preview(MARKET) is None


def test_reduce_only_can_only_reduce() -> None:
    closing = replace(MARKET, side=Side.SELL, size=D("0.5"), reduce_only=True)
    assert futures().request(closing).reduce_only
    assert futures().request(replace(closing, size=D("0.001"))).quantity == D("0.001")
    with pytest.raises(InvalidOrder, match="cannot be larger than the position") as caught:
        futures().request(replace(closing, size=D("0.501")))
    assert caught.value.nearest == "0.5"
    with pytest.raises(InvalidOrder, match="no position that a buy would reduce"):
        futures().request(replace(closing, side=Side.BUY))


def test_a_preview_tells_cost_fees_and_slippage() -> None:
    preview = entry().preview(replace(MARKET, size=D(2)))
    assert preview is not None
    assert preview.estimate is not None
    assert preview.estimate.average_price == D("100.55")
    assert (preview.cost, preview.taker_fee) == (D("200.2"), D("0.2002"))
    assert preview.price is None


def test_a_resting_limit_order_meets_nobody() -> None:
    preview = entry().preview(LIMIT)
    assert preview is not None
    assert (preview.estimate, preview.cost) == (None, D("99.5"))


def test_the_cost_of_a_perpetual_is_its_margin() -> None:
    preview = futures().preview(LIMIT)
    assert preview is not None
    assert preview.cost == D("9.95")
    unknown = entry(MEANS, replace(instrument(), contract="PERPETUAL")).preview(LIMIT)
    assert unknown is not None
    assert unknown.cost is None


@given(st.integers(1, 100), st.booleans(), st.booleans(), st.decimals(6, 20_000, places=6))
def test_a_percentage_buys_what_can_be_paid(
    percent: int, is_market: bool, in_quote: bool, available: Decimal
) -> None:
    made = entry(replace(MEANS, quote_available=available))
    draft = replace(MARKET if is_market else LIMIT, size_in_quote=in_quote)
    size = made.size_for_percent(draft, percent)
    assert size is not None
    preview = made.preview(replace(draft, size=size))
    if preview is None:
        assert size == ZERO
        return
    quantity, paid = preview.quantity, preview.quantity * D("99.5")
    if is_market:
        assert preview.estimate is not None
        # The book is deep enough only for 56: what is not there cannot be bought.
        assert preview.estimate.quantity == quantity
        paid = preview.estimate.quote
    assert paid * D("1.001") <= available
    made.instrument.check_quantity(quantity, is_market=is_market)


def test_a_percentage_in_quote_gives_the_same_size_where_a_cent_buys_many_steps() -> None:
    rules = replace(instrument(tick="0.00000001", step="1"), market=Market.SPOT)
    rules = replace(rules, quantity=replace(rules.quantity, maximum=D(10**9)))
    made = of(rules, book([("0.00001", "1")], [("0.00001001", "9")]))
    draft = replace(LIMIT, price=D("0.00001"))
    in_base = made.size_for_percent(draft, 33)
    in_quote = made.size_for_percent(replace(draft, size_in_quote=True), 33)
    preview = made.preview(replace(draft, size=in_quote, size_in_quote=True))
    assert preview is not None
    assert preview.quantity == in_base


@pytest.mark.parametrize(
    ("side", "reduce_only", "size"),
    [(Side.SELL, True, "0.25"), (Side.BUY, True, "0"), (Side.SELL, False, "49.7")],
)
def test_a_percentage_of_a_position_or_of_margin(side: Side, reduce_only: bool, size: str) -> None:
    draft = replace(LIMIT, side=side, reduce_only=reduce_only)
    found = futures().size_for_percent(draft, 50)
    assert found is not None
    assert found == pytest.approx(D(size), abs=D("0.1")) if D(size) > 1 else found == D(size)


def test_selling_on_spot_is_of_what_is_held() -> None:
    assert entry().size_for_percent(replace(LIMIT, side=Side.SELL), 50) == D("1.5")


@pytest.mark.parametrize("side", Side)
def test_unknown_means_give_no_size(side: Side) -> None:
    unknown = replace(MEANS, quote_available=None, base_available=None)
    assert entry(unknown).size_for_percent(replace(LIMIT, side=side), 50) is None
    perpetual = replace(instrument(), contract="PERPETUAL")
    assert entry(MEANS, perpetual).size_for_percent(replace(LIMIT, side=side), 50) is None


@pytest.mark.parametrize(
    ("side", "reduce_only", "position_side"),
    [
        (Side.BUY, False, PositionSide.LONG),
        (Side.SELL, False, PositionSide.SHORT),
        (Side.SELL, True, PositionSide.LONG),
        (Side.BUY, True, PositionSide.SHORT),
    ],
)
def test_in_hedge_mode_an_order_names_its_position(
    side: Side, reduce_only: bool, position_side: PositionSide
) -> None:
    means = replace(FUTURES_MEANS, short_amount=D("-0.3"), is_hedged=True)
    perpetual = replace(instrument(), contract="PERPETUAL")
    hedged = entry(means, perpetual)
    draft = replace(MARKET, side=side, size=D("0.3"), reduce_only=reduce_only)
    assert hedged.request(draft).position_side is position_side
    if reduce_only:
        whole = means.closable(side)
        assert hedged.size_for_percent(draft, 100) == whole
        with pytest.raises(InvalidOrder, match="cannot be larger than the position"):
            hedged.request(replace(draft, size=whole + D("0.001")))


@pytest.mark.parametrize(
    ("amount", "key_side", "side"),
    [
        ("0.5", PositionSide.BOTH, Side.SELL),
        ("-0.5", PositionSide.BOTH, Side.BUY),
        ("0.5", PositionSide.LONG, Side.SELL),
        ("-0.5", PositionSide.SHORT, Side.BUY),
    ],
)
def test_what_closes_a_position_can_never_open_the_other_side(
    amount: str, key_side: PositionSide, side: Side
) -> None:
    request = closing_request(position(amount, key_side))
    assert (request.side, request.quantity) == (side, D("0.5"))
    assert request.position_side is key_side
    assert request.reduce_only


def position(amount: str, side: PositionSide) -> Position:
    """Return a position of an amount."""
    return Position(
        market=Market.USDM,
        symbol="BTCUSDT",
        amount=D(amount),
        entry_price=D(100),
        break_even_price=D(100),
        mark_price=D(110),
        liquidation_price=None,
        unrealized_profit=ZERO,
        initial_margin=D(1),
        maintenance_margin=D(1),
        leverage=10,
        margin_mode=MarginMode.CROSS,
        margin_asset="USDT",
        time_ms=0,
        position_side=side,
    )


def test_a_waiting_draft_becomes_a_request() -> None:
    stop = replace(LIMIT, type=OrderType.STOP_LIMIT, price=D("105"), trigger=Trigger(D("104")))
    request = entry().request(stop)
    assert (request.type, request.price) == (OrderType.STOP_LIMIT, D("105"))
    assert request.trigger == Trigger(D("104"))
    market_stop = replace(stop, type=OrderType.STOP_MARKET, price=None)
    assert entry().request(market_stop).price is None
    in_quote = replace(market_stop, size=D(1040), size_in_quote=True)
    assert entry().request(in_quote).quantity == D(10)
    with pytest.raises(InvalidOrder, match="Trigger price 99: it would trigger at once"):
        entry().request(replace(stop, trigger=Trigger(D(99))))
    with pytest.raises(InvalidOrder, match="Trigger price is empty"):
        entry().request(replace(stop, trigger=None))


def oco(*drafts: OrderDraft) -> OrderListRequest:
    """Return the list that drafts make, checked."""
    found = OrderListRequest(OrderListKind.OCO, tuple(entry().built(draft) for draft in drafts))
    entry().check_list(found)
    return found


def test_drafts_that_stand_together_become_a_list() -> None:
    above = replace(LIMIT, side=Side.SELL, price=D(110))
    below = replace(above, type=OrderType.STOP_LIMIT, price=D("89.5"), trigger=Trigger(D(90)))
    request = oco(above, below)
    assert [order.type for order in request.orders] == [OrderType.LIMIT, OrderType.STOP_LIMIT]
    with pytest.raises(InvalidOrder, match="Price above"):
        oco(replace(above, price=D("99.9")), below)
    with pytest.raises(InvalidOrder, match=r"multiple of 0\.1"):
        oco(replace(above, price=D("110.03")), below)
