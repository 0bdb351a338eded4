"""The listen key lives 60 minutes and is missed when it is gone."""

import pytest

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.streams.listen_keys import LIFE_MS, ListenKeys


class Clock:
    """Hold a time the test moves."""

    def __init__(self) -> None:
        self.now_ms = 1_000

    def __call__(self) -> int:
        return self.now_ms


def test_asking_again_prolongs_the_same_key() -> None:
    clock = Clock()
    keys = ListenKeys(clock)
    key = keys.start()
    clock.now_ms += LIFE_MS - 1
    assert keys.start() == key
    clock.now_ms += LIFE_MS - 1
    assert keys.expire() is None
    assert keys.keep_alive() == key


def test_expired_key_is_told_once_and_then_unknown() -> None:
    clock = Clock()
    keys = ListenKeys(clock)
    key = keys.start()
    clock.now_ms += LIFE_MS
    assert keys.expire() == key
    assert keys.expire() is None
    assert keys.active is None
    with pytest.raises(ExchangeError) as refusal:
        keys.keep_alive()
    assert refusal.value.code == -1125
    assert keys.start() != key
