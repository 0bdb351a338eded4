"""What happens where an order would trade with one of the same account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SelfTradePrevention(StrEnum):
    """Name what happens when an order would trade with one of the same account."""

    NONE = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"
    DECREMENT = "DECREMENT"
    TRANSFER = "TRANSFER"


@dataclass(frozen=True, slots=True)
class SelfTradeRules:
    """Hold what a symbol lets an order choose, and what it does where nothing was chosen.

    ``default`` is None where the venue does not state it.
    """

    modes: tuple[SelfTradePrevention, ...] = ()
    default: SelfTradePrevention | None = None


NO_SELF_TRADE_RULES = SelfTradeRules()
