"""A practice exchange of their own for the foreign clients, and the clients themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.helpers.foreign_client import ForeignClient, environment_of
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control

Opener = Callable[..., ForeignClient]


@pytest.fixture(scope="module")
def exchange() -> Iterator[dict[str, Any]]:
    """Run a fresh exchange and return its ready line."""
    with PracticeProcess() as practice:
        yield practice.ready


@pytest.fixture(scope="module")
def opened(exchange: dict[str, Any]) -> Iterator[Opener]:
    """Return what opens a client, with other keys if given; skip where its environment is not."""
    clients: list[ForeignClient] = []

    def open_client(environment: str, script: str, kind: str, **keys: str) -> ForeignClient:
        if not environment_of(environment).exists():
            pytest.skip(f"`packaging/dev.py test` makes the environment of {environment}")
        client = ForeignClient(environment, script, kind, {**exchange, **keys})
        clients.append(client)
        return client

    yield open_client
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def control(exchange: dict[str, Any]) -> Iterator[Control]:
    """Return the control face of the exchange."""
    face = Control(exchange)
    yield face
    face.close()
