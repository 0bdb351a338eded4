"""Write down what is asked and answered, and never a secret of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
import msgspec

from terminal_app.venues.binance.outcome import Answer
from terminal_app.venues.records import Exchanged, Heard, Records

# Of longer answers, which are lists of the market, only the length is told: they would take the
# loop's time and the disk's room.
MOST_BYTES = 4096
_SECRETS = "signature|listenKey|apiKey"
_IN_QUERY = re.compile(rf"\b({_SECRETS})=[^&\s]*")
_IN_JSON = re.compile(rf'"({_SECRETS})"\s*:\s*"[^"]*"')
_OUR_NAME = re.compile(r"\b(?:newClientOrderId|origClientOrderId|clientAlgoId)=([^&\s]+)")


class Audit:
    """Tell ``records`` of every request with its answer, and of every account event."""

    def __init__(self, api_key: str, receive_window_ms: int) -> None:
        fingerprint = hashlib.sha256(api_key.encode()).hexdigest()[:8] if api_key else ""
        self.records = Records(fingerprint, receive_window_ms)

    def http(
        self, method: str, address: str, response: httpx.Response | Exception, seconds: float
    ) -> None:
        """Take a request over HTTP and what came of it."""
        if not self.records.are_kept:
            return
        parts = urlsplit(address)
        asked = f"{method} {parts.path}" + (f"?{parts.query}" if parts.query else "")
        if isinstance(response, Exception):
            self._tell("rest", asked, None, type(response).__name__, seconds)
        else:
            self._tell("rest", asked, response.status_code, _text(response.content), seconds)

    def socket(
        self, method: str, params: Mapping[str, str | int], answer: Answer, seconds: float
    ) -> None:
        """Take a request over the WebSocket API and what came of it."""
        if not self.records.are_kept:
            return
        asked = f"{method}?" + "&".join(f"{name}={value}" for name, value in params.items())
        told = type(answer.error).__name__ if answer.error is not None else _text(answer.body)
        self._tell("socket", asked, answer.status, told, seconds)

    def heard(self, event: bytes | msgspec.Raw) -> None:
        """Take an account event, before anything is done with it."""
        if self.records.are_kept:
            self.records.tell(Heard(without_secrets(bytes(event).decode("utf-8", "replace"))))

    def _tell(self, way: str, asked: str, status: int | None, told: str, seconds: float) -> None:
        name = _OUR_NAME.search(asked)
        self.records.tell(
            Exchanged(
                way,
                without_secrets(asked),
                status,
                without_secrets(told),
                round(seconds * 1e6),
                name.group(1) if name is not None else "",
            )
        )


def without_secrets(text: str) -> str:
    """Return a query or JSON with signatures, keys and listen keys taken out."""
    return _IN_JSON.sub(r'"\1":"…"', _IN_QUERY.sub(r"\1=…", text))


def _text(answer: bytes) -> str:
    if len(answer) > MOST_BYTES:
        return f"{len(answer)} bytes"
    return answer.decode("utf-8", "replace")
