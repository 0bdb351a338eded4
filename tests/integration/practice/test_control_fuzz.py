"""Bad control calls are refused by name; none of them breaks the exchange."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import httpx

from tests.helpers.practice import PracticeProcess

# call: the fields it may have
CALLS: dict[str, list[str]] = {
    "deposit": ["market", "asset", "amount"],
    "withdraw": ["market", "asset", "amount"],
    "transfer": ["from", "to", "asset", "amount"],
    "seek": ["time"],
    "seed": ["seed"],
    "regime": ["regime"],
    "step": ["ms"],
    "speed": ["speed"],
    "clock": ["offset"],
    "symbol": ["market", "symbol", "status", "tickSize", "stepSize", "minNotional"],
    "faults": ["hook", "market", "path", "count", "probability", "seconds", "set", "drop"],
    "faults/seed": ["seed"],
    "latency": ["request", "engine", "reply", "stream"],
    "sockets": ["action", "market", "code", "reason"],
    "keys": ["apiKey", "type", "secret", "publicKey", "ips", "read"],
    "ban": ["market", "seconds"],
    "lag": ["market", "orders", "snapshots"],
    "snapshot": ["name"],
    "restore": ["name", "data"],
    "actor/order": ["market", "from", "symbol", "side", "type", "quantity", "price"],
    "actor/cancel": ["market", "symbol", "orderId", "origClientOrderId"],
    "actor/leverage": ["symbol", "leverage"],
    "actor/margin-type": ["symbol", "marginType"],
    "actor/position-mode": ["dualSidePosition"],
    "actor/request": ["market", "path", "method", "params"],
    "actor/liquidate": ["symbol", "positionSide"],
    "actor/deleverage": ["symbol", "positionSide", "quantity"],
    "actor/admin-cancel": ["market", "symbol", "orderId"],
    "actor/funding": ["symbol"],
    "actor/expire-listen-key": [],
}
# field: a value that is often right
RIGHT: dict[str, Any] = {
    "market": "futures",
    "symbol": "BTCUSDT",
    "asset": "USDT",
    "amount": "0.5",
    "from": "spot",
    "to": "futures",
    "side": "BUY",
    "type": "MARKET",
    "quantity": "0.01",
    "path": "/fapi/v1/order",
    "method": "POST",
    "hook": "reply.edit",
    "action": "release",
    "status": "TRADING",
}
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    10**40,
    "",
    "spot",
    "futures",
    "BTCUSDT",
    "USDT",
    "0.5",
    "-1e999999",
    "NaN",
    "\ud800",
    "\x00",
    "x" * 2_000,
    [],
    [[]],
    {},
    {"symbol": []},
)
REQUESTS = 500


def value(draw: Random, name: str) -> Any:
    return RIGHT[name] if name in RIGHT and draw.random() < 0.7 else draw.choice(VALUES)


def test_random_calls_are_answered_or_refused() -> None:
    draw = Random(20_261_121)
    with PracticeProcess(symbols=2) as practice:
        headers = {"X-Control-Token": practice.ready["control_token"]}
        address = f"{practice.ready['control']}/control/"
        with httpx.Client(headers=headers, trust_env=False, timeout=20) as client:
            for _ in range(REQUESTS):
                call, names = draw.choice(tuple(CALLS.items()))
                values = {name: value(draw, name) for name in names if draw.random() < 0.9}
                body = json.dumps(values)
                if draw.random() < 0.1:
                    body = body[: draw.randrange(len(body))]
                response = client.post(address + call, content=body.encode())
                assert response.status_code < 500, (call, body, response.text)
                if response.status_code != 200:
                    assert set(response.json()) >= {"code", "msg"}
            assert client.get(address + "status").status_code == 200
        assert practice.stop() == ""
