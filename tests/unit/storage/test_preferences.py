"""Settings come back as they were set, and a damaged file is kept and said."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.storage.preferences import Preferences, PreferencesFile


def test_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    preferences = Preferences(market="usdm", interval="1M", symbols={"usdm": "ETHUSDT"})
    preferences.window["state"] = "ä✓"
    PreferencesFile(path).save(preferences)
    file = PreferencesFile(path)
    assert file.load() == preferences
    assert file.notice == ""
    assert json.loads(path.read_text("utf-8"))["market"] == "usdm"


@pytest.mark.parametrize(
    ("older", "confirmations"),
    [
        ({"confirm_practice_orders": True}, {"practice": "dialog"}),
        ({"confirm_practice_orders": False, "confirm_testnet_orders": False},
         {"practice": "none", "testnet": "none"}),
        ({"confirm_testnet_orders": True, "environment": "live"}, {"testnet": "dialog"}),
        ({"confirm_testnet_orders": False, "confirmations": {"testnet": "hold"}},
         {"testnet": "hold"}),
        ({"confirm_practice_orders": "yes"}, {}),
    ],
)  # fmt: skip
def test_settings_of_earlier_versions_are_brought_up(
    tmp_path: Path, older: dict[str, object], confirmations: dict[str, str]
) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"market": "usdm", "risk_percent": "2.5", **older}))
    file = PreferencesFile(path)
    loaded = file.load()
    assert file.notice == ""
    assert loaded.confirmations == confirmations
    assert (loaded.market, loaded.risk_percent) == ("usdm", Decimal("2.5"))
    file.save(loaded)
    assert PreferencesFile(path).load() == loaded


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "preferences.json")
    assert file.load() == Preferences()
    assert file.notice == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"market": "usdm"',
        b"\xff\xfe",
        b"[]",
        b'{"market": 7}',
        b'{"market": "options"}',
        b'{"interval": "soon"}',
        b'{"api_secret": "x"}',
    ],
)
def test_a_damaged_file_is_kept_aside_and_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(content)
    file = PreferencesFile(path)
    assert file.load() == Preferences()
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == content
    assert kept.name in file.notice
    file.save(Preferences(market="usdm"))
    assert kept.read_bytes() == content
    assert PreferencesFile(path).load().market == "usdm"


def test_a_file_that_cannot_be_opened_is_said_and_left(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.mkdir()
    file = PreferencesFile(path)
    assert file.load() == Preferences()
    assert "could not be opened (Is a directory)" in file.notice
    assert path.is_dir()
