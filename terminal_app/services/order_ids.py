"""Client order ids: ours are told from others by their prefix and never used twice."""

from __future__ import annotations

import secrets

PREFIX = "t1"
# Every byte becomes one of 32 characters, each of them as likely as the others.
_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8


def random_text(length: int) -> str:
    """Return random lower-case letters and digits."""
    return secrets.token_bytes(length).translate(_CHARACTERS).decode()


class ClientOrderIds:
    """Make client order ids: prefix, run, counter, random. At most 36 of Binance's characters."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._count = 0

    def next(self) -> str:
        """Return an id that was never used."""
        self._count += 1
        return f"{PREFIX}-{self._run_id}-{self._count:06d}-{random_text(10)}"


def is_ours(client_order_id: str) -> bool:
    """Say whether a terminal of this kind made the id."""
    return client_order_id.startswith(f"{PREFIX}-")
