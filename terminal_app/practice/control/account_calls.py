"""Control calls about the account: reset, and money that comes and goes."""

from typing import Any

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.exchange import Exchange


class AccountCalls:
    """Change the account as nobody could on a real exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def table(self) -> Calls:
        """Return the calls."""
        return {("POST", "reset-account"): self._reset}

    def _reset(self, _fields: Fields) -> Any:
        self._exchange.reset_account()
        return {}
