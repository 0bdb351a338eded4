"""API keys: of which kind a pasted secret is, and what is wrong with one that cannot be used."""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
from dataclasses import dataclass, field
from enum import StrEnum

from terminal_app.errors import ConfigurationError

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*)-----END \1-----", re.DOTALL)
# id-Ed25519 (RFC 8410) as it stands in the DER of a PKCS #8 private key.
_ED25519_OID = bytes.fromhex("06032b6570")


class KeyType(StrEnum):
    """Name how a key signs."""

    HMAC = "hmac"
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold an API key and its secret, neither of which shows in a repr."""

    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    key_type: KeyType = KeyType.HMAC


def credentials_from_text(api_key: str, secret: str) -> Credentials:
    """Build credentials from two pasted texts, told apart by the secret's form.

    A PEM whose lines a text field has joined is put in order again. Raises `ConfigurationError`
    with a sentence that never repeats the secret. Binance signs with HMAC-SHA-256 or Ed25519; its
    third type, RSA, is not taken: it is slower and too long for the Windows key store.
    """
    api_key, secret = api_key.strip(), secret.strip()
    if not _is_one_word(api_key):
        raise ConfigurationError("API key: must be one word of plain letters and digits.")
    if "-----" in secret:
        return Credentials(api_key, _ed25519_pem(secret), KeyType.ED25519)
    if not _is_one_word(secret):
        raise ConfigurationError(
            "Secret: must be one word of plain letters and digits, or an Ed25519 private key (PEM)."
        )
    return Credentials(api_key, secret, KeyType.HMAC)


def _is_one_word(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _ed25519_pem(text: str) -> str:
    match = _PEM.fullmatch(text)
    if match is None:
        raise ConfigurationError("Secret: the key file is not whole, paste it from BEGIN to END.")
    label, body = match.group(1), "".join(match.group(2).split())
    if "PUBLIC" in label:
        raise ConfigurationError("Secret: this is the public key, the private one is needed.")
    if "ENCRYPTED" in label:
        raise ConfigurationError("Secret: the key is encrypted, paste it without a passphrase.")
    try:
        der = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ConfigurationError("Secret: the key file is damaged, it is not base64.") from error
    if label != "PRIVATE KEY" or _ED25519_OID not in der[:16]:
        raise ConfigurationError("Secret: only HMAC secrets and Ed25519 private keys can be used.")
    lines = "\n".join(textwrap.wrap(body, 64))
    return f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n"
