"""The control messages of a stream connection: SUBSCRIBE and its kin."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from terminal_app.practice.streams.hub import MAX_STREAMS, Hub, Listener
from terminal_app.practice.wire.numbers import encode

_METHODS: Final = (
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "LIST_SUBSCRIPTIONS",
    "SET_PROPERTY",
    "GET_PROPERTY",
)


class Refusal(Exception):
    """Refuse a control message with the exchange's code and text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Subscriber:
    """Keep one connection's subscriptions and answer its control messages.

    `is_served` tells whether this connection's route carries a stream. Any name is accepted and
    listed, as the exchange does; one the route does not carry stays silent.
    """

    def __init__(self, hub: Hub, listener: Listener, is_served: Callable[[str], bool]) -> None:
        self._hub = hub
        self._listener = listener
        self._is_served = is_served

    def subscribe(self, streams: list[str]) -> None:
        """Add streams; more than 1,024 on one connection are refused."""
        if len(self._listener.streams.keys() | set(streams)) > MAX_STREAMS:
            raise Refusal(4, "Too many subscriptions")
        for stream in streams:
            self._listener.streams[stream] = None
            if self._is_served(stream):
                self._hub.add(self._listener, stream)

    def unsubscribe(self, streams: list[str]) -> None:
        """Drop streams; unknown ones are no error."""
        for stream in streams:
            self._listener.streams.pop(stream, None)
            self._hub.discard(self._listener, stream)

    def close(self) -> None:
        """Drop everything."""
        self.unsubscribe(list(self._listener.streams))

    def on_text(self, text: str) -> None:
        """Carry out one control message and queue the reply."""
        message_id: Any = None
        try:
            message = _parse(text)
            message_id = _checked_id(message.get("id"))
            reply: Any = {"result": self._carry_out(message), "id": message_id}
        except Refusal as refusal:
            error = {"code": refusal.code, "msg": str(refusal)}
            reply = {"error": error, "id": message_id}
        self._listener.sink.send(encode(reply))

    def _carry_out(self, message: dict[str, Any]) -> Any:
        params = message.get("params", [])
        match message.get("method"):
            case "SUBSCRIBE":
                self.subscribe(_stream_names(params))
            case "UNSUBSCRIBE":
                self.unsubscribe(_stream_names(params))
            case "LIST_SUBSCRIPTIONS":
                return list(self._listener.streams)
            case "SET_PROPERTY":
                self._listener.combined = _new_property(params)
            case "GET_PROPERTY":
                _check_property(params, 1)
                return self._listener.combined
            case None:
                raise Refusal(2, "Invalid request: missing field `method` at line 1 column 1")
            case method:
                expected = ", ".join(f"`{name}`" for name in _METHODS)
                raise Refusal(
                    2, f"Invalid request: unknown variant `{method}`, expected one of {expected}"
                )
        return None


def _parse(text: str) -> dict[str, Any]:
    try:
        message = msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise Refusal(3, "Invalid JSON: expected value at line 1 column 1") from None
    if not isinstance(message, dict):
        raise Refusal(2, "Invalid request: expected an object")
    return message


def _checked_id(message_id: object) -> int | str | None:
    if message_id is None:
        return None
    if isinstance(message_id, int) and not isinstance(message_id, bool):
        return message_id
    if isinstance(message_id, str) and len(message_id) <= 36:
        return message_id
    raise Refusal(2, "Invalid request: request ID must be an unsigned integer")


def _stream_names(params: Any) -> list[str]:
    if not isinstance(params, list) or not all(isinstance(name, str) for name in params):
        raise Refusal(2, "Invalid request: expected a list of stream names")
    return params


def _check_property(params: Any, count: int) -> None:
    if not isinstance(params, list) or not params or not isinstance(params[0], str):
        raise Refusal(2, "Invalid request: property name must be a string")
    if len(params) > count:
        raise Refusal(2, "Invalid request: too many parameters")
    if params[0] != "combined":
        raise Refusal(0, "Unknown property")


def _new_property(params: Any) -> bool:
    _check_property(params, 2)
    if len(params) < 2 or not isinstance(params[1], bool):
        raise Refusal(1, "Invalid value type: expected Boolean")
    return params[1]
