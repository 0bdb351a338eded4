"""The symbols of the practice exchange and their rules.

Steps, ticks and bracket tables have the sizes Binance publishes for these symbols.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.margin import Bracket, make_brackets
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.model import PriceRange, SymbolRules

LISTED_MS = 1_388_534_400_000  # 2014-01-01: enough days for 1,500 three-day candles
QUOTE_ASSET = "USDT"

_Tiers = Sequence[tuple[int, str, str]]
_BTC_TIERS: _Tiers = (
    (125, "300000", "0.004"),
    (100, "800000", "0.005"),
    (75, "3000000", "0.0065"),
    (50, "12000000", "0.01"),
    (25, "70000000", "0.02"),
    (20, "100000000", "0.025"),
    (10, "230000000", "0.05"),
    (5, "480000000", "0.1"),
    (4, "600000000", "0.125"),
    (3, "800000000", "0.15"),
    (2, "1200000000", "0.25"),
    (1, "1800000000", "0.5"),
)
_ETH_TIERS: _Tiers = (
    (125, "300000", "0.004"),
    (100, "800000", "0.005"),
    (75, "3000000", "0.0065"),
    (50, "12000000", "0.01"),
    (25, "50000000", "0.02"),
    (20, "65000000", "0.025"),
    (10, "150000000", "0.05"),
    (5, "320000000", "0.1"),
    (4, "400000000", "0.125"),
    (3, "530000000", "0.15"),
    (2, "800000000", "0.25"),
    (1, "1200000000", "0.5"),
)
_COMMON_TIERS: _Tiers = (
    (75, "10000", "0.005"),
    (50, "90000", "0.01"),
    (40, "120000", "0.015"),
    (25, "650000", "0.02"),
    (20, "1500000", "0.025"),
    (10, "3000000", "0.05"),
    (5, "12000000", "0.1"),
    (4, "18000000", "0.125"),
    (3, "25000000", "0.1667"),
    (2, "40000000", "0.25"),
    (1, "60000000", "0.5"),
)


_UP, _DOWN = Decimal("1.1"), Decimal("0.9")
# Symbols whose takers may not trade far from the reference price.
_PRICE_RANGES = {"BTC": PriceRange(_UP, _DOWN, _UP, _DOWN)}


@dataclass(frozen=True, slots=True)
class _Row:
    base: str
    tick: str
    max_price: str
    step: str
    max_quantity: str
    market_max_quantity: str
    min_notional: str
    tiers: _Tiers = ()


_SPOT: Sequence[_Row] = (
    _Row("BTC", "0.01", "1000000", "0.00001", "9000", "120", "5"),
    _Row("ETH", "0.01", "1000000", "0.0001", "9000", "3000", "5"),
    _Row("BNB", "0.01", "100000", "0.001", "900000", "2200", "5"),
    _Row("SOL", "0.01", "10000", "0.001", "90000", "14000", "5"),
    _Row("XRP", "0.0001", "10000", "0.1", "9222449", "1200000", "5"),
    _Row("DOGE", "0.00001", "1000", "1", "9000000", "4500000", "1"),
    _Row("ADA", "0.0001", "1000", "0.1", "900000", "850000", "5"),
    _Row("LTC", "0.01", "100000", "0.001", "900000", "7500", "5"),
)
_USDM: Sequence[_Row] = (
    _Row("BTC", "0.10", "4529764", "0.001", "1000", "120", "100", _BTC_TIERS),
    _Row("ETH", "0.01", "306177", "0.001", "10000", "2000", "20", _ETH_TIERS),
    _Row("BNB", "0.010", "100000", "0.01", "100000", "2000", "5", _COMMON_TIERS),
    _Row("SOL", "0.0100", "6857", "0.01", "1000000", "80000", "5", _COMMON_TIERS),
    _Row("XRP", "0.0001", "100000", "0.1", "10000000", "2000000", "5", _COMMON_TIERS),
    _Row("DOGE", "0.000010", "30", "1", "50000000", "30000000", "5", _COMMON_TIERS),
    _Row("ADA", "0.00010", "200", "1", "2000000", "300000", "5", _COMMON_TIERS),
    _Row("LTC", "0.01", "100000", "0.001", "10000", "5000", "20", _COMMON_TIERS),
)


def spot_rules() -> tuple[SymbolRules, ...]:
    """Return the rules of the spot symbols."""
    return tuple(_rules(row, MarketName.SPOT) for row in _SPOT)


def usdm_rules() -> tuple[SymbolRules, ...]:
    """Return the rules of the USDⓈ-M symbols."""
    return tuple(_rules(row, MarketName.USDM) for row in _USDM)


def _rules(row: _Row, market: MarketName) -> SymbolRules:
    tick, step = Decimal(row.tick), Decimal(row.step)
    spot = market is MarketName.SPOT
    return SymbolRules(
        symbol=row.base + QUOTE_ASSET,
        base_asset=row.base,
        quote_asset=QUOTE_ASSET,
        min_price=tick,
        max_price=Decimal(row.max_price),
        tick_size=tick,
        min_quantity=step,
        max_quantity=Decimal(row.max_quantity),
        step_size=step,
        market_min_quantity=Decimal(0) if spot else step,
        market_max_quantity=Decimal(row.market_max_quantity),
        market_step_size=Decimal(0) if spot else step,
        min_notional=Decimal(row.min_notional),
        max_notional=Decimal(9_000_000),
        bid_multiplier_up=Decimal(5) if spot else Decimal("1.0500"),
        bid_multiplier_down=Decimal("0.2") if spot else Decimal("0.9500"),
        ask_multiplier_up=Decimal(5) if spot else Decimal("1.0500"),
        ask_multiplier_down=Decimal("0.2") if spot else Decimal("0.9500"),
        average_price_minutes=5,
        max_num_orders=200,
        price_precision=_decimals(row.tick),
        quantity_precision=_decimals(row.step),
        listed_ms=LISTED_MS,
        liquidation_fee=Decimal(0) if spot else Decimal("0.012500"),
        market_take_bound=Decimal(0) if spot else Decimal("0.05"),
        trigger_protect=Decimal(0) if spot else Decimal("0.0500"),
        brackets=_brackets(row.tiers),
        price_range=_PRICE_RANGES.get(row.base) if spot else None,
    )


def _brackets(tiers: _Tiers) -> tuple[Bracket, ...]:
    return make_brackets((leverage, Decimal(cap), Decimal(rate)) for leverage, cap, rate in tiers)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
