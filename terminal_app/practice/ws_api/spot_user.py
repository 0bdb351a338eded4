"""Spot sessions of the WebSocket API and the user events they carry."""

from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.engine.events import (
    Event,
    OrderEvent,
    OrderListEvent,
    SpotAccountChanged,
    SpotBalanceMoved,
)
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.pipeline import Pipeline
from terminal_app.practice.http.time_unit import in_microseconds
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.wire.spot_account import account_position, balance_update
from terminal_app.practice.wire.spot_lists import list_status
from terminal_app.practice.wire.spot_orders import execution_report
from terminal_app.practice.ws_api.session import Connection, WsApiSession
from terminal_app.practice.ws_api.spot import METHODS

_LAST_SUBSCRIPTION_ID: Final = 65_535


class SpotUserStream:
    """Send user events to the sessions that subscribed."""

    def __init__(self) -> None:
        self._sessions: dict[SpotSession, None] = {}

    def add(self, session: "SpotSession") -> None:
        """Start delivery to a session."""
        self._sessions[session] = None

    def discard(self, session: "SpotSession") -> None:
        """End delivery to a session."""
        self._sessions.pop(session, None)

    def on_event(self, event: Event) -> None:
        """Take one event of the spot market."""
        match event:
            case OrderEvent():
                payload = execution_report(event)
            case OrderListEvent():
                payload = list_status(event)
            case SpotAccountChanged():
                payload = account_position(event)
            case SpotBalanceMoved():
                payload = balance_update(event)
            case _:
                return
        for session in tuple(self._sessions):
            session.send_event(payload)


class SpotSession(WsApiSession[SpotDesk]):
    """Answer one connection; it may hold one user data subscription of the account."""

    def __init__(
        self, connection: Connection, pipeline: Pipeline[SpotDesk], user_stream: SpotUserStream
    ) -> None:
        super().__init__(connection, pipeline, METHODS)
        self._user_stream = user_stream
        self._subscription_id: int | None = None
        self._subscribed_with: str | None = None
        self._next_subscription_id = 0

    def send_event(self, event: Mapping[str, Any]) -> None:
        """Send one user event in its envelope."""
        if self._subscription_id is not None:
            if self._connection.in_microseconds:
                event = in_microseconds(event)
            self._send({"subscriptionId": self._subscription_id, "event": event})

    def close(self) -> None:
        """Forget the subscription of a closed connection."""
        super().close()
        self._user_stream.discard(self)

    def _own_methods(self) -> dict[str, SpotEndpoint]:
        return super()._own_methods() | {
            "session.subscriptions": SpotEndpoint(self._subscriptions, 2),
            "userDataStream.subscribe": SpotEndpoint(self._subscribe_logged_on, 2),
            "userDataStream.subscribe.signature": SpotEndpoint(self._subscribe, 2, Security.SIGNED),
            "userDataStream.unsubscribe": SpotEndpoint(self._unsubscribe, 2),
        }

    def _status(self, desk: SpotDesk, parameters: Parameters) -> Any:
        is_subscribed = self._subscription_id is not None
        return super()._status(desk, parameters) | {"userDataStream": is_subscribed}

    def _subscriptions(self, _desk: SpotDesk, _parameters: Parameters) -> Any:
        if self._subscription_id is None:
            return []
        return [{"subscriptionId": self._subscription_id}]

    def _subscribe_logged_on(self, _desk: SpotDesk, _parameters: Parameters) -> Any:
        if self._key is None:
            raise ExchangeError(-1002, "You are not authorized to execute this request.", 401)
        return self._start(None)

    def _subscribe(self, _desk: SpotDesk, parameters: Parameters) -> Any:
        return self._start(parameters.optional_text("apiKey"))

    def _start(self, api_key: str | None) -> Any:
        if self._subscription_id is not None:
            raise ExchangeError(-2035, "User Data Stream subscription already active.")
        if self._next_subscription_id > _LAST_SUBSCRIPTION_ID:
            raise ExchangeError(-2042, "Maximum subscription ID reached for this connection.")
        self._subscription_id = self._next_subscription_id
        self._subscribed_with = api_key
        self._next_subscription_id += 1
        self._user_stream.add(self)
        return {"subscriptionId": self._subscription_id}

    def _unsubscribe(self, _desk: SpotDesk, parameters: Parameters) -> Any:
        wanted = parameters.optional_integer("subscriptionId")
        if self._subscription_id is None or wanted not in (None, self._subscription_id):
            raise ExchangeError(-2036, "User Data Stream subscription not active.")
        self._terminate()
        return {}

    def _forget_key(self) -> None:
        super()._forget_key()
        # A subscription made with a signature of its own does not hang on the session.
        if self._subscribed_with is None:
            self._terminate()

    def _on_key_gone(self, api_key: str) -> None:
        super()._on_key_gone(api_key)
        if self._subscribed_with == api_key:
            self._terminate()

    def _terminate(self) -> None:
        if self._subscription_id is None:
            return
        self.send_event({"e": "eventStreamTerminated", "E": self._pipeline.desk.now_ms()})
        self._subscription_id = None
        self._user_stream.discard(self)
