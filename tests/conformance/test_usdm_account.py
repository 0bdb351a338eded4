"""Binance's own USDⓈ-M client asks for the account, changes it, and hears of every change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.conformance.conftest import Opener
from tests.helpers.answers import Each, amount, differences, fields
from tests.helpers.foreign_client import ForeignError
from tests.helpers.practice_control import Control
from tests.helpers.stopped_desk import SYMBOL, At, StoppedDesk

ONE = {"symbol": SYMBOL}
DONE = {"code": 200, "msg": "success"}
TOTALS = fields(
    amount,
    "totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit"
    " totalMarginBalance totalCrossWalletBalance availableBalance maxWithdrawAmount",
)
ASSET = {
    "asset": str,
    **fields(amount, "walletBalance unrealizedProfit marginBalance maintMargin initialMargin"),
    **fields(amount, "crossWalletBalance availableBalance maxWithdrawAmount"),
}
BALANCE = {
    **fields(str, "accountAlias asset"),
    **fields(amount, "balance crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount"),
}
POSITION = {
    **fields(str, "symbol positionSide"),
    **fields(amount, "positionAmt entryPrice breakEvenPrice markPrice unRealizedProfit"),
    **fields(amount, "liquidationPrice notional isolatedWallet"),
    "updateTime": int,
}
V2 = {**fields(amount, "leverage maxNotionalValue isolatedMargin"), "isAutoAddMargin": "false"}
V3 = {**fields(amount, "initialMargin maintMargin isolatedMargin bidNotional askNotional")}
CONFIGURATION = {
    "symbol": SYMBOL,
    "marginType": "CROSSED",
    "isAutoAddMargin": bool,
    "leverage": int,
    "maxNotionalValue": amount,
}
BRACKET = fields(int, "bracket initialLeverage notionalCap notionalFloor")
QUERIES: tuple[tuple[str, dict[str, Any], Any], ...] = (
    (
        "rest_api.account_information_v3",
        {},
        {**TOTALS, "assets": Each(ASSET), "positions": Each({"symbol": SYMBOL})},
    ),
    (
        "rest_api.account_information_v2",
        {},
        {
            **TOTALS,
            "canTrade": True,
            "assets": Each(ASSET),
            "positions": Each({"leverage": amount}),
        },
    ),
    ("rest_api.futures_account_balance_v3", {}, Each(BALANCE)),
    ("rest_api.futures_account_balance_v2", {}, Each(BALANCE)),
    ("rest_api.position_information_v3", ONE, [{**POSITION, **V3}]),
    ("rest_api.position_information_v2", ONE, [{**POSITION, **V2, "marginType": "cross"}]),
    (
        "rest_api.futures_account_configuration",
        {},
        {**fields(bool, "canTrade dualSidePosition multiAssetsMargin"), "feeTier": int},
    ),
    ("rest_api.symbol_configuration", ONE, [CONFIGURATION]),
    (
        "rest_api.notional_and_leverage_brackets",
        ONE,
        [{"symbol": SYMBOL, "brackets": Each({**BRACKET, "maintMarginRatio": float})}],
    ),
    (
        "rest_api.user_commission_rate",
        ONE,
        {"symbol": SYMBOL, **fields(amount, "makerCommissionRate takerCommissionRate")},
    ),
    (
        "rest_api.get_income_history",
        {"income_type": "COMMISSION"},
        Each({"symbol": SYMBOL, "incomeType": "COMMISSION", "income": amount, "asset": "USDT"}),
    ),
    ("rest_api.get_current_position_mode", {}, {"dualSidePosition": False}),
    ("rest_api.get_current_multi_assets_mode", {}, {"multiAssetsMargin": False}),
    ("rest_api.get_bnb_burn_status", {}, {"feeBurn": bool}),
    (
        "rest_api.position_adl_quantile_estimation",
        ONE,
        [{"symbol": SYMBOL, "adlQuantile": {"BOTH": int}}],
    ),
    ("rest_api.futures_tradfi_perps_contract", {}, DONE),
    ("rest_api.futures_trading_quantitative_rules_indicators", ONE, {"indicators": dict}),
    (
        "websocket_api.account_information",
        {},
        {**TOTALS, "assets": Each(ASSET), "positions": Each({"symbol": str})},
    ),
    ("websocket_api.account_information_v2", {}, {**TOTALS, "assets": Each(ASSET)}),
    ("websocket_api.futures_account_balance", {}, Each(BALANCE)),
    ("websocket_api.futures_account_balance_v2", {}, Each(BALANCE)),
    ("websocket_api.position_information", ONE, [{**POSITION, "marginType": "cross"}]),
    ("websocket_api.position_information_v2", ONE, [{**POSITION, **V3}]),
)


@pytest.fixture(scope="module")
def desk(opened: Opener, control: Control) -> StoppedDesk:
    client = opened("usdm", "binance_sdk.py", "usdm")
    key = client.call("rest_api.start_user_data_stream")["listenKey"]
    client.listen("user", "websocket_streams.user_data", listenKey=key)
    control.call("POST", "pause")
    return StoppedDesk(client, "rest_api.order_book", "rest_api.new_order", quantity=0.01)


@pytest.fixture
def position(desk: StoppedDesk) -> Iterator[None]:
    """Hold 0.01 for the time of a test."""
    desk.place(type="MARKET")
    yield
    desk.place(type="MARKET", side="SELL", reduce_only="true")


def wallet(desk: StoppedDesk) -> Decimal:
    """Return the wallet balance."""
    return Decimal(desk.ask("rest_api.account_information_v3")["totalWalletBalance"])


@pytest.mark.parametrize(("path", "arguments", "wanted"), QUERIES, ids=[q[0] for q in QUERIES])
@pytest.mark.usefixtures("position")
def test_a_query(desk: StoppedDesk, path: str, arguments: dict[str, Any], wanted: Any) -> None:
    assert differences(wanted, desk.ask(path, **arguments)) == []


@pytest.mark.usefixtures("position")
def test_leverage_moves_with_a_position(desk: StoppedDesk) -> None:
    answer = desk.ask("rest_api.change_initial_leverage", **ONE, leverage=50)
    assert differences({**ONE, "leverage": 50, "maxNotionalValue": amount}, answer) == []
    assert desk.told("AccountConfigUpdate", ac={"s": SYMBOL, "l": 50})
    (row,) = desk.ask("rest_api.symbol_configuration", **ONE)
    assert row["leverage"] == 50
    with pytest.raises(ForeignError, match="Leverage 126 is not valid"):
        desk.ask("rest_api.change_initial_leverage", **ONE, leverage=126)


def test_margin_is_isolated_added_and_taken(desk: StoppedDesk) -> None:
    assert desk.ask("rest_api.change_margin_type", **ONE, margin_type="ISOLATED") == DONE
    with pytest.raises(ForeignError, match="No need to change margin type"):
        desk.ask("rest_api.change_margin_type", **ONE, margin_type="ISOLATED")
    desk.place(type="MARKET")
    (before,) = desk.ask("rest_api.position_information_v2", **ONE)
    assert before["marginType"] == "isolated"
    with pytest.raises(ForeignError, match="position"):
        desk.ask("rest_api.change_margin_type", **ONE, margin_type="CROSSED")
    for kind, margin in ((1, 50.0), (2, 10.0)):
        change = {**ONE, "amount": margin, "type": kind}
        answer = desk.ask("rest_api.modify_isolated_position_margin", **change)
        assert differences({"code": 200, "type": kind, "amount": float}, answer) == []
        moved = desk.told("AccountUpdate", a={"m": "MARGIN_TRANSFER"})["a"]
        assert moved["P"][0]["mt"] == "isolated"
    rows = desk.ask("rest_api.get_position_margin_change_history", **ONE)
    assert differences({"asset": "USDT", "positionSide": "BOTH", "type": int}, rows[0]) == []
    (after,) = desk.ask("rest_api.position_information_v2", **ONE)
    assert float(after["isolatedWallet"]) == pytest.approx(float(before["isolatedWallet"]) + 40)
    with pytest.raises(ForeignError, match="Leverage reduction is not supported"):
        desk.ask("rest_api.change_initial_leverage", **ONE, leverage=2)
    desk.place(type="MARKET", side="SELL", reduce_only="true")
    assert desk.ask("rest_api.change_margin_type", **ONE, margin_type="CROSSED") == DONE


def test_both_sides_are_held_in_hedge_mode(desk: StoppedDesk) -> None:
    assert desk.ask("rest_api.change_position_mode", dual_side_position="true") == DONE
    with pytest.raises(ForeignError, match="position side does not match"):
        desk.place(type="MARKET")
    for side, held in (("BUY", "LONG"), ("SELL", "SHORT")):
        placed = desk.place(type="MARKET", side=side, position_side=held)
        fill = desk.told("OrderTradeUpdate", o={"i": placed["orderId"], "x": "TRADE"})["o"]
        assert fill["ps"] == held
    rows = desk.ask("rest_api.position_information_v3", **ONE)
    amounts = {row["positionSide"]: float(row["positionAmt"]) for row in rows}
    assert (amounts["LONG"], amounts["SHORT"]) == (0.01, -0.01)
    with pytest.raises(ForeignError, match="position"):
        desk.ask("rest_api.change_position_mode", dual_side_position="false")
    stop = {"algo_type": "CONDITIONAL", "type": "STOP_MARKET", "trigger_price": At("0.97")}
    placed = desk.place("rest_api.new_algo_order", **stop, side="SELL", position_side="LONG")
    assert placed["positionSide"] == "LONG"
    desk.ask("rest_api.cancel_algo_order", algo_id=placed["algoId"])
    for side, held_side in (("SELL", "LONG"), ("BUY", "SHORT")):
        desk.place(type="MARKET", side=side, position_side=held_side)
    assert desk.ask("rest_api.change_position_mode", dual_side_position="false") == DONE
    with pytest.raises(ForeignError, match="No need to change position side"):
        desk.ask("rest_api.change_position_mode", dual_side_position="false")


def test_fees_and_modes_are_set(desk: StoppedDesk) -> None:
    for burn in ("true", "false"):
        answer = desk.ask("rest_api.toggle_bnb_burn_on_futures_trade", fee_burn=burn)
        assert answer["code"] == 200
        assert desk.ask("rest_api.get_bnb_burn_status") == {"feeBurn": burn == "true"}
    with pytest.raises(ForeignError, match="not supported"):
        desk.ask("rest_api.change_multi_assets_mode", multi_assets_margin="true")


def test_a_round_costs_what_its_trades_say(desk: StoppedDesk) -> None:
    before = wallet(desk)
    ids = [desk.place(type="MARKET", side=side)["orderId"] for side in ("BUY", "SELL")]
    rows = [desk.ask("rest_api.account_trade_list", **ONE, order_id=one) for one in ids]
    trades = [trade for each in rows for trade in each]
    realized = sum(Decimal(trade["realizedPnl"]) for trade in trades)
    fees = sum(Decimal(trade["commission"]) for trade in trades)
    assert wallet(desk) - before == realized - fees


def test_money_from_elsewhere_is_told(desk: StoppedDesk, control: Control) -> None:
    control.call("POST", "deposit", market="futures", asset="USDT", amount="250")
    told = desk.told("AccountUpdate", a={"m": "DEPOSIT"})["a"]
    assert [(row["a"], float(row["bc"])) for row in told["B"]] == [("USDT", 250)]
    rows = desk.ask("rest_api.get_income_history", income_type="TRANSFER")
    assert float(rows[-1]["income"]) == 250


@pytest.mark.usefixtures("position")
def test_funding_is_settled_and_told(desk: StoppedDesk, control: Control) -> None:
    control.call("POST", "actor/funding", **ONE)
    assert desk.told("AccountUpdate", a={"m": "FUNDING_FEE"})["a"]["S"] == SYMBOL
    rows = desk.ask("rest_api.get_income_history", income_type="FUNDING_FEE")
    assert rows[-1]["symbol"] == SYMBOL


@pytest.mark.parametrize(
    ("act", "prefix", "kind"),
    [("liquidate", "autoclose-", "LIQUIDATION"), ("deleverage", "adl_autoclose", "ADL")],
)
def test_a_position_is_taken_away(
    desk: StoppedDesk, control: Control, act: str, prefix: str, kind: str
) -> None:
    desk.place(type="MARKET")
    control.call("POST", f"actor/{act}", **ONE)
    (row,) = desk.ask("rest_api.users_force_orders", auto_close_type=kind)
    assert row["clientOrderId"].startswith(prefix)
    told = desk.told("OrderTradeUpdate", o={"i": row["orderId"], "X": "FILLED"})["o"]
    assert (told["c"], told["S"]) == (row["clientOrderId"], "SELL")
    rows = desk.ask("rest_api.position_information_v3", **ONE)
    assert [held for held in rows if float(held["positionAmt"])] == []


def test_a_margin_call_comes_before_the_end(desk: StoppedDesk, control: Control) -> None:
    desk.ask("rest_api.change_initial_leverage", **ONE, leverage=125)
    rate = float(desk.ask("rest_api.mark_price", **ONE)["lastFundingRate"])
    side = "BUY" if rate > 0 else "SELL"
    desk.place(type="MARKET", side=side, quantity=0.1)
    control.call("POST", "step", ms=1_000)
    whole, _, part = control.call("GET", "wallets")["futures"]["USDT"].partition(".")
    control.call("POST", "withdraw", market="futures", asset="USDT", amount=f"{whole}.{part[:8]}")
    margin, least = 1.0, 0.0
    while least < 0.8 * margin:
        control.call("POST", "actor/funding", **ONE)
        control.call("POST", "step", ms=1_000)
        totals = desk.ask("rest_api.account_information_v3")
        margin, least = float(totals["totalMarginBalance"]), float(totals["totalMaintMargin"])
    (told,) = desk.told("MarginCall")["p"]
    wanted = {"s": SYMBOL, "ps": "BOTH", "mt": "CROSSED", **fields(amount, "pa iw mp up mm")}
    assert differences(wanted, told) == []
    control.call("POST", "deposit", market="futures", asset="USDT", amount="1000")
    closing = "SELL" if side == "BUY" else "BUY"
    desk.place(type="MARKET", side=closing, quantity=0.1, reduce_only="true")


def test_a_listen_key_lives_as_long_as_it_is_kept(desk: StoppedDesk, control: Control) -> None:
    key = desk.ask("rest_api.start_user_data_stream")["listenKey"]
    assert desk.ask("websocket_api.start_user_data_stream")["listenKey"] == key
    assert desk.ask("rest_api.keepalive_user_data_stream")["listenKey"] == key
    assert desk.ask("websocket_api.keepalive_user_data_stream")["listenKey"] == key
    control.call("POST", "clock", offset=3_601_000)
    assert desk.told("ListenKeyExpired")["listenKey"] == key
    control.call("POST", "clock", offset=0)
    with pytest.raises(ForeignError, match="listenKey does not exist"):
        desk.ask("rest_api.keepalive_user_data_stream")
    for close in ("rest_api.close_user_data_stream", "websocket_api.close_user_data_stream"):
        assert desk.ask("rest_api.start_user_data_stream")["listenKey"] != key
        assert desk.ask(close) == {}
