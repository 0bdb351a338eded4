"""Whatever is sent: no order fills beyond its size, reduce-only never reverses, one shot each."""

from collections import Counter
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.practice.engine.algo_order import AlgoRequest
from terminal_app.practice.engine.events import AlgoOrderEvent
from terminal_app.practice.engine.kinds import AlgoOrderType, AlgoStatus, Side, TimeInForce
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietUsdm, limit, market, quiet_usdm

D = Decimal
BTC = "BTCUSDT"
_sides = st.sampled_from(Side)
_prices = st.integers(49_950, 50_050).map(str)
_sizes = st.integers(10, 200).map(lambda n: f"0.{n:03}")
_steps = st.one_of(
    st.tuples(st.just("limit"), _sides, _prices, _sizes, st.booleans()),
    st.tuples(st.just("market"), _sides, _prices, _sizes, st.booleans()),
    st.tuples(st.just("algo"), _sides, _prices, _sizes, st.booleans()),
    st.tuples(st.just("hit"), _sides, _prices, _sizes, st.booleans()),
)


def _do(desk: QuietUsdm, step: tuple[str, Side, str, str, bool]) -> None:
    what, side, price, size, reduces = step
    if what == "limit":
        life = TimeInForce.GTC
        desk.market.place(limit(side, price, size, life, reduce_only=reduces))
    elif what == "market":
        desk.market.place(market(side, size, reduce_only=reduces))
    elif what == "algo":
        kind = AlgoOrderType.STOP_MARKET
        desk.market.algos.place(
            AlgoRequest(
                BTC, side, kind, quantity=D(size), trigger_price=D(price), reduce_only=reduces
            )
        )
    else:
        desk.hit(side, size)


@settings(max_examples=40, deadline=None)
@given(st.lists(_steps, max_size=25))
def test_fills_stay_within_orders_and_triggers_fire_once(
    steps: list[tuple[str, Side, str, str, bool]],
) -> None:
    desk = quiet_usdm()
    for offset in range(1, 12):
        desk.offer(Side.BUY, str(50_000 - 5 * offset), "1")
        desk.offer(Side.SELL, str(50_000 + 5 * offset), "1")
    position, shots = D(0), Counter[int]()
    for step in steps:
        desk.recorder.events.clear()
        try:
            _do(desk, step)
            desk.timeline.advance(desk.timeline.now_ms)
        except ExchangeError:
            continue
        for event in desk.recorder.orders():
            order, fill = event.order, event.fill
            assert order.executed_quantity <= order.quantity
            if fill is not None:
                after = position + (fill.quantity if fill.side is Side.BUY else -fill.quantity)
                assert not order.reduce_only or (
                    abs(after) < abs(position) and after * position >= 0
                )
                position = after
        shots.update(
            event.algo.algo_id
            for event in desk.recorder.events
            if isinstance(event, AlgoOrderEvent) and event.algo.status is AlgoStatus.TRIGGERING
        )
        assert all(count == 1 for count in shots.values())
        assert desk.market.position(BTC).amount == position
