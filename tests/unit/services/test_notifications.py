"""The person is told once, and sees how often."""

from __future__ import annotations

from collections.abc import Hashable

from terminal_app.services.notifications import KEPT, Notifications, Severity


def test_a_repeated_notice_is_counted() -> None:
    notifications = Notifications()
    told: list[Hashable] = []
    notifications.observers.add(told.append)
    for _ in range(3):
        notifications.tell(Severity.WARNING, "the pool is stuck")
    (notice,) = notifications.notices
    assert (notice.text, notice.count) == ("the pool is stuck", 3)
    assert told == ["notices"] * 3


def test_other_words_or_another_severity_are_another_notice() -> None:
    notifications = Notifications()
    notifications.tell(Severity.INFO, "a")
    notifications.tell(Severity.DANGER, "a")
    notifications.tell(Severity.DANGER, "b")
    notifications.tell(Severity.DANGER, "a")
    assert [notice.count for notice in notifications.notices] == [1, 1, 1, 1]


def test_only_the_newest_are_kept() -> None:
    notifications = Notifications()
    for number in range(KEPT + 5):
        notifications.tell(Severity.INFO, str(number))
    assert len(notifications.notices) == KEPT
    assert notifications.notices[0].text == "5"
