"""How everything stands, over the real exchange: what is wrong is named while it is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.errors import NotConnected
from terminal_app.services.health import HealthState
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import live, opened_session, placed, request


async def test_no_order_is_taken_while_this_computers_clock_has_moved(
    practice: PracticeProcess, ledger_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        wanted = request(session, Side.BUY, "0.002", at="0.9")
        await eventually(lambda: session.health.check().state is HealthState.GOOD)
        true_time = time.time
        monkeypatch.setattr(time, "time", lambda: true_time() + 5)
        assert "has moved by 5.0 s" in session.orders.closed_because
        with pytest.raises(NotConnected, match=r"has moved by 5\.0 s"):
            await placed(session, wanted)
        assert session.health.check().state is HealthState.BAD
        # The exchange's clock is measured anew by itself.
        await eventually(lambda: not session.orders.closed_because)
        assert not any("clock has moved" in one.sentence for one in session.health.check().findings)
