"""The keys of the practice account and the token of its control face."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec

from terminal_app.practice.http.keys import ApiKey, KeyMaterialError, KeyType, make_verifier


class CredentialsError(ValueError):
    """Say what is wrong with a credentials file."""


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """Describe one more key; `material` is an HMAC secret or a public key in PEM.

    No `addresses` means that it may be used from anywhere.
    """

    api_key: str
    key_type: KeyType
    material: str
    may_read: bool = True
    may_trade: bool = True
    may_withdraw: bool = False
    addresses: tuple[str, ...] = ()

    def to_api_key(self) -> ApiKey:
        """Return the key as the exchange checks it; KeyMaterialError when it is unusable."""
        if not self.api_key or not self.api_key.isascii() or not self.api_key.isalnum():
            raise KeyMaterialError("an API key must consist of letters and digits")
        return ApiKey(
            self.api_key,
            self.key_type,
            make_verifier(self.key_type, self.material),
            self.may_read,
            self.may_trade,
            self.may_withdraw,
            frozenset(self.addresses),
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold what a client needs to trade and to control this exchange.

    `keys` are further keys, registered by hand in the credentials file.
    """

    api_key: str
    api_secret: str
    control_token: str
    keys: tuple[RegisteredKey, ...] = ()

    def all_keys(self) -> list[ApiKey]:
        """Return every key as the exchange checks it; KeyMaterialError names a bad one."""
        own = RegisteredKey(self.api_key, KeyType.HMAC, self.api_secret)
        return [key.to_api_key() for key in (own, *self.keys)]


def make_credentials() -> Credentials:
    """Return fresh random credentials."""
    return Credentials(secrets.token_hex(32), secrets.token_hex(32), secrets.token_hex(32))


def keep_credentials(path: Path) -> Credentials:
    """Read the credentials of an earlier run, or create the file, readable by its owner alone."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _create(path)
    except OSError as error:
        raise CredentialsError(f"cannot be read: {error.strerror}") from None
    try:
        credentials = msgspec.json.decode(data, type=Credentials)
    except msgspec.MsgspecError as error:
        raise CredentialsError(f"is not a credentials file: {error}") from None
    if not all((credentials.api_key, credentials.api_secret, credentials.control_token)):
        raise CredentialsError("is not a credentials file: a value is empty")
    try:
        credentials.all_keys()
    except KeyMaterialError as error:
        raise CredentialsError(f"holds a bad key: {error}") from None
    return credentials


def _create(path: Path) -> Credentials:
    credentials = make_credentials()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CredentialsError(f"cannot be created: {error.strerror}") from None
    written = {
        "api_key": credentials.api_key,
        "api_secret": credentials.api_secret,
        "control_token": credentials.control_token,
    }
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(written))
    return credentials
