"""20,000 mutated requests and frames: no error of the exchange's own making, nothing in its log."""

from __future__ import annotations

import asyncio
import importlib
import json
import pkgutil
from collections import Counter
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from yarl import URL

import terminal_app.practice.rest
from terminal_app.practice.ws_api import spot, usdm
from tests.helpers.mutations import Mutator
from tests.helpers.practice import PracticeProcess

REQUESTS = 6_000  # on each market, and as many frames less 2,000: 20,000 in all
FRAMES = 4_000
WORKERS = 6
SEED = 20_261_121


def calls_of(root: str) -> list[tuple[str, str]]:
    """Return (method, path) of every REST call of a market, from the tables themselves."""
    found: set[tuple[str, str]] = set()
    for module in pkgutil.iter_modules(terminal_app.practice.rest.__path__):
        names = vars(importlib.import_module(f"terminal_app.practice.rest.{module.name}"))
        for name, table in names.items():
            if name.endswith("ENDPOINTS"):
                found.update(key for key in table if key[1].startswith(root))
    return sorted(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("market", "roots", "methods"),
    [("spot", ("/api/",), spot.METHODS), ("futures", ("/fapi/", "/futures/"), usdm.METHODS)],
)
async def test_nothing_a_client_sends_breaks_the_exchange(
    market: str, roots: tuple[str, ...], methods: dict[str, Any]
) -> None:
    calls = [call for root in roots for call in calls_of(root)]
    assert len(calls) > 20
    with PracticeProcess(limit_factor=100_000) as practice:
        ready = practice.ready
        statuses = await send_requests(ready, ready[f"{market}_rest"], calls)
        answers = await send_frames(ready, ready[f"{market}_ws_api"], sorted(methods))
        async with aiohttp.ClientSession() as session:
            path = "/api/v3/ping" if market == "spot" else "/fapi/v1/ping"
            assert (await session.get(ready[f"{market}_rest"] + path)).status == 200
        assert practice.stop() == ""
    assert not {status for status in statuses if status >= 500}, statuses
    assert not {status for status in answers if status >= 500}, answers
    # The mutations are mild enough to reach the handlers behind the checks.
    assert statuses[200] > REQUESTS / 50
    assert answers[200] > FRAMES / 50


async def send_requests(
    ready: dict[str, Any], base: str, calls: list[tuple[str, str]]
) -> Counter[int]:
    """Send every request from a few connections and count the statuses."""
    mutator = Mutator(SEED, ready["api_key"], ready["api_secret"])
    requests = iter([mutator.rest_request(calls) for _ in range(REQUESTS)])
    statuses: Counter[int] = Counter()

    async def work(session: aiohttp.ClientSession) -> None:
        for request in requests:
            address = URL(base + request.target, encoded=True)
            headers = {"Content-Type": "application/x-www-form-urlencoded", **request.headers}
            async with session.request(
                request.method, address, data=request.body, headers=headers
            ) as response:
                statuses[response.status] += 1
                assert "Internal error" not in await response.text(), request

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as workers:
        for _ in range(WORKERS):
            workers.create_task(work(session))
    return statuses


async def send_frames(ready: dict[str, Any], address: str, methods: list[str]) -> Counter[int]:
    """Send every frame, opening the socket anew when it was closed, and count the statuses."""
    mutator = Mutator(SEED + 1, ready["api_key"], ready["api_secret"])
    frames = iter([mutator.frame(methods) for _ in range(FRAMES)])
    statuses: Counter[int] = Counter()
    left = FRAMES
    while left:
        async with connect(address, proxy=None) as socket:
            try:
                for frame in frames:
                    left -= 1
                    await socket.send(frame)
                    statuses[await next_status(socket)] += 1
            except ConnectionClosed:
                continue
    return statuses


async def next_status(socket: Any) -> int:
    """Return the status of the next answer; user events and the like are passed over."""
    async with asyncio.timeout(5):
        while True:
            answer = json.loads(await socket.recv())
            if "status" in answer:
                return int(answer["status"])
