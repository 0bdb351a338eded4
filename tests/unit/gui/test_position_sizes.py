"""The size of a drawn position follows from what it may lose, fees among it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.instrument import Market
from terminal_app.gui.position_sizes import PositionSizes
from terminal_app.services.desk import Desk
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
USDT = Balance(Market.USDM, "USDT", D(10000), D(10000))
WHOLE = AccountSnapshot(Market.USDM, (USDT,), (), D("0.0002"), D("0.0005"), 0)


def _desk(snapshot: AccountSnapshot | None) -> Desk:
    desk = quiet_desk()
    session = seat(desk)
    if snapshot is not None:
        session.account.load(snapshot, 0)
    return desk


def test_a_stop_loses_no_more_than_what_is_risked() -> None:
    sizes = PositionSizes(_desk(WHOLE))
    size = sizes.size(D(60000), D(59000))
    # One loses 1000 and fees of 0.05 % of 119000: 100 / 1059.5, down to a step.
    assert size is not None
    assert size.quantity == D("0.094")
    assert size.words.startswith("0.094 BTC risks 99.59 USDT (1.00")
    sizes.percent = D(2)
    doubled = sizes.size(D(60000), D(59000))
    assert doubled is not None
    assert doubled.quantity == D("0.188")


def test_what_is_unknown_or_too_small_is_said() -> None:
    assert PositionSizes(_desk(None)).size(D(60000), D(59000)) is None
    poor = replace(WHOLE, balances=(replace(USDT, total=D(10), available=D(10)),))
    size = PositionSizes(_desk(poor)).size(D(60000), D(50000))
    assert size is not None
    assert (size.quantity, size.words) == (D(0), "no legal size loses as little as 0.10")
