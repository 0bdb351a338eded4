"""A small client of the practice exchange that signs by the published rules."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from websockets.asyncio.client import ClientConnection, connect

LIMIT_S = 30.0


def now_ms() -> int:
    """Return the wall time."""
    return time.time_ns() // 1_000_000


def sign(secret: str, payload: str) -> str:
    """Return the HMAC-SHA-256 of a payload."""
    return hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


class PracticeClient:
    """Call REST and the WebSocket API of one market; `ready` is the line of the exchange."""

    def __init__(self, ready: Mapping[str, Any], market: str) -> None:
        self._key: str = ready["api_key"]
        self._secret: str = ready["api_secret"]
        self.ws_api_address: str = ready[f"{market}_ws_api"]
        self.stream_address: str = ready[f"{market}_stream"]
        self.http = httpx.AsyncClient(
            base_url=ready[f"{market}_rest"], trust_env=False, timeout=LIMIT_S
        )

    async def __aenter__(self) -> PracticeClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def get(self, path: str, **params: Any) -> Any:
        """Return the answer of a public call, which must succeed."""
        response = await self.http.get(path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    async def send(self, method: str, path: str, **params: Any) -> httpx.Response:
        """Return the response to a signed call."""
        query = urlencode({**params, "timestamp": params.get("timestamp", now_ms())})
        address = f"{path}?{query}&signature={sign(self._secret, query)}"
        return await self.http.request(method, address, headers={"X-MBX-APIKEY": self._key})

    async def call(self, method: str, path: str, **params: Any) -> Any:
        """Return the answer of a signed call, which must succeed."""
        response = await self.send(method, path, **params)
        assert response.status_code == 200, response.text
        return response.json()

    def signed(self, **params: Any) -> dict[str, Any]:
        """Return WebSocket API parameters with key, time and signature."""
        params = {"timestamp": now_ms(), **params, "apiKey": self._key}
        payload = "&".join(f"{name}={params[name]}" for name in sorted(params))
        return {**params, "signature": sign(self._secret, payload)}

    def stream(self, path: str) -> connect:
        """Return a stream connection, to be entered."""
        return connect(self.stream_address + path, proxy=None)

    def ws_api(self, suffix: str = "") -> connect:
        """Return a WebSocket API connection, to be entered."""
        return connect(self.ws_api_address + suffix, proxy=None)


_ids = itertools.count(1)


async def ask(socket: ClientConnection, method: str, params: Any = None) -> dict[str, Any]:
    """Send one request and return the reply with its id, passing over events."""
    request_id = next(_ids)
    request = {"id": request_id, "method": method}
    await socket.send(json.dumps(request if params is None else {**request, "params": params}))
    return await receive(socket, lambda message: message.get("id") == request_id)


async def receive(
    socket: ClientConnection, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Return the first message that is wanted."""
    while True:
        message = json.loads(await socket.recv())
        if isinstance(message, dict) and wanted(message):
            return message


async def subscribe(socket: ClientConnection, client: PracticeClient) -> None:
    """Let the account's events come over a socket of the spot WebSocket API."""
    reply = await ask(socket, "userDataStream.subscribe.signature", client.signed())
    assert reply["status"] == 200, reply
