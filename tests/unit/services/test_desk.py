"""A desk looks at a symbol by any of its names, and stays where it is for a wrong one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal_app.domain.market import Interval
from terminal_app.services.desk import INSTRUMENTS, SYMBOL
from tests.helpers.quiet_desk import quiet_desk, seat


@pytest.mark.parametrize("name", ["eth/usdt", "binance:ETHUSDT", "ethusdt.binance"])
async def test_a_symbol_is_looked_at_by_any_of_its_names(name: str) -> None:
    desk = quiet_desk()
    session = seat(desk)
    bitcoin = session.instruments["BTCUSDT"]
    session.instruments["ETHUSDT"] = replace(bitcoin, symbol="ETHUSDT", base_asset="ETH")
    seen: list[object] = []
    desk.observers.add(seen.append)
    try:
        assert desk.select_symbol(name)
        assert desk.symbol == "ETHUSDT"
        assert desk.preferences.symbols[desk.market.value] == "ETHUSDT"
        assert session.candles.symbol == "ETHUSDT"
        assert session.candles.interval is Interval(desk.preferences.interval)
        assert seen == [SYMBOL]
    finally:
        await session.close()


def test_a_wrong_name_is_told_with_the_nearest_and_nothing_changes() -> None:
    desk = quiet_desk()
    seat(desk)
    assert not desk.select_symbol("BTCUSTD")
    assert desk.symbol == "BTCUSDT"
    (notice,) = desk.notifications.notices
    assert notice.text == "BTCUSTD is not listed here. Nearest names: BTCUSDT."


async def test_new_rules_of_what_is_shown_are_shown_and_others_leave_it_alone() -> None:
    desk = quiet_desk()
    session = seat(desk)
    session.observers.add(lambda key: desk._on_instruments(session, key))
    followed: list[object] = []
    desk.observers.add(followed.append)
    try:
        assert desk.select_symbol("BTCUSDT")
        followed.clear()
        bitcoin = session.instruments["BTCUSDT"]
        session.instruments["ETHUSDT"] = replace(bitcoin, symbol="ETHUSDT", base_asset="ETH")
        session.observers.notify(INSTRUMENTS)
        assert followed == [INSTRUMENTS]
        session.instruments["BTCUSDT"] = replace(bitcoin, status="HALT")
        session.observers.notify(INSTRUMENTS)
        assert followed == [INSTRUMENTS, SYMBOL, INSTRUMENTS]
        assert session.market_data.instrument is session.instruments["BTCUSDT"]
    finally:
        await session.close()
