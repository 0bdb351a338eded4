"""The control face: look at the exchange and steer it. Every call needs the token."""

import hmac
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from terminal_app.practice.engine.kinds import MarketState
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange, Market
from terminal_app.practice.http.rest import Handler, error_response, json_response
from terminal_app.practice.pulse import FASTEST


class ControlFace:
    """Serve /control; `market` is the word of the command line, `stop` ends the process."""

    def __init__(
        self, exchange: Exchange, market: str, token: str, stop: Callable[[], None]
    ) -> None:
        self._exchange = exchange
        self._market = market
        self._token = token.encode()
        self._stop = stop

    def add_routes(self, app: web.Application) -> None:
        """Register the calls."""
        app.router.add_get("/control/status", self._status)
        app.router.add_post("/control/reset-account", self._reset_account)
        app.router.add_post("/control/speed", self._set_speed)
        app.router.add_post("/control/pause", self._pause)
        app.router.add_post("/control/resume", self._resume)
        app.router.add_post("/control/shutdown", self._shut_down)

    @web.middleware
    async def check_token(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse who does not bring the token in `X-Control-Token`."""
        token = request.headers.get("X-Control-Token", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(token, self._token):
            return error_response(
                ExchangeError(-1002, "The control token is missing or wrong.", 401)
            )
        return await handler(request)

    async def _status(self, _request: web.Request) -> web.StreamResponse:
        return json_response(self._state())

    async def _reset_account(self, _request: web.Request) -> web.StreamResponse:
        self._exchange.reset_account()
        return json_response(self._state())

    async def _set_speed(self, request: web.Request) -> web.StreamResponse:
        try:
            self._exchange.set_speed(_read_speed(await request.read()))
        except ExchangeError as error:
            return error_response(error)
        return json_response(self._state())

    async def _pause(self, _request: web.Request) -> web.StreamResponse:
        self._exchange.pause()
        return json_response(self._state())

    async def _resume(self, _request: web.Request) -> web.StreamResponse:
        self._exchange.resume()
        return json_response(self._state())

    async def _shut_down(self, _request: web.Request) -> web.StreamResponse:
        self._stop()
        return json_response({})

    def _state(self) -> dict[str, Any]:
        exchange = self._exchange
        markets = {"spot": exchange.spot, "futures": exchange.usdm}
        return {
            "market": self._market,
            "seed": exchange.seed,
            "speed": exchange.speed,
            "paused": exchange.paused,
            "time": exchange.server_time_ms(),
            "ended": any(market.state is MarketState.ENDED for market in markets.values()),
            "markets": {name: _market_state(market) for name, market in markets.items()},
            "notices": exchange.notices,
        }


def _market_state(market: Market) -> dict[str, Any]:
    return {"time": market.now_ms, "state": market.state}


def _read_speed(body: bytes) -> float:
    try:
        speed = msgspec.json.decode(body)["speed"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        speed = None
    is_number = isinstance(speed, int | float) and not isinstance(speed, bool)
    if not is_number or not 0 < speed <= FASTEST:
        message = f"speed must be a number greater than 0 and at most {FASTEST}."
        raise ExchangeError(-1130, message)
    return float(speed)
