"""Steer the practice exchange through its control port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


class Control:
    """Call the control face named in the ready line of an exchange."""

    def __init__(self, ready: Mapping[str, Any]) -> None:
        self._http = httpx.Client(
            base_url=f"{ready['control']}/control/",
            headers={"X-Control-Token": ready["control_token"]},
            trust_env=False,
            timeout=30.0,
        )

    def send(self, method: str, name: str, /, **fields: Any) -> httpx.Response:
        """Return the response to a call."""
        if method == "GET":
            return self._http.get(name, params=fields)
        return self._http.request(method, name, json=fields)

    def call(self, method: str, name: str, /, **fields: Any) -> Any:
        """Return the answer to a call, which must succeed."""
        response = self.send(method, name, **fields)
        assert response.status_code == 200, response.text
        return response.json()

    def fault(self, hook: str, /, **fields: Any) -> int:
        """Set a fault and return its id."""
        number: int = self.call("POST", "faults", hook=hook, **fields)["id"]
        return number

    def close(self) -> None:
        """Close the connection and take every fault away."""
        self.call("DELETE", "faults")
        self.call("POST", "latency", request=0, engine=0, reply=0, stream=0)
        self._http.close()
