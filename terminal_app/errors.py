"""The errors of the program.

TerminalError               what the program itself raises
 ├ InvalidValue             a field breaks a rule
 │  ├ InvalidOrder          of an order; nothing was sent
 │  └ InvalidSetting        of a setting, a ConfigurationError too; it was not taken
 ├ NeedsYes                 an order waits for a second, explicit yes; nothing was sent
 ├ VenueError               the venue or the way to it
 │  ├ NotConnected          nothing was sent: no connection
 │  ├ VenueRefused          the venue answered: no
 │  └ VenueUnclear          no answer that proves anything
 ├ UnknownSymbol            a name that no listed symbol has
 ├ StorageError             a file, the ledger or the keyring
 └ ConfigurationError       a command line or a setting

Each carries a sentence for the person (``str(error)``) and a ``detail`` for the log.
"""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """Name what kind of trouble an answer tells of.

    The names are stable: logs and exports keep them.
    """

    NETWORK = "NETWORK"
    AUTHENTICATION = "AUTHENTICATION"
    PERMISSION = "PERMISSION"
    RATE_LIMITED = "RATE_LIMITED"
    BANNED = "BANNED"
    TIMESTAMP_OUT_OF_SYNC = "TIMESTAMP_OUT_OF_SYNC"
    INVALID_ORDER = "INVALID_ORDER"
    FILTER = "FILTER"
    WOULD_TRADE_AT_ONCE = "WOULD_TRADE_AT_ONCE"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    POSITION = "POSITION"
    SETTING = "SETTING"
    ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
    DUPLICATE_ORDER = "DUPLICATE_ORDER"
    MARKET_CLOSED = "MARKET_CLOSED"
    VENUE_TROUBLE = "VENUE_TROUBLE"
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME"
    OTHER = "OTHER"


class TerminalError(Exception):
    """Base of every error the program raises on purpose."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail or message


class InvalidValue(TerminalError):
    """Name the field, the rule, the value and the nearest legal value of what was refused here."""

    def __init__(self, field: str, rule: str, value: str, nearest: str | None = None) -> None:
        hint = f" Nearest legal value: {nearest}." if nearest else ""
        super().__init__(f"{field} {value}: {rule}.{hint}")
        self.field = field
        self.rule = rule
        self.value = value
        self.nearest = nearest


class InvalidOrder(InvalidValue):
    """A field of an order breaks a rule; nothing was sent."""


class NeedsYes(TerminalError):
    """An order that may not be what was meant; ``doubt`` names what a yes has to be about."""

    def __init__(self, doubt: str, finding: str) -> None:
        super().__init__(f"Nothing was sent: {finding} It needs a second yes.")
        self.doubt = doubt
        self.finding = finding


class UnknownSymbol(TerminalError):
    """Name what no listed symbol is called, and the nearest names."""

    def __init__(self, name: str, nearest: tuple[str, ...]) -> None:
        hint = f" Nearest names: {', '.join(nearest)}." if nearest else ""
        super().__init__(f"{name or 'An empty name'} is not listed here.{hint}")
        self.name = name
        self.nearest = nearest


class VenueError(TerminalError):
    """Base of what goes wrong between the program and a venue."""


class NotConnected(VenueError):
    """Nothing was sent: the venue could not be reached."""


class VenueRefused(VenueError):
    """The venue answered with a refusal; ``code`` is its own number."""

    def __init__(
        self,
        code: int,
        message: str,
        status: int = 400,
        trouble: Trouble = Trouble.OTHER,
        text: str = "",
    ) -> None:
        super().__init__(f"{message} ({code})", f"HTTP {status}, code {code}: {text or message}")
        self.code = code
        self.status = status
        self.trouble = trouble


class VenueUnclear(VenueError):
    """No answer came that proves anything; what was asked may have happened."""


class StorageError(TerminalError):
    """A file, the ledger or the keyring could not be used."""


class ConfigurationError(TerminalError):
    """A command line or a setting makes no sense."""


class InvalidSetting(InvalidValue, ConfigurationError):
    """A setting breaks a rule; it was not taken."""
