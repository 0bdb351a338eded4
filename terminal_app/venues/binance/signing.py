"""Sign requests. The two payloads differ: REST signs encoded text, the WebSocket API raw text."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Protocol
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from terminal_app.domain.credentials import Credentials, KeyType
from terminal_app.errors import ConfigurationError

Params = Iterable[tuple[str, str]]


class Signer(Protocol):
    """Sign payloads with one API key."""

    @property
    def api_key(self) -> str:
        """Return the public half."""

    def sign(self, payload: str) -> str:
        """Return the signature of a payload, before any encoding for a URL."""


class HmacSigner:
    """Sign with HMAC-SHA-256; signatures are hexadecimal."""

    def __init__(self, api_key: str, secret: str) -> None:
        self.api_key = api_key
        # The key is hashed once; every signature goes on from there.
        self._begun = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def sign(self, payload: str) -> str:
        """Return the signature of a payload."""
        signature = self._begun.copy()
        signature.update(payload.encode())
        return signature.hexdigest()


class Ed25519Signer:
    """Sign with Ed25519; signatures are base64."""

    def __init__(self, api_key: str, private_key: Ed25519PrivateKey) -> None:
        self.api_key = api_key
        self._private_key = private_key

    def sign(self, payload: str) -> str:
        """Return the signature of a payload."""
        return base64.b64encode(self._private_key.sign(payload.encode())).decode()


def signer_for(credentials: Credentials) -> Signer:
    """Return what signs with a key; the secret is a text (HMAC) or a PEM (Ed25519)."""
    if credentials.key_type is KeyType.HMAC:
        return HmacSigner(credentials.api_key, credentials.secret)
    # The text of the secret must not travel in an exception: only the kind of failure is told.
    try:
        key = load_pem_private_key(credentials.secret.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError("The private key is not an unencrypted Ed25519 key in PKCS#8.")
    return Ed25519Signer(credentials.api_key, key)


def rest_query(params: Params) -> str:
    """Return parameters percent-encoded as they are signed and sent."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params)


def signed_query(signer: Signer, params: Params) -> str:
    """Return a query that ends in its signature; send exactly these bytes.

    Source: Binance, request security: percent-encode first, then sign, signature last.
    """
    query = rest_query(params)
    return f"{query}&signature={quote(signer.sign(query), safe='')}"


def websocket_payload(params: Mapping[str, str | int]) -> str:
    """Return what the WebSocket API signs: sorted by name, values raw, nothing encoded."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params))


def signed_params(signer: Signer, params: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return the parameters of a WebSocket API request with key and signature."""
    whole = {**params, "apiKey": signer.api_key}
    return {**whole, "signature": signer.sign(websocket_payload(whole))}
