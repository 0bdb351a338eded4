"""The coins the practice exchange knows: price level, liquidity, order rules.

Steps, ticks and limits have the sizes Binance publishes for these symbols; prices are levels of
the year 2026.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from random import Random

# base, price, liquidity, hours between fundings | spot | futures:
# tick, highest price, step, largest quantity, largest at market, least notional
_TABLE = """
BTC  86400  PRIME  8 | 0.01 1000000 0.00001 9000 120 5        | 0.10 4529764 0.001 1000 120 100
ETH  2850   PRIME  8 | 0.01 1000000 0.0001 9000 3000 5        | 0.01 306177 0.001 10000 2000 20
BNB  872    LARGE  8 | 0.01 100000 0.001 900000 2200 5        | 0.010 100000 0.01 100000 2000 5
SOL  134    LARGE  8 | 0.01 10000 0.001 90000 14000 5         | 0.0100 6857 0.01 1000000 80000 5
XRP  2.05   LARGE  8 | 0.0001 10000 0.1 9222449 1200000 5     | 0.0001 100000 0.1 10000000 2000000 5
DOGE 0.148  LARGE  8 | 0.00001 1000 1 9000000 4500000 1       | 0.000010 30 1 50000000 30000000 5
ADA  0.427  MEDIUM 8 | 0.0001 1000 0.1 900000 850000 5        | 0.00010 200 1 2000000 300000 5
LTC  84.5   MEDIUM 8 | 0.01 100000 0.001 900000 7500 5        | 0.01 100000 0.001 10000 5000 20
TRX  0.281  MEDIUM 8 | 0.0001 1000 0.1 9000000 2500000 5      | 0.00001 20000 1 10000000 5000000 5
AVAX 13.4   MEDIUM 8 | 0.01 10000 0.01 900000 38000 5         | 0.0010 2403 1 10000000 100000 5
LINK 12.9   MEDIUM 8 | 0.01 10000 0.01 900000 35000 5         | 0.001 100000 0.01 200000 20000 20
DOT  2.12   MEDIUM 8 | 0.001 1000 0.01 900000 90000 5         | 0.001 2398 0.1 1000000 50000 5
BCH  548    MEDIUM 8 | 0.1 100000 0.001 90000 600 5           | 0.01 100000 0.001 10000 850 20
SUI  1.62   MEDIUM 8 | 0.0001 1000 0.1 9000000 450000 5       | 0.000100 2000 0.1 10000000 300000 5
UNI  5.71   SMALL  8 | 0.001 1000 0.01 900000 60000 5         | 0.0010 2684 1 10000000 75000 5
NEAR 1.74   SMALL  8 | 0.001 1000 0.1 9000000 180000 5        | 0.0010 1000 1 10000000 250000 5
AAVE 176    SMALL  8 | 0.01 10000 0.001 90000 1500 5          | 0.010 38702 0.1 1000000 3000 5
ETC  13.1   SMALL  8 | 0.01 10000 0.01 900000 21000 5         | 0.001 100000 0.01 100000 15000 20
ATOM 2.31   SMALL  8 | 0.001 1000 0.01 900000 55000 5         | 0.001 100000 0.01 1000000 40000 5
FIL  1.53   SMALL  8 | 0.001 1000 0.01 900000 60000 5         | 0.001 10000 0.1 10000000 100000 5
APT  2.27   SMALL  8 | 0.001 1000 0.01 900000 50000 5         | 0.00010 20000 0.1 1000000 60000 5
ARB  0.207  SMALL  4 | 0.0001 1000 0.1 9000000 900000 5       | 0.000100 2000 0.1 10000000 1000000 5
INJ  5.86   SMALL  4 | 0.001 1000 0.01 900000 25000 5         | 0.0010000 2000 0.1 1000000 20000 5
WLD  0.614  SMALL  1 | 0.0001 1000 0.1 9000000 250000 5       | 0.0001000 200 1 10000000 250000 5
XLM  0.243  SMALL  8 | 0.0001 1000 1 9000000 700000 5         | 0.00001 20000 1 10000000 1000000 5
HBAR 0.139  SMALL  8 | 0.00001 1000 1 9000000 900000 5        | 0.00001 20000 1 10000000 1000000 5
OP   0.309  SMALL  8 | 0.0001 1000 0.01 900000 300000 5       | 0.0001000 200 0.1 10000000 500000 5
TIA  0.572  SMALL  4 | 0.001 1000 0.01 900000 90000 5         | 0.0001000 200 1 1000000 100000 5
ENA  0.253  SMALL  4 | 0.0001 1000 0.01 9000000 900000 5      | 0.0001000 200 1 1000000 1000000 5
TON  1.58   SMALL  4 | 0.001 1000 0.01 900000 60000 5         | 0.0001000 200 0.1 1000000 100000 5
"""


class Liquidity(StrEnum):
    """Say how much a coin is traded."""

    PRIME = "PRIME"
    LARGE = "LARGE"
    MEDIUM = "MEDIUM"
    SMALL = "SMALL"


@dataclass(frozen=True, slots=True)
class OrderLimits:
    """Hold what differs between the filters of symbols, as written in exchangeInfo."""

    tick: str
    max_price: str
    step: str
    max_quantity: str
    market_max_quantity: str
    min_notional: str


@dataclass(frozen=True, slots=True)
class Coin:
    """Hold what is known of a coin; `price` is about where its market opens."""

    base: str
    price: float
    liquidity: Liquidity
    funding_interval_hours: int
    spot: OrderLimits
    usdm: OrderLimits


def find_coin(base: str) -> Coin:
    """Return what is known of a coin; one nobody knows gets the rules of a small one."""
    return _COINS.get(base) or _unknown(base)


def is_known(base: str) -> bool:
    """Tell whether the rules of a coin are those of Binance, not made up."""
    return base in _COINS


def best_known(count: int) -> list[str]:
    """Return the bases of the most traded coins, made-up ones after the last known."""
    made_up = (f"COIN{number}" for number in range(len(_COINS) + 1, count + 1))
    return [*list(_COINS)[:count], *made_up]


def _read(line: str) -> Coin:
    head, spot, usdm = line.split("|")
    base, price, liquidity, hours = head.split()
    limits = OrderLimits(*spot.split()), OrderLimits(*usdm.split())
    return Coin(base, float(price), Liquidity(liquidity), int(hours), *limits)


def _unknown(base: str) -> Coin:
    price = Decimal(f"{10 ** Random(f'coin {base}').uniform(-2, 2):.3g}")
    tick = Decimal(1).scaleb(price.adjusted() - 3)
    step = Decimal(1).scaleb(-max(0, price.adjusted() + 1))
    most = int(10_000_000 / price)
    figures = (f"{tick:f}", f"{price.scaleb(3):f}", f"{step:f}", str(most), str(most // 20), "5")
    limits = OrderLimits(*figures)
    return Coin(base, float(price), Liquidity.SMALL, 4, limits, limits)


def _table() -> Sequence[Coin]:
    return [_read(line) for line in _TABLE.strip().splitlines()]


_COINS = {coin.base: coin for coin in _table()}
