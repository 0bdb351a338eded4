"""Check what holds where nothing was set, and that live never starts without a question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.instrument import Market
from terminal_app.domain.safety import PanicScope, SafetyRules
from terminal_app.services.safety.settings import FIRST_RULES, SafetySettings
from terminal_app.storage.preferences import Preferences, PreferencesFile
from terminal_app.venues.base import EnvironmentKind
from terminal_app.venues.binance.environments import LIVE, PRACTICE


def test_live_and_testnet_ask_at_first_and_practice_does_not() -> None:
    settings = SafetySettings(Preferences())
    assert [settings.confirmation(kind) for kind in EnvironmentKind] == [
        Confirmation.NONE, Confirmation.DIALOG, Confirmation.DIALOG,
    ]  # fmt: skip
    assert settings.rules(LIVE, Market.SPOT) == FIRST_RULES
    assert settings.panic_scope is PanicScope.ALL
    assert [settings.hold_ms(kind) for kind in EnvironmentKind] == [0, 0, 0]


def test_live_without_a_question_ends_with_the_run(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "preferences.json")
    preferences = Preferences()
    settings = SafetySettings(preferences)
    for kind in EnvironmentKind:
        settings.set_confirmation(kind, Confirmation.NONE)
    assert settings.confirmation(EnvironmentKind.LIVE) is Confirmation.NONE
    file.save(preferences)
    again = SafetySettings(file.load())
    assert again.confirmation(EnvironmentKind.LIVE) is Confirmation.DIALOG
    assert again.confirmation(EnvironmentKind.TESTNET) is Confirmation.NONE


def test_what_is_set_is_kept_for_its_environment_and_market_alone(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "preferences.json")
    preferences = Preferences()
    settings, heard = SafetySettings(preferences), list[object]()
    settings.observers.add(heard.append)
    rules = SafetyRules(
        Decimal("5000.50"), {"BTCUSDT": Decimal("0.1")}, Decimal("2.5"), Decimal(200),
        day_is_local=True, duplicate_ms=300,
    )  # fmt: skip
    settings.set_rules(PRACTICE, Market.USDM, rules)
    settings.set_dead_man(PRACTICE, Market.USDM, True)
    settings.set_panic_scope(PanicScope.SYMBOL)
    settings.set_confirmation(EnvironmentKind.LIVE, Confirmation.HOLD)
    assert len(heard) == 4
    file.save(preferences)
    again = SafetySettings(file.load())
    assert again.rules(PRACTICE, Market.USDM) == rules
    assert again.rules(PRACTICE, Market.SPOT) == replace(FIRST_RULES)
    assert again.rules(LIVE, Market.USDM) == FIRST_RULES
    assert again.has_dead_man(PRACTICE, Market.USDM)
    assert not again.has_dead_man(LIVE, Market.USDM)
    assert again.panic_scope is PanicScope.SYMBOL
    assert again.hold_ms(EnvironmentKind.LIVE) == 1000
    again.set_dead_man(PRACTICE, Market.USDM, False)
    assert not again.has_dead_man(PRACTICE, Market.USDM)
