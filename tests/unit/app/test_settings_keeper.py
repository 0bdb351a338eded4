"""Settings are written as soon as they change, and only then."""

from __future__ import annotations

from pathlib import Path

from terminal_app.app.settings_keeper import SettingsKeeper
from terminal_app.services.notifications import Notifications
from terminal_app.storage.preferences import Preferences, PreferencesFile


async def test_what_changed_is_written_and_nothing_else(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "preferences.json")
    preferences = Preferences()
    keeper = SettingsKeeper(file, preferences, Notifications())
    await keeper.keep()
    assert not file.path.exists()
    preferences.book_steps["usdm:BTCUSDT"] = "10"
    await keeper.keep()
    assert file.load().book_steps == {"usdm:BTCUSDT": "10"}
    written = file.path.stat().st_mtime_ns
    await keeper.keep()
    assert file.path.stat().st_mtime_ns == written


async def test_what_keeps_it_from_writing_is_told_once_and_made_good(tmp_path: Path) -> None:
    folder, notifications = tmp_path / "config", Notifications()
    file, preferences = PreferencesFile(folder / "preferences.json"), Preferences()
    keeper = SettingsKeeper(file, preferences, notifications)
    preferences.theme = "light"
    await keeper.keep()
    await keeper.keep()
    (notice,) = notifications.notices
    assert "could not be written" in notice.text
    folder.mkdir()
    await keeper.keep()
    assert file.load().theme == "light"
