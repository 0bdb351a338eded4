"""Spot filters in Binance's JSON."""

from typing import Any, Final

from terminal_app.practice.engine.model import SpotRules, SymbolRules
from terminal_app.practice.spot.filters import AccountLimits
from terminal_app.practice.wire.numbers import fixed8, natural

_OF_THE_ACCOUNT: Final = "MAX_"


def symbol_filters(rules: SymbolRules) -> list[dict[str, Any]]:
    """Write every filter of a symbol."""
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": fixed8(rules.min_price),
            "maxPrice": fixed8(rules.max_price),
            "tickSize": fixed8(rules.order_tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": fixed8(rules.min_quantity),
            "maxQty": fixed8(rules.max_quantity),
            "stepSize": fixed8(rules.order_step),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": fixed8(rules.market_min_quantity),
            "maxQty": fixed8(rules.market_max_quantity),
            "stepSize": fixed8(rules.market_step_size),
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": natural(rules.bid_multiplier_up),
            "bidMultiplierDown": natural(rules.bid_multiplier_down),
            "askMultiplierUp": natural(rules.ask_multiplier_up),
            "askMultiplierDown": natural(rules.ask_multiplier_down),
            "avgPriceMins": rules.average_price_minutes,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": fixed8(rules.min_notional),
            "applyMinToMarket": True,
            "maxNotional": fixed8(rules.max_notional),
            "applyMaxToMarket": False,
            "avgPriceMins": rules.average_price_minutes,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": rules.max_num_orders},
        *_spot_filters(rules.spot),
    ]


def _spot_filters(spot: SpotRules) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = [
        {"filterType": "ICEBERG_PARTS", "limit": spot.iceberg_parts},
        {
            "filterType": "TRAILING_DELTA",
            "minTrailingAboveDelta": spot.min_trailing_above_delta,
            "maxTrailingAboveDelta": spot.max_trailing_above_delta,
            "minTrailingBelowDelta": spot.min_trailing_below_delta,
            "maxTrailingBelowDelta": spot.max_trailing_below_delta,
        },
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": spot.max_num_algo_orders},
        {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": spot.max_num_order_lists},
        {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": spot.max_num_order_amends},
    ]
    if spot.max_num_iceberg_orders is not None:
        icebergs = {"maxNumIcebergOrders": spot.max_num_iceberg_orders}
        filters.append({"filterType": "MAX_NUM_ICEBERG_ORDERS", **icebergs})
    if spot.max_position is not None:
        filters.append({"filterType": "MAX_POSITION", "maxPosition": fixed8(spot.max_position)})
    return filters


def exchange_filters(limits: AccountLimits) -> list[dict[str, Any]]:
    """Write what the account may have open over all symbols, nothing where there is no limit."""
    counts = {
        "ORDERS": ("maxNumOrders", limits.max_num_orders),
        "ALGO_ORDERS": ("maxNumAlgoOrders", limits.max_num_algo_orders),
        "ICEBERG_ORDERS": ("maxNumIcebergOrders", limits.max_num_iceberg_orders),
        "ORDER_LISTS": ("maxNumOrderLists", limits.max_num_order_lists),
    }
    return [
        {"filterType": f"EXCHANGE_MAX_NUM_{what}", field: limit}
        for what, (field, limit) in counts.items()
        if limit is not None
    ]


def my_filters(rules: SymbolRules, limits: AccountLimits) -> dict[str, Any]:
    """Write the filters that depend on what the account has (Binance spot, myFilters)."""
    own = [row for row in symbol_filters(rules) if row["filterType"].startswith(_OF_THE_ACCOUNT)]
    assets = [
        {"filterType": "MAX_ASSET", "asset": asset, "limit": fixed8(limit)}
        for asset, limit in limits.max_assets.items()
    ]
    return {
        "exchangeFilters": exchange_filters(limits),
        "symbolFilters": own,
        "assetFilters": assets,
    }
