"""Signatures equal the published and derived ones, and secrets stay where they are."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from terminal_app.domain.credentials import Credentials, KeyType
from terminal_app.errors import ConfigurationError
from terminal_app.venues.binance.signing import (
    rest_query,
    signed_params,
    signed_query,
    signer_for,
    websocket_payload,
)
from tests.helpers.shared import shared_json

SPOT_VECTORS = "fixtures/spot/vec_signatures.json"
FUTURES_VECTORS = "fixtures/futures/vectors_hmac.json"


def _credentials(vector: dict[str, Any]) -> Credentials | None:
    if vector["keyType"] == "HMAC" and vector["secretKey"]:
        return Credentials(vector["apiKey"], vector["secretKey"])
    if vector["keyType"] == "ED25519" and vector["privateKeyPem"]:
        return Credentials(vector["apiKey"], vector["privateKeyPem"], KeyType.ED25519)
    return None


def test_every_spot_vector_with_a_known_key_is_met() -> None:
    vectors = shared_json(SPOT_VECTORS)["vectors"]
    checked = set()
    for vector in vectors:
        key_type = vector["keyType"].upper()
        credentials = _credentials({**vector, "keyType": key_type})
        if credentials is None:
            continue
        assert signer_for(credentials).sign(vector["payload"]) == vector["signature"], vector["id"]
        checked.add((key_type, vector["api"]))
    assert ("HMAC", "REST") in checked
    assert ("HMAC", "WS-API") in checked
    assert ("ED25519", "REST") in checked
    assert ("ED25519", "WS-API") in checked


def test_every_futures_vector_is_met() -> None:
    vectors = shared_json(FUTURES_VECTORS)
    signer = signer_for(Credentials(vectors["apiKey"], vectors["secret"]))
    for case in vectors["cases"]:
        assert signer.sign(case["payload"]) == case["signature"], case["name"]


def test_websocket_payload_is_sorted_and_raw() -> None:
    case = shared_json(FUTURES_VECTORS)["cases"][-1]
    assert websocket_payload(case["params"]) == case["payload"]


def test_signed_params_hold_key_and_signature_over_all_others() -> None:
    vectors = shared_json(FUTURES_VECTORS)
    signer = signer_for(Credentials(vectors["apiKey"], vectors["secret"]))
    case = vectors["cases"][-1]
    params = {name: value for name, value in case["params"].items() if name != "apiKey"}
    signed = signed_params(signer, params)
    assert signed["apiKey"] == vectors["apiKey"]
    assert signed["signature"] == case["signature"]


def test_rest_encodes_before_it_signs() -> None:
    params = [("symbol", "测试USDT"), ("side", "BUY"), ("type", "MARKET"), ("quantity", "1")]
    vectors = shared_json(FUTURES_VECTORS)
    signer = signer_for(Credentials(vectors["apiKey"], vectors["secret"]))
    query = signed_query(signer, [*params, ("timestamp", "1591702613943")])
    case = vectors["cases"][2]
    assert query == f"{case['payload']}&signature={case['signature']}"


def test_reserved_characters_are_encoded() -> None:
    assert rest_query([("symbols", '["A B","C&D"]')]) == "symbols=%5B%22A%20B%22%2C%22C%26D%22%5D"


def test_base64_signature_is_encoded_for_the_address() -> None:
    vectors = shared_json(SPOT_VECTORS)["vectors"]
    vector = next(v for v in vectors if v["id"] == "derived_rest_ed25519_ascii")
    signer = signer_for(Credentials(vector["apiKey"], vector["privateKeyPem"], KeyType.ED25519))
    pairs = [tuple(part.split("=", 1)) for part in vector["payload"].split("&")]
    signature = signed_query(signer, [(name, value) for name, value in pairs]).rpartition("=")[2]
    assert "/" not in signature
    assert "+" not in signature
    assert signature.endswith("%3D%3D")


@pytest.mark.parametrize("key_type", list(KeyType))
def test_a_secret_never_shows(key_type: KeyType, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    credentials = Credentials("public", "very-secret-text", key_type)
    texts = [repr(credentials), str(credentials)]
    try:
        texts.append(repr(signer_for(credentials)))
    except ConfigurationError as error:
        texts += [str(error), error.detail, repr(error), repr(error.__cause__)]
    texts.append(caplog.text)
    assert not [text for text in texts if "very-secret-text" in text]


def test_a_private_key_of_another_kind_is_refused_in_words() -> None:
    vectors = shared_json(SPOT_VECTORS)["vectors"]
    rsa = next(v for v in vectors if v["keyType"] == "RSA" and v["privateKeyPem"])
    with pytest.raises(ConfigurationError, match="not an unencrypted Ed25519 key"):
        signer_for(Credentials("public", rsa["privateKeyPem"], KeyType.ED25519))
