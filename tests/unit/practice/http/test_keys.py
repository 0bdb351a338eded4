"""Keys of three types, checked by the published and recomputed signatures."""

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from terminal_app.practice.http.keys import KeyMaterialError, KeyType, make_verifier
from tests.helpers.shared import shared_json


def public_pem(private_pem: str) -> str:
    """Return the public half of a private key."""
    public_key = load_pem_private_key(private_pem.encode(), None).public_key()
    return public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(("key_type", "least"), [(KeyType.RSA, 3), (KeyType.ED25519, 4)])
def test_vectors_of_public_keys(key_type: KeyType, least: int) -> None:
    rows = [
        row
        for row in shared_json("fixtures/spot/vec_signatures.json")["vectors"]
        if row["keyType"].upper() == key_type and row["privateKeyPem"] and row["verified"]
    ]
    assert len(rows) >= least
    for row in rows:
        verifier = make_verifier(key_type, public_pem(row["privateKeyPem"]))
        payload = row["payload"].encode()
        assert verifier.verify(payload, row["signature"]), row["id"]
        assert not verifier.verify(payload + b"0", row["signature"]), row["id"]
        assert not verifier.verify(payload, row["signature"].lower()), row["id"]
        assert not verifier.verify(payload, "not base64!"), row["id"]


def test_what_is_no_key() -> None:
    ed25519 = shared_json("fixtures/spot/vec_signatures.json")["sampleKeysWithoutPayload"]
    for key_type, material in (
        (KeyType.HMAC, ""),
        (KeyType.RSA, "no PEM"),
        (KeyType.RSA, ed25519["ed25519PublicKeyPem"]),
        (KeyType.ED25519, ed25519["rsaPublicKeyPem"]),
    ):
        with pytest.raises(KeyMaterialError):
            make_verifier(key_type, material)
