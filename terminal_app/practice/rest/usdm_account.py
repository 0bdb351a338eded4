"""USDⓈ-M calls for the account, its settings and its listen key."""

from collections.abc import Sequence
from typing import Any, Final

from terminal_app.practice.engine.kinds import IncomeType, MarginType, PositionSide
from terminal_app.practice.engine.usdm_values import Position
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Reads, Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import DAY_MS, TimeRange, read_time_range
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.wire import usdm_account

_ADDED: Final = 1
_REMOVED: Final = 2
_MARGIN_HISTORY_MS: Final = 30 * DAY_MS
_INCOME_MS: Final = 90 * DAY_MS


def _positions(desk: UsdmDesk, parameters: Parameters) -> Sequence[Position]:
    return desk.market.positions(parameters.optional_symbol())


def _is_used(position: Position) -> bool:
    return bool(position.amount or position.bid_notional or position.ask_notional)


def _account_v2(desk: UsdmDesk, _parameters: Parameters) -> Any:
    totals = desk.market.account()
    positions = [
        usdm_account.account_position_v2(position, desk.numbers(position.symbol))
        for position in desk.market.positions()
    ]
    flags = usdm_account.account_flags(totals.update_time_ms) | {"feeBurn": desk.market.burns_bnb}
    return flags | usdm_account.account(totals) | {"positions": positions}


def _account_v3(desk: UsdmDesk, _parameters: Parameters) -> Any:
    positions = [
        usdm_account.account_position_v3(position, desk.numbers(position.symbol))
        for position in desk.market.positions()
        if _is_used(position)
    ]
    return usdm_account.account(desk.market.account()) | {"positions": positions}


def _balance(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return usdm_account.balances(desk.market.account())


def _position_risk_v2(desk: UsdmDesk, parameters: Parameters) -> Any:
    return [
        usdm_account.position_risk_v2(position, desk.numbers(position.symbol))
        for position in _positions(desk, parameters)
    ]


def _position_risk_v3(desk: UsdmDesk, parameters: Parameters) -> Any:
    return [
        usdm_account.position_risk_v3(position, desk.numbers(position.symbol))
        for position in _positions(desk, parameters)
        if _is_used(position)
    ]


def _symbol_config(desk: UsdmDesk, parameters: Parameters) -> Any:
    rows = {row.symbol: row for row in _positions(desk, parameters)}
    return [usdm_account.symbol_config(row) for row in rows.values()]


def _account_config(desk: UsdmDesk, _parameters: Parameters) -> Any:
    update_time_ms = desk.market.account().update_time_ms
    mode = {"dualSidePosition": desk.market.is_hedge_mode}
    return usdm_account.account_flags(update_time_ms) | mode


def _set_leverage(desk: UsdmDesk, parameters: Parameters) -> Any:
    position = desk.market.set_leverage(parameters.symbol(), parameters.integer("leverage"))
    return usdm_account.leverage(position)


def _set_margin_type(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = desk.market.data.rules(parameters.symbol()).symbol
    text = parameters.text("marginType")
    if text not in tuple(MarginType):
        raise ExchangeError(-1130, "Data sent for parameter 'marginType' is not valid.")
    desk.market.set_margin_type(symbol, MarginType(text))
    return usdm_account.SUCCESS


def _change_position_margin(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol, kind = parameters.symbol(), _read_margin_change(parameters)
    sent = parameters.text("amount")
    if sent.startswith("-"):
        raise ExchangeError(-4055, "Amount must be positive.")
    amount = parameters.decimal("amount")
    side = _read_position_side(desk, parameters)
    desk.market.change_position_margin(symbol, side, amount if kind == _ADDED else -amount)
    return usdm_account.changed_position_margin(amount, kind)


def _margin_history(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.symbol()
    times = read_time_range(parameters, _MARGIN_HISTORY_MS)
    kind = _read_margin_change(parameters) if "type" in parameters else None
    rows = desk.market.margin_changes(
        symbol,
        parameters.limit(500, 500),
        None if kind is None else kind == _ADDED,
        times.start_ms,
        times.end_ms,
    )
    return [usdm_account.margin_change(row) for row in rows]


def _read_margin_change(parameters: Parameters) -> int:
    kind = parameters.integer("type")
    if kind not in (_ADDED, _REMOVED):
        raise ExchangeError(-1130, "Data sent for parameter 'type' is not valid.")
    return kind


def _read_position_side(desk: UsdmDesk, parameters: Parameters) -> PositionSide:
    if desk.market.is_hedge_mode:
        parameters.text("positionSide")
    text = parameters.optional_text("positionSide") or PositionSide.BOTH
    if text not in tuple(PositionSide):
        raise ExchangeError(-4060, "Invalid position side.")
    return PositionSide(text)


def _position_mode(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"dualSidePosition": desk.market.is_hedge_mode}


def _set_position_mode(desk: UsdmDesk, parameters: Parameters) -> Any:
    parameters.text("dualSidePosition")
    desk.market.set_hedge_mode(parameters.flag("dualSidePosition"))
    return usdm_account.SUCCESS


def _multi_assets_mode(_desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"multiAssetsMargin": False}


def _set_multi_assets_mode(_desk: UsdmDesk, parameters: Parameters) -> Any:
    parameters.text("multiAssetsMargin")
    if parameters.flag("multiAssetsMargin"):
        raise ExchangeError(
            -1020, "This operation is not supported: the practice exchange has single-asset mode."
        )
    raise ExchangeError(
        -4171,
        "Adjusted asset mode is currently set and does not need to be adjusted repeatedly.",
    )


def _fee_burn(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"feeBurn": desk.market.burns_bnb}


def _set_fee_burn(desk: UsdmDesk, parameters: Parameters) -> Any:
    parameters.text("feeBurn")
    desk.market.set_fee_burn(parameters.flag("feeBurn"))
    return usdm_account.SUCCESS


def _trading_status(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.optional_symbol()
    if symbol is not None:
        desk.market.data.rules(symbol)
    return {"indicators": {}, "updateTime": desk.market.now_ms}


def _adl_quantile(desk: UsdmDesk, parameters: Parameters) -> Any:
    is_hedge, rows = desk.market.is_hedge_mode, _positions(desk, parameters)
    used: dict[str, list[Position]] = {}
    for row in rows:
        if row.amount or "symbol" in parameters:
            used.setdefault(row.symbol, []).append(row)
    return [usdm_account.adl_quantile(name, held, is_hedge) for name, held in used.items()]


def _force_orders(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = parameters.optional_symbol()
    if symbol is not None:
        desk.market.data.rules(symbol)
    kind = parameters.optional_text("autoCloseType")
    if kind not in (None, "LIQUIDATION", "ADL"):
        raise ExchangeError(-1130, "Data sent for parameter 'autoCloseType' is not valid.")
    times = read_time_range(parameters)
    orders = desk.market.force_orders(
        symbol,
        parameters.limit(50, 100),
        None if kind is None else kind == "ADL",
        times.start_ms,
        times.end_ms,
    )
    return [usdm_account.force_order(order, desk.numbers(order.symbol)) for order in orders]


def _leverage_brackets(desk: UsdmDesk, parameters: Parameters) -> Any:
    data = desk.market.data
    symbol = parameters.optional_symbol()
    listed = data.symbols() if symbol is None else [data.rules(symbol)]
    return [usdm_account.leverage_brackets(rules) for rules in listed]


def _commission_rate(desk: UsdmDesk, parameters: Parameters) -> Any:
    symbol = desk.market.data.rules(parameters.symbol()).symbol
    market = desk.market
    return usdm_account.commission_rate(symbol, market.maker_rate, market.taker_rate)


def _income(desk: UsdmDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters)
    now_ms, start_ms = desk.market.now_ms, times.start_ms
    if times == TimeRange(None, None):
        start_ms = now_ms - 7 * DAY_MS
    rows = desk.market.income(
        parameters.optional_symbol(),
        _read_income_type(parameters),
        parameters.limit(100, 1_000),
        max(start_ms or 0, now_ms - _INCOME_MS),
        times.end_ms,
    )
    return [usdm_account.income(row) for row in rows]


def _read_income_type(parameters: Parameters) -> IncomeType | None:
    text = parameters.optional_text("incomeType")
    if text is None:
        return None
    if text not in tuple(IncomeType):
        raise ExchangeError(-1130, "Data sent for parameter 'incomeType' is not valid.")
    return IncomeType(text)


def _sign_share_contract(_desk: UsdmDesk, _parameters: Parameters) -> Any:
    """Answer that the agreement on contracts of shares is signed; none is listed."""
    return usdm_account.SUCCESS


def _start_listen_key(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"listenKey": desk.listen_keys.start()}


def _keep_listen_key(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"listenKey": desk.listen_keys.keep_alive()}


def _stop_listen_key(desk: UsdmDesk, _parameters: Parameters) -> Any:
    desk.listen_keys.stop()
    return {}


def _order_limits(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return [limit.to_json() for limit in desk.counter.rules.limits if limit.kind == "ORDERS"]


_SIGNED: Final = Security.SIGNED
_TRADE: Final = Security.TRADE
_KEY: Final = Security.KEY
_status_weight: Final = depends_on_symbol(1, 10)
_forced_weight: Final = depends_on_symbol(20, 50)
ACCOUNT_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("GET", "/fapi/v2/account"): UsdmEndpoint(_account_v2, 5, _SIGNED, reads=Reads.SNAPSHOT),
    ("GET", "/fapi/v3/account"): UsdmEndpoint(_account_v3, 5, _SIGNED, reads=Reads.SNAPSHOT),
    ("GET", "/fapi/v2/balance"): UsdmEndpoint(_balance, 5, _SIGNED, reads=Reads.SNAPSHOT),
    ("GET", "/fapi/v3/balance"): UsdmEndpoint(_balance, 5, _SIGNED, reads=Reads.SNAPSHOT),
    ("GET", "/fapi/v2/positionRisk"): UsdmEndpoint(
        _position_risk_v2, 5, _SIGNED, reads=Reads.SNAPSHOT
    ),
    ("GET", "/fapi/v3/positionRisk"): UsdmEndpoint(
        _position_risk_v3, 5, _SIGNED, reads=Reads.SNAPSHOT
    ),
    ("GET", "/fapi/v1/symbolConfig"): UsdmEndpoint(_symbol_config, 5, _SIGNED),
    ("GET", "/fapi/v1/accountConfig"): UsdmEndpoint(_account_config, 5, _SIGNED),
    ("POST", "/fapi/v1/leverage"): UsdmEndpoint(_set_leverage, 1, _TRADE),
    ("POST", "/fapi/v1/marginType"): UsdmEndpoint(_set_margin_type, 1, _TRADE),
    ("GET", "/fapi/v1/positionSide/dual"): UsdmEndpoint(_position_mode, 30, _SIGNED),
    ("POST", "/fapi/v1/positionSide/dual"): UsdmEndpoint(_set_position_mode, 1, _TRADE),
    ("GET", "/fapi/v1/multiAssetsMargin"): UsdmEndpoint(_multi_assets_mode, 30, _SIGNED),
    ("POST", "/fapi/v1/multiAssetsMargin"): UsdmEndpoint(_set_multi_assets_mode, 1, _TRADE),
    ("POST", "/fapi/v1/positionMargin"): UsdmEndpoint(_change_position_margin, 1, _TRADE),
    ("GET", "/fapi/v1/positionMargin/history"): UsdmEndpoint(_margin_history, 1, _SIGNED),
    ("GET", "/fapi/v1/feeBurn"): UsdmEndpoint(_fee_burn, 30, _SIGNED),
    ("POST", "/fapi/v1/feeBurn"): UsdmEndpoint(_set_fee_burn, 1, _TRADE),
    ("GET", "/fapi/v1/apiTradingStatus"): UsdmEndpoint(_trading_status, _status_weight, _SIGNED),
    ("GET", "/fapi/v1/adlQuantile"): UsdmEndpoint(_adl_quantile, 5, _SIGNED),
    ("GET", "/fapi/v1/forceOrders"): UsdmEndpoint(_force_orders, _forced_weight, _SIGNED),
    ("GET", "/fapi/v1/leverageBracket"): UsdmEndpoint(_leverage_brackets, 1, _SIGNED),
    ("GET", "/fapi/v1/commissionRate"): UsdmEndpoint(_commission_rate, 20, _SIGNED),
    ("GET", "/fapi/v1/income"): UsdmEndpoint(_income, 30, _SIGNED),
    ("POST", "/fapi/v1/stock/contract"): UsdmEndpoint(_sign_share_contract, 50, _TRADE),
    ("GET", "/fapi/v1/rateLimit/order"): UsdmEndpoint(_order_limits, 1, _SIGNED),
    ("POST", "/fapi/v1/listenKey"): UsdmEndpoint(_start_listen_key, 1, _KEY),
    ("PUT", "/fapi/v1/listenKey"): UsdmEndpoint(_keep_listen_key, 1, _KEY),
    ("DELETE", "/fapi/v1/listenKey"): UsdmEndpoint(_stop_listen_key, 1, _KEY),
}
