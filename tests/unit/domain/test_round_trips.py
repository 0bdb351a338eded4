"""Round trips: every execution is in one, and the money adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.domain.round_trips import (
    Assets,
    RoundTrip,
    round_trips,
    with_funding,
    with_stop,
)
from terminal_app.domain.trip_statistics import (
    by_side,
    by_symbol,
    equity_curve,
    most_drawdown,
    statistics,
)

D = Decimal
B, S = Side.BUY, Side.SELL
ASSETS = {"BTCUSDT": Assets("BTC", "USDT", D("0.001"))}


def fill(
    number: int, side: Side, size: str, price: str, fee: str = "0", asset: str = "USDT"
) -> Fill:
    """Return an execution on futures, a second after the one before."""
    return Fill(
        Market.USDM, "BTCUSDT", number, number, side, D(price), D(size), D(fee), asset, False,
        number * 1000,
    )  # fmt: skip


def trips_of(*fills: Fill, bnb: str | None = "600") -> list[RoundTrip]:
    """Return the trips of executions; BNB is worth so much."""

    def value_of(asset: str, quote: str, _: int) -> Decimal | None:
        return D(bnb) if (asset, quote) == ("BNB", "USDT") and bnb else None

    return round_trips(fills, ASSETS.get, value_of)


def spot(*fills: Fill) -> list[Fill]:
    """Return the same executions on spot."""
    return [replace(one, market=Market.SPOT) for one in fills]


def test_a_long_that_is_scaled_in_and_out_of() -> None:
    (trip,) = trips_of(
        fill(1, B, "1", "100", "0.04"), fill(2, B, "1", "110", "0.04"),
        fill(3, S, "0.5", "120", "0.02"), fill(4, S, "1.5", "90", "0.05"),
    )  # fmt: skip
    assert (trip.side, trip.quantity, trip.entry_price) == (B, D(2), D(105))
    assert trip.exit_price == D("97.5")
    assert (trip.profit, trip.fees) == (D(-15), D("0.15"))
    assert trip.net == D("-15.15")
    assert trip.return_percent == D("-15.15") / D(210) * 100
    assert (trip.opened_ms, trip.closed_ms, trip.duration_ms) == (1000, 4000, 3000)


def test_a_reversal_ends_one_trip_and_begins_another() -> None:
    long, short = trips_of(fill(1, B, "1", "100"), fill(2, S, "3", "110", "0.3"))
    assert (long.profit, long.fees, long.is_closed) == (D(10), D("0.1"), True)
    assert (short.side, short.quantity, short.is_closed) == (S, D(2), False)
    assert (short.fees, short.profit) == (D("0.2"), D(0))


def test_an_open_trip_shows_what_was_closed_of_it() -> None:
    (trip,) = trips_of(fill(1, S, "2", "100"), fill(2, B, "1", "90"))
    assert (trip.profit, trip.is_closed, trip.exit_price) == (D(10), False, D(90))


def test_positions_held_apart_are_trips_apart() -> None:
    long = replace(fill(1, B, "1", "100"), position_side=PositionSide.LONG)
    short = replace(fill(2, S, "1", "100"), position_side=PositionSide.SHORT)
    found = trips_of(long, short)
    assert [trip.side for trip in found] == [B, S]
    assert not any(trip.is_closed for trip in found)


def test_fees_in_another_asset_are_valued_or_unknown() -> None:
    pair = fill(1, B, "1", "100", "0.001", "BNB"), fill(2, S, "1", "110")
    assert trips_of(*pair)[0].net == D("9.4")
    (unknown,) = trips_of(*pair, bnb=None)
    assert unknown.fees is None
    assert unknown.net is None
    assert unknown.profit == D(10)


def test_on_spot_a_fee_in_what_was_bought_is_not_held() -> None:
    found = trips_of(*spot(fill(1, B, "1", "100", "0.0015", "BTC"), fill(2, S, "0.998", "110")))
    (trip,) = found
    # 0.0005 are left, less than can be sold: it is over.
    assert trip.is_closed
    assert trip.fees == D("0.15")
    assert trip.net == D("0.998") * 110 - 100


def test_on_spot_only_what_was_bought_is_sold() -> None:
    first, second = trips_of(
        *spot(
            fill(1, S, "5", "100"), fill(2, B, "1", "100"), fill(3, S, "4", "120", "0.4"),
            fill(4, B, "1", "130"),
        )
    )  # fmt: skip
    assert (first.profit, first.fees, first.side) == (D(20), D("0.1"), B)
    assert (second.side, second.is_closed) == (B, False)


def test_funding_and_risk_of_a_trip() -> None:
    (trip,) = trips_of(fill(1, B, "2", "100"), fill(9, S, "2", "110"))
    paid = [(500, D(-9)), (1000, D(-1)), (5000, D("0.5")), (9001, D(-9))]
    trip = with_funding(trip, paid)
    assert (trip.funding, trip.net) == (D("-0.5"), D("19.5"))
    assert with_stop(trip, D(95)).multiple_of_risk == D("1.95")
    assert with_stop(trip, D(101)).multiple_of_risk is None
    assert with_stop(trip, None) == trip


SIZES = st.integers(1, 40).map(lambda size: D(size) / 1000)
STEPS = st.tuples(st.sampled_from([B, S]), SIZES, st.integers(90, 110).map(D), st.integers(0, 9))


@given(st.lists(STEPS, max_size=25))
def test_nothing_is_lost_or_counted_twice(
    steps: Sequence[tuple[Side, Decimal, Decimal, int]],
) -> None:
    fills = [
        fill(number, side, str(size), str(price), f"0.0{fee}")
        for number, (side, size, price, fee) in enumerate(steps, 1)
    ]
    found = trips_of(*fills)
    signed = {B: 1, S: -1}
    amount = sum((signed[one.side] * one.quantity for one in fills), D(0))
    parts = [part for trip in found for part in trip.fills]
    assert sum((part.quantity for part in parts), D(0)) == sum((f.quantity for f in fills), D(0))
    assert abs(
        sum((t.fees or D(0) for t in found), D(0)) - sum((f.commission for f in fills), D(0))
    ) < D("1e-20")
    held = [
        signed[trip.side]
        * sum((signed[part.side] * signed[trip.side] * part.quantity for part in trip.fills), D(0))
        for trip in found
    ]
    assert sum(held, D(0)) == amount
    assert all(size == 0 for size, trip in zip(held, found, strict=True) if trip.is_closed)
    assert sum(not trip.is_closed for trip in found) == (amount != 0)
    # Closed and at the last price still held: the same money as all executions together.
    money = -sum((signed[one.side] * one.quantity * one.price for one in fills), D(0))
    if amount == 0:
        assert abs(sum((trip.profit for trip in found), D(0)) - money) < D("1e-15")


def test_statistics_by_hand() -> None:
    won, lost, also = (
        trips_of(fill(n, B, "1", "100"), fill(n + 1, S, "1", price))[0]
        for n, price in ((1, "130"), (3, "90"), (5, "110"))
    )
    short = trips_of(fill(7, S, "1", "100"), fill(8, B, "1", "120"))[0]
    open_one = trips_of(fill(9, B, "1", "100"))[0]
    unknown = trips_of(fill(11, B, "1", "100", "1", "XYZ"), fill(12, S, "1", "100"))[0]
    found = statistics([won, lost, also, short, open_one, unknown])
    assert (found.count, found.unknown, found.wins) == (4, 1, 2)
    assert found.win_percent == D(50)
    assert (found.net, found.average_win, found.average_loss) == (D(10), D(20), D(-15))
    assert found.profit_factor == D(40) / D(30)
    assert found.expectancy == D("2.5")
    assert found.most_drawdown == D(20)
    assert [total for _, total in equity_curve([short, won, lost, also])] == [30, 20, 30, 10]
    assert most_drawdown([D(-5), D(3), D(-1)]) == D(5)
    assert [(group.name, group.count) for group in by_side([won, short])] == [
        ("Long", 1), ("Short", 1),
    ]  # fmt: skip
    assert by_symbol([won, lost])[0].net == D(20)
    empty = statistics([])
    assert (empty.win_percent, empty.expectancy, empty.profit_factor) == (None, None, None)
