"""Change how a USDⓈ-M account holds its positions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from terminal_app.domain.account import MarginMode, Position, PositionSide
from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.margin import Bracket
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.usdm import symbols
from terminal_app.venues.binance.usdm import wire as usdm

_MARGIN_WORDS = {MarginMode.CROSS: "CROSSED", MarginMode.ISOLATED: "ISOLATED"}
_ADD, _REDUCE = "1", "2"


class UsdmSettings:
    """Change leverage, margin and position mode. Every call may raise ``VenueError``.

    Each sets a value, so that asking twice does what asking once does; moving margin does not.
    """

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    async def set_leverage(self, symbol: str, leverage: int) -> None:
        """Set the leverage of a symbol."""
        await self._set("/fapi/v1/leverage", ("symbol", symbol), ("leverage", str(leverage)))

    async def set_margin_mode(self, symbol: str, mode: MarginMode) -> None:
        """Set whether a symbol's positions have margin of their own."""
        word = _MARGIN_WORDS[mode]
        await self._set("/fapi/v1/marginType", ("symbol", symbol), ("marginType", word))

    async def set_hedge_mode(self, is_hedged: bool) -> None:
        """Hold long and short apart, or as one."""
        word = "true" if is_hedged else "false"
        await self._set("/fapi/v1/positionSide/dual", ("dualSidePosition", word))

    async def brackets(self) -> Mapping[str, tuple[Bracket, ...]]:
        """Return every symbol's leverage brackets, lowest first."""
        rows = await self._rest.get_signed(list[usdm.SymbolBrackets], "/fapi/v1/leverageBracket")
        return {row.symbol: symbols.brackets(row) for row in rows}

    async def cancel_all_after(self, symbol: str, countdown_ms: int) -> None:
        """Have every order of a symbol cancelled after so long; 0 stops the countdown.

        Source: Binance USDⓈ-M, countdownCancelAll.
        """
        countdown = ("countdownTime", str(countdown_ms))
        await self._set("/fapi/v1/countdownCancelAll", ("symbol", symbol), countdown)

    async def move_margin(self, position: Position, amount: Decimal) -> None:
        """Add margin to an isolated position, or with a negative amount take some out."""
        params = [
            ("symbol", position.symbol),
            ("amount", plain(abs(amount))),
            ("type", _ADD if amount > ZERO else _REDUCE),
        ]
        if position.position_side is not PositionSide.BOTH:
            params.append(("positionSide", position.position_side.value))
        await self._set("/fapi/v1/positionMargin", *params)

    async def _set(self, path: str, *params: tuple[str, str]) -> None:
        await self._rest.post_signed(dict[str, object], path, params)
