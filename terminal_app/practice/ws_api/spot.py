"""The spot WebSocket API: its methods, its sessions and the user events they carry."""

from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.engine.events import Event, OrderEvent, SpotAccountChanged
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.http.limits import SPOT_WS_API_LIMITS
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.spot_account import ACCOUNT_ENDPOINTS
from terminal_app.practice.rest.spot_market import (
    MARKET_ENDPOINTS,
    SpotDesk,
    SpotEndpoint,
    exchange_info,
)
from terminal_app.practice.rest.spot_tickers import TICKER_ENDPOINTS
from terminal_app.practice.streams.hub import Sink
from terminal_app.practice.wire.numbers import encode
from terminal_app.practice.wire.spot_account import account_position, execution_report
from terminal_app.practice.ws_api.session import WsApiSession


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
            case SpotAccountChanged():
                payload = account_position(event)
            case _:
                return
        for session in tuple(self._sessions):
            session.send_event(payload)


def _exchange_info(desk: SpotDesk, parameters: Parameters) -> Any:
    limits = [limit.to_json() for limit in SPOT_WS_API_LIMITS]
    return exchange_info(desk, parameters) | {"rateLimits": limits}


def _rest(method: str, path: str) -> SpotEndpoint:
    return (MARKET_ENDPOINTS | TICKER_ENDPOINTS | ACCOUNT_ENDPOINTS)[method, path]


METHODS: Final[Mapping[str, SpotEndpoint]] = {
    "ping": _rest("GET", "/api/v3/ping"),
    "time": _rest("GET", "/api/v3/time"),
    "exchangeInfo": SpotEndpoint(_exchange_info, 20),
    "depth": _rest("GET", "/api/v3/depth"),
    "trades.recent": _rest("GET", "/api/v3/trades"),
    "trades.historical": _rest("GET", "/api/v3/historicalTrades"),
    "trades.aggregate": _rest("GET", "/api/v3/aggTrades"),
    "klines": _rest("GET", "/api/v3/klines"),
    "uiKlines": _rest("GET", "/api/v3/uiKlines"),
    "avgPrice": _rest("GET", "/api/v3/avgPrice"),
    "ticker.24hr": _rest("GET", "/api/v3/ticker/24hr"),
    "blockTrades.historical": _rest("GET", "/api/v3/historicalBlockTrades"),
    "executionRules": _rest("GET", "/api/v3/executionRules"),
    "referencePrice": _rest("GET", "/api/v3/referencePrice"),
    "referencePrice.calculation": _rest("GET", "/api/v3/referencePrice/calculation"),
    "ticker": _rest("GET", "/api/v3/ticker"),
    "ticker.tradingDay": _rest("GET", "/api/v3/ticker/tradingDay"),
    "ticker.price": _rest("GET", "/api/v3/ticker/price"),
    "ticker.book": _rest("GET", "/api/v3/ticker/bookTicker"),
    "order.place": _rest("POST", "/api/v3/order"),
    "order.test": _rest("POST", "/api/v3/order/test"),
    "order.cancel": _rest("DELETE", "/api/v3/order"),
    "order.status": _rest("GET", "/api/v3/order"),
    "openOrders.status": _rest("GET", "/api/v3/openOrders"),
    "openOrders.cancelAll": _rest("DELETE", "/api/v3/openOrders"),
    "allOrders": _rest("GET", "/api/v3/allOrders"),
    "myTrades": _rest("GET", "/api/v3/myTrades"),
    "account.status": _rest("GET", "/api/v3/account"),
    "account.commission": _rest("GET", "/api/v3/account/commission"),
    "account.rateLimits.orders": _rest("GET", "/api/v3/rateLimit/order"),
}


class SpotSession(WsApiSession[SpotDesk]):
    """Answer one connection; it may hold one user data subscription of the account."""

    def __init__(
        self,
        sink: Sink,
        desk: SpotDesk,
        authenticator: Authenticator,
        user_stream: SpotUserStream,
        shows_limits: bool,
    ) -> None:
        super().__init__(
            sink, desk, {**METHODS, **self._own_methods()}, authenticator, shows_limits
        )
        self._user_stream = user_stream
        self._connected_ms = desk.now_ms()
        self._subscription_id: int | None = None
        self._next_subscription_id = 0

    def send_event(self, event: Mapping[str, Any]) -> None:
        """Send one user event in its envelope."""
        if self._subscription_id is not None:
            envelope = {"subscriptionId": self._subscription_id, "event": event}
            self._sink.send(encode(envelope))

    def close(self) -> None:
        """Forget the subscription of a closed connection."""
        self._user_stream.discard(self)

    def _own_methods(self) -> dict[str, SpotEndpoint]:
        return {
            "session.status": SpotEndpoint(self._status, 2),
            "session.logon": SpotEndpoint(self._log_on, 2, Security.SIGNED),
            "session.logout": SpotEndpoint(self._status, 2),
            "session.subscriptions": SpotEndpoint(self._subscriptions, 2),
            "userDataStream.subscribe": SpotEndpoint(self._subscribe_logged_on, 2),
            "userDataStream.subscribe.signature": SpotEndpoint(self._subscribe, 2, Security.SIGNED),
            "userDataStream.unsubscribe": SpotEndpoint(self._unsubscribe, 2),
        }

    def _status(self, desk: SpotDesk, _parameters: Parameters) -> Any:
        return {
            "apiKey": None,
            "authorizedSince": None,
            "connectedSince": self._connected_ms,
            "returnRateLimits": self._shows_limits,
            "serverTime": desk.now_ms(),
            "userDataStream": self._subscription_id is not None,
        }

    def _log_on(self, _desk: SpotDesk, _parameters: Parameters) -> Any:
        raise ExchangeError(-4056, "HMAC_SHA256 API key is not supported.")

    def _subscribe_logged_on(self, _desk: SpotDesk, _parameters: Parameters) -> Any:
        raise ExchangeError(-1002, "You are not authorized to execute this request.", 401)

    def _subscriptions(self, _desk: SpotDesk, _parameters: Parameters) -> Any:
        if self._subscription_id is None:
            return []
        return [{"subscriptionId": self._subscription_id}]

    def _subscribe(self, _desk: SpotDesk, _parameters: Parameters) -> Any:
        if self._subscription_id is not None:
            raise ExchangeError(-2035, "User Data Stream subscription already active.")
        self._subscription_id = self._next_subscription_id
        self._next_subscription_id += 1
        self._user_stream.add(self)
        return {"subscriptionId": self._subscription_id}

    def _unsubscribe(self, desk: SpotDesk, parameters: Parameters) -> Any:
        wanted = parameters.optional_integer("subscriptionId")
        if self._subscription_id is None or wanted not in (None, self._subscription_id):
            raise ExchangeError(-2036, "User Data Stream subscription not active.")
        self.send_event({"e": "eventStreamTerminated", "E": desk.now_ms()})
        self._subscription_id = None
        self._user_stream.discard(self)
        return {}
