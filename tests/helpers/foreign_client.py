"""Drive a client of somebody else, which runs in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

_REPOSITORY = Path(__file__).parents[2]
_SCRIPTS = _REPOSITORY / "tests" / "conformance" / "clients"


class ForeignError(Exception):
    """Carry what a client raised: the name of its class and its text."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


def environment_of(name: str) -> Path:
    """Return the Python of a client's environment, which `packaging/dev.py test` makes."""
    inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return _REPOSITORY / ".venv-clients" / name / inside


class ForeignClient:
    """Hold one client open on the endpoints of a practice exchange."""

    def __init__(self, environment: str, script: str, kind: str, endpoints: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [str(environment_of(environment)), str(_SCRIPTS / script), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._send(endpoints)

    def close(self) -> None:
        """Let the client end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def call(self, path: str, /, **arguments: Any) -> Any:
        """Call a method of the client and return its answer as plain values."""
        return self._ask({"call": path, "arguments": arguments})

    def listen(self, name: str, path: str, /, **arguments: Any) -> Any:
        """Keep the events of a stream under a name."""
        return self._ask({"listen": path, "arguments": arguments, "as": name})

    def repeat(self, name: str, path: str, /, **arguments: Any) -> None:
        """Await a method again and again and keep what it returns under a name."""
        self._ask({"repeat": path, "arguments": arguments, "as": name})

    def first(self, name: str, match: dict[str, Any], limit_s: float = 15) -> Any:
        """Return the first kept event that holds these values."""
        return self._ask({"first": name, "match": match, "limit_s": limit_s})

    def _ask(self, command: dict[str, Any]) -> Any:
        self._send(command)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ForeignError("ended", f"exit code {self._process.wait(10)}")
        answer = json.loads(line)
        if "error" in answer:
            raise ForeignError(**answer["error"])
        return answer["result"]

    def _send(self, value: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()
