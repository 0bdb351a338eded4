"""Every request is told with its answer, and no secret of it."""

from __future__ import annotations

import httpx

from terminal_app.venues.binance.audit import MOST_BYTES, Audit
from terminal_app.venues.binance.outcome import Answer
from terminal_app.venues.records import Exchanged, Heard

KEY = "canary-key-" + "k" * 50
SECRETS = (KEY, "cafebabe", "listen-canary")


def listening() -> tuple[Audit, list[Exchanged | Heard]]:
    """Return an audit and what it tells."""
    audit, told = Audit(KEY, 5000), list[Exchanged | Heard]()
    audit.records.listen(told.append)
    return audit, told


def test_nothing_is_told_before_anybody_listens() -> None:
    audit = Audit(KEY, 5000)
    audit.http("GET", "http://127.0.0.1/api/v3/time", httpx.ReadTimeout(""), 0.1)
    audit.heard(b"{}")
    assert audit.records.key_fingerprint not in KEY
    assert len(audit.records.key_fingerprint) == 8
    assert Audit("", 5000).records.key_fingerprint == ""


def test_requests_are_told_without_secrets() -> None:
    audit, told = listening()
    asked = "symbol=BTCUSDT&newClientOrderId=t1-a&timestamp=1&signature=cafebabe"
    answer = httpx.Response(200, text='{"listenKey": "listen-canary","orderId":7}')
    audit.http("POST", f"http://127.0.0.1/api/v3/order?{asked}", answer, 0.0015)
    audit.http("PUT", "http://127.0.0.1/x?listenKey=listen-canary", httpx.ReadTimeout(KEY), 1)
    params = {"apiKey": KEY, "newClientOrderId": "t1-b", "signature": "cafebabe"}
    audit.socket("order.place", params, Answer(200, b'{"orderId":8}'), 0.002)
    audit.socket("order.place", params, Answer(error=TimeoutError(KEY)), 12)
    audit.heard(b'{"e":"listenKeyExpired","listenKey":"listen-canary"}')
    assert told == [
        Exchanged(
            "rest",
            "POST /api/v3/order?symbol=BTCUSDT&newClientOrderId=t1-a&timestamp=1&signature=…",
            200,
            '{"listenKey":"…","orderId":7}',
            1500,
            "t1-a",
        ),
        Exchanged("rest", "PUT /x?listenKey=…", None, "ReadTimeout", 1_000_000),
        Exchanged(
            "socket",
            "order.place?apiKey=…&newClientOrderId=t1-b&signature=…",
            200,
            '{"orderId":8}',
            2000,
            "t1-b",
        ),
        Exchanged(
            "socket",
            "order.place?apiKey=…&newClientOrderId=t1-b&signature=…",
            None,
            "TimeoutError",
            12_000_000,
            "t1-b",
        ),
        Heard('{"e":"listenKeyExpired","listenKey":"…"}'),
    ]
    assert not any(secret in str(told) for secret in SECRETS)


def test_of_a_long_answer_the_length_is_told() -> None:
    audit, told = listening()
    long = "x" * (MOST_BYTES + 1)
    audit.http("GET", "http://127.0.0.1/api/v3/klines", httpx.Response(200, text=long), 0.1)
    (record,) = told
    assert isinstance(record, Exchanged)
    assert record.answer == f"{MOST_BYTES + 1} bytes"
