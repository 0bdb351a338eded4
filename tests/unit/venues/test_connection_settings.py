"""Settings of connections: each wrong one is refused with its name, its rule and what would do."""

from __future__ import annotations

import pytest

from terminal_app.errors import InvalidSetting
from terminal_app.venues.connection_settings import (
    DEFAULTS,
    ConnectionSettings,
    SettingValue,
    connection_settings,
)


def test_nothing_written_means_the_defaults() -> None:
    assert connection_settings({}) == DEFAULTS == ConnectionSettings()


def test_what_is_written_is_taken() -> None:
    written: dict[str, SettingValue] = {
        "orders_by_socket": False,
        "proxy": "http://user:word@127.0.0.1:3128",
        "connect_timeout_s": 5,
        "read_timeout_s": 7.5,
        "limit_buffer_percent": 50,
    }
    settings = connection_settings(written)
    assert settings == ConnectionSettings(
        False, "http://user:word@127.0.0.1:3128", 5.0, 7.5, limit_buffer_percent=50
    )


WRONG = [
    ("proxi", "x", "connection proxi: there is no such setting. Nearest legal value: proxy."),
    ("orders_by_socket", 1, "connection.orders_by_socket 1: must be true or false."),
    ("proxy", 8080, "connection.proxy 8080: must be a text."),
    ("connect_timeout_s", True, "connection.connect_timeout_s True: must be a number."),
    ("limit_buffer_percent", 20.5, "connection.limit_buffer_percent 20.5: must be a whole number."),
    ("connect_timeout_s", 0, "must be 1 to 30. Nearest legal value: 1."),
    ("connect_timeout_s", 31, "must be 1 to 30. Nearest legal value: 30."),
    ("read_timeout_s", 1.9, "must be 2 to 60. Nearest legal value: 2."),
    ("reconnect_cap_s", 301, "must be 1 to 300. Nearest legal value: 300."),
    ("limit_buffer_percent", 4, "must be 5 to 90. Nearest legal value: 5."),
    ("limit_buffer_percent", 91, "must be 5 to 90. Nearest legal value: 90."),
    ("read_timeout_s", float("nan"), "must be 2 to 60."),
    ("read_timeout_s", float("inf"), "must be 2 to 60. Nearest legal value: 60."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_setting_is_named_with_its_rule(
    name: str, value: SettingValue, sentence: str
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        connection_settings({name: value})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:8080",
        "https://127.0.0.1:8080",
        "socks5://127.0.0.1:8080",
        "http://127.0.0.1",
        "http://:8080",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8080/path",
        "http://[::1:8080",
    ],
)
def test_a_proxy_has_a_host_and_a_port_and_nothing_else(address: str) -> None:
    with pytest.raises(InvalidSetting, match="must look like http://"):
        connection_settings({"proxy": address})


def test_a_wrong_proxy_does_not_tell_its_password() -> None:
    with pytest.raises(InvalidSetting) as caught:
        connection_settings({"proxy": "https://me:secret@127.0.0.1:1"})
    assert "secret" not in str(caught.value) + caught.value.detail


def test_a_proxy_is_never_used_to_this_computer() -> None:
    settings = ConnectionSettings(proxy="http://10.0.0.1:3128")
    assert settings.proxy_for("https://api.binance.com/x") == "http://10.0.0.1:3128"
    assert settings.proxy_for("wss://stream.binance.com:9443") == "http://10.0.0.1:3128"
    for address in ("http://127.0.0.1:9/x", "ws://localhost:9", "http://[::1]:8080"):
        assert settings.proxy_for(address) is None
    assert DEFAULTS.proxy_for("https://api.binance.com") is None
