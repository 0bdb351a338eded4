"""The leverage brackets of the futures symbols, with the sizes Binance publishes."""

from collections.abc import Sequence
from decimal import Decimal

from terminal_app.domain.margin import Bracket, make_brackets

_LOW = "25:0.02 20:0.025 10:0.05 5:0.1 4:0.125 2:0.25 1:0.5"
# leverage and maintenance rate of each bracket
_SHAPES = {
    "major": "125:0.004 100:0.005 75:0.0065 50:0.01 25:0.02 20:0.025 10:0.05 5:0.1 4:0.125 3:0.15 "
    "2:0.25 1:0.5",
    "bnb": f"75:0.005 50:0.006 40:0.01 {_LOW}",
    "sol": f"100:0.005 75:0.0065 50:0.01 {_LOW}",
    "xrp": f"100:0.005 75:0.006 50:0.01 40:0.0125 {_LOW}",
    "doge": f"75:0.0065 50:0.01 40:0.0125 {_LOW}",
    "common": f"75:0.005 50:0.01 40:0.015 {_LOW}",
    "dot": f"75:0.0065 50:0.01 40:0.015 {_LOW}",
    "atom": f"75:0.006 50:0.01 40:0.015 {_LOW}",
    "small": f"75:0.01 50:0.015 {_LOW}",
    "arb": "75:0.006 50:0.01 25:0.015 20:0.02 10:0.025 5:0.05 4:0.1 3:0.125 2:0.25 1:0.5",
}
# base, shape, notional caps in thousands
_TABLE = """
BTC  major  300 800 3000 12000 70000 100000 230000 480000 600000 800000 1200000 1800000
ETH  major  300 800 3000 12000 50000 65000 150000 320000 400000 530000 800000 1200000
BNB  bnb    10 200 400 1500 3000 15000 30000 37500 75000 150000
SOL  sol    50 400 1000 4000 8000 40000 80000 100000 200000 400000
XRP  xrp    40 80 150 400 1000 2000 10000 20000 25000 50000 100000
DOGE doge   80 150 750 2000 4000 20000 40000 50000 100000 200000
ADA  common 10 50 200 1000 2000 10000 20000 25000 50000 100000
LTC  common 10 50 160 800 1600 8000 16000 20000 40000 80000
TRX  dot    10 90 120 650 800 3000 6000 12000 20000 30000
AVAX common 25 80 160 800 1600 8000 16000 20000 40000 80000
LINK common 10 200 400 800 1600 8000 16000 20000 40000 80000
DOT  dot    10 50 100 500 800 4000 8000 10000 30000 50000
BCH  common 10 100 160 800 1600 8000 16000 20000 40000 80000
SUI  small  20 200 1000 2000 10000 20000 25000 50000 100000
UNI  atom   10 50 100 500 1000 5000 10000 12500 25000 50000
NEAR small  20 200 1000 2000 10000 20000 25000 30000 35000
AAVE small  50 150 500 600 3000 6000 7500 15000 30000
ETC  common 10 50 80 400 800 3000 5000 7000 8000 9000
ATOM atom   10 50 80 200 600 2000 4000 5000 12000 20000
FIL  small  20 200 400 800 3000 7500 10000 12500 15000
APT  small  10 100 900 1100 5000 7000 8000 9000 10000
ARB  arb    5 50 100 500 1000 5000 6000 7000 8000 9000
INJ  small  10 80 400 800 4000 5000 6000 7000 8000
WLD  small  20 200 1000 2000 5000 7500 10000 12500 15000
XLM  small  10 100 500 1000 5000 10000 12500 25000 50000
HBAR small  10 80 400 800 4000 8000 10000 20000 40000
OP   atom   10 50 80 300 600 3000 6000 7500 18000 30000
TIA  small  10 100 500 1000 5000 6000 7000 8000 9000
ENA  small  20 160 800 1600 8000 16000 20000 40000 80000
TON  small  10 80 400 800 3000 5000 6000 7000 8000
"""
_UNKNOWN = "- small 10 80 400 800 4000 5000 6000 7000 8000"
_ROWS = {line.split()[0]: line for line in _TABLE.strip().splitlines()}


def brackets_of(base: str) -> tuple[Bracket, ...]:
    """Return the brackets of a coin's futures; one nobody knows gets those of a small one."""
    _, shape, *caps = _ROWS.get(base, _UNKNOWN).split()
    return make_brackets(_tiers(shape, caps))


def _tiers(shape: str, caps: Sequence[str]) -> list[tuple[int, Decimal, Decimal]]:
    tiers = []
    for bracket, cap in zip(_SHAPES[shape].split(), caps, strict=True):
        leverage, rate = bracket.split(":")
        tiers.append((int(leverage), Decimal(f"{cap}000"), Decimal(rate)))
    return tiers
