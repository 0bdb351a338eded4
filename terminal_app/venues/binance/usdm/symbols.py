"""What Binance USDⓈ-M tells of its symbols, as domain values."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from terminal_app.domain.instrument import (
    Instrument,
    Market,
    NotionalRule,
    OrderCounts,
    PriceBand,
    StepRange,
    TrailingRules,
)
from terminal_app.domain.margin import Bracket
from terminal_app.domain.self_trade import SelfTradePrevention, SelfTradeRules
from terminal_app.venues.binance import mapping as binance
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.usdm import wire as usdm
from terminal_app.venues.market_events import RulesChanged

_decode_symbol = msgspec.json.Decoder(usdm.SymbolRow).decode
_decode_contract = msgspec.json.Decoder(usdm.ContractInfo).decode
# Source: Binance USDⓈ-M, new algo order: callbackRate of 0.1 to 20 percent since October 2026.
_CALLBACK = StepRange(Decimal("0.1"), Decimal(20), Decimal("0.1"))
_TRAILING = TrailingRules(_CALLBACK, _CALLBACK)


def read_instrument(text: bytes) -> Instrument:
    """Read a symbol's rules."""
    return instrument(_decode_symbol(text))


# Source: Binance USDⓈ-M, selfTradePreventionMode: the same for every symbol. What is done where
# none is sent is stated in two ways, so it is not known.
_SELF_TRADE = SelfTradeRules(
    (
        SelfTradePrevention.NONE,
        SelfTradePrevention.EXPIRE_TAKER,
        SelfTradePrevention.EXPIRE_MAKER,
        SelfTradePrevention.EXPIRE_BOTH,
    )
)


def instrument(row: usdm.SymbolRow) -> Instrument:
    """Return a symbol's rules.

    The percent rule binds buys above and sells below the mark price, never the other way.
    """
    filters = binance.filters_by_kind(row)
    percent = filters.get("PERCENT_PRICE", wire.NO_FILTER)
    return binance.instrument(
        Market.USDM,
        row,
        filters,
        notional=NotionalRule(filters.get("MIN_NOTIONAL", wire.NO_FILTER).notional),
        bands=(PriceBand(up=percent.multiplier_up), PriceBand(down=percent.multiplier_down)),
        counts=OrderCounts(open=binance.count(filters.get("MAX_NUM_ORDERS", wire.NO_FILTER).limit)),
        trailing=_TRAILING,
        contract=row.contract_type,
        self_trade=_SELF_TRADE,
    )


def brackets(row: usdm.SymbolBrackets) -> tuple[Bracket, ...]:
    """Return a symbol's leverage brackets, lowest first."""
    found = [
        Bracket(
            number=tier.number,
            initial_leverage=tier.initial_leverage,
            notional_floor=tier.notional_floor,
            notional_cap=tier.notional_cap,
            maintenance_margin_rate=tier.maintenance_margin_rate,
            cum=tier.cum,
        )
        for tier in row.brackets
    ]
    return tuple(sorted(found, key=lambda bracket: bracket.number))


def rules_changed(data: msgspec.Raw) -> RulesChanged:
    """Read a contractInfo event."""
    return RulesChanged(_decode_contract(data).symbol)
