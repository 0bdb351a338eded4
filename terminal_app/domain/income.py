"""What moved a futures wallet: fees, funding, realised profit, transfers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Income:
    """Hold one movement of a wallet, negative where it was paid; ``kind`` is the venue's word."""

    kind: str
    amount: Decimal
    asset: str
    symbol: str
    info: str
    time_ms: int
    transaction_id: int
    trade_id: str = ""
