"""Keys, signatures and timestamps."""

import hashlib
import hmac
from typing import Any

import pytest

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.auth import Authenticator, Caller, rest_payload, ws_api_payload
from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.http.keys import ApiKey, HmacVerifier, KeyRing, KeyType
from terminal_app.practice.http.params import Parameters
from tests.helpers.shared import shared_json

NOW_MS = 1_700_000_000_000
KEY = "k" * 64
SECRET = "s" * 64


def test_published_spot_vectors() -> None:
    vectors = shared_json("fixtures/spot/vec_signatures.json")["vectors"]
    hmac_vectors = [row for row in vectors if row["keyType"] == "HMAC"]
    assert len(hmac_vectors) >= 5
    for row in hmac_vectors:
        verifier = HmacVerifier(row["secretKey"])
        assert verifier.verify(row["payload"].encode(), row["signature"]), row["id"]
        assert verifier.verify(row["payload"].encode(), row["signature"].upper()), row["id"]
        assert not verifier.verify(row["payload"].encode() + b"0", row["signature"]), row["id"]


def test_published_futures_vectors() -> None:
    vectors = shared_json("fixtures/futures/vectors_hmac.json")
    verifier = HmacVerifier(vectors["secret"])
    for case in vectors["cases"]:
        assert verifier.verify(case["payload"].encode(), case["signature"]), case["name"]
        if "query" in case:
            signed = f"{case['body']}&signature={case['signature']}"
            assert rest_payload(case["query"], signed).decode() == case["payload"]
        if "params" in case:
            values = {name: str(value) for name, value in case["params"].items()}
            assert ws_api_payload(values).decode() == case["payload"]


@pytest.mark.parametrize(
    ("query", "body", "payload"),
    [
        ("a=1&signature=x", "", "a=1"),
        ("a=1", "b=2&signature=x", "a=1b=2"),
        ("a=1&signature=x", "b=2", "a=1b=2"),
        ("signature=x", "", ""),
        ("signature=x&a=1", "", "signature=x&a=1"),
        ("mysignature=x", "", "mysignature=x"),
    ],
)
def test_payload_is_what_was_sent_without_the_signature_at_its_end(
    query: str, body: str, payload: str
) -> None:
    assert rest_payload(query, body) == payload.encode()


def check(**changes: Any) -> None:
    values = {"timestamp": str(NOW_MS), "signature": ""} | changes
    api_key = values.pop("api_key", KEY)
    payload = b"payload"
    if not values["signature"]:
        values["signature"] = _sign(payload)
    keys = KeyRing([ApiKey(KEY, KeyType.HMAC, HmacVerifier(SECRET))])
    authenticator = Authenticator(keys, lambda: NOW_MS)
    authenticator.check(Security.TRADE, Caller(api_key), Parameters(values), payload)


def _sign(payload: bytes) -> str:
    return hmac.new(SECRET.encode(), payload, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"timestamp": str(NOW_MS + 999)},
        {"timestamp": str(NOW_MS - 5_000)},
        {"timestamp": f"{NOW_MS}123"},
        {"timestamp": str(NOW_MS - 60_000), "recvWindow": "60000"},
        {"recvWindow": "6000.346"},
        {"timestamp": f"{NOW_MS - 5_000}000"},
    ],
)
def test_accepted(changes: dict[str, str]) -> None:
    check(**changes)


@pytest.mark.parametrize(
    ("changes", "code", "http_status", "text"),
    [
        ({"api_key": None}, -2014, 401, "API-key format invalid."),
        ({"api_key": "a key"}, -2014, 401, "API-key format invalid."),
        ({"api_key": "o" * 64}, -2015, 401, "Invalid API-key, IP, or permissions for action."),
        ({"signature": "00"}, -1022, 400, "Signature for this request is not valid."),
        ({"signature": "\u00e9"}, -1022, 400, "Signature for this request is not valid."),
        (
            {"timestamp": str(NOW_MS + 1_000)},
            -1021,
            400,
            "Timestamp for this request was 1000ms ahead of the server's time.",
        ),
        (
            {"timestamp": str(NOW_MS - 5_001)},
            -1021,
            400,
            "Timestamp for this request is outside of the recvWindow.",
        ),
        ({"recvWindow": "60001"}, -1131, 400, "recvWindow must be less than 60000."),
        ({"recvWindow": "5000.1234"}, -1100, 400, "Illegal characters found in parameter"),
        (
            {"timestamp": f"{NOW_MS - 5_001}999"},
            -1021,
            400,
            "Timestamp for this request is outside of the recvWindow.",
        ),
        ({"timestamp": ""}, -1102, 400, "Mandatory parameter 'timestamp' was not sent"),
    ],
)
def test_refused(changes: dict[str, Any], code: int, http_status: int, text: str) -> None:
    with pytest.raises(ExchangeError) as refusal:
        check(**changes)
    assert refusal.value.code == code
    assert refusal.value.http_status == http_status
    assert refusal.value.message.startswith(text)


@pytest.mark.parametrize(
    ("security", "may_read", "may_trade", "is_permitted"),
    [
        (Security.SIGNED, True, False, True),
        (Security.TRADE, True, False, False),
        (Security.SIGNED, False, True, False),
        (Security.TRADE, False, True, True),
        (Security.KEY, False, False, True),
    ],
)
def test_rights(security: Security, may_read: bool, may_trade: bool, is_permitted: bool) -> None:
    key = ApiKey(KEY, KeyType.HMAC, HmacVerifier(SECRET), may_read, may_trade)
    authenticator = Authenticator(KeyRing([key]), lambda: NOW_MS)
    parameters = Parameters({"timestamp": str(NOW_MS), "signature": _sign(b"payload")})
    if is_permitted:
        authenticator.check(security, Caller(KEY), parameters, b"payload")
        return
    with pytest.raises(ExchangeError) as refusal:
        authenticator.check(security, Caller(KEY), parameters, b"payload")
    assert (refusal.value.code, refusal.value.http_status) == (-2015, 401)


def test_a_key_may_be_bound_to_addresses() -> None:
    key = ApiKey(KEY, KeyType.HMAC, HmacVerifier(SECRET), addresses=frozenset({"127.0.0.2"}))
    authenticator = Authenticator(KeyRing([key]), lambda: NOW_MS)
    authenticator.check(Security.KEY, Caller(KEY, "127.0.0.2"), Parameters({}), b"")
    with pytest.raises(ExchangeError) as refusal:
        authenticator.check(Security.KEY, Caller(KEY, "127.0.0.1"), Parameters({}), b"")
    assert refusal.value.code == -2015


def test_a_request_can_become_late_on_its_way() -> None:
    now_ms = NOW_MS
    authenticator = Authenticator(KeyRing(), lambda: now_ms)
    parameters = Parameters({"timestamp": str(NOW_MS), "recvWindow": "100.5"})
    now_ms = NOW_MS + 100
    assert not authenticator.is_late(parameters)
    now_ms = NOW_MS + 101
    assert authenticator.is_late(parameters)
