"""What every venue owes an order, asked of each market of the practice exchange."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce
from terminal_app.venues.account_events import BalancesChanged, PositionChanged
from terminal_app.venues.base import OutcomeKind
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.opened_venue import SYMBOL, far_price, limit_or_market, new_id, opened_venue, ref
from tests.helpers.practice import PracticeProcess


@MARKETS
@pytest.mark.gui
async def test_an_order_on_the_event_loop_of_the_program(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        client_order_id = new_id()
        price = await far_price(opened, await opened.instrument())
        request = limit_or_market(market, Side.BUY, Decimal("0.002"), price)
        placed = await opened.execution.place(request, client_order_id)
        assert placed.kind is OutcomeKind.OK, placed.detail
        await eventually(lambda: opened.updates(client_order_id))
        cancelled = await opened.execution.cancel(ref(client_order_id))
        assert cancelled.kind is OutcomeKind.OK, cancelled.detail


@MARKETS
async def test_a_limit_order_rests_is_found_and_cancelled(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        execution, instrument = opened.execution, await opened.instrument()
        client_order_id, price = new_id(), await far_price(opened, instrument)
        request = limit_or_market(market, Side.BUY, Decimal("0.002"), price)
        placed = await execution.place(request, client_order_id)
        assert placed.kind is OutcomeKind.OK, placed.detail
        assert placed.update is not None
        assert placed.update.status is OrderStatus.NEW
        order_id = placed.update.order_id
        await eventually(lambda: opened.updates(client_order_id))
        resting = [update.client_order_id for update in await execution.open_orders()]
        assert client_order_id in resting
        again = await execution.place(request, client_order_id)
        assert again.kind is OutcomeKind.EXISTS
        for known_id in (order_id, None):
            found = await execution.query(ref(client_order_id, known_id))
            assert found.update is not None
            assert (found.update.order_id, found.update.price) == (order_id, price)
        cancelled = await execution.cancel(ref(client_order_id, order_id))
        assert cancelled.kind is OutcomeKind.OK, cancelled.detail
        assert cancelled.update is not None
        assert cancelled.update.client_order_id == client_order_id
        assert cancelled.update.status is OrderStatus.CANCELED
        await eventually(lambda: opened.updates(client_order_id)[-1].status is OrderStatus.CANCELED)
        assert client_order_id not in [u.client_order_id for u in await execution.open_orders()]


@MARKETS
async def test_a_market_order_fills_and_is_counted_once(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        execution = opened.execution
        for side in (Side.BUY, Side.SELL):
            client_order_id = new_id()
            request = limit_or_market(market, side, Decimal("0.01"), None)
            placed = await execution.place(request, client_order_id)
            assert placed.kind is OutcomeKind.OK, placed.detail

            def is_filled(client_order_id: str = client_order_id) -> bool:
                updates = opened.updates(client_order_id)
                return bool(updates) and updates[-1].status is OrderStatus.FILLED

            await eventually(is_filled)
            fills = [u.fill for u in opened.updates(client_order_id) if u.fill is not None]
            assert sum(fill.quantity for fill in fills) == Decimal("0.01")
            assert len({fill.key for fill in fills}) == len(fills)
            assert all(fill.commission >= 0 and fill.commission_asset for fill in fills)
            order_id = opened.updates(client_order_id)[-1].order_id
            own = await execution.fills(SYMBOL)
            assert {f.key for f in own if f.order_id == order_id} == {f.key for f in fills}
            told = {fill.key for fill in placed.fills}
            assert told <= {fill.key for fill in fills}
            found = await execution.query(ref(client_order_id))
            assert found.update is not None
            paid = sum(fill.price * fill.quantity for fill in fills)
            assert found.update.executed_quote is not None
            assert abs(found.update.executed_quote - paid) < Decimal("0.1")


@MARKETS
async def test_account_and_its_changes(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        execution = opened.execution
        before = await execution.account()
        dollars = next(balance for balance in before.balances if balance.asset == "USDT")
        assert dollars.total > 1000
        assert before.taker_rate > 0
        placed = await execution.place(
            limit_or_market(market, Side.BUY, Decimal("0.01"), None), new_id()
        )
        assert placed.kind is OutcomeKind.OK, placed.detail
        await eventually(lambda: any(isinstance(e, BalancesChanged) for e in opened.account))
        changed = next(e for e in opened.account if isinstance(e, BalancesChanged))
        assert changed.is_complete is (market is Market.SPOT)
        held = await execution.account()
        if opened.venue.capabilities.has_positions:
            await eventually(lambda: any(isinstance(e, PositionChanged) for e in opened.account))
            position = next(p for p in held.positions if p.symbol == SYMBOL)
            assert position.amount == Decimal("0.01")
            assert position.leverage == held.settings[SYMBOL].leverage
            assert position.margin_mode == "cross"
            assert position.initial_margin > 0
        placed = await execution.place(
            limit_or_market(market, Side.SELL, Decimal("0.01"), None), new_id()
        )
        assert placed.kind is OutcomeKind.OK, placed.detail


@MARKETS
async def test_post_only_never_takes(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        instrument = await opened.instrument()
        ticker = await opened.venue.market_data.ticker(SYMBOL)
        high = instrument.round_price(ticker.last_price * Decimal("1.02"), Rounding.DOWN)
        low = await far_price(opened, instrument)
        for price, kind in ((high, OutcomeKind.REJECTED), (low, OutcomeKind.OK)):
            client_order_id = new_id()
            request = OrderRequest(
                market,
                SYMBOL,
                Side.BUY,
                OrderType.LIMIT,
                Decimal("0.002"),
                price,
                time_in_force=TimeInForce.POST_ONLY,
            )
            placed = await opened.execution.place(request, client_order_id)
            assert placed.kind is kind, placed.detail
            if placed.update is not None:
                assert placed.update.time_in_force is TimeInForce.POST_ONLY
                await opened.execution.cancel(ref(client_order_id, placed.update.order_id))


async def test_a_market_order_for_an_amount_of_money(practice: PracticeProcess) -> None:
    async with opened_venue(practice, Market.SPOT) as opened:
        assert opened.venue.capabilities.has_market_by_quote
        request = OrderRequest(
            Market.SPOT, SYMBOL, Side.BUY, OrderType.MARKET, None, quote_quantity=Decimal(100)
        )
        placed = await opened.execution.place(request, new_id())
        assert placed.update is not None, placed.detail
        assert placed.update.executed_quote is not None
        assert Decimal(90) < placed.update.executed_quote <= Decimal(100)


async def test_reduce_only_needs_a_position(practice: PracticeProcess) -> None:
    async with opened_venue(practice, Market.USDM) as opened:
        request = OrderRequest(
            Market.USDM, SYMBOL, Side.SELL, OrderType.MARKET, Decimal("0.01"), reduce_only=True
        )
        placed = await opened.execution.place(request, new_id())
        assert (placed.kind, placed.code) == (OutcomeKind.REJECTED, -2022)


@MARKETS
async def test_refusals_keep_the_venues_words(practice: PracticeProcess, market: Market) -> None:
    async with opened_venue(practice, market) as opened:
        execution = opened.execution
        unknown = await execution.query(ref("never-sent"))
        assert (unknown.kind, unknown.code) == (OutcomeKind.REJECTED, -2013)
        gone = await execution.cancel(ref("never-sent", 123456789))
        assert (gone.kind, gone.code) == (OutcomeKind.REJECTED, -2011)
        huge = limit_or_market(market, Side.BUY, Decimal(100), None)
        refused = await execution.place(huge, new_id())
        assert refused.kind is OutcomeKind.REJECTED
        assert refused.message


async def test_an_order_the_market_cannot_express_is_not_sent(practice: PracticeProcess) -> None:
    for market in Market:
        async with opened_venue(practice, market) as opened:
            nothing = OrderRequest(market, SYMBOL, Side.BUY, OrderType.MARKET, None)
            assert (await opened.execution.place(nothing, new_id())).kind is OutcomeKind.NOT_SENT
            strange = OrderRequest(market, SYMBOL, Side.BUY, OrderType.OTHER, Decimal(1))
            assert (await opened.execution.place(strange, new_id())).kind is OutcomeKind.NOT_SENT


@MARKETS
async def test_what_trading_a_symbol_costs_is_told(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        terms = await opened.execution.fees(SYMBOL)
        account = await opened.execution.account()
        assert (terms.maker_rate, terms.taker_rate) == (account.maker_rate, account.taker_rate)
        # Nobody has asked for fees in another asset there.
        assert (terms.discount_asset, terms.discounted_taker_rate) == ("", None)
