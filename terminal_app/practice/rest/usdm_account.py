"""USDⓈ-M calls for the account, its settings and its listen key."""

from collections.abc import Sequence
from typing import Any, Final

from terminal_app.practice.engine.kinds import IncomeType
from terminal_app.practice.engine.model import Position
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.http.limits import USDM_LIMITS
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import DAY_MS, TimeRange, read_time_range
from terminal_app.practice.rest.usdm_market import UsdmDesk, UsdmEndpoint
from terminal_app.practice.wire import usdm_account


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
    flags = usdm_account.account_flags(totals.update_time_ms) | {"feeBurn": False}
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
    return [usdm_account.symbol_config(row) for row in _positions(desk, parameters)]


def _account_config(desk: UsdmDesk, _parameters: Parameters) -> Any:
    update_time_ms = desk.market.account().update_time_ms
    return usdm_account.account_flags(update_time_ms) | {"dualSidePosition": False}


def _set_leverage(desk: UsdmDesk, parameters: Parameters) -> Any:
    position = desk.market.set_leverage(parameters.symbol(), parameters.integer("leverage"))
    return usdm_account.leverage(position)


def _set_margin_type(desk: UsdmDesk, parameters: Parameters) -> Any:
    desk.market.data.rules(parameters.symbol())
    match parameters.text("marginType"):
        case "CROSSED":
            raise ExchangeError(-4046, "No need to change margin type.")
        case "ISOLATED":
            raise ExchangeError(
                -1020, "This operation is not supported: the practice exchange has cross margin."
            )
        case _:
            raise ExchangeError(-1130, "Data sent for parameter 'marginType' is not valid.")


def _position_mode(_desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"dualSidePosition": False}


def _set_position_mode(_desk: UsdmDesk, parameters: Parameters) -> Any:
    parameters.text("dualSidePosition")
    if parameters.flag("dualSidePosition"):
        raise ExchangeError(
            -1020, "This operation is not supported: the practice exchange has one-way mode."
        )
    raise ExchangeError(-4059, "No need to change position side.")


def _multi_assets_mode(_desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"multiAssetsMargin": False}


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
    if times == TimeRange(None, None):
        times = TimeRange(desk.market.now_ms - 7 * DAY_MS, None)
    rows = desk.market.income(
        parameters.optional_symbol(),
        _read_income_type(parameters),
        parameters.limit(100, 1_000),
        times.start_ms,
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


def _start_listen_key(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"listenKey": desk.listen_keys.start()}


def _keep_listen_key(desk: UsdmDesk, _parameters: Parameters) -> Any:
    return {"listenKey": desk.listen_keys.keep_alive()}


def _stop_listen_key(desk: UsdmDesk, _parameters: Parameters) -> Any:
    desk.listen_keys.stop()
    return {}


def _order_limits(_desk: UsdmDesk, _parameters: Parameters) -> Any:
    return [limit.to_json() for limit in USDM_LIMITS if limit.kind == "ORDERS"]


_SIGNED: Final = Security.SIGNED
_KEY: Final = Security.KEY
ACCOUNT_ENDPOINTS: Final[dict[tuple[str, str], UsdmEndpoint]] = {
    ("GET", "/fapi/v2/account"): UsdmEndpoint(_account_v2, 5, _SIGNED),
    ("GET", "/fapi/v3/account"): UsdmEndpoint(_account_v3, 5, _SIGNED),
    ("GET", "/fapi/v2/balance"): UsdmEndpoint(_balance, 5, _SIGNED),
    ("GET", "/fapi/v3/balance"): UsdmEndpoint(_balance, 5, _SIGNED),
    ("GET", "/fapi/v2/positionRisk"): UsdmEndpoint(_position_risk_v2, 5, _SIGNED),
    ("GET", "/fapi/v3/positionRisk"): UsdmEndpoint(_position_risk_v3, 5, _SIGNED),
    ("GET", "/fapi/v1/symbolConfig"): UsdmEndpoint(_symbol_config, 5, _SIGNED),
    ("GET", "/fapi/v1/accountConfig"): UsdmEndpoint(_account_config, 5, _SIGNED),
    ("POST", "/fapi/v1/leverage"): UsdmEndpoint(_set_leverage, 1, _SIGNED),
    ("POST", "/fapi/v1/marginType"): UsdmEndpoint(_set_margin_type, 1, _SIGNED),
    ("GET", "/fapi/v1/positionSide/dual"): UsdmEndpoint(_position_mode, 30, _SIGNED),
    ("POST", "/fapi/v1/positionSide/dual"): UsdmEndpoint(_set_position_mode, 1, _SIGNED),
    ("GET", "/fapi/v1/multiAssetsMargin"): UsdmEndpoint(_multi_assets_mode, 30, _SIGNED),
    ("GET", "/fapi/v1/leverageBracket"): UsdmEndpoint(_leverage_brackets, 1, _SIGNED),
    ("GET", "/fapi/v1/commissionRate"): UsdmEndpoint(_commission_rate, 20, _SIGNED),
    ("GET", "/fapi/v1/income"): UsdmEndpoint(_income, 30, _SIGNED),
    ("GET", "/fapi/v1/rateLimit/order"): UsdmEndpoint(_order_limits, 1, _SIGNED),
    ("POST", "/fapi/v1/listenKey"): UsdmEndpoint(_start_listen_key, 1, _KEY),
    ("PUT", "/fapi/v1/listenKey"): UsdmEndpoint(_keep_listen_key, 1, _KEY),
    ("DELETE", "/fapi/v1/listenKey"): UsdmEndpoint(_stop_listen_key, 1, _KEY),
}
