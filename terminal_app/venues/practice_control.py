"""Speak to the practice exchange's control port: what no real exchange would let a client do."""

from __future__ import annotations

import httpx

from terminal_app.errors import NotConnected, VenueRefused


class PracticeControl:
    """Steer the practice exchange at one address with its token of this run."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._headers = {"X-Control-Token": token}

    async def status(self) -> None:
        """Raise ``VenueError`` unless the exchange answers to this token."""
        await self._call("GET", "/control/status")

    async def reset_account(self) -> None:
        """Give the account its first balances again; orders, positions and trades are gone."""
        await self._call("POST", "/control/reset-account")

    async def shutdown(self) -> None:
        """End the exchange."""
        await self._call("POST", "/control/shutdown")

    async def _call(self, method: str, path: str) -> None:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
                answer = await client.request(
                    method, f"{self._address}{path}", headers=self._headers
                )
        except httpx.HTTPError as error:
            name = type(error).__name__
            raise NotConnected("The practice exchange does not answer.", name) from error
        if answer.status_code != 200:
            text = "The practice exchange refused its control token or the command."
            raise VenueRefused(answer.status_code, text, answer.status_code)
