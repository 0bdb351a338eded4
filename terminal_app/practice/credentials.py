"""The key of the practice account and the token of its control face."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec


class CredentialsError(ValueError):
    """Say what is wrong with a credentials file."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold what a client needs to trade and to control this exchange."""

    api_key: str
    api_secret: str
    control_token: str


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
    return credentials


def _create(path: Path) -> Credentials:
    credentials = make_credentials()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CredentialsError(f"cannot be created: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(credentials))
    return credentials
