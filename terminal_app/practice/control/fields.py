"""What a control call brings, read with errors that name the field and its rule."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from terminal_app.practice.errors import ExchangeError

MARKETS: Final = ("spot", "futures")
_SHOWN: Final = 60


class Fields:
    """Read the fields of a JSON object; numbers may also come as text, as a query brings them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> Iterable[str]:
        """Return the names of all fields."""
        return self._values.keys()

    def raw(self, name: str) -> Any:
        """Return a field as it came."""
        return self._values.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it is needed."""
        value = self._values.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.refusal(name, "must be a text")
        return value

    def choice(self, name: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return one of some words."""
        words = [str(word) for word in choices]
        value = self._values.get(name, default)
        if value not in words:
            raise self.refusal(name, f"must be one of {', '.join(words)}")
        return str(value)

    def market(self) -> str:
        """Return the word of a market: spot or futures."""
        return self.choice("market", MARKETS)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return true or false."""
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise self.refusal(name, "must be true or false")
        return value

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        value = self._values.get(name, default)
        if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
            value = int(value) if len(value) < 20 else None
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not low <= value <= high:
            raise self.refusal(name, f"must be a whole number from {low} to {high}")
        return int(value)

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number within bounds."""
        value = self._values.get(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise self.refusal(name, f"must be a number from {low:g} to {high:g}")
        return float(value)

    def amount(self, name: str) -> Decimal:
        """Return an amount of money above 0, given as a text."""
        value = self._values.get(name)
        try:
            amount = Decimal(value) if isinstance(value, str) else Decimal(0)
        except InvalidOperation:
            amount = Decimal(0)
        if not amount.is_finite() or not 0 < amount < Decimal("1e12"):
            raise self.refusal(name, 'must be a decimal text greater than 0, such as "0.5"')
        return amount

    def refusal(self, name: str, rule: str) -> ExchangeError:
        """Return the error of a field that breaks a rule; it shows the value that came."""
        came = "; it is missing"
        if name in self:
            text = msgspec.json.encode(self.raw(name)).decode()
            came = f", not {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"
        return ExchangeError(-1130, f"{name} {rule}{came}.")


def read_fields(query: Mapping[str, str], body: bytes) -> Fields:
    """Read a request's query and JSON body; a body that is no object is refused."""
    values: Any = {}
    if body:
        try:
            values = msgspec.json.decode(body)
        except msgspec.DecodeError:
            values = None
        if not isinstance(values, dict):
            raise ExchangeError(-1130, "The body must be a JSON object.")
    return Fields({**query, **values})
