"""The record of truth: every request with its outcome, every order event, every fill."""

import hashlib
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from terminal_app.practice.engine.events import (
    Event,
    OrderEvent,
    OrderListEvent,
    SpotAccountChanged,
    SymbolStatusChanged,
    UsdmAccountChanged,
)
from terminal_app.practice.engine.kinds import MarketName

KEPT_ROWS: Final = 50_000
MARKET_WORDS: Final = {MarketName.SPOT: "spot", MarketName.USDM: "futures"}


class Journal:
    """Keep the newest rows, numbered from 1 without a gap; older ones are forgotten."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._rows: deque[dict[str, Any]] = deque(maxlen=KEPT_ROWS)
        self._last = 0

    def request(self, market: str, via: str, method: str, path: str, body: bytes) -> dict[str, Any]:
        """Note an arriving request and return its row, whose outcome is set when it is known."""
        return self._add(
            "request",
            market,
            via=via,
            method=method,
            path=path,
            hash=hashlib.sha256(body).hexdigest()[:16],
            outcome="open",
        )

    def on_event(self, event: Event) -> None:
        """Note what happened to an order or the account."""
        match event:
            case OrderEvent():
                self._on_order(event)
            case OrderListEvent():
                held = event.state.order_list
                self._add(
                    "list",
                    "spot",
                    symbol=held.symbol,
                    orderListId=held.order_list_id,
                    listClientOrderId=held.list_client_order_id,
                    orderIds=list(held.order_ids),
                    statusType=event.status_type,
                    status=held.order_status,
                    marketTime=event.time_ms,
                )
            case SpotAccountChanged():
                balances = {b.asset: _plain(b.free + b.locked) for b in event.balances}
                self._add("account", "spot", reason=event.reason, balances=balances)
            case UsdmAccountChanged():
                wallets = {b.asset: _plain(b.wallet_balance) for b in event.balances}
                self._add("account", "futures", reason=event.reason, balances=wallets)
            case SymbolStatusChanged():
                market = MARKET_WORDS[event.market]
                self._add("symbol", market, symbol=event.rules.symbol, status=event.status)
            case _:
                pass

    def page(self, first: int, limit: int, kind: str | None) -> dict[str, Any]:
        """Return rows from a number on, and the number to go on from."""
        oldest = self._last - len(self._rows) + 1
        skipped = max(0, first - oldest)
        found: list[dict[str, Any]] = []
        following = max(first, oldest)
        for row in islice(self._rows, skipped, None):
            if len(found) == limit:
                break
            following = row["number"] + 1
            if kind in (None, row["kind"]):
                found.append(row)
        return {"oldest": oldest, "last": self._last, "next": following, "rows": found}

    def _on_order(self, event: OrderEvent) -> None:
        order, market = event.order, MARKET_WORDS[event.market]
        self._add(
            "order",
            market,
            symbol=order.symbol,
            orderId=order.order_id,
            clientOrderId=order.orig_client_order_id or order.client_order_id,
            execution=event.execution_type,
            status=order.status,
            side=order.side,
            type=order.order_type,
            price=_plain(order.price),
            quantity=_plain(order.quantity),
            executed=_plain(order.executed_quantity),
            marketTime=event.time_ms,
        )
        fill = event.fill
        if fill is not None:
            self._add(
                "fill",
                market,
                symbol=fill.symbol,
                orderId=fill.order_id,
                tradeId=fill.trade_id,
                side=fill.side,
                price=_plain(fill.price),
                quantity=_plain(fill.quantity),
                commission=_plain(fill.commission),
                commissionAsset=fill.commission_asset,
                marketTime=fill.time_ms,
            )

    def _add(self, kind: str, market: str, **facts: Any) -> dict[str, Any]:
        self._last += 1
        row = {"number": self._last, "time": self._now_ms(), "kind": kind, "market": market}
        row.update(facts)
        self._rows.append(row)
        return row


def _plain(value: Any) -> str:
    return format(value, "f")
