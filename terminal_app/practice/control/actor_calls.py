"""Control calls for what others do to the account: its owner elsewhere, risk engine, admins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.engine.kinds import PositionSide
from terminal_app.practice.engine.order_life import made_up_id
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import SpotMarket, UsdmMarket
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.http.endpoint import Desk, Endpoint
from terminal_app.practice.http.limits import Cost
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.usdm_market import UsdmDesk
from terminal_app.practice.wire.numbers import encode

_VIA: Final = "ACTOR"
_OK: Final = 200
# The program an order of the account's owner seems to come from: the start of its client id.
_PROGRAMS: Final = ("web", "ios", "android", "electron")
_Address = tuple[str, str]
_NAMED: Final[Mapping[str, Mapping[str, _Address]]] = {
    "order": {"spot": ("POST", "/api/v3/order"), "futures": ("POST", "/fapi/v1/order")},
    "cancel": {"spot": ("DELETE", "/api/v3/order"), "futures": ("DELETE", "/fapi/v1/order")},
    "leverage": {"futures": ("POST", "/fapi/v1/leverage")},
    "margin-type": {"futures": ("POST", "/fapi/v1/marginType")},
    "position-mode": {"futures": ("POST", "/fapi/v1/positionSide/dual")},
}


@dataclass(frozen=True, slots=True)
class Counter:
    """Join a market's desk with its REST calls: where somebody else is served."""

    desk: Desk[Any]
    endpoints: Mapping[_Address, Endpoint[Any]]


class ActorCalls:
    """Act on the account from elsewhere; the journal shows each act as a request via ACTOR.

    The owner's requests weigh nothing here, as they come from another address; his orders count.
    """

    def __init__(
        self, counters: Mapping[str, Counter], futures: UsdmDesk, journal: Journal
    ) -> None:
        self._counters = counters
        self._futures = futures
        self._journal = journal

    def table(self) -> Calls:
        """Return the calls."""
        named: Calls = {("POST", f"actor/{name}"): self._named(name) for name in _NAMED}
        return {
            **named,
            ("POST", "actor/request"): self._request,
            ("POST", "actor/liquidate"): self._noted("liquidate", self._liquidate),
            ("POST", "actor/deleverage"): self._noted("deleverage", self._deleverage),
            ("POST", "actor/admin-cancel"): self._noted("admin-cancel", self._admin_cancel),
            ("POST", "actor/funding"): self._noted("funding", self._settle_funding),
            ("POST", "actor/expire-listen-key"): self._noted("expire-listen-key", self._expire_key),
        }

    def _named(self, name: str) -> Callable[[Fields], Any]:
        addresses = _NAMED[name]

        def call(fields: Fields) -> Any:
            only = next(iter(addresses)) if len(addresses) == 1 else None
            market = fields.choice("market", addresses, only)
            params = _as_parameters({key: fields.raw(key) for key in fields.names()})
            params.pop("market", None)
            if name == "order":
                program = fields.choice("from", _PROGRAMS, _PROGRAMS[0])
                params.pop("from", None)
                params.setdefault("newClientOrderId", self._order_id_of(program, market))
            return self._carry_out(market, addresses[market], params)

        return call

    def _request(self, fields: Fields) -> Any:
        """Carry out any REST call of a market as its owner, without key, time and signature."""
        market = fields.market()
        endpoints = self._counters[market].endpoints
        path = fields.choice("path", dict.fromkeys(path for _, path in endpoints))
        methods = [known for known, of_path in endpoints if of_path == path]
        method = fields.choice("method", methods, methods[0] if len(methods) == 1 else None)
        params = fields.raw("params") if "params" in fields else {}
        if not isinstance(params, dict):
            raise fields.refusal("params", "must be an object")
        return self._carry_out(market, (method, path), _as_parameters(params))

    def _carry_out(self, market: str, address: _Address, params: Mapping[str, str]) -> Any:
        counter, (method, path) = self._counters[market], address
        endpoint = counter.endpoints[address]
        row = self._journal.request(market, _VIA, method, path, encode(params))
        try:
            with counter.desk.counter.charge(Cost(0, endpoint.orders, endpoint.burst_orders)):
                answer = endpoint.handler(counter.desk, Parameters(params))
        except ExchangeError as error:
            row["outcome"] = error.http_status
            raise
        row["outcome"] = _OK
        return answer

    def _order_id_of(self, program: str, market: str) -> str:
        placed = len(self._counters[market].desk.market.ledger.orders)
        return f"{program}_{made_up_id(f'{market} {program} {placed}')}"

    def _noted(self, name: str, act: Callable[[Fields], Any]) -> Callable[[Fields], Any]:
        def call(fields: Fields) -> Any:
            market = fields.choice("market", self._counters, "futures")
            sent = encode({key: fields.raw(key) for key in fields.names()})
            row = self._journal.request(market, _VIA, "POST", f"actor/{name}", sent)
            try:
                answer = act(fields)
            except ExchangeError as error:
                row["outcome"] = error.http_status
                raise
            row["outcome"] = _OK
            return answer

        return call

    def _liquidate(self, fields: Fields) -> Any:
        self._futures.market.liquidate(fields.text("symbol"), _position_side(fields))
        return {}

    def _deleverage(self, fields: Fields) -> Any:
        quantity: Decimal | None = fields.amount("quantity") if "quantity" in fields else None
        self._futures.market.deleverage(fields.text("symbol"), _position_side(fields), quantity)
        return {}

    def _admin_cancel(self, fields: Fields) -> Any:
        market: SpotMarket | UsdmMarket = self._counters[fields.market()].desk.market
        order = market.expire_by_exchange(
            fields.text("symbol"), fields.integer("orderId", 1, 2**62)
        )
        return {"orderId": order.order_id, "status": order.status}

    def _settle_funding(self, fields: Fields) -> Any:
        self._futures.market.settle_funding(fields.text("symbol"))
        return {}

    def _expire_key(self, _fields: Fields) -> Any:
        """End the listen key's time; the event follows with the next beat of the exchange."""
        if self._futures.listen_keys.active is None:
            raise ExchangeError(-1125, "This listenKey does not exist.")
        self._futures.listen_keys.end_now()
        return {}


def _position_side(fields: Fields) -> PositionSide:
    return PositionSide(fields.choice("positionSide", PositionSide, PositionSide.BOTH))


def _as_parameters(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else encode(value).decode()
        for name, value in values.items()
    }
