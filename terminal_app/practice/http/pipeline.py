"""The way of every request, REST or WebSocket API, from its arrival to the engine."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.faults.latency import Latency, Leg
from terminal_app.practice.http.auth import Authenticator, Caller
from terminal_app.practice.http.endpoint import Desk, Endpoint, Security
from terminal_app.practice.http.lag import ReadLag
from terminal_app.practice.http.params import Parameters

MarketDeskT = TypeVar("MarketDeskT", bound=Desk[Any])


@dataclass(frozen=True, slots=True)
class Call:
    """Hold one request: its parameters, the bytes its signature covers and who asks."""

    parameters: Parameters
    payload: bytes
    caller: Caller


class Pipeline(Generic[MarketDeskT]):
    """Check requests of one market on arrival and again before the engine, and carry them out."""

    def __init__(
        self,
        desk: MarketDeskT,
        authenticator: Authenticator,
        lag: ReadLag,
        latency: Latency,
        on_carried_out: Callable[[], None],
    ) -> None:
        self.desk = desk
        self.authenticator = authenticator
        self.lag = lag
        self._latency = latency
        self._on_carried_out = on_carried_out

    async def serve(self, endpoint: Endpoint[MarketDeskT], call: Call) -> Any:
        """Answer a request, or raise ExchangeError; without a delay nobody else gets a turn."""
        self._admit(endpoint, call)
        delay_s = self._latency.seconds(Leg.ENGINE)
        if delay_s > 0:
            await asyncio.sleep(delay_s)
        return self._carry_out(endpoint, call)

    def _admit(self, endpoint: Endpoint[MarketDeskT], call: Call) -> None:
        cost = endpoint.cost(call.parameters)
        self.desk.counter.admit(cost)
        try:
            self.authenticator.check(endpoint.security, call.caller, call.parameters, call.payload)
        except ExchangeError:
            self.desk.counter.charge_refused(cost)
            raise

    def _carry_out(self, endpoint: Endpoint[MarketDeskT], call: Call) -> Any:
        counter, cost = self.desk.counter, endpoint.cost(call.parameters)
        if endpoint.security is Security.TRADE and self.authenticator.is_late(call.parameters):
            rules = counter.rules
            counter.charge_refused(cost, with_orders=rules.late_requests_count)
            raise ExchangeError(rules.late_code, rules.late_text)

        def answer() -> Any:
            return endpoint.handler(self.desk, call.parameters)

        try:
            with counter.charge(cost):
                return self.lag.read(endpoint.reads, endpoint.handler, call.parameters, answer)
        finally:
            self._on_carried_out()
