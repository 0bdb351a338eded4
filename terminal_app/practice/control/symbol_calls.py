"""Control calls about a symbol: its state and the filters its orders must pass."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.engine.kinds import SymbolStatus
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.exchange import Exchange, SpotMarket, UsdmMarket

_STATES: Final[Mapping[str, tuple[SymbolStatus, ...]]] = {
    "spot": (
        SymbolStatus.TRADING,
        SymbolStatus.END_OF_DAY,
        SymbolStatus.HALT,
        SymbolStatus.BREAK,
        SymbolStatus.CANCEL_ONLY,
    ),
    "futures": (
        SymbolStatus.TRADING,
        SymbolStatus.PENDING_TRADING,
        SymbolStatus.PRE_SETTLE,
        SymbolStatus.SETTLING,
        SymbolStatus.CLOSE,
    ),
}
_MOST_ORDERS: Final = 10_000


class SymbolCalls:
    """Halt, close and reopen symbols, and change their filters; a restart forgets all of it."""

    def __init__(self, exchange: Exchange) -> None:
        self._markets: Mapping[str, SpotMarket | UsdmMarket] = {
            "spot": exchange.spot,
            "futures": exchange.usdm,
        }

    def table(self) -> Calls:
        """Return the calls."""
        return {("GET", "symbol"): self._show, ("POST", "symbol"): self._change}

    def _show(self, fields: Fields) -> Any:
        data = self._markets[fields.market()].data
        return _written(self._rules(fields), data.status(fields.text("symbol")))

    def _change(self, fields: Fields) -> Any:
        """Change what is given; all of it is checked before any of it is done."""
        name = fields.market()
        market, rules = self._markets[name], self._rules(fields)
        changes = _read_changes(fields, rules)
        if "status" in fields:
            status = SymbolStatus(fields.choice("status", _STATES[name]))
            market.set_status(rules.symbol, status)
        if changes:
            market.change_rules(rules.symbol, **changes)
        return self._show(fields)

    def _rules(self, fields: Fields) -> SymbolRules:
        data = self._markets[fields.market()].data
        symbol = fields.choice("symbol", [rules.symbol for rules in data.symbols()])
        return data.rules(symbol)


def _read_changes(fields: Fields, rules: SymbolRules) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "tickSize" in fields:
        tick = _multiple(fields, "tickSize", rules.tick_size)
        changes |= {"coarse_tick": tick, "min_price": tick}
    if "stepSize" in fields:
        step = _multiple(fields, "stepSize", rules.step_size)
        changes |= {"coarse_step": step, "min_quantity": step, "market_min_quantity": step}
        if rules.market_step_size:
            changes["market_step_size"] = step
    if "minNotional" in fields:
        changes["min_notional"] = fields.amount("minNotional")
    if "maxNumOrders" in fields:
        changes["max_num_orders"] = fields.integer("maxNumOrders", 1, _MOST_ORDERS)
    return changes


def _multiple(fields: Fields, name: str, unit: Decimal) -> Decimal:
    size = fields.amount(name)
    if size % unit:
        rule = f"must be a multiple of {unit:f}, in which book and tape of the symbol count"
        raise fields.refusal(name, rule)
    return size


def _written(rules: SymbolRules, status: SymbolStatus) -> dict[str, Any]:
    return {
        "symbol": rules.symbol,
        "status": status,
        "tickSize": f"{rules.order_tick:f}",
        "stepSize": f"{rules.order_step:f}",
        "minNotional": f"{rules.min_notional:f}",
        "maxNumOrders": rules.max_num_orders,
    }
