"""Numbers of recorded samples come out of the engine to the last digit."""

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest

from terminal_app.domain.margin import Bracket
from terminal_app.practice.engine.kinds import MarginType, PositionSide, Side
from terminal_app.practice.engine.usdm_values import Position
from terminal_app.practice.sources.catalogue import usdm_rules
from terminal_app.practice.usdm.account import UsdmBooks
from terminal_app.practice.usdm.positions import Held
from terminal_app.practice.usdm.valuation import Valuation
from terminal_app.practice.wire import usdm_account
from terminal_app.practice.wire.numbers import usdm_numbers
from tests.helpers.engine import market, quiet_usdm
from tests.helpers.shared import shared_json, shared_json_sequence

D = Decimal
BTC = "BTCUSDT"
# The rules of a symbol, as they were when the samples were taken: of its one or two brackets
# (rate, cum) the one that held.
RULES = next(rules for rules in usdm_rules() if rules.symbol == BTC)


def _bracket(rate: str, cum: str = "0") -> tuple[Bracket, ...]:
    return (Bracket(1, 125, D(0), D("1e12"), D(rate), D(cum)),)


def _position(
    sample: dict[str, Any], rate: str, cum: str = "0", *, leverage: int = 20, wallet: str = "0"
) -> Position:
    """Return the position that a sample shows: its amount, entry, mark and isolated wallet."""
    symbol, side = sample["symbol"], PositionSide(sample["positionSide"])
    rules = replace(RULES, symbol=symbol, brackets=_bracket(rate, cum))
    books = UsdmBooks({symbol: rules}, {symbol: D(sample["markPrice"])})
    books.leverages[symbol] = leverage
    amount, entry = D(sample["positionAmt"]), D(sample["entryPrice"])
    maker_fee = abs(amount) * entry * D("0.0002")
    books.held[symbol, side] = Held(amount, entry, maker_fee, isolated_wallet=D(wallet))
    if D(wallet):
        books.isolated.add(symbol)
    return Valuation(books, ()).position((symbol, side))


def test_margins_of_a_cross_position() -> None:
    (sample,) = shared_json("fixtures/futures/rest_position_information_v3.json")
    position = _position(sample, "0.0065")
    numbers = replace(usdm_numbers(RULES), quantity_places=0)
    served = usdm_account.position_risk_v3(position, numbers)
    assert served == {**sample, "adl": served["adl"], "updateTime": 0}


def test_profit_and_notional_are_cut_off_after_eight_places() -> None:
    sample = shared_json("fixtures/futures/docs_rest_position_risk_v2.json")[0]
    position = _position(sample, "0.004", leverage=4)
    served = usdm_account.position_risk_v2(position, usdm_numbers(RULES))
    for name in ("unRealizedProfit", "notional", "leverage", "isolatedMargin", "isolatedWallet"):
        assert served[name] == sample[name], name


@pytest.mark.parametrize(("row", "wallet"), [(0, "13200.70726908"), (1, "6570.42511771")])
def test_isolated_positions_of_both_sides(row: int, wallet: str) -> None:
    sample = shared_json("fixtures/futures/ntpy_rest_account_positions_hedge.json")[row]
    entry = {"LONG": "6563.66500", "SHORT": "6563.86000"}[sample["positionSide"]]
    position = _position({**sample, "entryPrice": entry}, "0.005", "50", leverage=10, wallet=wallet)
    served = usdm_account.position_risk_v2(position, usdm_numbers(RULES))
    for name in ("unRealizedProfit", "isolatedMargin", "positionAmt", "leverage", "marginType"):
        assert served[name] == sample[name], name
    assert position.margin_type is MarginType.ISOLATED
    places = D("0.01")
    assert (
        str(position.liquidation_price.quantize(places, ROUND_DOWN)) == sample["liquidationPrice"]
    )


def test_maintenance_margin_of_a_margin_call() -> None:
    (sample,) = shared_json("fixtures/futures/user_margin_call.json")["p"]
    row = {"symbol": "ETHUSDT", "positionSide": sample["ps"], "positionAmt": sample["pa"]}
    position = _position({**row, "entryPrice": "188.05", "markPrice": sample["mp"]}, "0.0065")
    cut = position.maintenance_margin.quantize(D(sample["mm"]), ROUND_DOWN)
    assert str(cut) == sample["mm"]


@pytest.mark.parametrize(
    "capture", ["WebSocketFutureLimitSubmittedFilled", "WebSocketFutureMarketSubmittedFilled"]
)
def test_commissions_of_captured_fills(capture: str) -> None:
    fill = shared_json_sequence(f"data/user_stream/{capture}.json")[-1]["o"]
    desk = quiet_usdm()
    desk.offer(Side.SELL, "50000", "1")
    (made,) = desk.market.place(market(Side.BUY, "1")).fills
    rate = made.commission / made.quote_quantity
    assert D(fill["L"]) * D(fill["l"]) * rate == D(fill["n"])
