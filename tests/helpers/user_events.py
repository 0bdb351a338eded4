"""Listen to the futures account as a client does: listen key, socket, events one by one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.helpers.practice_client import PracticeClient


@dataclass(frozen=True)
class UserEvents:
    """Receive user events in the order they come."""

    socket: ClientConnection

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind, passing over others."""
        while True:
            event: dict[str, Any] = json.loads(await self.socket.recv())
            if event["e"] == kind:
                return event


@asynccontextmanager
async def futures_events(client: PracticeClient) -> AsyncIterator[UserEvents]:
    """Listen while inside; leaving closes the socket, the listen key stays."""
    key = (await client.call("POST", "/fapi/v1/listenKey"))["listenKey"]
    async with client.stream(f"/private/ws?listenKey={key}") as socket:
        yield UserEvents(socket)
