"""Each setting that changed elsewhere is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal_app.domain.account import AccountSnapshot, MarginMode, SymbolSettings
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.services.account_changes import settings_changes

CROSS = SymbolSettings(10, MarginMode.CROSS)
MANY = {f"S{n}USDT": CROSS for n in range(5)}
BEFORE = AccountSnapshot(
    Market.USDM, (), (), ZERO, ZERO, 1, {"BTCUSDT": CROSS, **MANY}, False, False
)


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        (BEFORE, []),
        (
            replace(BEFORE, settings={"BTCUSDT": replace(CROSS, leverage=7)}),
            ["The leverage of BTCUSDT is 7x now."],
        ),
        (
            replace(BEFORE, settings={"BTCUSDT": replace(CROSS, margin_mode=MarginMode.ISOLATED)}),
            ["The margin mode of BTCUSDT is isolated now."],
        ),
        (
            replace(BEFORE, settings={name: replace(CROSS, leverage=5) for name in MANY}),
            ["The leverage of 5 symbols is another now."],
        ),
        (
            replace(BEFORE, is_hedged=True),
            ["The position mode is hedge: long and short are held apart now."],
        ),
        (replace(BEFORE, is_multi_assets=True), ["Multi-assets mode is on now."]),
        # A new symbol has not changed.
        (replace(BEFORE, settings={**BEFORE.settings, "NEWUSDT": CROSS}), []),
    ],
)
def test_a_setting_that_changed_is_named(after: AccountSnapshot, sentences: list[str]) -> None:
    assert settings_changes(BEFORE, after) == sentences
