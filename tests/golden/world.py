"""The one market and the one account that golden pictures show, in each state a panel can be in."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from terminal_app.domain.account import AccountSnapshot, Balance, MarginMode, SymbolSettings
from terminal_app.domain.credentials import Credentials
from terminal_app.domain.income import Income
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import MarkPrice, Side, Ticker, Trade
from terminal_app.domain.order import Fill, Order, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce, Trigger
from terminal_app.services.account_history import income_row
from terminal_app.services.connection import ACCOUNT, MARKET
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.session import Session
from terminal_app.storage.account_rows import RowKind
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from terminal_app.venues.binance.clock import ServerClock
from tests.golden.stage import NOW_MS, Stage
from tests.helpers.account_values import LIMIT, LONG
from tests.helpers.quiet_desk import KEY, quiet_desk, seat

D = Decimal
TICK = D("0.1")
BID = D("61842.2")
LAST = D("61842.3")
HOUR_MS = 3_600_000
PROBLEM = "127.0.0.1 refused the connection. Is the practice exchange running?"
SILENT_S = 12


class State(StrEnum):
    """Name what a panel is shown in."""

    NORMAL = "normal"
    EMPTY = "empty"
    LOADING = "loading"
    STALE = "stale"
    ERROR = "error"
    NO_KEY = "no-key"


def empty_desk(state: State, market: Market = Market.USDM) -> Desk:
    """Return a desk as a panel meets it: for figures ``fill`` it once the panel is shown."""
    desk = quiet_desk(market)
    if state is State.ERROR:
        desk.problem = PROBLEM
    return desk


async def fill(stage: Stage, desk: Desk, state: State) -> Session | None:
    """Bring a desk into a state and tell of it; return the session where there is one."""
    if state in (State.LOADING, State.ERROR):
        desk.observers.notify(ENVIRONMENT)
        return None
    key: Credentials | None = None if state is State.NO_KEY else KEY
    session = seat(desk, key)
    await _set_clock(session)
    for name in (MARKET, ACCOUNT):
        session.connection.apply(ConnectionChanged(name, ConnectionState.LIVE))
    if state is not State.EMPTY:
        put_market(session)
    put_account(session, is_empty=state is State.EMPTY)
    session.orders.gate.set_reconciled(True)
    # What is reckoned once in a while is due.
    stage.pass_time(2)
    desk.observers.notify(ENVIRONMENT)
    for name in ("book", "trades", "ticker", "mark"):
        session.market_data.observers.notify(name)
    await stage.settle()
    if state is State.STALE:
        fall_silent(stage, session)
        # What looks at the clock once a second looks now.
        desk.observers.notify("second")
    return session


def fall_silent(stage: Stage, session: Session) -> None:
    """Cut both ways to the exchange and let some seconds go by."""
    for name in (MARKET, ACCOUNT):
        session.connection.apply(ConnectionChanged(name, ConnectionState.STALE, "silent for 5 s"))
    # In steps: a clock that leaps is taken for a computer that slept.
    for _ in range(SILENT_S // 4):
        stage.pass_time(4)
        session.connection.notice_sleep()


def put_market(session: Session) -> None:
    """Give a session a book, trades, a day and a mark price."""
    chance, data = random.Random(7), session.market_data

    def levels(best: Decimal, way: int) -> list[tuple[str, str]]:
        steps = [0, *(sum(chance.choice((1, 1, 2, 3)) for _ in range(n)) for n in range(1, 60))]
        prices = sorted({best + way * TICK * step for step in steps}, reverse=way < 0)
        sizes = [chance.choice((0.12, 0.4, 0.9, 1.6, 2.4)) * chance.random() for _ in prices]
        return [
            (f"{price:f}", f"{max(size, 0.004):.3f}")
            for price, size in zip(prices, sizes, strict=True)
        ]

    data.book.load(levels(BID, -1), levels(BID + TICK, 1), update_id=1)
    price, number = LAST - 2, 1
    for ago in range(40, 0, -1):
        price += TICK * chance.randint(-4, 5)
        for _ in range(chance.choice((1, 1, 2))):
            size = D(f"{chance.choice((0.01, 0.08, 0.4, 1.9)) * (chance.random() + 0.1):.3f}")
            at_ms = NOW_MS - ago * 700
            add_trade(session, Trade(number, price, size, at_ms, chance.random() < 0.5))
            number += 1
    add_trade(session, Trade(number, LAST, D("0.165"), NOW_MS - 300, False))
    data.ticker = Ticker(
        LAST, D("60637.7"), D("62390.0"), D("60411.5"), D(18204), D(1_120_000_000), NOW_MS
    )
    due_ms = NOW_MS + 2 * HOUR_MS + 849_000
    data.mark = MarkPrice(D("61840.12"), D("61838.40"), D("0.0001"), due_ms, NOW_MS)


def add_trade(session: Session, trade: Trade) -> None:
    """Let a trade come in."""
    session.market_data.trades.append(trade)
    session.market_data.trade_count += 1
    session.market_data.traded.add(trade)


def put_account(session: Session, *, is_empty: bool = False) -> None:
    """Give a session what its account holds and did."""
    if session.venue.execution is None:
        return
    market = session.market
    balances = () if is_empty else _balances(market)
    positions = () if is_empty or market is Market.SPOT else POSITIONS
    settings = {name: SymbolSettings(10, MarginMode.CROSS) for name in ("BTCUSDT", "ETHUSDT")}
    hedged = None if market is Market.SPOT else False
    snapshot = AccountSnapshot(
        market, balances, positions, D("0.0002"), D("0.0005"), NOW_MS, settings, hedged, hedged
    )
    session.account.load(snapshot, session.account.changes)
    if not is_empty:
        known = session.instruments["BTCUSDT"]
        ether = replace(known, symbol="ETHUSDT", base_asset="ETH")
        session.instruments["ETHUSDT"] = ether
        orders = [replace(one, market=market) for one in (*ORDERS, *ENDED)]
        session.orders.store.restore(orders, FILLS if market is Market.USDM else [])
        session.records.keep(RowKind.INCOME, [income_row(one).body for one in INCOME])


def _balances(market: Market) -> tuple[Balance, ...]:
    rows = (("USDT", "10043.14", "8229.41"), ("BNB", "3.20", "3.20"), ("BTC", "0.415", "0.315"))
    kept = rows if market is Market.SPOT else rows[:2]
    return tuple(Balance(market, asset, D(total), D(free)) for asset, total, free in kept)


async def _set_clock(session: Session) -> None:
    async def own_time_ms() -> int:
        return NOW_MS

    # Nobody is asked: the exchange lives on this stage and keeps its time.
    venue: Any = session.venue
    rest = venue._parts.rest
    rest.clock = ServerClock(own_time_ms)
    rest.latency_ms = 38
    await rest.clock.measure()


POSITIONS = (
    replace(
        LONG, amount=D("0.250"), entry_price=D("61120.4"), break_even_price=D("61144.8"),
        mark_price=D("61840.1"), liquidation_price=D("55910.7"), unrealized_profit=D("179.93"),
        initial_margin=D("1546.00"), maintenance_margin=D("61.84"), leverage=10, time_ms=NOW_MS,
        deleveraging_rank=2,
    ),
    replace(
        LONG, symbol="ETHUSDT", amount=D("-1.200"), entry_price=D("2641.1"),
        break_even_price=D("2640.0"), mark_price=D("2649.8"), liquidation_price=D("3118.2"),
        unrealized_profit=D("-10.44"), initial_margin=D("633.90"), maintenance_margin=D("15.90"),
        leverage=5, margin_mode=MarginMode.ISOLATED, isolated_margin=D("633.90"), time_ms=NOW_MS,
        deleveraging_rank=1,
    ),
)  # fmt: skip


def own_order(name: str, side: Side, price: str, size: str, **more: Any) -> Order:
    """Return an order of the account, placed a while ago."""
    return replace(
        LIMIT, client_order_id=f"t-run-{name}", side=side, price=D(price), quantity=D(size),
        created_ms=NOW_MS - 900_000, updated_ms=NOW_MS - 900_000, **more,
    )  # fmt: skip


ORDERS = (
    own_order("1", Side.BUY, "61841.3", "0.100", order_id=4411),
    own_order(
        "2", Side.SELL, "61846.0", "0.250", order_id=4412, executed_quantity=D("0.060"),
        executed_quote=D("3710.76"), status=OrderStatus.PARTIALLY_FILLED,
        time_in_force=TimeInForce.POST_ONLY,
    ),
    own_order(
        "3", Side.SELL, "0", "0.250", order_id=4413, type=OrderType.STOP_MARKET, reduce_only=True,
        trigger=Trigger(D("60400.0")), is_conditional=True,
    ),
    own_order("4", Side.BUY, "61500.0", "0.050", status=OrderStatus.UNKNOWN),
)  # fmt: skip
ENDED = (
    own_order(
        "5", Side.BUY, "61120.4", "0.250", order_id=4405, status=OrderStatus.FILLED,
        executed_quantity=D("0.250"), executed_quote=D("15280.10"),
    ),
    own_order("6", Side.SELL, "62400.0", "0.100", order_id=4406, status=OrderStatus.CANCELED),
    own_order(
        "7", Side.BUY, "61900.0", "0.020", status=OrderStatus.REJECTED,
        reason="Post-only: it would have traded at once",
    ),
)  # fmt: skip


def own_fill(number: int, side: Side, price: str, size: str, ago_ms: int) -> Fill:
    """Return an execution of the account, with its fee; even ones were the maker's."""
    worth = D(price) * D(size)
    return Fill(
        Market.USDM, "BTCUSDT", number, 4400 + number, side, D(price), D(size),
        round(worth * D("0.0005"), 4), "USDT", number % 2 == 0, NOW_MS - ago_ms,
    )  # fmt: skip


FILLS = (
    own_fill(5, Side.BUY, "61120.4", "0.250", 5 * HOUR_MS),
    own_fill(8, Side.SELL, "61846.0", "0.060", 840_000),
    own_fill(9, Side.BUY, "61790.2", "0.060", 300_000),
)
INCOME = (
    Income("FUNDING_FEE", D("-1.5281"), "USDT", "BTCUSDT", "", NOW_MS - 6 * HOUR_MS, 31),
    Income("FUNDING_FEE", D("0.3179"), "USDT", "ETHUSDT", "", NOW_MS - 6 * HOUR_MS, 32),
    Income("FUNDING_FEE", D("-1.4920"), "USDT", "BTCUSDT", "", NOW_MS - 14 * HOUR_MS, 33),
)
