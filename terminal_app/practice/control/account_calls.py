"""Control calls about the account: reset, and money that comes, goes and changes wallets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import MARKETS, Fields
from terminal_app.practice.exchange import Exchange, SpotMarket, UsdmMarket

_PLACES: Final = 8


class AccountCalls:
    """Change the account as nobody could on a real exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._markets: Mapping[str, SpotMarket | UsdmMarket] = {
            "spot": exchange.spot,
            "futures": exchange.usdm,
        }

    def table(self) -> Calls:
        """Return the calls."""
        return {
            ("GET", "wallets"): self._show,
            ("POST", "reset-account"): self._reset,
            ("POST", "deposit"): self._deposit,
            ("POST", "withdraw"): self._withdraw,
            ("POST", "transfer"): self._transfer,
        }

    def _show(self, _fields: Fields) -> Any:
        """Answer with what could leave each wallet."""
        return {
            name: {asset: f"{free.normalize():f}" for asset, free in market.withdrawable().items()}
            for name, market in self._markets.items()
        }

    def _reset(self, _fields: Fields) -> Any:
        self._exchange.reset_account()
        return {}

    def _deposit(self, fields: Fields) -> Any:
        market, asset = self._wallet(fields, fields.market())
        market.deposit(_amount(fields), asset)
        return self._show(fields)

    def _withdraw(self, fields: Fields) -> Any:
        name = fields.market()
        market, asset = self._wallet(fields, name)
        market.withdraw(self._free_amount(fields, name, asset), asset)
        return self._show(fields)

    def _transfer(self, fields: Fields) -> Any:
        """Move money from one wallet to the other; both accounts hear of it."""
        giver = fields.choice("from", MARKETS)
        taker = fields.choice("to", [name for name in MARKETS if name != giver])
        receiving, _ = self._wallet(fields, taker)
        giving, asset = self._wallet(fields, giver)
        amount = self._free_amount(fields, giver, asset)
        giving.withdraw(amount, asset)
        receiving.deposit(amount, asset)
        return self._show(fields)

    def _wallet(self, fields: Fields, name: str) -> tuple[SpotMarket | UsdmMarket, str]:
        market = self._markets[name]
        return market, fields.choice("asset", market.withdrawable())

    def _free_amount(self, fields: Fields, name: str, asset: str) -> Decimal:
        amount, free = _amount(fields), self._markets[name].withdrawable()[asset]
        if amount > free:
            most = f"{free.normalize():f}, the {asset} that may leave the {name} wallet"
            raise fields.refusal("amount", f"must be at most {most}")
        return amount


def _amount(fields: Fields) -> Decimal:
    amount = fields.amount("amount")
    if amount != round(amount, _PLACES):
        raise fields.refusal("amount", f"must have at most {_PLACES} decimals")
    return amount
