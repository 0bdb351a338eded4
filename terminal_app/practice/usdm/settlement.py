"""The life of a contract: its state, its rules, and its end."""

from typing import Any, Final

from terminal_app.practice.engine.kinds import ExpiryReason, PositionSide, SymbolStatus
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.usdm.risk import UsdmRisk

SETTLEMENT_PREFIX: Final = "settlement_autoclose-"


class UsdmSettlement(UsdmRisk):
    """Settle a contract when it leaves the list."""

    def set_status(self, symbol: str, status: SymbolStatus) -> None:
        """Change the state of a contract; SETTLING ends its orders and positions at the mark."""
        super().set_status(symbol, status)
        if status is SymbolStatus.SETTLING:
            self._settle(symbol)

    def change_rules(self, symbol: str, **changes: Any) -> SymbolRules:
        """Change rules of a contract, for its positions too, and return all of them."""
        rules = super().change_rules(symbol, **changes)
        self._books.rules = {**self._books.rules, symbol: rules}
        return rules

    def _settle(self, symbol: str) -> None:
        self._expire_orders(symbol, ExpiryReason.DELISTED)
        for side in PositionSide:
            held = abs(self._books.position_of(symbol, side).amount)
            if held:
                price = self._mark_on_tick(symbol)
                self._close_beside((symbol, side), price, SETTLEMENT_PREFIX, held)
        self._commit()
