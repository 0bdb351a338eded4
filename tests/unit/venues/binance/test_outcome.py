"""The table of what answers prove, line by line."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from terminal_app.domain.instrument import Market
from terminal_app.errors import NotConnected
from terminal_app.venues.base import OutcomeKind as Kind
from terminal_app.venues.binance.outcome import Answer, classify
from tests.helpers.shared import shared_json

SPOT, USDM = Market.SPOT, Market.USDM
_UNKNOWN_503 = "Unknown error, please check your request or try again later."
_INTERNAL_503 = "Internal error; unable to process your request. Please try again."
_THROTTLED = "Request throttled by system-level protection."


def _refusal(status: int, code: int, text: str = "no") -> Answer:
    return Answer(status, json.dumps({"code": code, "msg": text}).encode())


TABLE = [
    # answer, spot, usdm
    (Answer(200, b'{"orderId":1}'), Kind.OK, Kind.OK),
    (Answer(201, b'{"orderId":1}'), Kind.OK, Kind.OK),
    (Answer(200, b'{"orderId":"x"}'), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(200, b"{}"), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(200, b""), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(200, b"<html>log in</html>"), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(200, b'{"orderId":\xff}'), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(302, b""), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(302, b'{"code":-2010,"msg":"no"}'), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(400, -1013, "Filter failure: LOT_SIZE"), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -1021), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -1022), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -2010, "Account has insufficient balance"), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -2010, "Duplicate order sent."), Kind.EXISTS, Kind.REJECTED),
    (_refusal(400, -4116, "ClientOrderId is duplicated."), Kind.REJECTED, Kind.EXISTS),
    (_refusal(400, -2011), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -2013), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -2019), Kind.REJECTED, Kind.REJECTED),
    (_refusal(400, -5022), Kind.REJECTED, Kind.REJECTED),
    (_refusal(401, -2015), Kind.REJECTED, Kind.REJECTED),
    (_refusal(404, -1000), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(400, -1006), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(400, -1007), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(400, -1001), Kind.UNKNOWN, Kind.REJECTED),
    (_refusal(400, -1008), Kind.UNKNOWN, Kind.REJECTED),
    (_refusal(400, -1016), Kind.UNKNOWN, Kind.REJECTED),
    (_refusal(408, -1007), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(408, -2010), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(429, -1015), Kind.REJECTED, Kind.REJECTED),
    (_refusal(418, -1003), Kind.REJECTED, Kind.REJECTED),
    (Answer(403, b"<html>blocked</html>"), Kind.REJECTED, Kind.REJECTED),
    (Answer(429, b""), Kind.REJECTED, Kind.REJECTED),
    (Answer(418, b""), Kind.REJECTED, Kind.REJECTED),
    (Answer(407, b"proxy"), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(404, b"<html>"), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(500, -1000), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(500, b""), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(502, b"<html>"), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(503, -1000, _UNKNOWN_503), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(503, -1008, _THROTTLED), Kind.UNKNOWN, Kind.REJECTED),
    (_refusal(503, -1001, _INTERNAL_503), Kind.UNKNOWN, Kind.REJECTED),
    (_refusal(503, 0, "Service Unavailable."), Kind.UNKNOWN, Kind.REJECTED),
    (Answer(503, b"Service Unavailable."), Kind.UNKNOWN, Kind.REJECTED),
    (Answer(503, b""), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(500, -1008), Kind.UNKNOWN, Kind.UNKNOWN),
    (_refusal(504, -1001), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(101, b""), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=httpx.ConnectError("")), Kind.NOT_SENT, Kind.NOT_SENT),
    (Answer(error=httpx.ConnectTimeout("")), Kind.NOT_SENT, Kind.NOT_SENT),
    (Answer(error=httpx.PoolTimeout("")), Kind.NOT_SENT, Kind.NOT_SENT),
    (Answer(error=httpx.InvalidURL("")), Kind.NOT_SENT, Kind.NOT_SENT),
    (Answer(error=httpx.LocalProtocolError("")), Kind.NOT_SENT, Kind.NOT_SENT),
    (Answer(error=NotConnected("the clock is not known")), Kind.NOT_SENT, Kind.NOT_SENT),
    (Answer(error=httpx.ReadTimeout("")), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=httpx.WriteTimeout("")), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=httpx.ReadError("")), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=httpx.WriteError("")), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=httpx.RemoteProtocolError("")), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=asyncio.CancelledError()), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(error=RuntimeError("anything else")), Kind.UNKNOWN, Kind.UNKNOWN),
    (Answer(), Kind.UNKNOWN, Kind.UNKNOWN),
]


@pytest.mark.parametrize(("answer", "spot", "usdm"), TABLE)
def test_table(answer: Answer, spot: Kind, usdm: Kind) -> None:
    assert classify(SPOT, answer).kind is spot
    assert classify(USDM, answer).kind is usdm


def test_the_venues_own_words_are_kept() -> None:
    found = classify(SPOT, _refusal(400, -2010, "Account has insufficient balance"))
    assert (found.code, found.message) == (-2010, "Account has insufficient balance")


def test_what_was_not_sent_says_why() -> None:
    found = classify(SPOT, Answer(error=NotConnected("Nothing was sent: no clock")))
    assert found.message == "Nothing was sent: no clock"


def test_no_real_refusal_counts_as_success() -> None:
    rows = shared_json("data/payloads/errors_real.json")
    assert rows
    for row in rows:
        body = row.get("body") or {"code": row.get("code"), "msg": row.get("body_msg_only")}
        answer = Answer(row.get("http") or 400, json.dumps(body).encode())
        for market in Market:
            assert classify(market, answer).kind is not Kind.OK, row
