"""Binance's own clients trade on the practice exchange, unchanged but for base addresses."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess

REPOSITORY = Path(__file__).parents[2]
CLIENTS = REPOSITORY / ".venv-clients" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LIMIT_S = 100

pytestmark = pytest.mark.skipif(
    not CLIENTS.exists(),
    reason="the official clients live in .venv-clients, which `packaging/dev.py test` makes",
)


@pytest.fixture(scope="module")
def exchange() -> Iterator[dict[str, Any]]:
    with PracticeProcess() as practice:
        yield practice.ready


@pytest.fixture(scope="module")
def spot(exchange: dict[str, Any]) -> dict[str, Any]:
    return run_round("official_spot.py", exchange)


@pytest.fixture(scope="module")
def usdm(exchange: dict[str, Any]) -> dict[str, Any]:
    return run_round("official_usdm.py", exchange)


def run_round(script: str, exchange: dict[str, Any]) -> dict[str, Any]:
    result = subprocess.run(
        [str(CLIENTS), str(Path(__file__).with_name(script))],
        check=False,
        input=json.dumps(exchange),
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_S,
    )
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def balance_of(account: dict[str, Any], asset: str) -> Decimal:
    entry = next(entry for entry in account["balances"] if entry["asset"] == asset)
    return Decimal(entry["free"]) + Decimal(entry["locked"])


def test_spot_rules_and_candles(spot: dict[str, Any]) -> None:
    (symbol,) = spot["rules"]["symbols"]
    assert symbol["symbol"] == "BTCUSDT"
    kinds = {entry["filterType"] for entry in symbol["filters"]}
    assert {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL"} <= kinds
    assert len(spot["candles"]) == 5
    opened = [candle[0] for candle in spot["candles"]]
    assert [later - earlier for earlier, later in itertools.pairwise(opened)] == [60_000] * 4
    assert spot["candle_event"]["k"]["i"] == "1m"


def test_spot_order_is_placed_found_and_cancelled(spot: dict[str, Any]) -> None:
    order_id = spot["placed"]["orderId"]
    assert spot["queried"]["orderId"] == order_id
    assert spot["queried"]["status"] == "NEW"
    assert [order["orderId"] for order in spot["open"]] == [order_id]
    assert spot["cancelled"]["status"] == "CANCELED"
    assert spot["cancelled"]["origClientOrderId"] == spot["placed"]["clientOrderId"]


def test_spot_order_through_the_websocket_api(spot: dict[str, Any]) -> None:
    assert spot["ws_placed"]["status"] == 200
    assert spot["ws_queried"]["result"]["status"] == "NEW"
    assert spot["ws_cancelled"]["result"]["status"] == "CANCELED"


def test_spot_fill_reaches_stream_trades_and_balances(spot: dict[str, Any]) -> None:
    assert spot["subscribed"]["status"] == 200
    assert spot["bought"]["status"] == "FILLED"
    assert spot["fill_event"]["S"] == "BUY"
    assert Decimal(spot["fill_event"]["L"]) > 0
    assert spot["fill_event"]["t"] in {trade["id"] for trade in spot["trades"]}
    # As on the real exchange, the fee of a purchase is taken in the bought asset.
    fees = sum(Decimal(fill["commission"]) for fill in spot["bought"]["fills"])
    gained = balance_of(spot["account_after"], "BTC") - balance_of(spot["account"], "BTC")
    assert gained == Decimal("0.001") - fees
    spent = balance_of(spot["account"], "USDT") - balance_of(spot["account_after"], "USDT")
    assert spent == Decimal(spot["bought"]["cummulativeQuoteQty"])
    assert {entry["a"] for entry in spot["balance_event"]["B"]} >= {"USDT"}


def test_usdm_rules_and_candles(usdm: dict[str, Any]) -> None:
    kinds = {entry["filterType"] for entry in usdm["rules"]["filters"]}
    assert {"PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "MIN_NOTIONAL"} <= kinds
    assert len(usdm["candles"]) == 5
    assert usdm["candle_event"]["k"]["i"] == "1m"


def test_usdm_account_starts_with_play_money(usdm: dict[str, Any]) -> None:
    usdt = next(entry for entry in usdm["balance"] if entry["asset"] == "USDT")
    assert Decimal(usdt["balance"]) == 10_000
    assert usdm["leverage"]["leverage"] == 10


def test_usdm_order_is_placed_found_and_cancelled(usdm: dict[str, Any]) -> None:
    order_id = usdm["placed"]["orderId"]
    assert usdm["queried"]["orderId"] == order_id
    assert usdm["queried"]["status"] == "NEW"
    assert [order["orderId"] for order in usdm["open"]] == [order_id]
    assert usdm["cancelled"]["status"] == "CANCELED"


def test_usdm_order_through_the_websocket_api(usdm: dict[str, Any]) -> None:
    assert usdm["ws_placed"]["status"] == 200
    assert usdm["ws_queried"]["result"]["status"] == "NEW"
    assert usdm["ws_cancelled"]["result"]["status"] == "CANCELED"


def test_usdm_fill_reaches_stream_and_position(usdm: dict[str, Any]) -> None:
    order = usdm["fill_event"]["o"]
    assert order["S"] == "BUY"
    assert Decimal(order["L"]) > 0
    assert order["t"] in {trade["id"] for trade in usdm["trades"]}
    (position,) = usdm["position"]
    assert Decimal(position["positionAmt"]) == Decimal("0.01")
    (change,) = usdm["account_event"]["a"]["P"]
    assert change["s"] == "BTCUSDT"
    assert Decimal(change["pa"]) > 0


def test_usdm_position_is_flat_after_the_reduce_only_close(usdm: dict[str, Any]) -> None:
    assert usdm["closed"]["reduceOnly"] is True
    assert all(Decimal(entry["positionAmt"]) == 0 for entry in usdm["position_after"])
    realized = sum(Decimal(trade["realizedPnl"]) for trade in usdm["trades"])
    fees = sum(Decimal(trade["commission"]) for trade in usdm["trades"])
    before, after = (
        Decimal(usdm[name]["totalWalletBalance"]) for name in ("account", "account_after")
    )
    assert after - before == realized - fees
