from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from terminal_app.domain.credentials import Credentials, KeyType, credentials_from_text
from terminal_app.errors import ConfigurationError
from tests.helpers.shared import shared_json


def private_pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey, passphrase: str = "") -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    return pem.decode()


def test_a_word_is_an_hmac_secret() -> None:
    credentials = credentials_from_text(" abcKEY1 \n", "\tsecret2 ")
    assert credentials == Credentials("abcKEY1", "secret2", KeyType.HMAC)


@pytest.mark.parametrize("join", ["\n", " ", "\r\n", ""])
def test_an_ed25519_key_survives_what_a_text_field_does_to_its_lines(join: str) -> None:
    pem = private_pem(ed25519.Ed25519PrivateKey.generate())
    credentials = credentials_from_text("key", join.join(pem.splitlines()))
    assert credentials.key_type is KeyType.ED25519
    assert credentials.secret == pem
    serialization.load_pem_private_key(credentials.secret.encode(), password=None)


def test_the_published_keys_are_told_apart() -> None:
    texts = _texts(shared_json("fixtures/spot/vec_signatures.json"))
    pems = {value for value in texts if value.startswith("-----BEGIN")}
    assert pems
    kinds = set()
    for pem in pems:
        try:
            kinds.add(str(credentials_from_text("key", pem).key_type))
        except ConfigurationError as error:
            kinds.add(str(error).partition(",")[0])
    assert "ed25519" in kinds
    assert "hmac" not in kinds


def test_no_repr_shows_a_key() -> None:
    shown = repr(Credentials("my-api-key", "my-secret", KeyType.HMAC))
    assert "my-api-key" not in shown
    assert "my-secret" not in shown


def refused() -> dict[str, str]:
    small_rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    edwards = ed25519.Ed25519PrivateKey.generate()
    public = edwards.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "": "one word",
        "two words": "one word",
        "schlüssel": "one word",
        private_pem(small_rsa): "only HMAC secrets and Ed25519",
        public.decode(): "public key",
        private_pem(edwards, "passphrase"): "encrypted",
        private_pem(edwards)[:60]: "not whole",
        "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----": "not base64",
    }


@pytest.mark.parametrize(("secret", "reason"), refused().items(), ids=list(refused().values()))
def test_a_secret_that_cannot_be_used_is_refused_in_words(secret: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as caught:
        credentials_from_text("key", secret)
    assert not secret or secret not in str(caught.value)


@pytest.mark.parametrize("api_key", ["", "two words", "ключ"])
def test_an_api_key_is_one_word(api_key: str) -> None:
    with pytest.raises(ConfigurationError, match="API key"):
        credentials_from_text(api_key, "secret")


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []
