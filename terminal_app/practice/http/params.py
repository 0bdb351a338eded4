"""Request parameters as the exchange reads them, from a query, a form or a JSON object."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec

from terminal_app.practice.errors import ExchangeError

_DECIMAL: Final = re.compile(r"([0-9]{1,20})(\.[0-9]{1,20})?")
_INTEGER: Final = re.compile(r"-?[0-9]{1,20}")
_SYMBOL: Final = re.compile(r"[^\sa-z&=]{1,50}")
_DECIMAL_RANGE: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_INTEGER_RANGE: Final = "^[0-9]{1,20}$"
_SYMBOL_RANGE: Final = r"^[\w\-._&&[^a-z]]{1,50}$"


class Parameters:
    """Read named values in the types an endpoint wants, or raise the exchange's error."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def as_dict(self) -> dict[str, str]:
        """Return a copy of all values as sent."""
        return dict(self._values)

    def first_of(self, *names: str) -> str | None:
        """Return the first of the names that was sent, or None."""
        return next((name for name in names if self._values.get(name)), None)

    def optional_text(self, name: str) -> str | None:
        """Return the text, None when it was not sent; an empty one is error -1105."""
        value = self._values.get(name)
        if value == "":
            raise ExchangeError(-1105, f"Parameter '{name}' was empty.")
        return value

    def text(self, name: str) -> str:
        """Return the text of a mandatory parameter, error -1102 without it."""
        value = self._values.get(name)
        if not value:
            raise _missing(name)
        return value

    def optional_decimal(self, name: str) -> Decimal | None:
        """Return the exact number, error -1100 for anything but digits and one point."""
        value = self.optional_text(name)
        if value is None:
            return None
        if not _DECIMAL.fullmatch(value):
            raise _illegal(name, _DECIMAL_RANGE)
        return Decimal(value)

    def decimal(self, name: str) -> Decimal:
        """Return the exact number of a mandatory parameter."""
        self.text(name)
        number = self.optional_decimal(name)
        if number is None:
            raise _missing(name)
        return number

    def optional_integer(self, name: str) -> int | None:
        """Return the whole number, None when it was not sent."""
        value = self.optional_text(name)
        if value is None:
            return None
        if not _INTEGER.fullmatch(value):
            raise _illegal(name, _INTEGER_RANGE)
        return int(value)

    def integer(self, name: str) -> int:
        """Return the whole number of a mandatory parameter."""
        self.text(name)
        number = self.optional_integer(name)
        if number is None:
            raise _missing(name)
        return number

    def limit(self, default: int, largest: int) -> int:
        """Return `limit`, kept at or below what one answer may hold; below 1 is error -1130."""
        limit = self.optional_integer("limit")
        if limit is None:
            return default
        if limit < 1:
            raise ExchangeError(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(limit, largest)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a truth value sent as true or false in any case, error -1130 for other text."""
        value = self.optional_text(name)
        if value is None:
            return default
        if value.lower() not in ("true", "false"):
            raise ExchangeError(-1130, f"Data sent for parameter '{name}' is not valid.")
        return value.lower() == "true"

    def symbol(self) -> str:
        """Return the mandatory symbol, error -1100 for lower case."""
        self.text("symbol")
        symbol = self.optional_symbol()
        if symbol is None:
            raise _missing("symbol")
        return symbol

    def optional_symbol(self) -> str | None:
        """Return the symbol, None when it was not sent."""
        value = self.optional_text("symbol")
        if value is not None and not _SYMBOL.fullmatch(value):
            raise _illegal("symbol", _SYMBOL_RANGE)
        return value

    def optional_symbols(self) -> list[str] | None:
        """Return the names in `symbols`, a JSON array; names that repeat are error -1151."""
        value = self.optional_text("symbols")
        if value is None:
            return None
        if "symbol" in self._values:
            raise ExchangeError(-1128, "Combination of optional parameters invalid.")
        try:
            names = msgspec.json.decode(value, type=list[str])
        except msgspec.MsgspecError:
            raise _illegal(
                "symbols", r"^\[(\"[\w\-._]{1,50}\"(,\"[\w\-._]{1,50}\")*)?\]$"
            ) from None
        if len(set(names)) != len(names):
            raise ExchangeError(-1151, "Symbol is present multiple times in the list.")
        return names


def parse_query(query: str) -> dict[str, str]:
    """Decode percent-encoded `name=value` pairs; a name sent twice is error -1101."""
    values: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        name = _decode(name)
        if name in values:
            raise ExchangeError(-1101, "Duplicate values for a parameter detected.")
        values[name] = _decode(value)
    return values


def merge(query: str, body: str) -> dict[str, str]:
    """Join the parameters of query and form body; in both, the query wins (Binance, general)."""
    return {**parse_query(body), **parse_query(query)}


def text_of(value: msgspec.Raw) -> str:
    """Return a parameter that came as JSON in the text it would have in a query."""
    data = bytes(value)
    return msgspec.json.decode(data, type=str) if data.startswith(b'"') else data.decode()


def _decode(text: str) -> str:
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise ExchangeError(-1100, "Illegal characters found in a parameter.") from None


def _missing(name: str) -> ExchangeError:
    return ExchangeError(
        -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    )


def _illegal(name: str, legal_range: str) -> ExchangeError:
    return ExchangeError(
        -1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal_range}'."
    )
