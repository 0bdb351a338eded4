"""Whatever is asked for as an order list is placed or refused with an error of Binance's."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.order_list import ListKind
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.spot_list_params import read_list, read_old_oco
from terminal_app.practice.wire import spot_lists, spot_orders
from tests.helpers.engine import QuietSpot, quiet_spot

TYPES = [kind.value for kind in OrderType]
PRICES = ["47000", "48000", "49500", "50500", "52000", "53000"]
STRANGE = st.sampled_from(["", "0", "1e5", "-1", "0.000000001", "9" * 19, "x", "NaN"])
USUAL = {
    "Type": TYPES,
    "Price": PRICES,
    "StopPrice": PRICES,
    "TrailingDelta": ["100"],
    "IcebergQty": ["0.005"],
    "TimeInForce": ["GTC", "IOC", "FOK"],
    "ClientOrderId": ["one", "two"],
    "StrategyId": ["1"],
    "StrategyType": ["1000000"],
    "PegPriceType": ["PRIMARY_PEG", "MARKET_PEG"],
    "PegOffsetType": ["PRICE_LEVEL"],
    "PegOffsetValue": ["1"],
}
LIMITS = ["LIMIT_MAKER", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]
STOPS = ["STOP_LOSS", "STOP_LOSS_LIMIT"]
LOW, HIGH = PRICES[:3], PRICES[3:]
# What each part often is in a list that sells in its pair: types and prices.
PARTS = {
    "above": (LIMITS, HIGH),
    "below": (STOPS, LOW),
    "working": (["LIMIT", "LIMIT_MAKER"], [*LOW, "50100"]),
    "pending": (TYPES, PRICES),
    "pendingAbove": (LIMITS, HIGH),
    "pendingBelow": (STOPS, LOW),
}
USUAL_SIDES = {"side": "SELL", "workingSide": "BUY", "pendingSide": "SELL"}
QUANTITIES = ("quantity", "workingQuantity", "pendingQuantity")
OLD = {
    "price": PRICES,
    "stopPrice": PRICES,
    "stopLimitPrice": PRICES,
    "stopLimitTimeInForce": ["GTC", "IOC"],
    "stopIcebergQty": ["0.005"],
    "limitIcebergQty": ["0.005"],
    "listClientOrderId": ["mine"],
}


@st.composite
def asked(draw: st.DrawFn) -> dict[str, str]:
    """Draw parameters; what each type needs is there most of the time, what it refuses rarely."""
    values = {"symbol": "BTCUSDT"}
    is_wild = draw(st.booleans())
    for part, (types, prices) in PARTS.items():
        kind = draw(st.sampled_from(TYPES if is_wild else types))
        prices = PRICES if is_wild else prices
        values[f"{part}Type"] = kind
        if kind.endswith("LIMIT") or kind == "LIMIT_MAKER":
            values[f"{part}Price"] = draw(st.sampled_from(prices))
        if kind.endswith("LIMIT"):
            values[f"{part}TimeInForce"] = draw(st.sampled_from(USUAL["TimeInForce"]))
        if kind.startswith(("STOP", "TAKE")):
            values[f"{part}StopPrice"] = draw(st.sampled_from(prices))
    for name, side in USUAL_SIDES.items():
        values[name] = draw(st.sampled_from(list(Side))) if is_wild else side
    values |= {name: draw(st.sampled_from(["0.01", "0.02", "2"])) for name in QUANTITIES}
    extras = {f"{part}{field}": some for part in PARTS for field, some in USUAL.items()} | OLD
    for name in draw(st.lists(st.sampled_from(sorted(extras)), max_size=2)):
        values[name] = draw(st.one_of(st.sampled_from(extras[name]), STRANGE))
    if is_wild:
        del values[draw(st.sampled_from(sorted(values)))]
    return values


def place(desk: QuietSpot, values: dict[str, str], kind: ListKind | None) -> None:
    if kind is None:
        values = {"price": "52000", "stopPrice": "48000", **values}
    elif kind.pays_for_pending:
        values = {name: text for name, text in values.items() if name != "pendingQuantity"}
    parameters = Parameters(values)
    request = read_old_oco(parameters) if kind is None else read_list(parameters, kind)
    answer = spot_lists.placed(desk.market.place_list(request), spot_orders.placed_full)
    assert len(answer["orderReports"]) == len(request.legs)


@settings(max_examples=120, deadline=None)
@given(every=st.lists(asked(), min_size=1, max_size=4), kind=st.sampled_from([None, *ListKind]))
def test_a_list_is_placed_or_refused(every: list[dict[str, str]], kind: ListKind | None) -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50100", "0.5")
    desk.offer(Side.BUY, "49900", "0.5")
    for values in every:
        with contextlib.suppress(ExchangeError):
            place(desk, values, kind)
        desk.offer(Side.SELL, "50100", "0.01")
        desk.hit(Side.BUY, "0.01")
    assert all(row.free >= 0 and row.locked >= 0 for row in desk.market.balances())
    desk.market.cancel_everything()
    assert all(row.locked == 0 for row in desk.market.balances())
    assert not desk.market.lists.open_in()
