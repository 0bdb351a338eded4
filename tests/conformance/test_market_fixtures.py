"""Every public answer and event has the keys and the kinds of value of its recorded sample."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.conformance.market_samples import (
    ACCEPTED,
    BEYOND,
    LEFT_OUT,
    MARKET_FILES,
    NOT_COMPARED,
    SPOT,
    USDM,
    Method,
    Rest,
    Source,
    Stream,
)
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, ask
from tests.helpers.shapes import shape_differences, undocumented_keys
from tests.helpers.shared import fixture_names, shared_json

Served = Mapping[str, Any]


def _names(market: str) -> list[str]:
    wanted = MARKET_FILES[market]
    return [n for n in fixture_names(market) if any(fnmatchcase(n, one) for one in wanted)]


def _excused(fixture: str) -> bool:
    return any(fnmatchcase(fixture, pattern) for pattern in NOT_COMPARED)


async def _listen(client: PracticeClient, streams: list[Stream]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for route in {stream.route for stream in streams}:
        missing = {stream.name for stream in streams if stream.route == route}
        async with client.stream(f"{route}/stream?streams={'/'.join(sorted(missing))}") as socket:
            while missing:
                frame = json.loads(await socket.recv())
                if frame["stream"] in missing:
                    missing.discard(frame["stream"])
                    found[repr(Stream(route, frame["stream"]))] = frame["data"]
    return found


async def _collect(ready: Served, market: str, sources: list[Source]) -> dict[str, Any]:
    async with PracticeClient(ready, market) as client:
        client.http.headers["X-MBX-APIKEY"] = ready["api_key"]
        found = await _listen(client, [one for one in sources if isinstance(one, Stream)])
        async with client.ws_api() as socket:
            for source in sources:
                if isinstance(source, Method):
                    found[repr(source)] = await ask(socket, source.name, dict(source.params))
                elif isinstance(source, Rest):
                    found[repr(source)] = await client.get(source.path, **source.params)
    return found


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Any]]:
    """Collect one answer or event for each source, from one exchange."""
    with PracticeProcess(seed=3, speed=8) as practice:
        found: dict[str, Any] = {}
        for market, table in (("spot", SPOT), ("futures", USDM)):
            unique = {repr(source): source for source in table.values()}
            collected = asyncio.run(_collect(practice.ready, market, list(unique.values())))
            found |= {f"{market} {key}": value for key, value in collected.items()}
        yield found


CASES = [
    (market, fixture, repr(source))
    for market, table in (("spot", SPOT), ("futures", USDM))
    for fixture, source in table.items()
]


@pytest.mark.parametrize(("market", "fixture", "key"), CASES, ids=[case[1] for case in CASES])
def test_served_as_recorded(served: Served, market: str, fixture: str, key: str) -> None:
    name = f"{market}/{fixture}"
    documented = shared_json(f"fixtures/{name}.json")
    answer = served[f"{market} {key}"]
    if key.startswith("Method"):
        documented = {**documented, "id": answer["id"]}  # it is the client's
    left_out = LEFT_OUT.get(name, {})
    accepted = ACCEPTED.get(name, {})
    differences = shape_differences(documented, answer, left_out)
    assert [text for text in differences if text.partition(":")[0] not in accepted] == []
    beyond = undocumented_keys([documented], answer)
    assert [path for path in beyond if path.rpartition(".")[2] not in BEYOND] == []


@pytest.mark.parametrize("market", ["spot", "futures"])
def test_every_public_sample_is_compared_or_excused(market: str) -> None:
    names = _names(market)
    if not names:
        pytest.skip("recorded material is absent: ../shared/fixtures")
    table = SPOT if market == "spot" else USDM
    assert [n for n in names if n not in table and not _excused(f"{market}/{n}")] == []
    assert [n for n in table if n not in names] == []
    assert [n for n in table if _excused(f"{market}/{n}")] == []
