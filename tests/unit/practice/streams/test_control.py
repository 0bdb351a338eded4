"""SUBSCRIBE and its kin."""

import json
from typing import Any

import pytest

from terminal_app.practice.streams.control import Subscriber
from terminal_app.practice.streams.hub import MAX_STREAMS, Hub, Listener


class Frames:
    """Keep the frames a connection would send."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []

    def send(self, text: bytes) -> None:
        self.texts.append(text)

    def take(self) -> list[Any]:
        texts, self.texts = self.texts, []
        return [json.loads(text) for text in texts]


class Connection:
    """Hold one subscriber on a hub; names that begin with x are not carried by its route."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.frames = Frames()
        listener = Listener(self.frames, combined=False)
        self.subscriber = Subscriber(self.hub, listener, lambda name: not name.startswith("x"))

    def ask(self, **message: Any) -> Any:
        self.subscriber.on_text(json.dumps(message))
        (reply,) = self.frames.take()
        return reply


def test_subscribed_streams_are_delivered_until_unsubscribed() -> None:
    connection = Connection()
    names = ["a@trade", "b@trade"]
    assert connection.ask(method="SUBSCRIBE", params=names, id=1) == {"result": None, "id": 1}
    connection.hub.publish("a@trade", {"p": "1"})
    assert connection.frames.take() == [{"p": "1"}]
    assert connection.ask(method="UNSUBSCRIBE", params=["a@trade"], id="two") == {
        "result": None,
        "id": "two",
    }
    connection.hub.publish("a@trade", {"p": "2"})
    assert connection.frames.take() == []
    assert connection.ask(method="LIST_SUBSCRIPTIONS", id=3) == {"result": ["b@trade"], "id": 3}


def test_stream_of_another_route_is_accepted_and_silent() -> None:
    connection = Connection()
    assert connection.ask(method="SUBSCRIBE", params=["x"], id=1) == {"result": None, "id": 1}
    connection.hub.publish("x", {"p": "1"})
    assert connection.frames.take() == []
    assert connection.ask(method="LIST_SUBSCRIPTIONS", id=2)["result"] == ["x"]


def test_combined_wraps_payloads() -> None:
    connection = Connection()
    connection.ask(method="SUBSCRIBE", params=["a@trade"], id=1)
    assert connection.ask(method="GET_PROPERTY", params=["combined"], id=2)["result"] is False
    assert connection.ask(method="SET_PROPERTY", params=["combined", True], id=3) == {
        "result": None,
        "id": 3,
    }
    assert connection.ask(method="GET_PROPERTY", params=["combined"], id=4)["result"] is True
    connection.hub.publish("a@trade", {"p": "1"})
    assert connection.frames.take() == [{"stream": "a@trade", "data": {"p": "1"}}]


def test_closing_ends_delivery() -> None:
    connection = Connection()
    connection.ask(method="SUBSCRIBE", params=["a@trade"], id=1)
    connection.subscriber.close()
    assert not connection.hub.wants("a@trade")


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        ({"id": 1}, 2, "Invalid request: missing field `method`"),
        ({"method": "FLY", "id": 1}, 2, "Invalid request: unknown variant `FLY`, expected one of"),
        ({"method": "SUBSCRIBE", "params": "a", "id": 1}, 2, "Invalid request: expected a list"),
        ({"method": "SUBSCRIBE", "params": ["a"], "id": 1.5}, 2, "Invalid request: request ID"),
        ({"method": "GET_PROPERTY", "params": [5], "id": 1}, 2, "Invalid request: property name"),
        ({"method": "GET_PROPERTY", "params": ["other"], "id": 1}, 0, "Unknown property"),
        (
            {"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1},
            1,
            "Invalid value type: expected Boolean",
        ),
        (
            {"method": "SET_PROPERTY", "params": ["combined", True, 1], "id": 1},
            2,
            "Invalid request: too many parameters",
        ),
        (
            {"method": "SUBSCRIBE", "params": [str(n) for n in range(MAX_STREAMS + 1)], "id": 1},
            4,
            "Too many subscriptions",
        ),
    ],
)
def test_refused(message: dict[str, Any], code: int, text: str) -> None:
    error = Connection().ask(**message)["error"]
    assert error["code"] == code
    assert error["msg"].startswith(text)


def test_not_json() -> None:
    connection = Connection()
    connection.subscriber.on_text("{")
    (reply,) = connection.frames.take()
    assert reply["error"]["code"] == 3


def test_event_filter_of_a_listen_key() -> None:
    connection = Connection()
    listener = Listener(connection.frames, combined=False)
    listener.events["key"] = frozenset({"ACCOUNT_UPDATE"})
    connection.hub.add(listener, "key")
    connection.hub.publish("key", {"e": "TRADE_LITE"})
    connection.hub.publish("key", {"e": "ACCOUNT_UPDATE"})
    assert connection.frames.take() == [{"e": "ACCOUNT_UPDATE"}]
