"""Orders that wait for a price, changes of resting orders, and the way they are sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import MarginMode
from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus, order_from_update
from terminal_app.domain.order_request import Amendment, OrderRequest, OrderType, Trigger
from terminal_app.venues.account_events import SettingsChanged
from terminal_app.venues.base import ConnectionState, Outcome, OutcomeKind
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.opened_venue import (
    SYMBOL,
    Opened,
    far_price,
    limit_or_market,
    new_id,
    opened_venue,
    ref,
)
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import ORDER_PATHS

SIZE = Decimal("0.002")
WOULD_TRIGGER = -2021
STOPS = [kind for kind in OrderType if kind.has_trigger]


async def _last(opened: Opened) -> Decimal:
    return (await opened.venue.market_data.ticker(SYMBOL)).last_price


async def _stop(opened: Opened, kind: OrderType) -> OrderRequest:
    """Return a waiting order to sell whose price is far from the market."""
    instrument, last = await opened.instrument(), await _last(opened)
    below = instrument.round_price(last * Decimal("0.97"), Rounding.DOWN)
    above = instrument.round_price(last * Decimal("1.03"), Rounding.DOWN)
    takes_profit = kind in (OrderType.TAKE_PROFIT_LIMIT, OrderType.TAKE_PROFIT_MARKET)
    trigger = Trigger(above if takes_profit else below)
    if kind is OrderType.TRAILING_STOP:
        trigger = Trigger(callback_percent=Decimal(2))
    side = Side.SELL
    price = (above if takes_profit else below) if kind.has_price else None
    return OrderRequest(
        opened.venue.capabilities.market, SYMBOL, side, kind, SIZE, price, trigger=trigger
    )


def _proven(outcome: Outcome) -> Order:
    assert outcome.kind is OutcomeKind.OK, outcome.detail
    assert outcome.update is not None
    return order_from_update(outcome.update)


@MARKETS
async def test_every_kind_of_stop_waits_is_found_and_ended(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        execution = opened.execution
        assert opened.venue.capabilities.order_types >= set(STOPS)
        if market is Market.SPOT:
            await execution.place(limit_or_market(market, Side.BUY, Decimal("0.02"), None), "base")
        for kind in STOPS:
            client_order_id = new_id()
            request = await _stop(opened, kind)
            tested = await execution.test(request, new_id())
            assert tested.kind is OutcomeKind.OK, tested.detail
            placed = await execution.place(request, client_order_id)
            order = _proven(placed)
            assert order.is_conditional is (market is Market.USDM)
            assert (order.type, order.trigger) == (kind, request.trigger)
            resting = {one.client_order_id: one for one in await execution.open_orders()}
            assert resting[client_order_id].order_id == order.order_id
            found = _proven(await execution.query(order.ref))
            assert (found.type, found.trigger, found.quantity) == (kind, request.trigger, SIZE)
            ended = await execution.cancel(order.ref)
            assert ended.kind is OutcomeKind.OK, ended.detail
            updates = await _ended(opened, client_order_id)
            assert updates[-1].status is OrderStatus.CANCELED


async def _ended(opened: Opened, client_order_id: str) -> list[Order]:
    await eventually(lambda: opened.updates(client_order_id)[-1].status.is_final)
    return [order_from_update(update) for update in opened.updates(client_order_id)]


async def _placed_near(opened: Opened, client_order_id: str) -> Outcome:
    """Place a stop a few ticks above the market; the market may step on it meanwhile."""
    tick = (await opened.instrument()).tick_size
    for _ in range(5):
        trigger = Trigger(await _last(opened) + 5 * tick)
        request = OrderRequest(
            Market.USDM, SYMBOL, Side.BUY, OrderType.STOP_MARKET, SIZE, trigger=trigger
        )
        outcome = await opened.execution.place(request, client_order_id)
        if outcome.code != WOULD_TRIGGER:
            break
    return outcome


async def test_a_triggered_order_goes_on_under_its_own_number(practice: PracticeProcess) -> None:
    async with opened_venue(practice, Market.USDM) as opened:
        client_order_id = new_id()
        condition = _proven(await _placed_near(opened, client_order_id))

        def filled() -> bool:
            updates = opened.updates(client_order_id)
            return any(update.status is OrderStatus.FILLED for update in updates)

        await eventually(filled, 30)
        numbers = {u.order_id for u in opened.updates(client_order_id) if not u.is_conditional}
        assert len(numbers) == 1
        assert condition.order_id not in numbers
        found = _proven(await opened.execution.query(condition.ref))
        assert (found.status, {found.order_id}) == (OrderStatus.FILLED, numbers)
        close = limit_or_market(Market.USDM, Side.SELL, SIZE, None)
        await opened.execution.place(close, new_id())


@MARKETS
async def test_a_resting_order_is_changed_or_replaced(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        execution, price = opened.execution, await far_price(opened, await opened.instrument())
        request = limit_or_market(market, Side.BUY, SIZE * 2, price)
        order = _proven(await execution.place(request, new_id()))
        changed = _proven(await execution.amend(order, Amendment(quantity=SIZE)))
        assert (changed.order_id, changed.quantity) == (order.order_id, SIZE)
        dearer = await execution.amend(changed, Amendment(price=price + 1))
        amends_price = opened.venue.capabilities.amends_price
        assert dearer.kind is (OutcomeKind.OK if amends_price else OutcomeKind.NOT_SENT)
        other = new_id()
        both = await execution.replace(changed, request, other)
        assert both.cancelled.kind is OutcomeKind.OK, both.cancelled.detail
        assert _proven(both.placed).client_order_id == other
        again = await execution.replace(changed, request, new_id())
        assert again.cancelled.kind is OutcomeKind.REJECTED
        assert again.placed.kind is OutcomeKind.NOT_SENT
        assert (await execution.cancel_all(SYMBOL)).kind is OutcomeKind.OK
        assert await execution.open_orders() == []


@MARKETS
async def test_an_order_can_be_checked_without_being_taken(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        execution, price = opened.execution, await far_price(opened, await opened.instrument())
        good = limit_or_market(market, Side.BUY, SIZE, price)
        assert (await execution.test(good, new_id())).kind is OutcomeKind.OK
        bad = limit_or_market(market, Side.BUY, Decimal("0.00000001"), price)
        assert (await execution.test(bad, new_id())).kind is OutcomeKind.REJECTED
        assert await execution.open_orders() == []


async def _place_and_cancel(opened: Opened, market: Market) -> None:
    client_order_id, price = new_id(), await far_price(opened, await opened.instrument())
    request = limit_or_market(market, Side.BUY, SIZE, price)
    assert (await opened.execution.place(request, client_order_id)).kind is OutcomeKind.OK
    assert (await opened.execution.cancel(ref(client_order_id))).kind is OutcomeKind.OK


@MARKETS
async def test_orders_go_by_socket(practice: PracticeProcess, market: Market) -> None:
    word, path = WORDS[market], ORDER_PATHS[market]
    async with (
        FaultProxy(practice.ready[f"{word}_rest"]) as proxy,
        opened_venue(practice, market, rest=proxy.address) as opened,
    ):
        await eventually(lambda: opened.state("orders") is ConnectionState.LIVE)
        await _place_and_cancel(opened, market)
        assert proxy.count("POST", path) == proxy.count("DELETE", path) == 0


async def test_orders_go_by_rest_while_their_socket_is_down(practice: PracticeProcess) -> None:
    market = Market.USDM
    word, path = WORDS[market], ORDER_PATHS[market]
    async with (
        FaultProxy(practice.ready[f"{word}_rest"]) as proxy,
        opened_venue(practice, market, rest=proxy.address, ws_api="ws://127.0.0.1:1/") as opened,
    ):
        assert opened.state("orders") is ConnectionState.CONNECTING
        await _place_and_cancel(opened, market)
        assert proxy.count("POST", path) == proxy.count("DELETE", path) == 1


async def test_settings_of_a_symbol_are_changed_and_told(practice: PracticeProcess) -> None:
    async with opened_venue(practice, Market.USDM) as opened:
        settings = opened.venue.settings
        assert settings is not None
        await settings.set_leverage(SYMBOL, 7)
        await settings.set_margin_mode(SYMBOL, MarginMode.ISOLATED)
        held = await opened.execution.account()
        assert held.settings[SYMBOL].leverage == 7
        assert held.settings[SYMBOL].margin_mode is MarginMode.ISOLATED
        assert held.is_hedged is False
        await eventually(lambda: any(isinstance(e, SettingsChanged) for e in opened.account))
        await settings.set_hedge_mode(True)
        assert (await opened.execution.account()).is_hedged is True
        await settings.set_hedge_mode(False)
        await settings.set_margin_mode(SYMBOL, MarginMode.CROSS)


@MARKETS
async def test_an_order_that_traded_is_not_replaced_by_its_old_size(
    practice: PracticeProcess, market: Market
) -> None:
    async with opened_venue(practice, market) as opened:
        execution, price = opened.execution, await far_price(opened, await opened.instrument())
        request = limit_or_market(market, Side.BUY, SIZE * 2, price)
        order = _proven(await execution.place(request, new_id()))
        # As the venue would tell of it after a fill that this order does not know of yet.
        known = replace(order, executed_quantity=SIZE)
        both = await execution.replace(known, request, new_id())
        assert both.placed.kind is OutcomeKind.NOT_SENT, both.placed
        assert len(await execution.open_orders()) <= 1
        await execution.cancel_all(SYMBOL)
