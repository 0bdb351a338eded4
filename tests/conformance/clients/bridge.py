"""Drive a foreign client by lines of JSON; runs in the client's own environment.

Each line on stdin is one command, each line on stdout its answer, `{"result": …}` or
`{"error": {"kind": …, "text": …}}`:

- `{"call": "a.b", "arguments": {…}}` calls a method of the client;
- `{"listen": "a.b", "arguments": {…}, "as": name}` keeps every event of the stream it returns;
- `{"repeat": "a.b", "arguments": {…}, "as": name}` awaits the method again and again and keeps
  what it returns, one by one;
- `{"first": name, "match": {…}, "limit_s": 15}` waits for a kept event that holds these values.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Command = dict[str, Any]
Open = Callable[[dict[str, str]], Awaitable[Any]]

_ANSWERS = 1  # the file descriptor of stdout


class Kept:
    """Keep the events of one stream and let a command wait for one of them."""

    def __init__(self) -> None:
        self._events: list[Any] = []
        self._arrived = asyncio.Event()

    def add(self, event: Any) -> None:
        """Keep one event; the clients' models become plain JSON with the name of their class."""
        model = getattr(event, "actual_instance", None) or event
        value = plain(model)
        if isinstance(value, dict) and model is not value:
            value = {**value, "class": type(model).__name__}
        self._events.extend(value if isinstance(value, list) else [value])
        self._arrived.set()

    async def first(self, match: Command, limit_s: float) -> Any:
        """Return the first event that holds the values of `match`."""
        try:
            async with asyncio.timeout(limit_s):
                while True:
                    for event in self._events:
                        if holds(event, match):
                            return event
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError as error:
            raise TimeoutError(f"not among what came: {self._events[-20:]}") from error


class Bridge:
    """Carry out commands on one client."""

    def __init__(self, client: Any, tasks: asyncio.TaskGroup) -> None:
        self._client = client
        self._kept: dict[str, Kept] = {}
        self._tasks = tasks
        self._repeating: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Answer until stdin ends; then let go of what repeats."""
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                answer = {"result": await self._obey(json.loads(line))}
            except Exception as error:
                answer = {"error": {"kind": type(error).__name__, "text": str(error)}}
            os.write(_ANSWERS, json.dumps(answer).encode() + b"\n")
        for task in self._repeating:
            task.cancel()

    async def _obey(self, command: Command) -> Any:
        if "first" in command:
            return await self._keep(command["first"]).first(command["match"], command["limit_s"])
        arguments = command.get("arguments", {})
        if "listen" in command:
            stream = await self._call(command["listen"], arguments)
            getattr(stream, "stream", stream).on("message", self._keep(command["as"]).add)
            return plain(getattr(stream, "response", None))
        if "repeat" in command:
            work = self._repeat(command["repeat"], arguments, self._keep(command["as"]))
            self._repeating.append(self._tasks.create_task(work))
            return None
        return plain(await self._call(command["call"], arguments))

    def _keep(self, name: str) -> Kept:
        return self._kept.setdefault(name, Kept())

    async def _repeat(self, path: str, arguments: Command, kept: Kept) -> None:
        while True:
            kept.add(await self._call(path, arguments))

    async def _call(self, path: str, arguments: Command) -> Any:
        method = self._client
        for name in path.split("."):
            method = getattr(method, name)
        if asyncio.iscoroutinefunction(method):
            return await method(**arguments)
        result = await asyncio.to_thread(method, **arguments)
        return await result if asyncio.iscoroutine(result) else result


def plain(value: Any) -> Any:
    """Return an answer of a client as plain JSON values; what a model found absent is left out."""
    if hasattr(value, "data") and callable(value.data):
        return plain(value.data())
    fields = getattr(type(value), "model_fields", None)
    if fields is not None:
        return _of_model(value, fields)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _of_model(model: Any, fields: Command) -> Any:
    """Read the clients' models by hand: some of their own `to_json` fail on lists of lists."""
    for wrapped in ("actual_instance", "root"):
        if wrapped in fields:
            return plain(getattr(model, wrapped))
    values = {field.alias or name: getattr(model, name) for name, field in fields.items()}
    values |= values.pop("additional_properties", None) or {}
    return {key: plain(value) for key, value in values.items() if value is not None}


def holds(event: Any, match: Any) -> bool:
    """Tell whether an event has every value of `match`, at the same place."""
    if isinstance(match, dict):
        return isinstance(event, dict) and all(
            name in event and holds(event[name], wanted) for name, wanted in match.items()
        )
    return bool(event == match)


def main(open_client: Open) -> None:
    """Open a client on the endpoints given in the first line of stdin and carry out commands."""
    endpoints = json.loads(sys.stdin.readline())
    # Whatever a client prints must not stand between two answers.
    sys.stdout = sys.stderr

    async def serve() -> None:
        client = await open_client(endpoints)
        async with asyncio.TaskGroup() as tasks:
            await Bridge(client, tasks).run()
        if hasattr(client, "close"):
            await client.close()

    asyncio.run(serve())
