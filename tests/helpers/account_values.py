"""Make positions and orders for tests of views."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import MarginMode, Position
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from tests.helpers.market_values import START_MS

LONG = Position(
    market=Market.USDM,
    symbol="BTCUSDT",
    amount=Decimal("0.25"),
    entry_price=Decimal("61000.05"),
    break_even_price=Decimal(61020),
    mark_price=Decimal(62000),
    liquidation_price=Decimal(55800),
    unrealized_profit=Decimal("249.9875"),
    initial_margin=Decimal(775),
    maintenance_margin=Decimal(62),
    leverage=20,
    margin_mode=MarginMode.CROSS,
    margin_asset="USDT",
    time_ms=START_MS,
)
SHORT = replace(
    LONG,
    amount=Decimal("-0.25"),
    liquidation_price=Decimal(68200),
    unrealized_profit=Decimal("-1249.9875"),
    leverage=None,
)
LIMIT = Order(
    market=Market.USDM,
    symbol="BTCUSDT",
    client_order_id="t-run-1",
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=Decimal("1.5"),
    price=Decimal(61000),
    status=OrderStatus.NEW,
    created_ms=START_MS,
    updated_ms=START_MS + 5000,
)
