"""Spot calls for the account: balances, trades, commission and limits."""

from collections.abc import Sequence
from typing import Any, Final

from terminal_app.practice.engine.model import ZERO, Balance
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Endpoint, Reads, Security
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import DAY_MS, read_time_range
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.wire import spot_account, spot_filters, spot_orders


def _fills(desk: SpotDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters, DAY_MS)
    order_id = parameters.optional_integer("orderId")
    from_id = parameters.optional_integer("fromId")
    has_times = times.start_ms is not None or times.end_ms is not None
    if has_times and (from_id is not None or order_id is not None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    fills = desk.market.fills(
        parameters.symbol(),
        parameters.limit(500, 1_000),
        order_id,
        from_id,
        times.start_ms,
        times.end_ms,
    )
    orders = desk.market.ledger.orders
    return [spot_account.fill(fill, orders[fill.order_id].order_list_id) for fill in fills]


def _account(desk: SpotDesk, parameters: Parameters) -> Any:
    market = desk.market
    balances: Sequence[Balance] = market.balances()
    if parameters.flag("omitZeroBalances"):
        balances = [row for row in balances if row.free + row.locked > ZERO]
    return spot_account.account(balances, market.commission.standard, market.account_update_time_ms)


def _commission(desk: SpotDesk, parameters: Parameters) -> Any:
    market = desk.market
    symbol = market.data.rules(parameters.symbol()).symbol
    return spot_account.account_commission(symbol, market.commission, market.pays_in_bnb)


def _my_filters(desk: SpotDesk, parameters: Parameters) -> Any:
    rules = desk.market.data.rules(parameters.symbol())
    return spot_filters.my_filters(rules, desk.market.limits)


def _allocations(desk: SpotDesk, parameters: Parameters) -> Any:
    """Answer that no order was ever routed: no symbol here has smart order routing."""
    desk.market.data.rules(parameters.symbol())
    read_time_range(parameters, DAY_MS)
    for name in ("orderId", "fromAllocationId"):
        parameters.optional_integer(name)
    parameters.limit(500, 1_000)
    return []


def _prevented_matches(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol = desk.market.data.rules(parameters.symbol()).symbol
    match_id = parameters.optional_integer("preventedMatchId")
    order_id = parameters.optional_integer("orderId")
    if (match_id is None) == (order_id is None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    first = parameters.optional_integer("fromPreventedMatchId") or 0
    rows = [
        spot_orders.prevented_match(row)
        for row in desk.market.ledger.prevented
        if row.symbol == symbol
        and match_id in (None, row.prevented_match_id)
        and order_id in (None, row.taker_order_id, row.maker_order_id)
        and row.prevented_match_id >= first
    ]
    return rows[: parameters.limit(500, 1_000)]


def _order_limits(desk: SpotDesk, _parameters: Parameters) -> Any:
    return desk.counter.to_json(with_weight=False, with_orders=True)


def _prevented_weight(parameters: Parameters) -> int:
    return 20 if "orderId" in parameters else 2


def _fills_weight(parameters: Parameters) -> int:
    return 5 if "orderId" in parameters else 20


_SIGNED: Final = Security.SIGNED
ACCOUNT_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("GET", "/api/v3/myTrades"): Endpoint(_fills, _fills_weight, _SIGNED),
    ("GET", "/api/v3/account"): Endpoint(_account, 20, _SIGNED, reads=Reads.SNAPSHOT),
    ("GET", "/api/v3/account/commission"): Endpoint(_commission, 20, _SIGNED),
    ("GET", "/api/v3/myPreventedMatches"): Endpoint(_prevented_matches, _prevented_weight, _SIGNED),
    ("GET", "/api/v3/myFilters"): Endpoint(_my_filters, 40, _SIGNED),
    ("GET", "/api/v3/myAllocations"): Endpoint(_allocations, 20, _SIGNED),
    ("GET", "/api/v3/rateLimit/order"): Endpoint(_order_limits, 40, _SIGNED),
}
