"""Open a session on the practice exchange with a ledger of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.exits import Exits
from terminal_app.domain.instrument import Instrument, Market, Rounding
from terminal_app.domain.market import Interval, Side
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_entry import OrderDraft
from terminal_app.services.order_ids import ClientOrderIds, random_text
from terminal_app.services.order_plan import OrderPlan
from terminal_app.services.order_plans import Progress, carry_out
from terminal_app.services.reconciliation import USUAL_PACE, Pace
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.storage.past_files import PastFiles
from terminal_app.venues.binance.environments import endpoints_for, environment_named
from terminal_app.venues.binance.opening import open_venue
from terminal_app.venues.connection_settings import ConnectionSettings
from tests.helpers.eventually import eventually

SYMBOL = "BTCUSDT"
LIVE_LIMIT_S = 30.0
ORDER_PATHS = {Market.SPOT: "/api/v3/order", Market.USDM: "/fapi/v1/order"}


@asynccontextmanager
async def opened_session(
    ready: Mapping[str, Any],
    market: Market,
    path: Path,
    notices: Notifications | None = None,
    pace: Pace = USUAL_PACE,
    /,
    **detours: str,
) -> AsyncIterator[Session]:
    """Open a session and close it in the end; no task of it may fail.

    `detours` are addresses to use instead of the exchange's: rest, stream, ws_api. A detour of
    REST carries the orders, too.
    """
    environment = environment_named("practice")
    endpoints = replace(endpoints_for(environment, ready)[market], **detours)
    credentials = Credentials(ready["api_key"], ready["api_secret"])
    settings = ConnectionSettings(orders_by_socket="rest" not in detours)
    venue = open_venue(environment, market, endpoints, credentials, settings)
    run_id, failures = random_text(6), list[tuple[str, BaseException]]()
    ledger = Ledger(path, run_id)
    await ledger.open()
    past = PastFiles(path.parent, path.parent)
    await past.open()
    session = Session(
        venue,
        ledger,
        past,
        ClientOrderIds(run_id),
        notices or Notifications(),
        lambda name, error: failures.append((name, error)),
        pace,
    )
    try:
        await session.open()
        yield session
    finally:
        await session.close()
        await past.close()
        await ledger.close()
    assert failures == []


async def live(session: Session, interval: Interval = Interval.M1) -> Instrument:
    """Wait until the symbol is followed and orders are taken; return its rules."""
    await eventually(lambda: session.instruments, LIVE_LIMIT_S)
    if not session.market_data.instrument:
        session.select(SYMBOL, interval)
    try:
        await eventually(
            lambda: session.is_fresh and not session.orders.closed_because, LIVE_LIMIT_S
        )
    except TimeoutError:
        pytest.fail(f"not live: {session.orders.closed_because} {session.health.check().findings}")
    return session.instruments[SYMBOL]


def request(
    session: Session,
    side: Side,
    size: str,
    *,
    at: str | None = None,
    reduce_only: bool = False,
) -> OrderRequest:
    """Return a checked order: at market, or at a share of the best price."""
    instrument = session.instruments[SYMBOL]
    price = None
    if at is not None:
        best = session.market_data.book.side(side).best()
        assert best is not None
        price = instrument.round_price(best.price * Decimal(at), Rounding.DOWN)
    draft = OrderDraft(
        side=side,
        type=OrderType.MARKET if price is None else OrderType.LIMIT,
        price=price,
        size=Decimal(size),
        size_in_quote=False,
        time_in_force=TimeInForce.GTC,
        reduce_only=reduce_only,
    )
    entry = session.entry(instrument)
    return entry.request(draft)


async def placed(session: Session, wanted: OrderRequest) -> str:
    """Place an order as a person does and return its key."""
    before = own_keys(session)
    await session.orders.place(wanted, uuid4().hex, session.seen())
    (key,) = own_keys(session) - before
    return key


async def placed_with_exits(session: Session, *, at: str | None = None) -> str:
    """Buy, with a take profit and a stop loss 10 % away, and return the key of the entry."""
    instrument = session.instruments[SYMBOL]
    best = session.market_data.book.asks.best()
    assert best is not None
    exits = Exits(
        instrument.price.nearest(best.price * Decimal("1.1")),
        instrument.price.nearest(best.price * Decimal("0.8")),
    )
    entry = request(session, Side.BUY, "0.01", at=at)
    plan = OrderPlan((entry,), exits=exits)
    progress = Progress(session.orders.store, plan.requests)
    await carry_out(session, plan, progress, uuid4().hex, session.seen())
    return progress.keys[0]


def told(notices: Notifications, words: str) -> bool:
    """Say whether the person was told something."""
    return any(words in notice.text for notice in notices.notices)


def own_keys(session: Session) -> set[str]:
    """Return the keys of the orders that were placed here."""
    orders = session.orders.store.orders
    return {key for key, known in orders.items() if not known.from_elsewhere}


def order(session: Session, key: str) -> Order:
    """Return an order as it is known now."""
    return session.orders.store.orders[key]
