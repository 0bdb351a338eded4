"""Futures money conserves: over any fills, in both modes, on both kinds of margin."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.practice.engine.kinds import MarginType, PositionSide, Side
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietUsdm, market, quiet_usdm

D = Decimal
BTC = "BTCUSDT"
ATOMS = D("0.000001")
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(Side),
        st.integers(1, 300),
        st.integers(45_000, 55_000),
        st.sampled_from((PositionSide.LONG, PositionSide.SHORT)),
    ),
    min_size=1,
    max_size=12,
)


def _act(desk: QuietUsdm, side: Side, lots: int, price: int, position_side: PositionSide) -> None:
    quantity = format(D(lots) / 1000, "f")
    desk.offer(side.opposite, str(price), quantity)
    try:
        desk.market.place(market(side, quantity, position_side=position_side))
    except ExchangeError:
        desk.hit(side, quantity)
    desk.mark(str(price))


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS, is_hedge=st.booleans(), is_isolated=st.booleans())
def test_wallet_and_positions_conserve(
    actions: list[tuple[Side, int, int, PositionSide]], is_hedge: bool, is_isolated: bool
) -> None:
    desk = quiet_usdm()
    if is_hedge:
        desk.market.set_hedge_mode(True)
    if is_isolated:
        desk.market.set_margin_type(BTC, MarginType.ISOLATED)
    for side, lots, price, position_side in actions:
        _act(desk, side, lots, price, position_side if is_hedge else PositionSide.BOTH)
    account, positions = desk.market.account(), desk.market.positions(BTC)

    incomes = desk.market.income(None, None, 1_000)
    assert account.wallet_balance == D(10_000) + sum((row.income for row in incomes), D(0))
    apart = account.wallet_balance - account.cross_wallet_balance
    assert apart == sum((position.isolated_wallet for position in positions), D(0))
    assert all(position.isolated_wallet == 0 for position in positions if not position.amount)
    assert all(position.isolated_wallet >= 0 for position in positions)

    fills, mark = desk.market.fills(BTC, 1_000), desk.marks[BTC]
    signed = [fill.quantity * (1 if fill.side is Side.BUY else -1) for fill in fills]
    assert sum(signed, D(0)) == sum((position.amount for position in positions), D(0))
    gained = sum((q * (mark - fill.price) for q, fill in zip(signed, fills, strict=True)), D(0))
    realized = sum((fill.realized_pnl for fill in fills), D(0))
    assert abs(realized + account.unrealized_pnl - gained) < ATOMS
