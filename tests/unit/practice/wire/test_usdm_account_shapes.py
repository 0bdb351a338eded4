"""The futures account's answers and events against the published samples, field by field."""

import json
from decimal import Decimal
from typing import Any

import pytest

from terminal_app.practice.engine.events import LeverageChanged, MarginCalled, UsdmAccountChanged
from terminal_app.practice.engine.kinds import AccountChangeReason, MarginType, PositionSide, Side
from terminal_app.practice.engine.usdm_values import MarginChange, UsdmBalance
from terminal_app.practice.wire import usdm_account, usdm_account_events
from terminal_app.practice.wire.numbers import encode, usdm_numbers
from tests.helpers.engine import market, quiet_usdm
from tests.helpers.shapes import shape_differences
from tests.helpers.shared import shared_path

TIME_MS = 1_790_000_000_000
BTC = "BTCUSDT"


def _rows() -> dict[str, Any]:
    desk = quiet_usdm()
    desk.market.set_margin_type(BTC, MarginType.ISOLATED)
    desk.offer(Side.SELL, "50000", "1")
    desk.market.place(market(Side.BUY, "0.1"))
    position, account = desk.market.position(BTC), desk.market.account()
    balances = (UsdmBalance("USDT", account.wallet_balance, account.cross_wallet_balance),)
    desk.market.liquidate(BTC)
    (forced,) = desk.market.force_orders(BTC, 1)
    numbers = usdm_numbers(desk.listing.rules)
    change = MarginChange(BTC, PositionSide.BOTH, Decimal(10), "USDT", TIME_MS)
    reason = AccountChangeReason
    config = usdm_account.account_flags(TIME_MS) | {"dualSidePosition": False}
    return {
        "user_account_update": usdm_account_events.account_update(
            UsdmAccountChanged(TIME_MS, reason.ORDER, balances, (position,))
        ),
        "made_user_account_update_funding_cross": usdm_account_events.account_update(
            UsdmAccountChanged(TIME_MS, reason.FUNDING_FEE, balances, (), BTC)
        ),
        "made_user_account_update_funding_isolated": usdm_account_events.account_update(
            UsdmAccountChanged(TIME_MS, reason.FUNDING_FEE, balances, (position,), BTC)
        ),
        "user_account_config_update_leverage": usdm_account_events.leverage_update(
            LeverageChanged(TIME_MS, BTC, 25)
        ),
        "user_margin_call": usdm_account_events.margin_call(
            MarginCalled(TIME_MS, Decimal(3), (position,))
        ),
        "rest_users_force_orders": [usdm_account.force_order(forced, numbers)],
        "rest_get_position_margin_change_history": [usdm_account.margin_change(change)],
        "rest_modify_isolated_position_margin": usdm_account.changed_position_margin(
            Decimal(100), 1
        ),
        "rest_futures_account_configuration": config,
        "rest_change_margin_type": usdm_account.SUCCESS,
        "rest_futures_account_balance_v3": usdm_account.balances(account),
    }


NAMES = (
    "user_account_update",
    "made_user_account_update_funding_cross",
    "made_user_account_update_funding_isolated",
    "user_account_config_update_leverage",
    "user_margin_call",
    "rest_users_force_orders",
    "rest_get_position_margin_change_history",
    "rest_modify_isolated_position_margin",
    "rest_futures_account_configuration",
    "rest_change_margin_type",
    "rest_futures_account_balance_v3",
)


@pytest.mark.parametrize("name", NAMES)
def test_shape(name: str) -> None:
    documented = json.loads(shared_path(f"fixtures/futures/{name}.json").read_text())
    served = json.loads(encode(_rows()[name]))
    assert shape_differences(documented, served) == []


@pytest.mark.parametrize(
    ("is_hedge", "sides"), [(False, {"LONG", "SHORT", "BOTH"}), (True, {"LONG", "SHORT", "HEDGE"})]
)
def test_places_in_the_queue_are_named_by_the_mode(is_hedge: bool, sides: set[str]) -> None:
    row = usdm_account.adl_quantile(BTC, (), is_hedge)
    assert row == {"symbol": BTC, "adlQuantile": dict.fromkeys(sides, 0)}
