"""API keys: how their signatures are checked and what they may do."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

_RSA_BITS: Final = range(2_048, 4_097)


class KeyMaterialError(ValueError):
    """Say what is wrong with a key that someone wants to register."""


class KeyType(StrEnum):
    """Name the three kinds of keys (Binance spot, API key types)."""

    HMAC = "HMAC"
    RSA = "RSA"
    ED25519 = "ED25519"


class Verifier(Protocol):
    """Tell whether a signature belongs to a payload."""

    def verify(self, payload: bytes, signature: str) -> bool: ...


class HmacVerifier:
    """Check HMAC-SHA-256 signatures in hexadecimal, upper or lower case."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def verify(self, payload: bytes, signature: str) -> bool:
        """Compare in constant time."""
        expected = hmac.new(self._secret, payload, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.lower().encode())


class RsaVerifier:
    """Check RSASSA-PKCS1-v1_5 signatures over SHA-256 in base64."""

    def __init__(self, public_key: RSAPublicKey) -> None:
        self._public_key = public_key

    def verify(self, payload: bytes, signature: str) -> bool:
        """Tell whether the signature was made with the private key."""
        try:
            self._public_key.verify(_from_base64(signature), payload, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


class Ed25519Verifier:
    """Check Ed25519 signatures in base64."""

    def __init__(self, public_key: Ed25519PublicKey) -> None:
        self._public_key = public_key

    def verify(self, payload: bytes, signature: str) -> bool:
        """Tell whether the signature was made with the private key."""
        try:
            self._public_key.verify(_from_base64(signature), payload)
        except InvalidSignature:
            return False
        return True


def make_verifier(key_type: KeyType, material: str) -> Verifier:
    """Return the verifier for an HMAC secret or a public key in PEM; else KeyMaterialError."""
    if key_type is KeyType.HMAC:
        if not material:
            raise KeyMaterialError("an HMAC key needs a secret")
        return HmacVerifier(material)
    try:
        public_key = load_pem_public_key(material.encode())
    except ValueError:
        raise KeyMaterialError("the public key must be PEM text") from None
    match public_key:
        case RSAPublicKey() if key_type is KeyType.RSA:
            if public_key.key_size not in _RSA_BITS:
                raise KeyMaterialError("an RSA key must have 2048 to 4096 bits")
            return RsaVerifier(public_key)
        case Ed25519PublicKey() if key_type is KeyType.ED25519:
            return Ed25519Verifier(public_key)
        case _:
            raise KeyMaterialError(f"the public key is not of the type {key_type}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Hold one key of the account; no `addresses` means that it may be used from anywhere."""

    api_key: str
    key_type: KeyType
    verifier: Verifier
    may_read: bool = True
    may_trade: bool = True
    may_withdraw: bool = False
    addresses: frozenset[str] = frozenset()


class KeyRing:
    """Keep the account's keys; who watches hears of each one that is taken away."""

    def __init__(self, keys: Iterable[ApiKey] = ()) -> None:
        self._keys = {key.api_key: key for key in keys}
        self._watchers: dict[Callable[[str], None], None] = {}

    def get(self, api_key: str) -> ApiKey | None:
        """Return a key, None for an unknown one."""
        return self._keys.get(api_key)

    def all(self) -> tuple[ApiKey, ...]:
        """Return every key in the order of registration."""
        return tuple(self._keys.values())

    def add(self, key: ApiKey) -> None:
        """Register a key, in place of one of the same name."""
        self._keys[key.api_key] = key

    def remove(self, api_key: str) -> bool:
        """Take a key away and tell who watches; False when there is none."""
        if self._keys.pop(api_key, None) is None:
            return False
        for watcher in tuple(self._watchers):
            watcher(api_key)
        return True

    def watch(self, watcher: Callable[[str], None]) -> None:
        """Call `watcher` with the name of each key that is taken away."""
        self._watchers[watcher] = None

    def unwatch(self, watcher: Callable[[str], None]) -> None:
        """Stop calling `watcher`."""
        self._watchers.pop(watcher, None)


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidSignature from None
