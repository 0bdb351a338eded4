"""The symbols of the practice exchange and their rules."""

from collections.abc import Iterable
from decimal import Decimal

from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.model import PriceRange, SymbolRules
from terminal_app.practice.sources.brackets import brackets_of
from terminal_app.practice.sources.coins import Coin, find_coin
from terminal_app.practice.sources.symbols import DEFAULT_SYMBOLS, QUOTE_ASSET

LISTED_MS = 1_388_534_400_000  # 2014-01-01: enough days for 1,500 three-day candles
_UP, _DOWN = Decimal("1.1"), Decimal("0.9")
# Symbols whose takers may not trade far from the reference price.
_PRICE_RANGES = {"BTC": PriceRange(_UP, _DOWN, _UP, _DOWN)}


def spot_rules(symbols: Iterable[str] = DEFAULT_SYMBOLS) -> tuple[SymbolRules, ...]:
    """Return the rules of spot symbols."""
    return tuple(_rules(_coin(symbol), MarketName.SPOT) for symbol in symbols)


def usdm_rules(symbols: Iterable[str] = DEFAULT_SYMBOLS) -> tuple[SymbolRules, ...]:
    """Return the rules of USDⓈ-M symbols."""
    return tuple(_rules(_coin(symbol), MarketName.USDM) for symbol in symbols)


def _coin(symbol: str) -> Coin:
    return find_coin(symbol.removesuffix(QUOTE_ASSET))


def _rules(coin: Coin, market: MarketName) -> SymbolRules:
    spot = market is MarketName.SPOT
    row = coin.spot if spot else coin.usdm
    tick, step = Decimal(row.tick), Decimal(row.step)
    return SymbolRules(
        symbol=coin.base + QUOTE_ASSET,
        base_asset=coin.base,
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
        brackets=() if spot else brackets_of(coin.base),
        funding_interval_hours=coin.funding_interval_hours,
        price_range=_PRICE_RANGES.get(coin.base) if spot else None,
    )


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
